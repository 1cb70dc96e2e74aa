"""Checks of the router's routes: via each speaker outside, balanced over all tunnels inside."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address

from fvrf.checks.finding import Finding
from fvrf.checks.look import Subject
from fvrf.checks.observation import RouterObservation, Unreadable
from fvrf.expected import ExpectedRoute, ExpectedSession, ExpectedSiteRoute
from fvrf.iosxe.parse.route_entry import RouteEntry
from fvrf.iosxe.parse.route_table import Path, Route, RouteTable

# A next hop leads to an interface in one or two steps; more is a loop.
_MAX_STEPS = 5

# What the letter of a route stands for.
_SOURCES = {"S": "static", "C": "connected", "B": "bgp", "O": "ospf"}
_Tables = Mapping[str, RouteTable | Unreadable]


def check_speaker(host: str, session: ExpectedSession, seen: RouterObservation) -> Finding:
    """Judge the way to a speaker: out of its own tunnel, or BGP cannot come up.

    A way that BGP taught is none: it came over the session that needs it, and ages with it.
    """
    subject = Subject(
        end=host,
        check="speaker_route",
        name=f"{session.vrf} way to speaker {session.neighbor}",
        expected=f"out of {session.tunnel}",
        connection=session.connection,
    )
    table = seen.tables[session.vrf]
    if isinstance(table, Unreadable):
        return subject.unseen(table)
    route = _longest(session.neighbor, table)
    if route is not None and route.code == "B":
        return subject.judge(f"by BGP, from {route.prefix}", passed=False)
    speaker = Path(next_hop=session.neighbor, vrf=None, interface=None)
    ways = _egress(speaker, session.vrf, seen.tables)
    return subject.judge(
        f"out of {_listed(ways)}" if ways else "no route", passed=ways == {session.tunnel}
    )


def check_outside(host: str, route: ExpectedRoute, seen: RouterObservation) -> Finding:
    """Judge a gateway's prefix in an outside VRF: by BGP, via its own speakers."""
    hops = {path.next_hop for path in route.paths}
    subject = Subject(
        end=host,
        check="outside_route",
        name=f"{route.vrf} route to {route.prefix}",
        expected=f"BGP via {_listed(hops)}",
    )
    table = seen.tables[route.vrf]
    if isinstance(table, Unreadable):
        return subject.unseen(table)
    found = next((r for r in table.routes if r.prefix == route.prefix), None)
    if found is None:
        return subject.judge("no such route", passed=False)
    source = "BGP" if found.code == "B" else f"code {found.code}"
    return subject.judge(
        f"{source} via {_listed(_way(path) for path in found.paths)}",
        passed=found.code == "B"
        and {(path.next_hop, path.vrf) for path in found.paths} == {(hop, None) for hop in hops},
    )


def check_site(host: str, route: ExpectedSiteRoute, seen: RouterObservation) -> Finding:
    """Judge a prefix of the site itself: by its source, a static one by its next hop too.

    Others may share it. What came over a tunnel is not the site's, so that a path by BGP must be
    one of the inside VRF's own.
    """
    subject = Subject(
        end=host,
        check="site_route",
        name=f"{route.vrf} route to {route.prefix}",
        expected=_sourced(route.source, [route.next_hop] if route.next_hop else []),
    )
    table = seen.tables[route.vrf]
    if isinstance(table, Unreadable):
        return subject.unseen(table)
    found = next((r for r in table.routes if r.prefix == route.prefix), None)
    if found is None:
        return subject.judge("no such route", passed=False)
    source, ways = _SOURCES.get(found.code, f"code {found.code}"), map(_way, found.paths)
    return subject.judge(
        _sourced(source, ways),
        passed=source == route.source
        and (route.next_hop is None or route.next_hop in {path.next_hop for path in found.paths})
        and (source == "static" or all(path.vrf is None for path in found.paths)),
    )


def _sourced(source: str, ways: Iterable[object]) -> str:
    shown = _listed(ways)
    return f"{source} via {shown}" if shown else source


