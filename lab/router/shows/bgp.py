"""`show ip bgp vpnv4 vrf`: summary, table and what is advertised."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from lab.network.results import BgpPrefix, BgpSession
from lab.router import times
from lab.router.device import Router
from lab.router.shows.facts import natural, router_id
from lab.router.shows.types import Args, Show

_LEGEND = (
    "Status codes: s suppressed, d damped, h history, * valid, > best, i - internal, \n"
    "              r RIB-failure, S Stale, m multipath, b backup-path, f RT-Filter, \n"
    "              x best-external, a additional-path, c RIB-compressed, \n"
    "              t secondary path, L long-lived-stale,\n"
    "Origin codes: i - IGP, e - EGP, ? - incomplete\n"
    "RPKI validation codes: V valid, I invalid, N Not found\n"
    "\n"
    "     Network          Next Hop            Metric LocPrf Weight Path\n"
)
_NETWORK_COLUMNS = 16
_NETWORK_BYTES, _PATH_BYTES, _ATTRIBUTE_BYTES, _SMALL_BYTES = 256, 136, 304, 24


def _refusal(router: Router, vrf: str) -> str | None:
    bgp = router.view().bgp
    if bgp is None:
        return "% BGP not active\n"
    if vrf not in bgp.families or not vrf:
        return f"% VRF {vrf} does not exist or does not have a RD.\n"
    return None


def _summary(router: Router, args: Args) -> str:
    vrf = args["vrf"]
    bgp = router.view().bgp
    if (refused := _refusal(router, vrf)) or bgp is None:
        return refused or ""
    sessions = router.network.bgp_sessions(router.name, vrf)
    table = router.network.bgp_table(router.name, vrf)
    version = len(table) + 1
    head = f"BGP router identifier {router_id(router, vrf)}, local AS number {bgp.asn}\n"
    lines = [f"BGP table version is {version}, main routing table version {version}"]
    lines += list(_memory(router, table)) if table else []
    rows = [_neighbor(router, session, version) for session in sessions]
    return (
        head
        + "\n".join(lines)
        + "\n\nNeighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down"
        + "  State/PfxRcd\n"
        + "".join(row + "\n" for row in rows)
    )


def _memory(router: Router, table: tuple[BgpPrefix, ...]) -> Iterator[str]:
    """Yield the figures; those of attributes and communities are an estimate."""
    networks = len({path.prefix for path in table})
    paths = len(table)
    systems = len({path.as_path for path in table if path.as_path})
    attributes = len({(path.next_hop, path.as_path, path.origin) for path in table})
    exports = {vrf.rt_export for vrf in router.view().vrfs.values() if vrf.rt_export}
    communities = len(exports)
    sizes = (
        networks * _NETWORK_BYTES,
        paths * _PATH_BYTES,
        attributes * _ATTRIBUTE_BYTES,
        systems * _SMALL_BYTES,
        communities * _SMALL_BYTES,
    )
    peak = min(_since(router), default=router.clock.now())
    yield f"{networks} network entries using {sizes[0]} bytes of memory"
    yield f"{paths} path entries using {sizes[1]} bytes of memory"
    yield (
        f"{attributes}/{attributes} BGP path/bestpath attribute entries "
        f"using {sizes[2]} bytes of memory"
    )
    yield f"{systems} BGP AS-PATH entries using {sizes[3]} bytes of memory"
    yield f"{communities} BGP extended community entries using {sizes[4]} bytes of memory"
    yield "0 BGP route-map cache entries using 0 bytes of memory"
    yield "0 BGP filter-list cache entries using 0 bytes of memory"
    yield f"BGP using {sum(sizes)} total bytes of memory"
    yield f"BGP activity {networks}/0 prefixes, {paths}/0 paths, scan interval 60 secs"
    yield (
        f"{networks} networks peaked at {times.peak_time(peak)} "
        f"({times.precise_age(router.clock.now() - peak)} ago)"
    )


def _since(router: Router) -> Iterator[float]:
    """Yield since when each session has its state."""
    bgp = router.view().bgp
    for vrf in bgp.families if bgp is not None else ():
        for session in router.network.bgp_sessions(router.name, vrf):
            if session.since is not None:
                yield session.since


def _neighbor(router: Router, session: BgpSession, version: int) -> str:
    established = session.state == "Established"
    since = "never" if session.since is None else times.age(router.clock.now() - session.since)
    state = f"{len(session.received):>8}" if established else session.state
    return (
        f"{session.neighbor!s:<15} 4 {session.asn:>12} {session.messages_received:>7} "
        f"{session.messages_sent:>7} {version if established else 1:>8}    0    0 "
        f"{since:<8} {state}"
    )


def _table(router: Router, args: Args) -> str:
    vrf = args["vrf"]
    if refused := _refusal(router, vrf):
        return refused
    return _listing(router, vrf, router.network.bgp_table(router.name, vrf))


def _advertised(router: Router, args: Args) -> str:
    vrf, peer = args["vrf"], IPv4Address(args["peer"])
    if refused := _refusal(router, vrf):
        return refused
    sessions = router.network.bgp_sessions(router.name, vrf)
    session = next((one for one in sessions if one.neighbor == peer), None)
    if session is None:
        return "% No such neighbor or address family\n"
    total = f"\nTotal number of prefixes {len(session.advertised)} \n"
    return (_listing(router, vrf, session.advertised) if session.advertised else "") + total


def _listing(router: Router, vrf: str, paths: tuple[BgpPrefix, ...]) -> str:
    identity = router_id(router, vrf)
    version = len(router.network.bgp_table(router.name, vrf)) + 1
    rd = router.view().vrfs[vrf].rd
    return (
        f"BGP table version is {version}, local router ID is {identity}\n"
        + _LEGEND
        + f"Route Distinguisher: {rd} (default for vrf {vrf}) VRF Router ID {identity}\n"
        + "".join(_row(path) + "\n" for path in paths)
    )


def _row(path: BgpPrefix) -> str:
    """Return a row: no length for a natural mask, two lines for a network that is too long."""
    bare = path.prefix == natural(path.prefix)
    network = str(path.prefix.network_address if bare else path.prefix)
    if len(network) > _NETWORK_COLUMNS:
        network += "\n" + " " * (6 + _NETWORK_COLUMNS)
    metric = ("" if path.as_path else "0") if path.metric is None else str(path.metric)
    preference = "" if path.local_preference is None else path.local_preference
    usable = "*" if path.installed else "r"
    chosen = ">" if path.best else "m" if path.multipath else " "
    status = (usable if path.valid else " ") + chosen
    systems = "".join(f"{number} " for number in path.as_path)
    return (
        f" {status:<3}  {network:<16} {path.next_hop!s:<16} {metric:>9}{preference:>7}"
        f"{path.weight:>7} {systems}{path.origin}"
    )


SHOWS: Mapping[str, Show] = {
    "show_bgp": _table,
    "show_bgp_summary": _summary,
    "show_advertised": _advertised,
}
