"""What Nornir takes by entry point."""
