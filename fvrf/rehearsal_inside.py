"""Who tells a copied router of its site's networks: known from its intent and its configuration."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from fvrf.intent.model import InsideVrf, Router
from fvrf.iosxe.items import Items, items_of


def beside(inside: InsideVrf) -> IPv4Address:
    """Return the next hop of a static route, else any other address of the interface's network."""
    others = (host for host in inside.address.network.hosts() if host != inside.address.ip)
    return next(iter(inside.prefixes.values()), None) or next(others, inside.address.ip)


def speakers(router: Router, text: str) -> list[dict[str, Any]]:
    """Return the `speakers` of the lab's world file, in its words.

    Of several neighbours the first on the inside segment says all: which one does is not known.
    """
    if not any(inside.bgp or inside.ospf for inside in router.inside.values()):
        return []
    items = items_of(text)
    return [one for name, inside in router.inside.items() for one in _speakers(name, inside, items)]


def _speakers(name: str, inside: InsideVrf, items: Items) -> Iterator[dict[str, Any]]:
    peer = next(_neighbors(name, inside, items), None)
    if inside.bgp and peer is not None:
        address, asn = peer
        yield {"address": str(address), "asn": asn, "prefixes": _texts(inside.bgp)}
    if inside.ospf:
        yield {
            "address": str(beside(inside)),
            "ospf": inside.ospf.process,
            "prefixes": _texts(inside.ospf.prefixes),
        }


def _neighbors(name: str, inside: InsideVrf, items: Items) -> Iterator[tuple[IPv4Address, int]]:
    family = items.get(("family", name))
    for said in family.values(r"neighbor (\d\S+ remote-as \d+)") if family else ():
        address, _, asn = said.split()
        if IPv4Address(address) in inside.address.network:
            yield IPv4Address(address), int(asn)


def _texts(prefixes: tuple[IPv4Network, ...]) -> list[str]:
    return [str(prefix) for prefix in prefixes]
