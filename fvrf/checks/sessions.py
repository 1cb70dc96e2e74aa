"""Checks of the router's BGP sessions: established and receiving, and what they are told."""

from fvrf.checks.finding import Finding
from fvrf.checks.look import Subject
from fvrf.checks.observation import RouterObservation, Unreadable
from fvrf.expected import ExpectedSession
from fvrf.iosxe.parse.bgp_summary import ESTABLISHED


def check_bgp(host: str, session: ExpectedSession, seen: RouterObservation) -> Finding:
    """Judge the session with one speaker."""
    subject = Subject(
        end=host,
        check="bgp",
        name=f"{session.vrf} BGP neighbor {session.neighbor}",
        expected=f"{ESTABLISHED} with AS {session.remote_as}, at least 1 prefix received",
        connection=session.connection,
    )
    summary = seen.summaries[session.vrf]
    if isinstance(summary, Unreadable):
        return subject.unseen(summary)
    neighbor = next((n for n in summary.neighbors if n.address == session.neighbor), None)
    if neighbor is None:
        return subject.judge("no such neighbor", passed=False)
    received = f", {neighbor.received} received" if neighbor.received is not None else ""
    return subject.judge(
        f"{neighbor.state} with AS {neighbor.asn}{received}, Up/Down {neighbor.since}",
        passed=bool(neighbor.received) and neighbor.asn == session.remote_as,
    )


def check_advertised(host: str, session: ExpectedSession, seen: RouterObservation) -> Finding:
    """Judge what the speaker is told: all internal prefixes, and no other where it is filtered."""
    subject = Subject(
        end=host,
        check="advertised",
        name=f"{session.vrf} advertised to {session.neighbor}",
        expected=", ".join(map(str, session.advertised)),
        connection=session.connection,
    )
    routes = next(
        a.routes for a in seen.advertised if (a.vrf, a.neighbor) == (session.vrf, session.neighbor)
    )
    if isinstance(routes, Unreadable):
        return subject.unseen(routes)
    return subject.judge(
        ", ".join(map(str, routes.prefixes)) or "nothing",
        passed=set(session.advertised) == set(routes.prefixes)
        or (not session.is_filtered and set(session.advertised) < set(routes.prefixes)),
    )


def check_received(host: str, session: ExpectedSession, seen: RouterObservation) -> Finding:
    """Judge what the filter must keep out: a default route, and the host routes of BGP addresses.

    Azure announces the addresses of this and other sites as /32; one that covers a tunnel's
    destination would swallow the tunnel.
    """
    subject = Subject(
        end=host,
        check="received",
        name=f"{session.vrf} default and host routes from {session.neighbor}",
        expected="none",
        connection=session.connection,
    )
    table = seen.tables[session.vrf]
    if isinstance(table, Unreadable):
        return subject.unseen(table)
    taken = [
        str(route.prefix)
        for route in table.routes
        if route.code == "B"
        and route.prefix.prefixlen in (0, 32)
        and any((path.next_hop, path.vrf) == (session.neighbor, None) for path in route.paths)
    ]
    return subject.judge(", ".join(taken) or "none", passed=not taken)
