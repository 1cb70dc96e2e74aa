"""Azure: the resources a plan wants and the steps from what is there."""
