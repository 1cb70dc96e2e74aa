"""IOS-XE text: canonical trees, what is ours, differences, commands, replies and parsers."""
