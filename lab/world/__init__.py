"""The lab's facts, read from `world.yaml`: what stands on the day the boxes are racked."""

from lab.world.facts import (
    CLIENT_SECRET,
    ExpressRouteFact,
    GatewayFact,
    HubFact,
    InstanceFact,
    LoginFact,
    NatRuleFact,
    ResourceFact,
    RouterFact,
    World,
    WorldError,
)
from lab.world.loading import DEFAULT_WORLD, load_world
from lab.world.secrets import filled

__all__ = [
    "CLIENT_SECRET",
    "DEFAULT_WORLD",
    "ExpressRouteFact",
    "GatewayFact",
    "HubFact",
    "InstanceFact",
    "LoginFact",
    "NatRuleFact",
    "ResourceFact",
    "RouterFact",
    "World",
    "WorldError",
    "filled",
    "load_world",
]
