"""The change report: its model, what it says at a glance, and its renderings."""
