"""What an inside VRF announces, wherever it has it from."""

from collections.abc import Callable, Iterator

from fvrf.capacity.limits import MOST_PREFIXES
from fvrf.errors import Problem
from fvrf.intent.model import InsideVrf, Intent, Router
from fvrf.intent.problem import Report, duplicates, reporter

# Those of which IOS-XE would announce all there are, but for an outward filter.
_UNFILTERED = ("connected", "ospf.prefixes")


def inside_problems(intent: Intent) -> Iterator[Problem]:
    """Yield every problem of what every router's inside VRFs announce."""
    for host, router in intent.routers.items():
        report = reporter(intent, host)
        for name, inside in router.inside.items():
            for check in _CHECKS:
                yield from check(report, router, name, inside)


def _how_many(report: Report, _: Router, name: str, inside: InsideVrf) -> Iterator[Problem]:
    if not inside.announced:
        yield report(
            f"inside.{name}.prefixes",
            "is required, or `connected`, `bgp` or `ospf`: the VRF has nothing to announce",
            code="F149",
        )
    if len(inside.announced) > MOST_PREFIXES:
        yield report(
            f"inside.{name}.prefixes",
            f"Azure drops a BGP session that brings more than {MOST_PREFIXES} prefixes",
            len(inside.announced),
            "announce summaries",
            code="F145",
        )


def _twice(report: Report, _: Router, name: str, inside: InsideVrf) -> Iterator[Problem]:
    """Yield a prefix with two origins: which one its route is by would be IOS-XE's to choose."""
    places = [
        (f"inside.{name}.{key}" if key == "prefixes" else f"inside.{name}.{key}[{k}]", prefix)
        for key, prefixes in inside.sources
        for k, prefix in enumerate(prefixes)
    ]
    for path, value, first in duplicates(places):
        yield report(path, f"stands in {first} already", value, code="F149")


def _on_the_interface(report: Report, _: Router, name: str, inside: InsideVrf) -> Iterator[Problem]:
    """Yield a part of the interface's network, or one around it: neither is a connected route."""
    network = inside.address.network
    for k, prefix in enumerate(inside.connected):
        if prefix != network and prefix.overlaps(network):
            yield report(
                f"inside.{name}.connected[{k}]",
                f"is no connected network: that of {inside.interface} is {network}",
                prefix,
                code="F149",
            )


def _filtered(report: Report, router: Router, name: str, inside: InsideVrf) -> Iterator[Problem]:
    if router.naming != "article":
        return
    for key, prefixes in inside.sources:
        if prefixes and key in _UNFILTERED:
            yield report(
                f"inside.{name}.{key}",
                "the scheme article has no filter, so that all such networks would be announced",
                remedy="use naming: fvrf",
                code="F143",
            )


_CHECKS: tuple[Callable[[Report, Router, str, InsideVrf], Iterator[Problem]], ...] = (
    _how_many,
    _twice,
    _on_the_interface,
    _filtered,
)
