"""What an inside VRF announces beside its static routes, read from the filter that lets it out."""

from collections.abc import Collection, Iterable
from ipaddress import IPv4Network
from typing import Any

from fvrf.discovery.notes import Notes
from fvrf.discovery.tunnels import address_of
from fvrf.iosxe.items import Item, Items
from fvrf.iosxe.scope import bears_map_mark, vrf_of
from fvrf.plan.routing import outward_list

Data = dict[str, Any]


def other_sources(items: Items, vrf: str, static: Collection[str], notes: Notes) -> Data:
    """Return `connected`, `bgp` and `ospf`, as far as our own lines tell them apart.

    What neither a static route nor an interface has comes from OSPF where we redistribute that,
    else from neighbours, where there are any: the VRF's table, which would tell, is not looked at.
    """
    family, rules = items.get(("family", vrf)), items.get(("prefix_list", outward_list(vrf)))
    ours = [node.text for node in (family.body if family else ()) if bears_map_mark(node.text)]
    has_neighbors = bool(family and family.value(r"neighbor (\S+) remote-as .*"))
    left = {prefix for prefix in _permitted(rules) if prefix not in static}
    data: Data = {}
    if any(line.startswith("redistribute connected ") for line in ours):
        connected = left & _networks(items, vrf)
        data |= {"connected": _ordered(connected)} if connected else {}
        left -= connected
    process = next((line.split()[2] for line in ours if line.startswith("redistribute ospf ")), "")
    if process and left:
        data["ospf"] = {"process": int(process), "prefixes": _ordered(left)}
        if has_neighbors:
            notes.differs(f"inside.{vrf}.ospf", "some may come by BGP: see the VRF's table")
    elif left and has_neighbors:
        data["bgp"] = _ordered(left)
    return data


def _ordered(prefixes: Iterable[str]) -> list[str]:
    return sorted(prefixes, key=IPv4Network)


def _permitted(rules: Item | None) -> list[str]:
    pattern = r"ip prefix-list \S+ seq \d+ permit (\S+)"
    return list(rules.values(pattern)) if rules else []


def _networks(items: Items, vrf: str) -> set[str]:
    own = (item for (kind, _), item in items.items() if kind == "interface" and vrf_of(item) == vrf)
    addresses = (address_of(item) for item in own)
    return {str(IPv4Network(address.network)) for address in addresses if address}
