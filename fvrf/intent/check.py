"""What concerns several fields or several hosts of the intent: the plan's rules 1, 4, 5, 6, 10.

Each check is a generator over the intent that yields `Problem`s; `warnings` yields what is
legal and seldom meant. A check that needs hosts which failed to parse is not run.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from fvrf.crypto import POLICIES
from fvrf.errors import Problem
from fvrf.intent.model import GLOBAL, Connection, Intent, OutsideVrf, Router

Report = Callable[..., Problem]


def problems_across(intent: Intent, *, complete: bool) -> list[Problem]:
    """Return every problem of the routers one by one and, if all hosts parsed, between them."""
    found: list[Problem] = []
    for host, router in intent.routers.items():
        for check in _ROUTER_CHECKS:
            found += check(intent, host, router)
    if complete:
        for across in _INVENTORY_CHECKS:
            found += across(intent)
    return found


def warnings(intent: Intent) -> Iterator[str]:
    """Yield what is legal but should be known: in plain words, for the plan."""
    yield from _weak_crypto(intent)
    yield from _merged_keyrings(intent)
    yield from _equal_asns(intent)
    yield from _overlapping_prefixes(intent)


def connections(router: Router) -> Iterator[tuple[str, OutsideVrf, int, Connection]]:
    """Yield (outside VRF name, outside VRF, index, connection) over the whole router."""
    for name, outside in router.outside.items():
        for index, connection in enumerate(outside.connections):
            yield name, outside, index, connection


def bgp_address(router: Router, connection: Connection) -> object:
    """Return the router's BGP address of a connection: its own, else the uplink's."""
    return connection.bgp_address or router.uplinks[connection.uplink].address.ip


def _at(intent: Intent, host: str) -> Report:
    def problem(
        path: str, message: str, value: object = None, remedy: str | None = None
    ) -> Problem:
        return Problem(
            file=intent.files[host],
            host=host,
            path=f"data.{path}",
            message=message,
            value=None if value is None else str(value),
            remedy=remedy,
        )

    return problem


def _where(name: str, index: int, field: str) -> str:
    return f"outside.{name}.connections[{index}].{field}"


def _duplicates(pairs: Iterable[tuple[str, object]]) -> Iterator[tuple[str, object, str]]:
    """Yield (path, value, first path) for each value that was seen before."""
    seen: dict[object, str] = {}
    for path, value in pairs:
        if value in seen:
            yield path, value, seen[value]
        else:
            seen[value] = path


def _references(intent: Intent, host: str, router: Router) -> Iterator[Problem]:
    problem = _at(intent, host)
    for name, outside in router.outside.items():
        if outside.inside not in router.inside:
            yield problem(
                f"outside.{name}.inside", "no such inside VRF on this router", outside.inside
            )
    for name, _, index, connection in connections(router):
        if connection.uplink not in router.uplinks:
            yield problem(
                _where(name, index, "uplink"),
                "no such uplink on this router",
                connection.uplink,
                f"one of {', '.join(router.uplinks)}",
            )


def _numbers(intent: Intent, host: str, router: Router) -> Iterator[Problem]:
    problem = _at(intent, host)
    ids = [(f"outside.{name}.id", vrf.id) for name, vrf in router.outside.items()]
    ids += [(f"inside.{name}.id", inside.id) for name, inside in router.inside.items()]
    for path, value, first in _duplicates(ids):
        yield problem(path, f"VRF id is taken by {first}: it makes the RD and RT", value)
    tunnels = [(_where(name, i, "tunnel"), c.tunnel) for name, _, i, c in connections(router)]
    for path, value, first in _duplicates(tunnels):
        yield problem(path, f"tunnel number is taken by {first}", value)
    for name in router.outside.keys() & router.inside.keys():
        yield problem(f"outside.{name}", "the name is an inside VRF's already", name)
    for name, inside in router.inside.items():
        if inside.interface in router.uplinks:
            yield problem(f"inside.{name}.interface", "is an uplink already", inside.interface)


def _front_doors(intent: Intent, host: str, router: Router) -> Iterator[Problem]:
    problem = _at(intent, host)
    for interface, uplink in router.uplinks.items():
        path = f"uplinks.{interface}"
        if uplink.front_door == GLOBAL:
            continue
        if uplink.front_door not in router.outside:
            yield problem(
                f"{path}.front_door",
                "names no outside VRF of this router",
                uplink.front_door,
                f"{GLOBAL}, or the outside VRF of the uplink's connection",
            )
        elif uplink.next_hop is None:
            yield problem(
                f"{path}.next_hop",
                "is required where the front door is the outside VRF itself: a learned prefix"
                " that covers the gateway would swallow the tunnel",
            )
    for interface, uplink in router.uplinks.items():
        if uplink.next_hop is not None and uplink.next_hop not in uplink.address.network:
            yield problem(
                f"uplinks.{interface}.next_hop",
                f"is not in {uplink.address.network}",
                uplink.next_hop,
            )


def _one_uplink_per_front_door(intent: Intent, host: str, router: Router) -> Iterator[Problem]:
    problem = _at(intent, host)
    seen: dict[tuple[str, str], str] = {}
    for name, _, index, connection in connections(router):
        uplink = router.uplinks.get(connection.uplink)
        if uplink is None:
            continue
        first = seen.setdefault((uplink.front_door, connection.gateway), connection.uplink)
        path = _where(name, index, "uplink")
        if uplink.front_door not in {GLOBAL, name}:
            yield problem(
                path,
                f"its front door is {uplink.front_door}, not global or {name}",
                connection.uplink,
            )
        elif first != connection.uplink:
            yield problem(
                path,
                f"{connection.gateway} is reached from front door {uplink.front_door} through"
                f" {first} already: IKE would leave by the wrong one",
                connection.uplink,
                "give the second uplink a front-door VRF of its own",
            )


def _bgp_addresses(intent: Intent, host: str, router: Router) -> Iterator[Problem]:
    problem = _at(intent, host)
    public = {uplink.public_address for uplink in router.uplinks.values()}
    for name, _, index, connection in connections(router):
        uplink = router.uplinks.get(connection.uplink)
        if uplink is None:
            continue
        path = _where(name, index, "bgp_address")
        if connection.bgp_address is None and uplink.front_door != name:
            yield problem(
                path,
                f"is required: {connection.uplink} is not in VRF {name}, so the tunnel cannot"
                " borrow its address",
            )
        elif (address := bgp_address(router, connection)) in public:
            yield problem(path, "the BGP address may not be a public address", address)
        elif getattr(connection.bgp_address, "is_link_local", False):
            yield problem(path, "an APIPA address needs APIPA speakers", connection.bgp_address)


def _inside_networks(intent: Intent, host: str, router: Router) -> Iterator[Problem]:
    problem = _at(intent, host)
    for name, inside in router.inside.items():
        for prefix, next_hop in inside.prefixes.items():
            if next_hop not in inside.address.network:
                yield problem(
                    f"inside.{name}.prefixes.{prefix}",
                    f"next hop is not in {inside.address.network}",
                    next_hop,
                )


def _article_names(intent: Intent, host: str, router: Router) -> Iterator[Problem]:
    if router.naming != "article":
        return
    problem = _at(intent, host)
    keys: dict[str, object] = {}
    for name, outside, index, connection in connections(router):
        if connection.azure is None:
            yield problem(_where(name, index, "azure"), "is required in the scheme article")
        if len(outside.connections) > 1 and index:
            yield problem(
                _where(name, index, "tunnel"),
                "the scheme article names one connection per outside VRF",
                connection.tunnel,
                "use naming: fvrf",
            )
        if keys.setdefault(connection.gateway, connection.key) != connection.key:
            yield problem(
                _where(name, index, "key"),
                "the scheme article has one keyring, so all keys to a gateway must be one",
                remedy="use naming: fvrf for a key per connection",
            )


def _gateways(intent: Intent) -> Iterator[Problem]:
    for host, router in intent.routers.items():
        problem = _at(intent, host)
        for name, outside, index, connection in connections(router):
            gateway = intent.gateways.get(connection.gateway)
            if gateway is None:
                yield problem(
                    _where(name, index, "gateway"), "no such gateway host", connection.gateway
                )
            elif gateway.asn == router.asn:
                yield problem("asn", f"is {connection.gateway}'s own; eBGP needs two", router.asn)
            elif sum(c.gateway == connection.gateway for c in outside.connections) > 1:
                yield problem(
                    _where(name, index, "gateway"),
                    "its one speaker can be a neighbour only once in an outside VRF",
                    connection.gateway,
                    "give each connection an outside VRF of its own",
                )


def _unique_per_gateway(intent: Intent) -> Iterator[Problem]:
    for what in ("public address", "BGP address", "connection name", "local network gateway name"):
        seen: dict[object, str] = {}
        for host, router in intent.routers.items():
            for name, _, index, connection in connections(router):
                key = (connection.gateway, _shared(what, router, connection))
                where = f"{host} {_where(name, index, what.replace(' ', '_'))}"
                if key[1] is not None and key in seen:
                    yield _at(intent, host)(
                        _where(name, index, "uplink" if what == "public address" else "gateway"),
                        f"{what} is used toward {connection.gateway} by {seen[key]} already",
                        key[1],
                    )
                seen.setdefault(key, where)


def _shared(what: str, router: Router, connection: Connection) -> object:
    uplink = router.uplinks.get(connection.uplink)
    if what == "public address":
        return uplink and uplink.public_address
    if what == "BGP address":
        return uplink and bgp_address(router, connection)
    if connection.azure is None:
        return None
    names = connection.azure
    return (
        names.connection if what == "connection name" else names.local_network_gateway
    ).casefold()


def _weak_crypto(intent: Intent) -> Iterator[str]:
    for host, router in intent.routers.items():
        if weak := POLICIES[router.crypto].weak:
            yield f"{host}: crypto policy {router.crypto} is weak: {weak}"


def _merged_keyrings(intent: Intent) -> Iterator[str]:
    for host, router in intent.routers.items():
        if router.naming == "article":
            yield f"{host}: one keyring for all connections: their keys cannot be rotated singly"


def _equal_asns(intent: Intent) -> Iterator[str]:
    for (a, first), (b, second) in combinations(intent.routers.items(), 2):
        if first.asn == second.asn and first.site != second.site:
            yield f"{a} and {b} have the same AS {first.asn}: they do not reach each other"


def _overlapping_prefixes(intent: Intent) -> Iterator[str]:
    for (a, first), (b, second) in combinations(intent.routers.items(), 2):
        if first.site == second.site:
            continue
        for one in (p for vrf in first.inside.values() for p in vrf.prefixes):
            for two in (p for vrf in second.inside.values() for p in vrf.prefixes):
                if one.overlaps(two):
                    yield f"{a} {one} and {b} {two} overlap: they do not reach each other"


_ROUTER_CHECKS = (
    _references,
    _numbers,
    _front_doors,
    _one_uplink_per_front_door,
    _bgp_addresses,
    _inside_networks,
    _article_names,
)
_INVENTORY_CHECKS = (_gateways, _unique_per_gateway)
