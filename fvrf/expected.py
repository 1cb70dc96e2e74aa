"""The state that a plan means to bring about, in the terms in which it is seen.

Everything is taken from the plan by its keys; no name, number or address is made here.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from fvrf.plan.model import ConnectionPlan, GatewayPlan, RouterPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedTunnel:
    """A tunnel with its IKEv2 session; `fvrf` is None for the global table."""

    name: str
    connection: str
    local: IPv4Address
    remote: IPv4Address
    fvrf: str | None
    ivrf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSession:
    """A BGP session with a speaker through `tunnel`, and the prefixes it is told."""

    connection: str
    tunnel: str
    vrf: str
    neighbor: IPv4Address
    remote_as: int
    advertised: tuple[IPv4Network, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPath:
    """One of the ways that share a prefix's traffic: next hop, its VRF, and the egress tunnel."""

    next_hop: IPv4Address
    vrf: str
    tunnel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRoute:
    """A gateway's prefix in a VRF with all its equal-cost paths."""

    vrf: str
    prefix: IPv4Network
    paths: tuple[ExpectedPath, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRouter:
    """A router as it should be seen: `outside` in its outside VRFs, `inside` in the inside ones."""

    host: str
    tunnels: tuple[ExpectedTunnel, ...]
    sessions: tuple[ExpectedSession, ...]
    outside: tuple[ExpectedRoute, ...]
    inside: tuple[ExpectedRoute, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedConnection:
    """A connection as Azure should show it; `speakers` has one for each gateway instance."""

    name: str
    router: str
    bgp_address: IPv4Address
    asn: int
    speakers: tuple[IPv4Address, ...]
    prefixes: tuple[IPv4Network, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedGateway:
    """A gateway as it should be seen, as far as the chosen routers go."""

    host: str
    connections: tuple[ExpectedConnection, ...]
    nics: tuple[str, ...]

    @property
    def prefixes(self) -> tuple[IPv4Network, ...]:
        """The prefixes of the sites, each once."""
        return tuple(dict.fromkeys(p for c in self.connections for p in c.prefixes))


def expected_router(plan: RouterPlan) -> ExpectedRouter:
    """Return what a router with this plan shows once everything is up."""
    return ExpectedRouter(
        host=plan.host,
        tunnels=tuple(t for c in plan.connections for t in _tunnels(plan, c)),
        sessions=tuple(s for c in plan.connections for s in _sessions(c)),
        outside=_routes((c.outside, c) for c in plan.connections),
        inside=_routes((c.inside, c) for c in plan.connections),
    )


def expected_gateway(plan: GatewayPlan, only: Collection[str] | None = None) -> ExpectedGateway:
    """Return what a gateway shows of the routers in `only`, or of all."""
    return ExpectedGateway(
        host=plan.host,
        connections=tuple(
            ExpectedConnection(
                name=connection.name,
                router=connection.router,
                bgp_address=connection.bgp_address,
                asn=connection.asn,
                speakers=connection.speakers,
                prefixes=connection.site_prefixes,
            )
            for connection in plan.connections
            if only is None or connection.router in only
        ),
        nics=plan.nics,
    )


def _tunnels(plan: RouterPlan, connection: ConnectionPlan) -> Iterator[ExpectedTunnel]:
    by_name = {tunnel.name: tunnel for tunnel in plan.tunnels}
    for name in connection.tunnels:
        tunnel = by_name[name]
        yield ExpectedTunnel(
            name=name,
            connection=connection.name,
            local=connection.local_address,
            remote=tunnel.destination,
            fvrf=tunnel.front_door,
            ivrf=tunnel.vrf,
        )


def _sessions(connection: ConnectionPlan) -> Iterator[ExpectedSession]:
    for tunnel, speaker in zip(connection.tunnels, connection.speakers, strict=True):
        yield ExpectedSession(
            connection=connection.name,
            tunnel=tunnel,
            vrf=connection.outside,
            neighbor=speaker,
            remote_as=connection.peer_asn,
            advertised=connection.site_prefixes,
        )


def _routes(by_vrf: Iterable[tuple[str, ConnectionPlan]]) -> tuple[ExpectedRoute, ...]:
    """Gather the paths of each gateway prefix in each VRF over all connections that carry it."""
    paths: dict[tuple[str, IPv4Network], list[ExpectedPath]] = {}
    for vrf, connection in by_vrf:
        for prefix in connection.gateway_prefixes:
            paths.setdefault((vrf, prefix), []).extend(_paths(connection))
    return tuple(
        ExpectedRoute(vrf=vrf, prefix=prefix, paths=tuple(found))
        for (vrf, prefix), found in paths.items()
    )


def _paths(connection: ConnectionPlan) -> Iterator[ExpectedPath]:
    for tunnel, speaker in zip(connection.tunnels, connection.speakers, strict=True):
        yield ExpectedPath(next_hop=speaker, vrf=connection.outside, tunnel=tunnel)
