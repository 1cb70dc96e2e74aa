"""What watches the tasks of a run."""
