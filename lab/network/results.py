"""What the network answers: the states that both ends' commands show, frozen.

VRF names: the empty string is the global table. Lifetimes are in seconds and kilobytes.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Protocol

Neighbors = frozenset[tuple[str, IPv4Address]]
"""BGP neighbours of a router, by VRF and address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSa:
    """A live pair of IPsec SAs; what was negotiated, in IOS keywords.

    It carried `carried_kb` each way, of which hosts sent `load_kb`.
    """

    spi_in: int
    spi_out: int
    transform: str
    pfs: str | None
    lifetime_s: int
    lifetime_kb: int | None
    established_at: float
    carried_kb: float = 0
    load_kb: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IkeSession:
    """A live IKEv2 SA of a router, and its child if it has one. Times are lab epoch seconds.

    The algorithms are IOS keywords as in a proposal: `aes-cbc-256`, `sha1`, `sha1`, `2`.
    `lifetime_s` is the router's own; `front_door` and `inside` are VRF names.
    """

    session_id: int
    tunnel_id: int
    interface: str
    profile: str
    local: IPv4Address
    remote: IPv4Address
    port: int
    front_door: str
    inside: str
    encryption: str
    integrity: str | None
    prf: str
    group: str
    lifetime_s: int
    established_at: float
    child: ChildSa | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpPrefix:
    """A path in a BGP table; `origin` is `i` or `?`, a `next_hop` of 0.0.0.0 is the router itself.

    `peer` is the neighbour it was learned from, None for what the router itself puts in.
    `from_vrf` is the VRF it was imported from. `installed` is False for a RIB failure.
    `local_preference` and `metric` are what a route map set; IOS counts 100 and 0 where none did.
    """

    prefix: IPv4Network
    next_hop: IPv4Address
    as_path: tuple[int, ...]
    origin: str
    from_vrf: str | None = None
    peer: IPv4Address | None = None
    weight: int = 0
    local_preference: int | None = None
    metric: int | None = None
    valid: bool = True
    best: bool = False
    multipath: bool = False
    installed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpSession:
    """A configured neighbour and the state of its session; `since` is None for `never`.

    `state` is `Idle`, `Idle (Admin)`, `Active` or `Established`; `since` is when that began.
    `heard` is all that the neighbour announced, `received` what passed the inbound policy;
    `advertised` are paths of the VRF's BGP table.
    """

    vrf: str
    neighbor: IPv4Address
    asn: int
    state: str
    since: float | None
    messages_received: int
    messages_sent: int
    received: tuple[BgpPrefix, ...]
    heard: tuple[BgpPrefix, ...] = ()
    advertised: tuple[BgpPrefix, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A way of a route: its next hop, the VRF where that is found, the interface it leaves by.

    `vrf` is the route's own VRF unless the path was imported. `next_hop` is None where the route
    names an interface only. `interface` is where it leaves in the end, resolved, even where the
    route names a next hop only.
    """

    next_hop: IPv4Address | None
    vrf: str
    interface: str | None
    since: float
    from_peer: IPv4Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An installed route; `source` is `connected` | `local` | `static` | `bgp`."""

    prefix: IPv4Network
    source: str
    distance: int
    metric: int
    as_path: tuple[int, ...]
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceStatus:
    """One tunnel of a connection as Azure shows it."""

    instance: int
    status: str
    since: float | None
    ingress_bytes: int
    egress_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionStatus:
    """`connectionStatus`: Unknown | Connecting | Connected | NotConnected."""

    status: str
    tunnels: tuple[InstanceStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerStatus:
    """One row of getBgpPeerStatus."""

    local_address: IPv4Address
    neighbor: IPv4Address
    asn: int
    state: str
    since: float | None
    routes_received: int
    messages_sent: int
    messages_received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRoute:
    """One row of getLearnedRoutes or getAdvertisedRoutes."""

    local_address: IPv4Address
    network: IPv4Network
    next_hop: IPv4Address | None
    source_peer: IPv4Address
    origin: str
    as_path: tuple[int, ...]
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveRoute:
    """One row of a NIC's effective route table."""

    source: str
    state: str
    prefix: IPv4Network
    next_hop_type: str
    next_hop: IPv4Address | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRoute:
    """A prefix that a hub has by its VPN gateway; the AS path is empty for a static one."""

    prefix: IPv4Network
    as_path: tuple[int, ...]


class Network(Protocol):
    """What both ends ask of the network between them."""

    def changed(self, *, soon: bool = False) -> None:
        """Either end changed: negotiate again what must be; cheap when nothing did."""
        ...

    def ike_sessions(self, router: str) -> tuple[IkeSession, ...]:
        """Return a router's live IKEv2 SAs in the order of their session ids."""
        ...

    def clear_ike(
        self,
        router: str,
        remote: IPv4Address | None = None,
        local: IPv4Address | None = None,
        front_door: str | None = None,
    ) -> None:
        """Drop a router's IKEv2 SAs (those of addresses or VRF); they are negotiated anew."""
        ...

    def clear_tunnels(self, router: str, interfaces: frozenset[str], *, children: bool) -> None:
        """Drop the SAs of a router's tunnels, or their `children` alone, which are made anew."""
        ...

    def carry(self, router: str, interface: str, kilobytes: float) -> None:
        """Count what a router itself sent through a tunnel, and got back."""
        ...

    def clear_bgp(self, router: str, neighbors: Neighbors, *, hard: bool) -> None:
        """End BGP sessions, or take what is heard over them by the policy of now."""
        ...

    def bgp_sessions(self, router: str, vrf: str) -> tuple[BgpSession, ...]:
        """Return the neighbours of an address family in the order of their addresses."""
        ...

    def bgp_table(self, router: str, vrf: str) -> tuple[BgpPrefix, ...]:
        """Return a VRF's BGP table by prefix, the best path of each first."""
        ...

    def routes(self, router: str, vrf: str) -> tuple[Route, ...]:
        """Return a VRF's routing table in the order of the prefixes."""
        ...

    def interface_up(self, router: str, interface: str) -> bool:
        """Tell whether an interface's line protocol is up."""
        ...

    def connection_status(self, gateway: str, connection: str) -> ConnectionStatus:
        """Return what Azure shows of a connection and its tunnels."""
        ...

    def peer_status(self, gateway: str) -> tuple[PeerStatus, ...]:
        """Return the rows of getBgpPeerStatus."""
        ...

    def learned_routes(self, gateway: str) -> tuple[GatewayRoute, ...]:
        """Return the rows of getLearnedRoutes."""
        ...

    def advertised_routes(self, gateway: str, peer: IPv4Address) -> tuple[GatewayRoute, ...]:
        """Return the rows of getAdvertisedRoutes for one peer."""
        ...

    def effective_routes(self, gateway: str) -> tuple[EffectiveRoute, ...]:
        """Return the effective routes of a NIC in the gateway's network."""
        ...

    def hub_routes(self, gateway: str) -> tuple[HubRoute, ...]:
        """Return what a hub has by its VPN gateway, by prefix."""
        ...
