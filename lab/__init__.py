"""The embedded lab: simulated routers and a simulated Azure on one network, run as a process."""
