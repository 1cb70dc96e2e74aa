"""From what stands to intent: routers and gateways that others built, taken over."""
