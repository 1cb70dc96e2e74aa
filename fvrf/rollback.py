"""What a router and its connections were before a change, and whether they are so again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fvrf.checks.finding import Finding
from fvrf.checks.gateway import CONNECTED
from fvrf.checks.look import Subject
from fvrf.checks.observation import GatewayObservation, RouterObservation, Unreadable
from fvrf.checks.tunnels import UP
from fvrf.iosxe.parse.bgp_summary import ESTABLISHED
from fvrf.secrets import Secret
from fvrf.trace import AzureWrite

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What worked before: (interface, peer), (VRF, neighbour), and connections by gateway."""

    sessions: frozenset[tuple[str, str]]
    neighbors: frozenset[tuple[str, str]]
    connections: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """What one router is taken back to: `backup` is the configuration from before the change.

    It is None where the change typed nothing. `left` is the redacted one that it left, None where
    that was not read; `writes` are those in Azure. With `whole`, all of the configuration in `file`
    is put back, and of what came since only the sections in `overwrite` may be lost.
    """

    change: str
    backup: Secret | None
    file: str | None = None
    whole: bool = False
    overwrite: tuple[str, ...] = ()
    left: str | None
    writes: tuple[AzureWrite, ...]
    before: Before


def before(router: Json, gateways: Mapping[str, Json]) -> Before:
    """Read the snapshots that a change made of both ends before it wrote."""
    seen = router["seen"]
    summaries = seen["summaries"] if isinstance(seen["summaries"], Mapping) else {}
    return Before(
        sessions=frozenset(
            (session["interface"], session["peer"])
            for session in _listed(seen["crypto_sessions"])
            if session["status"] == UP
        ),
        neighbors=frozenset(
            (vrf, neighbor["address"])
            for vrf, summary in summaries.items()
            for neighbor in summary.get("neighbors", ())
            if neighbor["state"] == ESTABLISHED
        ),
        connections={
            name: frozenset(
                connection
                for connection, state in gateway["seen"]["connections"].items()
                if state and state.get("status") == CONNECTED
            )
            for name, gateway in gateways.items()
        },
    )


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def check_router_before(host: str, wanted: Before, seen: RouterObservation) -> Iterator[Finding]:
    """Judge that each session which was up before the change is up again."""
    for interface, peer in sorted(wanted.sessions):
        subject = _subject(host, "child_sa", f"{interface} crypto session with {peer}", UP)
        if isinstance(seen.crypto_sessions, Unreadable):
            yield subject.unseen(seen.crypto_sessions)
            continue
        own = [
            session.status
            for session in seen.crypto_sessions
            if (session.interface, str(session.peer)) == (interface, peer)
        ]
        yield subject.judge("; ".join(own) or "no session", passed=UP in own)
    for vrf, address in sorted(wanted.neighbors):
        subject = _subject(host, "bgp", f"{vrf} BGP neighbor {address}", ESTABLISHED)
        summary = seen.summaries.get(vrf)
        if summary is None or isinstance(summary, Unreadable):
            yield subject.unseen(summary or Unreadable(what=vrf, reason="it was not asked for"))
            continue
        states = [n.state for n in summary.neighbors if str(n.address) == address]
        yield subject.judge("; ".join(states) or "no such neighbor", passed=ESTABLISHED in states)


def check_gateway_before(
    host: str, wanted: Iterable[str], seen: GatewayObservation
) -> Iterator[Finding]:
    """Judge that each connection which was up before the change is up again."""
    for name in sorted(wanted):
        subject = _subject(host, "connection", f"connection {name}", CONNECTED)
        state = seen.connections.get(name)
        if isinstance(state, Unreadable):
            yield subject.unseen(state)
        else:
            actual = state.status if state else None
            yield subject.judge(actual or "no such connection", passed=actual == CONNECTED)


def _subject(end: str, check: str, name: str, expected: str) -> Subject:
    return Subject(end=end, check=check, name=f"{name}, as before", expected=expected)
