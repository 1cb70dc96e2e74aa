"""What an NOE types: each runbook parses its arguments, calls the stages and sets the exit code."""
