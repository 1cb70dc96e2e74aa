"""`show ip bgp vpnv4`, of a VRF or of all: the summary and the table."""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from lab.network.results import BgpPrefix, BgpSession
from lab.network.views import GLOBAL
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


def refusal(router: Router, vrf: str | None) -> str | None:
    """Return why a VRF cannot be shown; None where it can, or where all are asked for."""
    bgp = router.view().bgp
    if bgp is None:
        return "% BGP not active\n"
    if vrf is not None and (vrf not in bgp.families or not vrf):
        return f"% VRF {vrf} does not exist or does not have a RD.\n"
    return None


def _tables(router: Router, args: Args) -> dict[str, tuple[BgpPrefix, ...]]:
    """Return the tables of a VRF, or of all that have a route distinguisher."""
    view = router.view()
    families = view.bgp.families if view.bgp is not None else {}
    named = [args["vrf"]] if "vrf" in args else sorted(families)
    return {
        vrf: router.network.bgp_table(router.name, vrf)
        for vrf in named
        if vrf in view.vrfs and view.vrfs[vrf].rd is not None
    }


def _identity(router: Router, args: Args) -> IPv4Address:
    return router_id(router, args.get("vrf", GLOBAL))


def _summary(router: Router, args: Args) -> str:
    bgp = router.view().bgp
    if (refused := refusal(router, args.get("vrf"))) or bgp is None:
        return refused or ""
    tables = _tables(router, args)
    sessions = [one for vrf in tables for one in router.network.bgp_sessions(router.name, vrf)]
    table = tuple(path for paths in tables.values() for path in paths)
    version = len(table) + 1
    head = f"BGP router identifier {_identity(router, args)}, local AS number {bgp.asn}\n"
    lines = [f"BGP table version is {version}, main routing table version {version}"]
    lines += list(_memory(router, table)) if table else []
    if "vrf" not in args:
        sessions.sort(key=lambda session: session.neighbor)
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
    if refused := refusal(router, args.get("vrf")):
        return refused
    tables = _tables(router, args)
    shown = tables if "vrf" in args else {vrf: paths for vrf, paths in tables.items() if paths}
    return listing(router, shown, _identity(router, args)) if shown else ""


def listing(
    router: Router, tables: Mapping[str, tuple[BgpPrefix, ...]], identity: IPv4Address
) -> str:
    """Return paths by VRF, each VRF under its route distinguisher."""
    version = sum(len(router.network.bgp_table(router.name, vrf)) for vrf in tables) + 1
    blocks = (
        f"Route Distinguisher: {router.view().vrfs[vrf].rd} (default for vrf {vrf}) "
        f"VRF Router ID {router_id(router, vrf)}\n" + "".join(row + "\n" for row in _rows(paths))
        for vrf, paths in tables.items()
    )
    head = f"BGP table version is {version}, local router ID is {identity}\n"
    return head + _LEGEND + "".join(blocks)


def _rows(paths: Iterable[BgpPrefix]) -> Iterator[str]:
    """Yield the rows of a table; a network is named once, before the first of its paths."""
    named = None
    for path in paths:
        yield _row(path, "" if path.prefix == named else _network(path.prefix))
        named = path.prefix


def _network(prefix: IPv4Network) -> str:
    """Return a network, with no length for a natural mask."""
    return str(prefix.network_address if prefix == natural(prefix) else prefix)


def _row(path: BgpPrefix, network: str) -> str:
    """Return a row: two lines for a network that is too long."""
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
}
