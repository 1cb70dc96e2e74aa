"""Copies of the best case, each with a gateway of its own."""

from copy import deepcopy

import yaml
from site_worlds import ROOT, Tree

EXAMPLE = ROOT / "examples/topologies/inventory/hosts.yaml"


def router(number: int) -> str:
    """Return the name of a copy's router."""
    return f"branch-{number:03}"


def gateway(number: int) -> str:
    """Return the name of a copy's gateway."""
    return f"azgw-{number:03}"


def copy(number: int, shape: str = "") -> dict[str, Tree]:
    """Return copy `number`, from 1 on: its public addresses and its gateway's are its own.

    With the shape `private` its tunnels lead over ExpressRoute to the gateway's speakers; with
    `covering` the gateway announces a prefix that covers its public addresses.
    """
    shipped = yaml.safe_load(EXAMPLE.read_text())
    data, azure = deepcopy(shipped["branch1-csr"]["data"]), deepcopy(shipped["azgw"]["data"])
    data["site"] = router(number)
    for k, uplink in enumerate(data["uplinks"].values()):
        uplink["public_address"] = f"198.18.{number}.{2 + 4 * k}"
        if k < 2:
            uplink["address"] = f"198.18.{number}.{2 + 4 * k}/30"
            uplink["next_hop"] = f"198.18.{number}.{1 + 4 * k}"
    for vrf in data["outside"].values():
        for connection in vrf["connections"]:
            connection["gateway"] = gateway(number)
            connection["private_peering"] = shape == "private"
    if shape == "private":
        data["expressroute"] = {gateway(number): [f"198.18.{number}.0/24"]}
    for k, instance in enumerate(azure["instances"]):
        instance["public_address"] = f"198.19.{number}.{4 + k}"
        if shape == "private":
            instance["private_address"] = instance["speakers"][0]
    if shape == "covering":
        azure["prefixes"] = [*azure["prefixes"], f"198.19.{number}.0/24"]
    azure["nics"] = [f"vm-{number:03}"]
    return {
        router(number): {"groups": ["csr"], "data": data},
        gateway(number): {"groups": ["gateway"], "data": azure},
    }
