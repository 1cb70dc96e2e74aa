"""The check of the data plane: packets pass through every tunnel, either way.

BGP alone says something each way every keepalive, so the counts of a tunnel that carries its
session rise between two looks a keepalive apart. New SAs count from zero.
"""

from collections.abc import Iterator

from fvrf.checks.finding import Finding
from fvrf.checks.look import Subject
from fvrf.checks.observation import RouterObservation, Unreadable
from fvrf.checks.tunnels import crypto_sessions_of
from fvrf.expected import ExpectedRouter, ExpectedTunnel

_EXPECTED = "encapsulated and decapsulated packets rise"
_NOTHING_LEAVES = "nothing is sent: see its BGP session and the routes into it"
_NOTHING_COMES = "nothing that arrives is decrypted: see Azure's end, and what filters ESP"


def check_traffic(
    expected: ExpectedRouter, seen: RouterObservation, before: RouterObservation
) -> tuple[Finding, ...]:
    """Judge for each tunnel whether its counts rose since an earlier look."""
    return tuple(_findings(expected, seen, before))


def began_anew(
    expected: ExpectedRouter, seen: RouterObservation, before: RouterObservation
) -> bool:
    """Tell whether a tunnel's SAs are new since an earlier look, and have counted nothing yet.

    A quiet tunnel that was just rekeyed has to be given another keepalive's time.
    """
    if isinstance(seen.crypto_sessions, Unreadable):
        return False
    if isinstance(before.crypto_sessions, Unreadable):
        return False
    pairs = ((_counts(tunnel, before), _counts(tunnel, seen)) for tunnel in expected.tunnels)
    return any(0 in now and now != was and min(was) > 0 for was, now in pairs)


def _findings(
    expected: ExpectedRouter, seen: RouterObservation, before: RouterObservation
) -> Iterator[Finding]:
    for tunnel in expected.tunnels:
        subject = Subject(
            end=expected.host,
            check="traffic",
            name=f"{tunnel.name} traffic",
            expected=_EXPECTED,
            connection=tunnel.connection,
        )
        if isinstance(seen.crypto_sessions, Unreadable):
            yield subject.unseen(seen.crypto_sessions)
        elif isinstance(before.crypto_sessions, Unreadable):
            yield subject.unseen(before.crypto_sessions)
        else:
            yield _judge(subject, _counts(tunnel, before), _counts(tunnel, seen))


def _judge(subject: Subject, before: tuple[int, int], now: tuple[int, int]) -> Finding:
    (went_before, came_before), (went, came) = before, now
    has_left, has_come = _rose(went_before, went), _rose(came_before, came)
    told = [f"out {went_before} -> {went}", f"in {came_before} -> {came}"]
    told += [] if has_left else [_NOTHING_LEAVES]
    told += [] if has_come else [_NOTHING_COMES]
    return subject.judge(", ".join(told), passed=has_left and has_come)


def _rose(before: int, now: int) -> bool:
    """Tell whether a count rose; one that is lower than before began anew, with a new SA."""
    return now > before or 0 < now < before


def _counts(tunnel: ExpectedTunnel, seen: RouterObservation) -> tuple[int, int]:
    """Return the packets sent and received; none where there is no session."""
    own = crypto_sessions_of(tunnel, seen)
    return sum(each.encaps for each in own), sum(each.decaps for each in own)
