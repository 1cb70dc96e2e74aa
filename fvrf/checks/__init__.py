"""Checks: what both ends showed, held against what is expected."""
