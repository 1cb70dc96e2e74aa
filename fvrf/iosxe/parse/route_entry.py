"""`show ip route vrf VRF PREFIX MASK`: one route with its paths and their traffic shares."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from fvrf.iosxe.parse.capture import IPV4, blocks, reads

_ENTRY = re.compile(rf"^Routing entry for (?P<prefix>{IPV4}/\d+)", re.MULTILINE)
_SOURCE = re.compile(r'^ +Known via "(?P<source>[^"]+)"', re.MULTILINE)
_DESCRIPTORS = re.compile(r"^ +Routing Descriptor Blocks:\s*$", re.MULTILINE)
_PATH = re.compile(
    rf"^ +(?P<best>\*)? *(?:(?P<next_hop>{IPV4})|directly connected)(?: \((?P<vrf>[^)\s]+)\))?"
    r"(?P<rest>(?:,.*)?)$",
    re.MULTILINE,
)
_SHARE = re.compile(r"traffic share count is (?P<share>\d+)")
_INTERFACE = re.compile(r", via (?P<interface>[A-Za-z]\S*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPath:
    """One path; `vrf` is the next hop's, None where it is the table's own.

    `share` is the traffic share count; `next` marks the path that the router uses next (`*`).
    """

    next_hop: IPv4Address | None
    vrf: str | None
    interface: str | None
    share: int
    next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteEntry:
    """A route; `source` is what it is known by: `bgp 64900`, `static` and so on."""

    prefix: IPv4Network
    source: str
    paths: tuple[EntryPath, ...]


@reads("show ip route vrf VRF PREFIX MASK", heading=_ENTRY)
def parse_route_entry(text: str) -> RouteEntry | None:
    """Read the entry, None where the table has none; raises `CannotLook` where it is cut."""
    if not text:
        return None
    entry, source = _ENTRY.search(text), _SOURCE.search(text)
    descriptors = _DESCRIPTORS.split(text, maxsplit=1)[1:]
    if entry is None or source is None or not descriptors:
        raise ValueError("the capture is no routing entry, or is cut")
    paths = tuple(_path(path, block) for path, block in blocks(descriptors[0], _PATH))
    if not paths:
        raise ValueError("the routing entry is cut: it has no path")
    return RouteEntry(prefix=IPv4Network(entry["prefix"]), source=source["source"], paths=paths)


def _path(path: re.Match[str], block: str) -> EntryPath:
    share = _SHARE.search(block)
    if share is None:
        raise ValueError("a path of the routing entry is cut: it has no traffic share count")
    interface = _INTERFACE.search(path["rest"])
    return EntryPath(
        next_hop=IPv4Address(path["next_hop"]) if path["next_hop"] else None,
        vrf=path["vrf"],
        interface=interface["interface"] if interface else None,
        share=int(share["share"]),
        next=path["best"] is not None,
    )