def check_inside(host: str, route: ExpectedRoute, seen: RouterObservation) -> Iterator[Finding]:
    """Judge a gateway's prefix in an inside VRF: its paths, their shares, their tunnels.

    Paths are (next hop, VRF) pairs: in several outside VRFs the next hop is the same address.
    """
    pairs = Counter(f"{path.next_hop} ({path.vrf})" for path in route.paths)
    name = f"{route.vrf} route to {route.prefix}"
    subjects = [
        Subject(end=host, check="paths", name=f"{name}, paths", expected=_counted(pairs)),
        Subject(
            end=host, check="shares", name=f"{name}, traffic shares", expected="equal on all paths"
        ),
        Subject(
            end=host,
            check="egress",
            name=f"{name}, egress tunnels",
            expected=_listed(path.tunnel for path in route.paths),
        ),
    ]
    entry = next(e.route for e in seen.entries if (e.vrf, e.prefix) == (route.vrf, route.prefix))
    if isinstance(entry, Unreadable):
        yield from (subject.unseen(entry) for subject in subjects)
    elif entry is None or entry.prefix != route.prefix:
        yield from (subject.judge("no such route", passed=False) for subject in subjects)
    else:
        paths, shares, egress = subjects
        yield _judge_paths(paths, pairs, entry, route.vrf)
        yield _judge_shares(shares, entry)
        yield _judge_egress(egress, route, entry, seen.tables)


def _judge_paths(subject: Subject, pairs: Counter[str], entry: RouteEntry, vrf: str) -> Finding:
    actual = Counter(
        f"{path.next_hop or path.interface} ({path.vrf or vrf})" for path in entry.paths
    )
    by_bgp = entry.source.startswith("bgp ")
    source = "" if by_bgp else f" by {entry.source}"
    missing = _listed((pairs - actual).elements())
    note = f"; missing {missing}" if missing else ""
    return subject.judge(f"{_counted(actual)}{source}{note}", passed=by_bgp and actual == pairs)


def _judge_shares(subject: Subject, entry: RouteEntry) -> Finding:
    shares = {path.share for path in entry.paths}
    listed = ", ".join(str(path.share) for path in entry.paths)
    return subject.judge(listed, passed=len(shares) == 1 and 0 not in shares)


def _judge_egress(
    subject: Subject, route: ExpectedRoute, entry: RouteEntry, tables: _Tables
) -> Finding:
    unreadable = [t for p in entry.paths if isinstance(t := tables.get(p.vrf or ""), Unreadable)]
    if unreadable:
        return subject.unseen(unreadable[0])
    ways = (
        _egress(
            Path(next_hop=path.next_hop, vrf=path.vrf, interface=path.interface), route.vrf, tables
        )
        or {f"none ({path.next_hop})"}
        for path in entry.paths
    )
    actual = Counter(" or ".join(sorted(names)) for names in ways)
    return subject.judge(
        _listed(f"{name} x{times}" if times > 1 else name for name, times in actual.items()),
        passed=actual == Counter(path.tunnel for path in route.paths),
    )


def _egress(path: Path, vrf: str, tables: _Tables, steps: int = _MAX_STEPS) -> set[str]:
    """Follow a path seen in a VRF to the interfaces it leaves by; none where it leads nowhere."""
    if path.interface or path.next_hop is None:
        return {path.interface} if path.interface else set()
    there = path.vrf or vrf
    table = tables.get(there)
    best = _longest(path.next_hop, table) if isinstance(table, RouteTable) else None
    if best is None or not steps:
        return set()
    return {name for way in best.paths for name in _egress(way, there, tables, steps - 1)}


def _longest(address: IPv4Address, table: RouteTable) -> Route | None:
    matches = (route for route in table.routes if address in route.prefix)
    return max(matches, key=lambda route: route.prefix.prefixlen, default=None)


def _way(path: Path) -> str:
    hop = str(path.next_hop or path.interface)
    return f"{hop} ({path.vrf})" if path.vrf else hop


def _counted(pairs: Counter[str]) -> str:
    total = pairs.total()
    return f"{total} path{'s' * (total != 1)}: {_listed(pairs.elements())}"


def _listed(items: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, items)))
