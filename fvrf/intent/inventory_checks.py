"""What concerns several hosts: the plan's rules 4, 6 and 10, checked before any connection.

Each check is a generator over the intent that yields `Problem`s. The work grows with the number
of connections, not with its square: a fleet of thousands is checked in seconds.
"""

from collections.abc import Callable, Collection, Iterator

from fvrf.errors import Problem
from fvrf.intent.bgp_checks import bgp_field
from fvrf.intent.model import Gateway, Intent, Placed, Router
from fvrf.intent.problem import Report, reporter


def inventory_problems(intent: Intent, *, broken: Collection[str] = ()) -> Iterator[Problem]:
    """Yield every problem between hosts; `broken` are hosts that are there and did not parse."""
    yield from _alike(intent)
    yield from _identities(intent)
    yield from _gateway_twice(intent)
    yield from _probes(intent)
    yield from _connections(intent, broken)
    for what, (code, key) in _UNIQUE.items():
        yield from _unique(intent, what, code, key)


def _alike(intent: Intent) -> Iterator[Problem]:
    """Yield hosts that Azure and some file systems, which ignore case, would take for one."""
    seen: dict[str, str] = {}
    for host in (*intent.routers, *intent.gateways):
        first = seen.setdefault(host.casefold(), host)
        if first != host:
            yield reporter(intent, host)("", f"differs from {first} in case only", code="F112")


def _identities(intent: Intent) -> Iterator[Problem]:
    for host, gateway in intent.gateways.items():
        report = reporter(intent, host)
        identity = gateway.identity
        if identity.kind == "client_secret":
            for field in ("tenant", "client", "secret"):
                if getattr(identity, field) is None:
                    yield report(
                        f"identity.{field}", "is required for kind client_secret", code="F170"
                    )
        elif identity.secret is not None:
            yield report(
                "identity.secret", "belongs to kind client_secret", remedy="remove it", code="F170"
            )


def _probes(intent: Intent) -> Iterator[Problem]:
    """Yield what keeps a probe, or its answer, from finding its way."""
    for host, gateway in intent.gateways.items():
        if gateway.probe and not any(gateway.probe in prefix for prefix in gateway.prefixes):
            yield reporter(intent, host)(
                "probe", "is in none of its prefixes", gateway.probe, code="F171"
            )
    for host, router in intent.routers.items():
        probing = {
            placed.outside.inside
            for placed in router.connections()
            if (behind := intent.gateways.get(placed.connection.gateway)) and behind.probe
        }
        for name in sorted(probing & router.inside.keys()):
            inside = router.inside[name]
            if not any(inside.address.ip in prefix for prefix in inside.announced):
                yield reporter(intent, host)(
                    f"inside.{name}.address",
                    "is in none of its prefixes: the answer to a probe would not come back",
                    inside.address,
                    "announce its network too, or leave out the gateway's `probe`",
                    code="F171",
                )


def _gateway_twice(intent: Intent) -> Iterator[Problem]:
    resources: dict[object, str] = {}
    addresses: dict[object, str] = {}
    names: dict[str, str] = {}
    for host, gateway in intent.gateways.items():
        report = reporter(intent, host)
        first = names.setdefault(host.upper().replace("-", "_"), host)
        if first != host:
            yield report(
                "", f"its name is too like {first}: their IKEv2 peers would be one", code="F112"
            )
        first = resources.setdefault((*_scope(gateway), (gateway.name or host).casefold()), host)
        if first != host:
            yield report(
                "name", f"{first} is the same Azure gateway", gateway.name or host, code="F112"
            )
        for k, instance in enumerate(gateway.instances):
            first = addresses.setdefault(instance.public_address, host)
            if first != host:
                yield report(
                    f"instances[{k}].public_address",
                    f"is {first}'s already",
                    instance.public_address,
                    code="F123",
                )


def _scope(gateway: Gateway) -> tuple[str, str]:
    """Return where a name must be unique; Azure ignores the case of both."""
    return gateway.subscription.casefold(), gateway.resource_group.casefold()


def _connections(intent: Intent, broken: Collection[str]) -> Iterator[Problem]:
    for host, router in intent.routers.items():
        report = reporter(intent, host)
        for placed in router.connections():
            name = placed.connection.gateway
            gateway = intent.gateways.get(name)
            if gateway is not None:
                yield from _swallowed(report, router, placed, gateway)
            elif name not in broken:
                known = ", ".join(intent.gateways)
                remedy = f"one of {known}" if known else None
                yield report(
                    placed.path("gateway"), "no such gateway host", name, remedy, code="F140"
                )
        for name in dict.fromkeys(placed.connection.gateway for placed in router.connections()):
            gateway = intent.gateways.get(name)
            if gateway is not None and gateway.asn == router.asn:
                yield report("asn", f"is {name}'s own; eBGP needs two", router.asn, code="F130")


def _swallowed(
    report: Report, router: Router, placed: Placed, gateway: Gateway
) -> Iterator[Problem]:
    """Yield the tunnels whose own packets would be routed into them."""
    connection = placed.connection
    uplink = router.uplinks.get(connection.uplink)
    if uplink is not None and uplink.front_door == placed.vrf:
        for instance in gateway.instances:
            # The route to the speaker would lead the tunnel's own packets into the tunnel.
            if instance.destination(connection) in instance.speakers:
                yield report(
                    placed.path("uplink"),
                    f"{connection.gateway}'s address is a speaker too: it needs another front door",
                    connection.uplink,
                    code="F141",
                )


Key = tuple[str, object, object] | None
"""(field, value to show, what must be unique), or None where there is nothing to compare."""


def _unique(
    intent: Intent, what: str, code: str, key: Callable[[Intent, str, Placed], Key]
) -> Iterator[Problem]:
    seen: dict[object, str] = {}
    for host, router in intent.routers.items():
        for placed in router.connections():
            found = key(intent, host, placed)
            if found is None:
                continue
            field, value, unique = found
            path = placed.path(field)
            first = seen.setdefault(unique, f"{host} {path}")
            if first != f"{host} {path}":
                message = f"{what} is used toward {placed.connection.gateway} by {first} already"
                yield reporter(intent, host)(path, message, value, code=code)


def _public_address(intent: Intent, host: str, placed: Placed) -> Key:
    uplink = intent.routers[host].uplinks.get(placed.connection.uplink)
    if uplink is None:
        return None
    address = uplink.public_address
    return "uplink", address, (placed.connection.gateway, address)


def _bgp_address(intent: Intent, host: str, placed: Placed) -> Key:
    address = intent.routers[host].bgp_address(placed.connection)
    if address is None:
        return None
    return bgp_field(placed.connection), address, (placed.connection.gateway, address)


def _connection_name(intent: Intent, host: str, placed: Placed) -> Key:
    return _azure_name(intent, host, placed, "connection")


def _local_gateway_name(intent: Intent, host: str, placed: Placed) -> Key:
    return _azure_name(intent, host, placed, "local_network_gateway")


def _azure_name(intent: Intent, host: str, placed: Placed, kind: str) -> Key:
    gateway = intent.gateways.get(placed.connection.gateway)
    if gateway is None:
        return None
    name: str = getattr(placed.connection.azure_names(host), kind)
    field = "tunnel" if placed.connection.azure is None else f"azure.{kind}"
    return field, name, (*_scope(gateway), name.casefold())


_UNIQUE: dict[str, tuple[str, Callable[[Intent, str, Placed], Key]]] = {
    "public address": ("F123", _public_address),
    "BGP address": ("F123", _bgp_address),
    "connection name": ("F112", _connection_name),
    "local network gateway name": ("F112", _local_gateway_name),
}
