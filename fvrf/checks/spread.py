"""How the traffic of an inside VRF spreads over the tunnels that share it: told, and warned of.

CEF gives each pair of addresses one path, so that few pairs with much traffic may meet on one
tunnel. That is no failure of the network: the finding passes.
"""

from collections.abc import Iterator, Mapping

from fvrf.checks.finding import Finding
from fvrf.checks.look import Subject
from fvrf.checks.observation import RouterObservation, Unreadable
from fvrf.expected import ExpectedRouter

# Bytes that left by all tunnels together: less than this is the words of BGP and of few hosts.
ENOUGH = 10_000_000
# Times its even share that a tunnel may carry: chosen, as chance alone spreads some hundred pairs
# of addresses better than that.
SKEW = 1.5


def check_spread(
    expected: ExpectedRouter, seen: RouterObservation, before: RouterObservation
) -> tuple[Finding, ...]:
    """Tell for each set of tunnels that share traffic what left by each since an earlier look."""
    return tuple(_findings(expected, seen.sent, before.sent))


def _findings(
    expected: ExpectedRouter,
    now: Mapping[str, int] | Unreadable,
    before: Mapping[str, int] | Unreadable,
) -> Iterator[Finding]:
    for vrf, tunnels in dict.fromkeys(_shared(expected)):
        subject = Subject(
            end=expected.host,
            check="spread",
            name=f"{vrf} traffic over {', '.join(tunnels)}",
            expected=f"about {100 / len(tunnels):.0f} % of the bytes on each",
        )
        if isinstance(now, Unreadable):
            yield subject.judge(str(now), passed=True)
        elif isinstance(before, Unreadable):
            yield subject.judge(str(before), passed=True)
        else:
            yield _told(subject, tunnels, now, before)


def _shared(expected: ExpectedRouter) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the tunnels that share an inside VRF's traffic, where they are several."""
    for route in expected.inside:
        tunnels = tuple(path.tunnel for path in route.paths)
        if len(tunnels) > 1:
            yield route.vrf, tunnels


def _told(
    subject: Subject, tunnels: tuple[str, ...], now: Mapping[str, int], before: Mapping[str, int]
) -> Finding:
    """Judge what rose; a tunnel that was not there before has had no time for its share."""
    new = [name for name in tunnels if name not in before or name not in now]
    if new:
        text = f"not to be told yet: {', '.join(new)} has no earlier count"
        return subject.judge(text, passed=True)
    sent = {name: _rise(before[name], now[name]) for name in tunnels}
    total = sum(sent.values())
    if total < ENOUGH:
        return subject.judge(f"too little to tell: {total} bytes", passed=True)
    shares = ", ".join(
        f"{name} {100 * count / total:.0f} % ({count} bytes)" for name, count in sent.items()
    )
    is_skewed = max(sent.values()) > SKEW * total / len(tunnels)
    return subject.judge(shares, passed=True, warns=is_skewed)


def _rise(before: int, now: int) -> int:
    """Return what was added; a count that is lower than before was cleared in between."""
    return now - before if now >= before else now
