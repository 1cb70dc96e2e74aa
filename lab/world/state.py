"""Read the state of a gateway that exists: the bodies that GETs of ARM answered, and the keys."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lab.world.facts import InstanceFact, ResourceFact
from lab.world.node import Node

LOCAL_GATEWAYS, CONNECTIONS = "local_network_gateways", "connections"
SITES, VPN_CONNECTIONS = "vpn_sites", "vpn_connections"


def state_file(node: Node, *kinds: str) -> dict[str, Node]:
    """Return the parts of the file that a node names, beside the world file.

    `kinds` are its lists of what clients made.
    """
    path = node.file.parent / node.text()
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as bad:
        raise node.error(f"cannot read {path}: {bad}") from bad
    whole = Node(file=path, key="", value=document)
    return whole.fields("gateway", *kinds, "keys")


def described(body: Node) -> dict[str, Any]:
    """Return what the body of a gateway's GET tells of a `GatewayFact`."""
    settings = body.at("properties", "bgpSettings")
    configuration = body.at("properties", "ipConfigurations").items()[0]
    network = _names(configuration.at("properties", "subnet", "id"))
    generation = body.at("properties").mapping().get("vpnGatewayGeneration")
    return {
        "resource_group": _names(body.at("id"))["resourcegroups"],
        "sku": body.at("properties", "sku", "name").text(),
        "generation": generation.text() if generation and generation.given() else "None",
        "asn": settings.at("asn").number(),
        "network": network["virtualnetworks"],
        "network_group": network["resourcegroups"],
        "instances": tuple(map(_instance, settings.at("bgpPeeringAddresses").items())),
    }


def described_hub(body: Node) -> dict[str, Any]:
    """Return what the body of a hub's VPN gateway tells of a `HubFact`."""
    settings = body.at("properties", "bgpSettings")
    names = _names(body.at("id"))
    return {
        "name": names["vpngateways"],
        "resource_group": names["resourcegroups"],
        "scale_unit": body.at("properties", "vpnGatewayScaleUnit").number(),
        "instances": tuple(map(_instance, settings.at("bgpPeeringAddresses").items())),
    }


def resources(parts: Mapping[str, Node], *kinds: str) -> Iterator[ResourceFact]:
    """Yield what clients made, in the order of `kinds`, with its keys if it has any.

    A connection of a hub has no location: it is where its gateway is.
    """
    keys = {own_id.casefold(): key.text() for own_id, key in parts["keys"].mapping().items()}
    for kind in kinds:
        for body in parts[kind].items():
            tags = body.mapping().get("tags") or body.child("tags", None)
            own_id = body.at("id").text()
            place = parts["gateway"] if kind == VPN_CONNECTIONS else body
            prefix = f"{own_id}/".casefold()
            yield ResourceFact(
                id=own_id,
                location=place.at("location").text(),
                tags=_texts(tags) if tags.given() else {},
                properties=_values(body.at("properties")),
                key=keys.get(own_id.casefold()),
                link_keys={one: key for one, key in keys.items() if one.startswith(prefix)},
            )


def _texts(node: Node) -> dict[str, str]:
    return {name: str(one.value) for name, one in node.mapping().items()}


def _values(node: Node) -> dict[str, Any]:
    return {name: one.value for name, one in node.mapping().items()}


def _instance(peering: Node) -> InstanceFact:
    custom = peering.mapping().get("customBgpIpAddresses")
    tunnels = peering.at("tunnelIpAddresses").items()
    public, *private = (one for one in tunnels if ":" not in one.text())
    return InstanceFact(
        public_address=public.address(),
        private_address=private[0].address() if private else None,
        speaker=peering.at("defaultBgpIpAddresses").items()[0].address(),
        custom_speakers=tuple(one.address() for one in custom.items()) if custom else (),
        configuration=peering.at("ipconfigurationId").text().rpartition("/")[2],
    )


def _names(node: Node) -> dict[str, str]:
    """Return the names in an id by the words before them, these in lower case."""
    words = node.text().strip("/").split("/")
    return dict(zip(map(str.casefold, words[::2]), words[1::2], strict=False))
