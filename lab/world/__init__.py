"""The lab's facts, read from `world.yaml`: what stands on the day the boxes are racked."""

from lab.world.facts import GatewayFact, InstanceFact, LoginFact, RouterFact, World, WorldError
from lab.world.loading import DEFAULT_WORLD, load_world

__all__ = [
    "DEFAULT_WORLD",
    "GatewayFact",
    "InstanceFact",
    "LoginFact",
    "RouterFact",
    "World",
    "WorldError",
    "load_world",
]
