"""What the two ends show the network: frozen views of what is configured on each.

A router makes a `RouterView` of its running configuration, the gateway a `GatewayView` of its
resources. The network joins them and answers with the states of the second half. Neither end
reads the other's view, so an agreement that IOS or Azure would not reach is not reached here.

VRF names: the empty string is the global table. Lifetimes are in seconds and kilobytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal, Protocol

GLOBAL = ""


# --- the router's end ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelView:
    """The tunnel lines of an interface; `front_door` is `tunnel vrf`."""

    source: str | None = None
    mode: str = "gre ip"
    destination: IPv4Address | None = None
    front_door: str = GLOBAL
    ipsec_profile: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceView:
    """An interface; `unnumbered` names the interface that lends its address."""

    name: str
    vrf: str = GLOBAL
    address: IPv4Interface | None = None
    unnumbered: str | None = None
    shutdown: bool = False
    tunnel: TunnelView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VrfView:
    """A VRF with its route targets, written as `asn:number`."""

    name: str
    rd: str | None = None
    rt_export: frozenset[str] = frozenset()
    rt_import: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """An IKEv2 proposal in IOS keywords, each list in the order typed."""

    name: str
    encryption: tuple[str, ...] = ()
    integrity: tuple[str, ...] = ()
    prf: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyView:
    """An IKEv2 policy; `front_door` may be `any`; without local addresses it matches all."""

    name: str
    front_door: str = GLOBAL
    local_addresses: tuple[IPv4Address, ...] = ()
    proposals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringPeerView:
    """A peer block of a keyring; a key for both directions, or one for each."""

    name: str
    address: IPv4Network | None = None
    local_key: str | None = None
    remote_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ikev2ProfileView:
    """An IKEv2 profile; complete when both authentications and an identity match are there."""

    name: str
    front_door: str = GLOBAL
    local_interfaces: tuple[str, ...] = ()
    local_addresses: tuple[IPv4Address, ...] = ()
    remote_identities: tuple[IPv4Network, ...] = ()
    local_identity: IPv4Address | None = None
    authentication_remote: str | None = None
    authentication_local: str | None = None
    keyring: str | None = None
    lifetime_s: int = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformSetView:
    """A transform set: its transforms as typed, e.g. ("esp-aes 256", "esp-sha-hmac")."""

    name: str
    transforms: tuple[str, ...] = ()
    mode: str = "tunnel"


@dataclass(frozen=True, slots=True, kw_only=True)
class IpsecProfileView:
    """An IPsec profile; `pfs` is the group keyword (`group20`) or None."""

    name: str
    transform_sets: tuple[str, ...] = ()
    ikev2_profile: str | None = None
    pfs: str | None = None
    lifetime_s: int = 3600
    lifetime_kb: int | None = 4608000


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticRouteView:
    """`ip route [vrf V] prefix [interface] [next hop]`."""

    vrf: str
    prefix: IPv4Network
    next_hop: IPv4Address | None = None
    interface: str | None = None
    distance: int = 1
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixRuleView:
    """One entry of a prefix list."""

    sequence: int
    permit: bool
    prefix: IPv4Network
    ge: int | None = None
    le: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMapRuleView:
    """One entry of a route map, as far as it is modelled."""

    sequence: int
    permit: bool
    match_prefix_lists: tuple[str, ...] = ()
    next_hop_peer_address: bool = False
    prepend: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighborView:
    """A BGP neighbour in one address family."""

    address: IPv4Address
    remote_as: int | None = None
    multihop: int = 1
    update_source: str | None = None
    activated: bool = False
    shutdown: bool = False
    prefix_list_in: str | None = None
    prefix_list_out: str | None = None
    route_map_in: str | None = None
    route_map_out: str | None = None
    keepalive_s: int = 60
    hold_s: int = 180
    allowas_in: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyView:
    """`address-family ipv4 [vrf V]`; `maximum_paths` covers eBGP paths, eibgp ones if `eibgp`."""

    vrf: str
    neighbors: tuple[NeighborView, ...] = ()
    redistribute: frozenset[str] = frozenset()
    networks: tuple[IPv4Network, ...] = ()
    maximum_paths: int = 1
    eibgp: bool = False
    import_selection: Literal["bestpath", "multipaths", "all"] = "bestpath"
    import_limit: int | None = None
    router_id_interface: str | None = None
    router_id: IPv4Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpView:
    """The BGP process."""

    asn: int
    families: Mapping[str, FamilyView]
    router_id: IPv4Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterView:
    """All that the network looks at on one router; every mapping is keyed by name."""

    name: str
    powered: bool = True
    interfaces: Mapping[str, InterfaceView] = field(default_factory=dict)
    vrfs: Mapping[str, VrfView] = field(default_factory=dict)
    proposals: Mapping[str, ProposalView] = field(default_factory=dict)
    policies: Mapping[str, PolicyView] = field(default_factory=dict)
    keyrings: Mapping[str, tuple[KeyringPeerView, ...]] = field(default_factory=dict)
    ikev2_profiles: Mapping[str, Ikev2ProfileView] = field(default_factory=dict)
    transform_sets: Mapping[str, TransformSetView] = field(default_factory=dict)
    ipsec_profiles: Mapping[str, IpsecProfileView] = field(default_factory=dict)
    static_routes: tuple[StaticRouteView, ...] = ()
    prefix_lists: Mapping[str, tuple[PrefixRuleView, ...]] = field(default_factory=dict)
    route_maps: Mapping[str, tuple[RouteMapRuleView, ...]] = field(default_factory=dict)
    bgp: BgpView | None = None


# --- Azure's end --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IpsecPolicyView:
    """One `ipsecPolicies` entry, in Azure's own words."""

    sa_lifetime_s: int
    sa_data_size_kb: int
    ipsec_encryption: str
    ipsec_integrity: str
    ike_encryption: str
    ike_integrity: str
    dh_group: str
    pfs_group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionView:
    """A provisioned connection joined with its local network gateway; `key` is the negotiated one.

    `custom_bgp` maps an instance's index to the APIPA speaker chosen for it.
    `policy` is None for Azure's default proposals. `policy_based` narrows the traffic selectors
    to the networks of both sides; `on_private_address` has Azure wait at its private address.
    """

    id: str
    peer_address: IPv4Address
    protocol: str = "IKEv2"
    mode: str = "Default"
    key: str
    enable_bgp: bool
    peer_asn: int | None = None
    peer_bgp_address: IPv4Address | None = None
    address_prefixes: tuple[IPv4Network, ...] = ()
    policy: IpsecPolicyView | None = None
    custom_bgp: Mapping[int, IPv4Address] = field(default_factory=dict)
    policy_based: bool = False
    on_private_address: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceView:
    """A gateway instance: its public address and BGP speakers, the default one first."""

    public_address: IPv4Address
    speakers: tuple[IPv4Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayView:
    """A virtual network gateway with all its connections.

    `next_hop` is what it announces as next hop, None for each speaker's own address;
    `expressroute` are the prefixes that its network has by ExpressRoute, too.
    """

    id: str
    asn: int
    instances: tuple[InstanceView, ...]
    prefixes: tuple[IPv4Network, ...]
    connections: tuple[ConnectionView, ...] = ()
    next_hop: IPv4Address | None = None
    expressroute: tuple[IPv4Network, ...] = ()
    expressroute_next_hop: IPv4Address | None = None


class RouterEnd(Protocol):
    """What the network asks of a router."""

    def view(self) -> RouterView:
        """Return what is configured now; the same object while nothing changed."""
        ...

    def log(self, message: str) -> None:
        """Take an asynchronous log line, e.g. `%LINEPROTO-5-UPDOWN: …`."""
        ...


class GatewayEnd(Protocol):
    """What the network asks of a gateway."""

    def view(self) -> GatewayView:
        """Return what is provisioned now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkFact:
    """What the provider does on a segment: the hop that answers and the translation it makes.

    `public` is the address the packets of `address` bear on the Internet (the same where there
    is no translation). A packet whose source is not `address` is dropped by the provider.
    """

    address: IPv4Address
    next_hop: IPv4Address
    public: IPv4Address


# --- what the network answers -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSa:
    """A live pair of IPsec SAs; what was negotiated, in IOS keywords."""

    spi_in: int
    spi_out: int
    transform: str
    pfs: str | None
    lifetime_s: int
    lifetime_kb: int | None
    established_at: float


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
    """

    prefix: IPv4Network
    next_hop: IPv4Address
    as_path: tuple[int, ...]
    origin: str
    from_vrf: str | None = None
    peer: IPv4Address | None = None
    weight: int = 0
    valid: bool = True
    best: bool = False
    multipath: bool = False
    installed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpSession:
    """A configured neighbour and the state of its session; `since` is None for `never`.

    `state` is `Idle`, `Idle (Admin)`, `Active` or `Established`; `since` is when that began.
    `received` is what passed the inbound policy; `advertised` are paths of the VRF's BGP table.
    """

    vrf: str
    neighbor: IPv4Address
    asn: int
    state: str
    since: float | None
    messages_received: int
    messages_sent: int
    received: tuple[BgpPrefix, ...]
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


class Network(Protocol):
    """What both ends ask of the network between them."""

    def changed(self, *, soon: bool = False) -> None:
        """Either end changed: negotiate again what must be; cheap when nothing did."""
        ...

    def ike_sessions(self, router: str) -> tuple[IkeSession, ...]:
        """Return a router's live IKEv2 SAs in the order of their session ids."""
        ...

    def clear_ike(
        self, router: str, remote: IPv4Address | None = None, local: IPv4Address | None = None
    ) -> None:
        """Drop a router's IKEv2 SAs (those with `remote`); they are negotiated anew."""
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
