"""What the sites of an inventory can carry, and what binds them."""

from collections.abc import Iterator
from dataclasses import dataclass

from fvrf.capacity.limits import (
    HUB_CONNECTIONS,
    HUB_TUNNEL_MBPS,
    MOST_SCALE_UNITS,
    SCALE_UNIT_MBPS,
    SKUS,
    Sku,
    cipher_of,
    sku_of,
)
from fvrf.capacity.sizing import gateway_mbps
from fvrf.intent.model import Gateway, HubGateway, Intent, Router

_MBPS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a router can carry to all its gateways, in megabits a second, and what binds first."""

    host: str
    tunnels: int
    reach_mbps: int
    wanted_mbps: int | None
    binds: str

    @property
    def is_enough(self) -> bool:
        """Whether it reaches what its intent wants, if it wants anything."""
        return self.wanted_mbps is None or self.reach_mbps >= self.wanted_mbps


def reaches(intent: Intent) -> Iterator[Reach]:
    """Yield what each router can carry; a gateway without `sku` is held for the largest."""
    for host, router in intent.routers.items():
        yield _reach(intent, host, router)


def overloads(intent: Intent) -> Iterator[tuple[str, int, int]]:
    """Yield (gateway, wanted, carried) where its routers want more of it than it carries.

    A router's throughput counts in equal parts for its gateways.
    """
    for name, gateway in intent.gateways.items():
        if gateway.sku is None and not isinstance(gateway, HubGateway):
            continue
        wanted = sum(_share(router, name) for router in intent.routers.values())
        carried = gateway_mbps(_sku(gateway), len(gateway.instances))
        if wanted > carried:
            yield name, round(wanted), carried


def _share(router: Router, gateway: str) -> float:
    names = {placed.connection.gateway for placed in router.connections()}
    if router.throughput_gbps is None or gateway not in names:
        return 0.0
    return router.throughput_gbps * _MBPS / len(names)


def _reach(intent: Intent, host: str, router: Router) -> Reach:
    parts = [
        _toward(router, name, intent.gateways[name])
        for name in dict.fromkeys(placed.connection.gateway for placed in router.connections())
    ]
    total, binds = sum(part[1] for part in parts), "; ".join(part[2] for part in parts)
    licensed = None if router.licensed_gbps is None else round(router.licensed_gbps * _MBPS)
    if licensed is not None and licensed < total:
        total, binds = licensed, "the router's licence"
    wanted = router.throughput_gbps
    return Reach(
        host=host,
        tunnels=sum(part[0] for part in parts),
        reach_mbps=total,
        wanted_mbps=None if wanted is None else round(wanted * _MBPS),
        binds=binds,
    )


def _toward(router: Router, name: str, gateway: Gateway) -> tuple[int, int, str]:
    """Return how many tunnels lead to a gateway, what they carry, and what binds there.

    Those that others go before carry nothing beside them.
    """
    instances, sku = len(gateway.instances), _sku(gateway)
    own = [p.connection for p in router.connections() if p.connection.gateway == name]
    first = min(connection.prepend for connection in own)
    rates = [
        sku.tunnel_mbps[cipher_of(router.crypto_of(connection).ipsec_encryption)]
        for connection in own
        if connection.prepend == first
        for _ in range(instances)
    ]
    carried, tunnels, total = gateway_mbps(sku, instances), len(rates), sum(rates)
    if carried < total:
        return tunnels, carried, f"{name} ({sku.name}): {carried} Mbps"
    each = " and ".join(str(rate) for rate in sorted(set(rates), reverse=True))
    return tunnels, total, f"{tunnels} tunnels of {each} Mbps to {name}"


def _sku(gateway: Gateway) -> Sku:
    if isinstance(gateway, HubGateway):
        return _hub(gateway)
    found = sku_of(gateway.sku, gateway.generation) if gateway.sku else None
    return found if found and found.has_bgp else max(SKUS.values(), key=lambda s: s.aggregate_mbps)


def _hub(gateway: HubGateway) -> Sku:
    """Return a hub's gateway as a row of the table; one of no told size is held for the largest."""
    units = gateway.scale_units or MOST_SCALE_UNITS
    return Sku(
        name=f"{units} scale units",
        generation=2,
        connections=HUB_CONNECTIONS,
        aggregate_mbps=units * SCALE_UNIT_MBPS,
        tunnel_mbps=HUB_TUNNEL_MBPS,
    )
