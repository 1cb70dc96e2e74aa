"""What the scheme `article` cannot name: it has one of most objects, and marks none."""

from collections.abc import Iterator

from fvrf.errors import Problem
from fvrf.intent.model import Intent, Placed, Router
from fvrf.intent.problem import Report, duplicates, reporter

REMEDY = "use naming: fvrf"


def article_problems(intent: Intent) -> Iterator[Problem]:
    """Yield every problem of the routers in the scheme `article`."""
    for host, router in intent.routers.items():
        if router.naming == "article":
            yield from _names(reporter(intent, host), router)


def _names(report: Report, router: Router) -> Iterator[Problem]:
    """Refuse what the article's names, one per outside VRF and one keyring, cannot tell apart."""
    if router.prepend:
        text = "the scheme article has no route-maps"
        yield report("prepend", text, router.prepend, REMEDY, code="F143")
    for placed in router.connections():
        for field, text, value in _unnamed(router, placed):
            message = f"the scheme article {text}"
            yield report(placed.path(field), message, value, REMEDY, code="F143")
    keys: dict[str, object] = {}
    for placed in router.connections():
        connection = placed.connection
        if connection.azure is None:
            yield report(placed.path("azure"), "is required in the scheme article", code="F143")
        if keys.setdefault(connection.gateway, connection.key) != connection.key:
            yield report(
                placed.path("key"),
                "the scheme article has one keyring, so all keys to a gateway must be one",
                remedy="use naming: fvrf for a key per connection",
                code="F143",
            )
    uplinks = [(p.path("uplink"), p.connection.uplink) for p in router.connections()]
    for path, value, first in duplicates(uplinks):
        yield report(
            path,
            f"the scheme article has one IKEv2 policy per outside VRF, and {first} matches"
            " its address already",
            value,
            REMEDY,
            code="F143",
        )


def _unnamed(router: Router, placed: Placed) -> Iterator[tuple[str, str, object]]:
    """Yield (field, what the scheme has, value) for what a connection wants beyond it."""
    connection = placed.connection
    if connection.crypto not in {None, router.crypto}:
        yield "crypto", "has one proposal and one transform set", connection.crypto
    if connection.prepend:
        yield "prepend", "has no route-maps", connection.prepend
    if connection.private_peering:
        text = "has one IKEv2 peer for each gateway, at its public address"
        yield "private_peering", text, None
    if placed.index:
        yield "tunnel", "names one connection per outside VRF", connection.tunnel
