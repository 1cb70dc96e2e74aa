"""What the two ends show the network: frozen views of what is configured on each.

A router makes a `RouterView` of its running configuration, the gateway a `GatewayView` of its
resources. The network joins them and answers with the states of `results.py`. Neither end
reads the other's view, so an agreement that IOS or Azure would not reach is not reached here.

VRF names: the empty string is the global table. Lifetimes are in seconds and kilobytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from math import inf
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
    """An interface; `unnumbered` names the interface that lends its address, `vlan` is its tag.

    With `dhcp` its address is the one that it is leased.
    """

    name: str
    vlan: int | None = None
    vrf: str = GLOBAL
    address: IPv4Interface | None = None
    unnumbered: str | None = None
    dhcp: bool = False
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
    """`ip route [vrf V] prefix [interface] [next hop | dhcp]`; `source` is who brought it in."""

    vrf: str
    prefix: IPv4Network
    next_hop: IPv4Address | None = None
    interface: str | None = None
    dhcp: bool = False
    distance: int = 1
    name: str | None = None
    source: str = "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class OspfView:
    """An OSPF process: the networks whose interfaces it runs on."""

    number: int
    vrf: str
    networks: tuple[IPv4Network, ...]


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
    """One entry of a route map, as far as it is modelled; what is not set is None."""

    sequence: int
    permit: bool
    match_prefix_lists: tuple[str, ...] = ()
    next_hop_peer_address: bool = False
    next_hop: IPv4Address | None = None
    weight: int | None = None
    metric: int | None = None
    prepend: tuple[int, ...] = ()
    local_preference: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighborView:
    """A BGP neighbour in one address family.

    A session over which more than `maximum_prefix` come ends, for `restart_s`; None: no such limit,
    or one that is only logged.
    """

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
    maximum_prefix: int | None = None
    weight: int = 0
    restart_s: float = inf


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyView:
    """`address-family ipv4 [vrf V]`; `maximum_paths` covers eBGP paths, eibgp ones if `eibgp`.

    `redistribute_maps` names the route map of a redistributed protocol that has one.
    """

    vrf: str
    neighbors: tuple[NeighborView, ...] = ()
    redistribute: frozenset[str] = frozenset()
    redistribute_maps: Mapping[str, str] = field(default_factory=dict)
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
    """All that the network looks at on one router; every mapping is keyed by name.

    `loads` are the kilobytes a second that hosts send through a tunnel, each way.
    """

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
    loads: Mapping[str, float] = field(default_factory=dict)
    ospf: tuple[OspfView, ...] = ()


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
    The `silent` instances answer no peer.
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
    silent: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceView:
    """A gateway instance: its addresses and BGP speakers, the default one first.

    At `private_address` it waits for connections that are `on_private_address`.
    """

    public_address: IPv4Address
    speakers: tuple[IPv4Address, ...]
    private_address: IPv4Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayView:
    """A virtual network gateway, or a hub's VPN gateway, with all its connections.

    `next_hop` is what it announces as next hop, None for each speaker's own address;
    `expressroute` are the prefixes that its network has by ExpressRoute, too. Without
    `implicit_apipa` it speaks from a custom address only where the connection names it.
    """

    id: str
    asn: int
    instances: tuple[InstanceView, ...]
    prefixes: tuple[IPv4Network, ...]
    connections: tuple[ConnectionView, ...] = ()
    next_hop: IPv4Address | None = None
    expressroute: tuple[IPv4Network, ...] = ()
    expressroute_next_hop: IPv4Address | None = None
    implicit_apipa: bool = True


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
    is no translation). A packet whose source is not `address` is dropped by the provider, and so is
    one without the tag of `vlan`. With `expressroute` it is a private peering: it leads to private
    addresses of Azure, and to no public one.
    """

    address: IPv4Address
    vlan: int | None = None
    next_hop: IPv4Address
    public: IPv4Address
    expressroute: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerFact:
    """Who tells a router of networks on one of its inside segments, by `ospf` process or in `asn`.

    The process is the router's own: on the wire it has no number.
    """

    address: IPv4Address
    prefixes: tuple[IPv4Network, ...]
    asn: int | None = None
    ospf: int | None = None
