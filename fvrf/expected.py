"""The state that a plan means to bring about, in the terms in which it is seen.

Everything is taken from the plan by its keys; no name, number or address is made here.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from fvrf.plan.model import ConnectionPlan, GatewayPlan, RouterPlan
from fvrf.plan.objects import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedInterface:
    """An uplink, an inside interface or a loopback; `connection` is None.

    Without an `address` any that it was leased will do.
    """

    name: str
    address: IPv4Address | None
    connection: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedTunnel:
    """A tunnel with its IKEv2 session; `fvrf` is None for the global table.

    `address` is its own or the one it borrows. `pfs` is the group of its IPsec profile. `source` is
    the interface that it leaves by, `local` that one's address, None where it is leased.
    """

    name: str
    address: IPv4Address
    connection: str
    ipsec_profile: str
    pfs: str | None
    source: str
    local: IPv4Address | None
    remote: IPv4Address
    fvrf: str | None
    ivrf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSession:
    """A BGP session with a speaker through `tunnel`, and the prefixes it is told.

    `is_filtered`: nothing else is told, and neither a default route nor a host route is taken.
    """

    connection: str
    tunnel: str
    vrf: str
    neighbor: IPv4Address
    remote_as: int
    advertised: tuple[IPv4Network, ...]
    is_filtered: bool


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
class ExpectedSiteRoute:
    """A prefix of the site itself, and by what its inside VRF reaches it.

    Only a static route's `next_hop` is ours to know.
    """

    vrf: str
    prefix: IPv4Network
    next_hop: IPv4Address | None
    source: Source | Literal["static"] = "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRouter:
    """A router as it should be seen.

    `outside` are the gateways' prefixes in its outside VRFs, `inside` those in the inside ones.
    """

    host: str
    interfaces: tuple[ExpectedInterface, ...]
    tunnels: tuple[ExpectedTunnel, ...]
    sessions: tuple[ExpectedSession, ...]
    outside: tuple[ExpectedRoute, ...]
    inside: tuple[ExpectedRoute, ...]
    site: tuple[ExpectedSiteRoute, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedConnection:
    """A connection as Azure should show it; `speakers` has one for each gateway instance.

    `pfs_group` is in Azure's words; `prepend` is how often its AS is announced once more.
    """

    name: str
    router: str
    bgp_address: IPv4Address
    asn: int
    speakers: tuple[IPv4Address, ...]
    prefixes: tuple[IPv4Network, ...]
    prepend: int
    pfs_group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedGateway:
    """A gateway as it should be seen, as far as the chosen routers go.

    `addresses` are all its own: NICs have them as next hops. `expressroute` is what the sites
    announce beside it, which goes unencrypted. `is_hub`: of a virtual WAN, where the hub has the
    routes.
    """

    host: str
    connections: tuple[ExpectedConnection, ...]
    nics: tuple[str, ...]
    addresses: tuple[IPv4Address, ...] = ()
    expressroute: tuple[IPv4Network, ...] = ()
    is_hub: bool = False

    @property
    def prefixes(self) -> tuple[IPv4Network, ...]:
        """The prefixes of the sites, each once."""
        return tuple(dict.fromkeys(p for c in self.connections for p in c.prefixes))


def expected_router(plan: RouterPlan) -> ExpectedRouter:
    """Return what a router with this plan shows once everything is up."""
    return ExpectedRouter(
        host=plan.host,
        interfaces=_interfaces(plan),
        tunnels=tuple(t for c in plan.connections for t in _tunnels(plan, c)),
        sessions=tuple(s for c in plan.connections for s in _sessions(plan, c)),
        outside=_routes((c.outside, c) for c in plan.connections),
        inside=_routes((c.inside, c) for c in plan.connections),
        site=tuple(_site_routes(plan)),
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
                prepend=connection.prepend,
                pfs_group=connection.crypto.azure_pfs_group,
            )
            for connection in plan.connections
            if only is None or connection.router in only
        ),
        nics=plan.nics,
        addresses=(*plan.public_addresses, *plan.private_addresses, *plan.speakers),
        expressroute=tuple(dict.fromkeys(p for c in plan.connections for p in c.expressroute)),
        is_hub=plan.hub is not None,
    )


def _interfaces(plan: RouterPlan) -> tuple[ExpectedInterface, ...]:
    """Gather the uplinks, also those that are only read, and the inside interfaces."""
    addresses = {connection.uplink: connection.local_address for connection in plan.connections}
    addresses |= {
        interface.name: interface.address.ip if interface.address else None
        for interface in plan.interfaces
    }
    addresses |= {loopback.name: loopback.address.ip for loopback in plan.loopbacks}
    return tuple(
        ExpectedInterface(name=name, address=address) for name, address in addresses.items()
    )


def _tunnels(plan: RouterPlan, connection: ConnectionPlan) -> Iterator[ExpectedTunnel]:
    by_name = {tunnel.name: tunnel for tunnel in plan.tunnels}
    pfs = {profile.name: profile.pfs for profile in plan.ipsec_profiles}
    for name in connection.tunnels:
        tunnel = by_name[name]
        yield ExpectedTunnel(
            name=name,
            address=connection.bgp_address,
            connection=connection.name,
            ipsec_profile=tunnel.ipsec_profile,
            pfs=pfs[tunnel.ipsec_profile],
            source=connection.uplink,
            local=connection.local_address,
            remote=tunnel.destination,
            fvrf=tunnel.front_door,
            ivrf=tunnel.vrf,
        )


def _sessions(plan: RouterPlan, connection: ConnectionPlan) -> Iterator[ExpectedSession]:
    filtered = {
        (family.vrf, neighbor.address)
        for family in plan.bgp.families
        for neighbor in family.neighbors
        if neighbor.prefix_list_in is not None
    }
    for tunnel, speaker in zip(connection.tunnels, connection.speakers, strict=True):
        yield ExpectedSession(
            connection=connection.name,
            tunnel=tunnel,
            vrf=connection.outside,
            neighbor=speaker,
            remote_as=connection.peer_asn,
            advertised=connection.site_prefixes,
            is_filtered=(connection.outside, speaker) in filtered,
        )


def _site_routes(plan: RouterPlan) -> Iterator[ExpectedSiteRoute]:
    inside = {connection.inside for connection in plan.connections}
    for route in plan.routes:
        if route.vrf in inside:
            yield ExpectedSiteRoute(
                vrf=route.vrf, prefix=route.prefix, next_hop=IPv4Address(route.via)
            )
    for one in plan.learned:
        if one.vrf in inside:
            yield ExpectedSiteRoute(
                vrf=one.vrf, prefix=one.prefix, next_hop=None, source=one.source
            )


def _routes(by_vrf: Iterable[tuple[str, ConnectionPlan]]) -> tuple[ExpectedRoute, ...]:
    """Gather the paths of each gateway prefix in each VRF over the connections that carry it.

    Those of a higher rank wait: the router has only the lowest in its table.
    """
    carriers: dict[tuple[str, IPv4Network], list[ConnectionPlan]] = {}
    for vrf, connection in by_vrf:
        for prefix in connection.gateway_prefixes:
            carriers.setdefault((vrf, prefix), []).append(connection)
    paths = {
        key: [path for one in found if one.rank == _first(found) for path in _paths(one)]
        for key, found in carriers.items()
    }
    return tuple(
        ExpectedRoute(vrf=vrf, prefix=prefix, paths=tuple(found))
        for (vrf, prefix), found in paths.items()
    )


def _first(connections: Iterable[ConnectionPlan]) -> int:
    return min(connection.rank for connection in connections)


def _paths(connection: ConnectionPlan) -> Iterator[ExpectedPath]:
    for tunnel, speaker in zip(connection.tunnels, connection.speakers, strict=True):
        yield ExpectedPath(next_hop=speaker, vrf=connection.outside, tunnel=tunnel)
