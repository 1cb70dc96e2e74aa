"""The network between the simulated routers and gateways."""
