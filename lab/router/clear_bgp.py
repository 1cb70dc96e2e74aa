"""`clear ip bgp` and `clear bgp`: which sessions each form names.

Sources: the BGP Command Reference, and a console session of a 17.x provider edge: an address is
refused behind `vrf NAME`, `vrf` behind `vpnv4 unicast`, and a neighbour of a VRF is unknown to
every form without one. Not documented, and read so that a careless command hurts: without a
family a hard `*` or AS ends the sessions of all VRFs, a soft one reaches the global table alone;
`vpnv4 unicast` ends those of the VRFs, and softly reaches none of them. The texts for an AS that
nobody has and for an absent VRF are not documented either.
"""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from lab.network.views import GLOBAL, BgpView, NeighborView
from lab.router.seat import Args, Seat

NOT_ACTIVE = "% BGP not active\n"
UNKNOWN_PEER = '% BGP: Unknown neighbor - "{}"\n'
UNKNOWN_AS = "% BGP: No peer is configured with AS {}\n"
UNKNOWN_VRF = "% VRF {} does not exist or does not have a RD.\n"


Named = tuple[str, NeighborView]
"""A configured neighbour and the VRF it is in."""


def clear_bgp(seat: Seat, args: Args) -> str:
    """End the sessions named, or with `soft`, `in` or `out` only ask for their routes again."""
    router, bgp = seat.router, seat.router.view().bgp
    if bgp is None:
        return NOT_ACTIVE
    if args.get("vrf", GLOBAL) not in bgp.families:
        return UNKNOWN_VRF.format(args["vrf"])
    is_hard = "soft" not in args and "how" not in args
    everyone = [one for one in _neighbors(bgp) if _is_named(one, args)]
    named = [one for one in everyone if _reaches(args, one[0], is_hard=is_hard)]
    if "peer" in args and not named:
        return UNKNOWN_PEER.format(args["peer"])
    if "asn" in args and not everyone:
        return UNKNOWN_AS.format(args["asn"])
    if is_hard or args.get("how", "in") == "in":
        neighbors = frozenset((vrf, neighbor.address) for vrf, neighbor in named)
        router.network.clear_bgp(router.name, neighbors, hard=is_hard)
    return ""


def _neighbors(bgp: BgpView) -> Iterator[Named]:
    for vrf, family in bgp.families.items():
        yield from ((vrf, neighbor) for neighbor in family.neighbors)


def _reaches(args: Mapping[str, str], vrf: str, *, is_hard: bool) -> bool:
    """Tell whether a form looks into a VRF; the empty one is the global table."""
    family = args.get("family")
    if "vrf" in args:
        return vrf == args["vrf"]
    if "all" in args:
        return True
    if "peer" in args or family == "ipv4":
        return vrf == GLOBAL and family != "vpnv4"
    if family == "vpnv4":
        return vrf != GLOBAL and is_hard
    return vrf == GLOBAL or is_hard


def _is_named(one: Named, args: Mapping[str, str]) -> bool:
    _, neighbor = one
    if "peer" in args:
        return neighbor.address == IPv4Address(args["peer"])
    return "asn" not in args or neighbor.remote_as == int(args["asn"])
