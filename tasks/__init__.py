"""The stages that touch the world: Nornir tasks over the pure domain of `fvrf`."""
