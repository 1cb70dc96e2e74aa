"""The plan: from intent, everything both ends need, derived once."""
