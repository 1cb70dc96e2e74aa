"""The plan: everything derived from intent, once. Templates, diffs and checks only read it.

What stands on a router is made of `objects`; here they come together, with Azure's end.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from fvrf.crypto import CryptoPolicy
from fvrf.plan.objects import (
    NO_BOX,
    BgpPlan,
    BoxPlan,
    Ikev2ProfilePlan,
    InterfacePlan,
    IpsecProfilePlan,
    KeyringPlan,
    LearnedPlan,
    LoopbackPlan,
    PolicyPlan,
    PrefixListPlan,
    PrependPlan,
    ProbePlan,
    ProposalPlan,
    Scheme,
    StandbyPlan,
    StaticRoutePlan,
    TransformSetPlan,
    TunnelPlan,
    VrfPlan,
    VrfStyle,
)
from fvrf.secrets import SecretRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionPlan:
    """One uplink x one gateway, seen from both ends; Azure's resources are made from it.

    `tunnels` are the names of the router's tunnel interfaces, by gateway instance.
    `bgp_address` is the router's, `speakers` are the gateway's, by instance. `custom_speakers` are
    those of them that Azure must be told: none where it speaks with its default addresses, and
    None where the gateway has no others. `local_address` is None where the uplink is leased one.
    `prepend` is how often the site's AS is announced beside the first time; of the router's
    connections those with the lowest `rank` carry the traffic. With `private_peering` the
    `peer_addresses` are private ones; `expressroute` is what the site announces beside the tunnels,
    to go unencrypted.
    """

    router: str
    site: str
    gateway: str
    name: str
    local_gateway_name: str
    uplink: str
    front_door: str | None
    outside: str
    inside: str
    tunnels: tuple[str, ...]
    public_address: IPv4Address
    local_address: IPv4Address | None
    bgp_address: IPv4Address
    asn: int
    peer_asn: int
    peer_addresses: tuple[IPv4Address, ...]
    speakers: tuple[IPv4Address, ...]
    custom_speakers: tuple[IPv4Address, ...] | None
    gateway_prefixes: tuple[IPv4Network, ...]
    site_prefixes: tuple[IPv4Network, ...]
    prepend: int
    crypto: CryptoPolicy
    key: SecretRef
    rank: int = 0
    private_peering: bool = False
    expressroute: tuple[IPv4Network, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterPlan:
    """One router: the objects of its configuration, each kind in the order it is built.

    `vrf_style` says by which of IOS-XE's two commands its VRFs stand: `ip vrf`, or `vrf
    definition` with an address family that holds the route targets. `throughput_gbps` is what it
    is to carry, where the intent says so.
    """

    host: str
    site: str
    scheme: Scheme
    vrfs: tuple[VrfPlan, ...]
    interfaces: tuple[InterfacePlan, ...]
    loopbacks: tuple[LoopbackPlan, ...]
    proposals: tuple[ProposalPlan, ...]
    policies: tuple[PolicyPlan, ...]
    keyrings: tuple[KeyringPlan, ...]
    ikev2_profiles: tuple[Ikev2ProfilePlan, ...]
    transform_sets: tuple[TransformSetPlan, ...]
    ipsec_profiles: tuple[IpsecProfilePlan, ...]
    tunnels: tuple[TunnelPlan, ...]
    routes: tuple[StaticRoutePlan, ...]
    prefix_lists: tuple[PrefixListPlan, ...]
    next_hop_route_map: str | None
    prepend: PrependPlan | None
    standbys: tuple[StandbyPlan, ...] = ()
    bgp: BgpPlan
    connections: tuple[ConnectionPlan, ...]
    probes: tuple[ProbePlan, ...]
    vrf_style: VrfStyle = "ip_vrf"
    box: BoxPlan = NO_BOX
    learned: tuple[LearnedPlan, ...] = ()
    throughput_gbps: float | None = None

    @property
    def gateways(self) -> tuple[str, ...]:
        """The gateways that it has connections to, each once."""
        return tuple(dict.fromkeys(connection.gateway for connection in self.connections))

    @property
    def shielded(self) -> tuple[str, ...]:
        """What its crypto has that newer releases refuse, each once."""
        words = (word for connection in self.connections for word in connection.crypto.shielded)
        return tuple(dict.fromkeys(words))


@dataclass(frozen=True, slots=True, kw_only=True)
class HubPlan:
    """What a virtual WAN's hub has of its own; `scale_units` is None where it may be any."""

    scale_units: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPlan:
    """One gateway with the connections of all routers to it, ordered by name.

    `custom_speakers` are those of each instance, in the order of the public addresses.
    `hub` is None where it is no gateway of a virtual WAN's hub. There a connection is a link
    connection, and its local gateway a link of the VPN site of its router.
    """

    host: str
    subscription: str
    resource_group: str
    name: str
    asn: int
    public_addresses: tuple[IPv4Address, ...]
    speakers: tuple[IPv4Address, ...]
    prefixes: tuple[IPv4Network, ...]
    nics: tuple[str, ...]
    connections: tuple[ConnectionPlan, ...]
    sku: str | None = None
    generation: int | None = None
    private_addresses: tuple[IPv4Address, ...] = ()
    custom_speakers: tuple[tuple[IPv4Address, ...], ...] = ()
    hub: HubPlan | None = None

    @property
    def wants_private_addresses(self) -> bool:
        """Whether any connection leads to a private address of it."""
        return any(connection.private_peering for connection in self.connections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Both ends of the whole selection; `warnings` are for the NOE, in plain words."""

    routers: dict[str, RouterPlan]
    gateways: dict[str, GatewayPlan]
    warnings: tuple[str, ...]
