"""Intent: the inventory as frozen, checked objects."""
