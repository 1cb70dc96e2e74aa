"""`show ip bgp vpnv4 vrf V NET`: the paths of one net in full, in the layout of IOS-XE."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from lab.network.results import BgpPrefix
from lab.router.device import Router
from lab.router.shows.bgp import refusal
from lab.router.shows.facts import router_id
from lab.router.shows.types import Args, Show

_ORIGIN = {"i": "IGP", "?": "incomplete"}
_SELF = IPv4Address(0)


def _entry(router: Router, args: Args) -> str:
    vrf = args["vrf"]
    if refused := refusal(router, vrf):
        return refused
    table = router.network.bgp_table(router.name, vrf)
    wanted = _wanted(table, args)
    paths = [path for path in table if path.prefix == wanted]
    if wanted is None or not paths:
        return "% Network not in table\n"
    best = next((number for number, path in enumerate(paths, start=1) if path.best), None)
    chosen = f"best #{best}" if best is not None else "no best path"
    lines = [
        f"BGP routing table entry for {_rd(router, vrf)}:{wanted}, version {len(table) + 1}",
        f"Paths: ({len(paths)} available, {chosen}, table {vrf})",
        *_told(router, vrf, wanted),
        *(line for path in paths for line in _path(router, vrf, path)),
    ]
    return "\n".join(lines) + "\n"


def _wanted(table: tuple[BgpPrefix, ...], args: Args) -> IPv4Network | None:
    """Return the net asked for: the exact one with a length, else the longest that covers."""
    if "prefix" in args:
        return IPv4Network(args["prefix"])
    if "mask" in args:
        return IPv4Network(f"{args['net']}/{args['mask']}", strict=False)
    address = IPv4Address(args["net"])
    covering = {path.prefix for path in table if address in path.prefix}
    return max(covering, key=lambda prefix: prefix.prefixlen, default=None)


def _rd(router: Router, vrf: str) -> str:
    return router.view().vrfs[vrf].rd or "<not set>"


def _told(router: Router, vrf: str, net: IPv4Network) -> Iterator[str]:
    """Yield to whom the net is advertised."""
    peers = [
        str(session.neighbor)
        for session in router.network.bgp_sessions(router.name, vrf)
        if any(path.prefix == net for path in session.advertised)
    ]
    yield "  Advertised to update-groups:" if peers else "  Not advertised to any peer"
    if peers:
        yield "     1         "


def _path(router: Router, vrf: str, path: BgpPrefix) -> Iterator[str]:
    way = " ".join(map(str, path.as_path)) or "Local"
    origin = path.from_vrf or vrf
    if path.from_vrf is not None:
        way += f", imported path from {_rd(router, origin)}:{path.prefix} ({origin})"
    via = f" (via vrf {origin})"
    hop = str(path.next_hop) + (via if path.next_hop != _SELF else "")
    source = path.peer or _SELF
    speaker = path.peer or router_id(router, origin)
    yield "  Refresh Epoch 1"
    yield f"  {way}"
    reached = "" if path.valid else " (inaccessible)"
    yield f"    {hop}{reached} from {source} ({speaker})"
    yield f"      Origin {_ORIGIN[path.origin]}, {', '.join(_attributes(path))}"
    targets = " ".join(f"RT:{target}" for target in sorted(router.view().vrfs[origin].rt_export))
    if targets:
        yield f"      Extended Community: {targets}"
    yield f"      rx pathid: 0, tx pathid: {'0x0' if path.best else '0'}"


def _attributes(path: BgpPrefix) -> Iterator[str]:
    if path.metric is not None or not path.as_path:
        yield f"metric {path.metric or 0}"
    yield f"localpref {100 if path.local_preference is None else path.local_preference}"
    if path.weight:
        yield f"weight {path.weight}"
    if path.valid:
        yield "valid"
    yield "external" if path.peer is not None else "sourced"
    if path.multipath:
        yield "multipath"
    if path.best:
        yield "best"


SHOWS: Mapping[str, Show] = {"show_bgp_entry": _entry}
