"""The objects that a plan puts on a router, each as its template and its checks read it.

Keys are references. Names and numbers are final: nothing downstream computes another.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal

from fvrf.secrets import SecretRef

MARK = "fvrf"
Scheme = Literal["fvrf", "article"]
VrfStyle = Literal["ip_vrf", "vrf_definition"]
Source = Literal["connected", "bgp", "ospf"]
Role = Literal["inside", "outside", "front_door"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VrfPlan:
    """A VRF; `description` is None in the scheme `article`."""

    name: str
    role: Role
    description: str | None
    rd: str
    rt_exports: tuple[str, ...]
    rt_imports: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfacePlan:
    """A managed uplink or an inside interface.

    Only a subinterface has a `description`, our mark, and a `vlan`: it is made by us. Without an
    `address` it gets one by DHCP.
    """

    name: str
    vrf: str | None
    address: IPv4Interface | None
    description: str | None = None
    vlan: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopbackPlan:
    """The loopback of a connection in its outside VRF: its tunnels borrow its address, a /32."""

    name: str
    description: str | None
    vrf: str
    address: IPv4Interface


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPlan:
    """An IKEv2 proposal in IOS keywords; `integrity` is empty with GCM, `prf` without."""

    name: str
    encryption: tuple[str, ...]
    integrity: tuple[str, ...]
    prf: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPlan:
    """An IKEv2 policy: one per (front door, local address).

    Without a `local_address` it matches by the front door alone: its uplinks are leased theirs.
    """

    name: str
    front_door: str | None
    local_address: IPv4Address | None
    proposals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringPeerPlan:
    """A peer of a keyring: one for each gateway instance."""

    name: str
    address: IPv4Address
    key: SecretRef


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringPlan:
    """A keyring: one per connection; one for all in the scheme `article`."""

    name: str
    peers: tuple[KeyringPeerPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ikev2ProfilePlan:
    """An IKEv2 profile: one per connection."""

    name: str
    front_door: str | None
    local_interface: str
    remote_identities: tuple[IPv4Address, ...]
    keyring: str
    lifetime_s: int | None
    dpd: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformSetPlan:
    """A transform set; `transforms` is the text after its name."""

    name: str
    transforms: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IpsecProfilePlan:
    """An IPsec profile: one per connection; `replay_window` is in packets, None IOS-XE's own."""

    name: str
    transform_set: str
    pfs: str | None
    ikev2_profile: str
    lifetime_s: int
    lifetime_kb: int
    replay_window: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelPlan:
    """A tunnel interface: one connection x one gateway instance.

    `address` is its own /32, else `unnumbered` names the interface that lends one.
    """

    name: str
    description: str | None
    vrf: str
    address: IPv4Interface | None
    unnumbered: str | None
    mtu: int | None
    mss: int
    source: str
    destination: IPv4Address
    front_door: str | None
    ipsec_profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticRoutePlan:
    """`ip route vrf`; `via` is a next hop, an interface, or one with `dhcp`; `name` our mark."""

    vrf: str | None
    prefix: IPv4Network
    via: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedPlan:
    """A prefix of a site that something not ours brings into its inside VRF."""

    vrf: str
    prefix: IPv4Network
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixRulePlan:
    """One entry of a prefix list."""

    sequence: int
    action: Literal["permit", "deny"]
    prefix: IPv4Network
    ge: int | None = None
    le: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixListPlan:
    """An `ip prefix-list`."""

    name: str
    rules: tuple[PrefixRulePlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrependPlan:
    """A route-map that announces the router's own AS `times` more."""

    name: str
    asn: int
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyPlan:
    """The route-maps of connections that others go before: what comes in, and what goes out.

    The router takes the higher `local_preference`, which is 100 elsewhere, Azure the shorter path.
    """

    inbound: str
    outbound: str
    local_preference: int
    asn: int
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighborPlan:
    """A BGP neighbour: a speaker in one outside VRF; filters are None in the scheme `article`.

    `timers` are keepalive and hold time in seconds, None the router's own. Over `maximum_prefix`
    prefixes its session ends for `restart_min` minutes, or is only logged about.
    """

    address: IPv4Address
    remote_as: int
    multihop: int
    update_source: str
    prefix_list_in: str | None
    prefix_list_out: str | None
    route_map_in: str | None
    route_map_out: str | None = None
    timers: tuple[int, int] | None = None
    maximum_prefix: int | None = None
    restart_min: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyPlan:
    """`address-family ipv4 vrf`; None leaves a line out.

    `redistribute` are static, connected and `ospf N`, all but static through `redistribute_map`.
    """

    vrf: str
    router_id_interface: str
    redistribute: tuple[str, ...]
    neighbors: tuple[NeighborPlan, ...]
    maximum_paths: int | None
    import_selection: str | None
    import_limit: int | None
    redistribute_map: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpPlan:
    """The BGP process and its address families."""

    asn: int
    families: tuple[FamilyPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxPlan:
    """Lines of the whole router: None leaves one to others, 0 and False turn it off."""

    nat_keepalive_s: int | None = None
    fragmentation_mtu: int | None = None
    cef_ports: bool | None = None


NO_BOX = BoxPlan()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbePlan:
    """A host behind a gateway that full packets from an inside VRF must reach.

    `source` is the interface they come from, `size` their length in bytes, IP header included.
    """

    vrf: str
    host: IPv4Address
    source: str
    size: int
