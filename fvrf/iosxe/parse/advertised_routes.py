"""`show ip bgp vpnv4 vrf VRF neighbors ADDRESS advertised-routes`: what a neighbour is told."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network

from fvrf.iosxe.parse.capture import IPV4, address, classful, network, reads

_COLUMNS = re.compile(r"^\s*Network +Next Hop", re.MULTILINE)
_VRF = re.compile(r"^\s*Route Distinguisher: \S+ \(default for vrf (?P<vrf>\S+)\)", re.MULTILINE)
_TOTAL = re.compile(r"^\s*Total number of prefixes (?P<total>\d+)", re.MULTILINE)
# The network begins in the first eight columns; a further path of it, and what wrapped, later.
# Its next hop follows, on the next line where the network is long: else the row was cut, which
# the total would say, but not every release prints one.
_NETWORK = re.compile(
    rf"^(?=.{{0,4}}[*>])[ *>a-zA-Z]{{2,8}}(?P<address>{IPV4})(?:/(?P<length>\d+))?(?=\s+{IPV4})",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvertisedRoutes:
    """The prefixes advertised; `vrf` is None where the output names none, as when it is empty."""

    vrf: str | None
    prefixes: tuple[IPv4Network, ...]


@reads(
    "show ip bgp vpnv4 vrf VRF neighbors ADDRESS advertised-routes", silent=True, heading=_COLUMNS
)
def parse_advertised_routes(text: str) -> AdvertisedRoutes:
    """Read the prefixes in the router's order; raises `CannotLook` where some are cut off."""
    total = _TOTAL.search(text)
    if text.strip() and total is None and not _COLUMNS.search(text):
        raise ValueError("the capture is no list of routes")
    prefixes = tuple(map(_prefix, _NETWORK.finditer(text)))
    if total is not None and int(total["total"]) != len(prefixes):
        raise ValueError(f"{len(prefixes)} of {total['total']} prefixes are readable")
    vrf = _VRF.search(text)
    return AdvertisedRoutes(vrf=vrf["vrf"] if vrf else None, prefixes=prefixes)


def _prefix(row: re.Match[str]) -> IPv4Network:
    if row["length"] is None:
        return classful(address(row["address"]))
    return network(row["address"], int(row["length"]))
