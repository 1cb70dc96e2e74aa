"""What does not go together in the tuning of a router's BGP sessions and tunnels."""

from collections.abc import Callable, Iterator

from fvrf.errors import Problem
from fvrf.intent.fields import MOST_PREPENDED
from fvrf.intent.model import Intent, Router
from fvrf.intent.problem import Report, reporter

# IP and TCP, without options: what of a packet is no segment.
_HEADERS = 40
# RFC 4271 4.4: keepalives are sent at no more than a third of the hold time.
_KEEPALIVES = 3


def tuning_problems(intent: Intent) -> Iterator[Problem]:
    """Yield every problem of every router's tuning."""
    for host, router in intent.routers.items():
        report = reporter(intent, host)
        for check in _CHECKS:
            yield from check(report, intent, router)


def _timers(report: Report, _: Intent, router: Router) -> Iterator[Problem]:
    timers = router.bgp.timers
    if timers is not None and timers.hold_s < _KEEPALIVES * timers.keepalive_s:
        yield report(
            "bgp.timers.hold_s",
            f"is less than three keepalives of {timers.keepalive_s} s: a session would end by one"
            " that is lost",
            timers.hold_s,
            code="F128",
        )


def _limit(report: Report, intent: Intent, router: Router) -> Iterator[Problem]:
    """Yield a limit that a gateway exceeds by what it must announce alone."""
    most = router.bgp.maximum_prefix
    for name in dict.fromkeys(placed.connection.gateway for placed in router.connections()):
        gateway = intent.gateways.get(name)
        if most is not None and gateway is not None and len(gateway.prefixes) > most.limit:
            yield report(
                "bgp.maximum_prefix.limit",
                f"{name} announces {len(gateway.prefixes)} prefixes by itself, and those of the"
                " other sites with them",
                most.limit,
                code="F128",
            )


def _mss(report: Report, _: Intent, router: Router) -> Iterator[Problem]:
    tuned = router.tunnels
    if tuned.mtu is not None and tuned.mss > tuned.mtu - _HEADERS:
        yield report(
            "tunnels.mss",
            f"does not fit in packets of {tuned.mtu} bytes with their headers",
            tuned.mss,
            f"{tuned.mtu - _HEADERS} or less",
            code="F128",
        )


def _prepends(report: Report, _: Intent, router: Router) -> Iterator[Problem]:
    for placed in router.connections():
        if router.prepend + placed.connection.prepend > MOST_PREPENDED:
            yield report(
                placed.path("prepend"),
                f"its router's {router.prepend} and its own are more than {MOST_PREPENDED}, which"
                " IOS-XE takes at most",
                placed.connection.prepend,
                code="F128",
            )


_CHECKS: tuple[Callable[[Report, Intent, Router], Iterator[Problem]], ...] = (
    _timers,
    _limit,
    _mss,
    _prepends,
)
