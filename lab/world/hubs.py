"""Read the virtual WANs of a world file: their hubs, each with its VPN gateway."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lab.world.facts import HubFact, InstanceFact
from lab.world.gateways import expressroute, instance
from lab.world.node import Node
from lab.world.state import SITES, VPN_CONNECTIONS, described_hub, resources, state_file

INSTANCES = 2  # a hub's VPN gateway always has two (Virtual WAN FAQ)


def virtual_wan(name: str, node: Node) -> tuple[str, list[HubFact]]:
    """Return the resource group of a virtual WAN, and its hubs; WorldError names a mistake."""
    part = node.fields("resource_group", "hubs")
    group = part["resource_group"].text()
    hubs = part["hubs"].mapping().items()
    return group, [_hub(hub, one, wan=name, group=group) for hub, one in hubs]


def _hub(name: str, node: Node, *, wan: str, group: str) -> HubFact:
    part = node.fields("prefix", "networks", "gateway", optional=("expressroute",))
    networks = part["networks"].mapping().items()
    return HubFact(
        hub=name,
        wan=wan,
        prefix=part["prefix"].prefix(),
        networks={n: tuple(one.prefix() for one in v.items()) for n, v in networks},
        expressroute=expressroute(part["expressroute"]),
        **_gateway(part["gateway"], group),
    )


def _gateway(node: Node, group: str) -> dict[str, Any]:
    """Return what a hub's VPN gateway is, of itself or as a file has its state."""
    if "state" in node.mapping():
        parts = state_file(node.fields("state")["state"], SITES, VPN_CONNECTIONS)
        made = resources(parts, SITES, VPN_CONNECTIONS)
        return {**described_hub(parts["gateway"]), "resources": tuple(made)}
    part = node.fields("name", "scale_unit", "instances")
    return {
        "name": part["name"].text(),
        "resource_group": group,
        "scale_unit": part["scale_unit"].number(),
        "instances": tuple(_instances(part["instances"])),
    }


def _instances(node: Node) -> Iterator[InstanceFact]:
    if len(node.items()) != INSTANCES:
        raise node.error(f"a hub's VPN gateway has {INSTANCES} instances")
    for index, one in enumerate(node.items()):
        one.at("private_address")
        yield replace(instance(one), configuration=f"Instance{index}")
