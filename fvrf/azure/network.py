"""The virtual network of a gateway: which prefixes the gateway announces of it."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, ip_network

from fvrf.azure.resources import Json


def network_id(gateway: Json) -> str | None:
    """Return the id of the network that a gateway's subnet is in."""
    for configuration in (gateway.get("properties") or {}).get("ipConfigurations") or ():
        subnet = ((configuration.get("properties") or {}).get("subnet") or {}).get("id")
        if subnet:
            return str(subnet).partition("/subnets/")[0]
    return None


def announced(network: Json) -> tuple[IPv4Network, ...]:
    """Return the address spaces of a network and of the peers that use its gateway, in order.

    Azure announces both ("Configure VPN gateway transit for virtual network peering").
    """
    return tuple(sorted(set(_spaces(network))))


def beyond(prefixes: Iterable[IPv4Network], network: Json) -> tuple[IPv4Network, ...]:
    """Return the prefixes that no address space of a network, or of its peers, holds."""
    spaces = announced(network)
    return tuple(p for p in prefixes if not any(p.subnet_of(space) for space in spaces))


def _spaces(network: Json) -> Iterator[IPv4Network]:
    properties = network.get("properties") or {}
    yield from _prefixes(properties.get("addressSpace"))
    for peering in properties.get("virtualNetworkPeerings") or ():
        own = peering.get("properties") or {}
        if own.get("allowGatewayTransit"):
            yield from _prefixes(own.get("remoteAddressSpace"))


def _prefixes(space: Json | None) -> Iterator[IPv4Network]:
    """Yield the prefixes of a space; those of IPv6 are out of scope."""
    networks = (ip_network(text) for text in (space or {}).get("addressPrefixes") or ())
    yield from (network for network in networks if isinstance(network, IPv4Network))
