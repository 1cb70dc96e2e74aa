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
    """Judge what the speaker is told: all internal prefixes; others are not judged here."""
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
        passed=set(session.advertised) <= set(routes.prefixes),
    )
