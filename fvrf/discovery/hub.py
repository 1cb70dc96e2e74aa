"""A virtual WAN hub's part of the inventory, from what Azure says of its VPN gateway."""

from collections.abc import Mapping
from ipaddress import IPv4Network, ip_network

from fvrf.azure.resources import Json
from fvrf.discovery.gateway import Data, instance_data

NETWORK_HOP = "Virtual Network Connection"


def hub_data(body: Json, routes: Mapping[str, object]) -> Data:
    """Return the facts of a hub's gateway as the inventory has them.

    `body` is that of its GET, `routes` what the hub answers of its default table: the prefixes are
    those of the networks that are connected to it.
    """
    properties = body.get("properties") or {}
    settings = properties.get("bgpSettings") or {}
    units = properties.get("vpnGatewayScaleUnit")
    return {
        "asn": settings.get("asn"),
        **({"scale_units": units} if units else {}),
        "prefixes": [str(prefix) for prefix in _prefixes(routes)],
        "instances": [*map(instance_data, settings.get("bgpPeeringAddresses") or ())],
    }


def _prefixes(routes: Mapping[str, object]) -> list[IPv4Network]:
    """Return the prefixes of the hub's own networks; those of IPv6 are out of scope."""
    rows = routes.get("value")
    found = {
        network
        for row in (rows if isinstance(rows, list) else [])
        if row.get("nextHopType") == NETWORK_HOP
        for prefix in row.get("addressPrefixes") or ()
        if isinstance(network := ip_network(prefix, strict=False), IPv4Network)
    }
    return sorted(found)
