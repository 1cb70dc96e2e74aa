"""One router with eight tunnels to an active-active gateway with APIPA speakers.

Two outside VRFs of two connections each; each connection has an uplink and a front door of its
own and a tunnel to either instance.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from lab.network.views import (
    BgpView,
    ConnectionView,
    FamilyView,
    GatewayView,
    Ikev2ProfileView,
    InstanceView,
    InterfaceView,
    IpsecPolicyView,
    IpsecProfileView,
    KeyringPeerView,
    NeighborView,
    PolicyView,
    PrefixRuleView,
    ProposalView,
    RouteMapRuleView,
    RouterView,
    StaticRouteView,
    TransformSetView,
    TunnelView,
    UplinkFact,
    VrfView,
)

INSTANCES = (
    InstanceView(
        public_address=IPv4Address("192.0.2.4"),
        speakers=(IPv4Address("10.0.255.4"), IPv4Address("169.254.21.1")),
    ),
    InstanceView(
        public_address=IPv4Address("192.0.2.5"),
        speakers=(IPv4Address("10.0.255.5"), IPv4Address("169.254.21.5")),
    ),
)
POLICY = IpsecPolicyView(
    sa_lifetime_s=27000,
    sa_data_size_kb=102400000,
    ipsec_encryption="GCMAES256",
    ipsec_integrity="GCMAES256",
    ike_encryption="GCMAES256",
    ike_integrity="SHA384",
    dh_group="ECP384",
    pfs_group="ECP384",
)


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A connection of the example; `speaker` is the place of the speakers it uses."""

    number: int
    outside: str
    uplink: str
    front_door: str
    address: str
    next_hop: str
    public: str
    bgp_address: str
    speaker: int


CONNECTIONS = (
    Connection(
        number=10,
        outside="OUT1",
        uplink="GigabitEthernet2",
        front_door="FD2",
        address="198.51.100.2/30",
        next_hop="198.51.100.1",
        public="198.51.100.2",
        bgp_address="10.200.1.1",
        speaker=0,
    ),
    Connection(
        number=11,
        outside="OUT1",
        uplink="GigabitEthernet3",
        front_door="FD3",
        address="198.51.100.6/30",
        next_hop="198.51.100.5",
        public="198.51.100.6",
        bgp_address="169.254.100.1",
        speaker=1,
    ),
    Connection(
        number=20,
        outside="OUT2",
        uplink="GigabitEthernet4",
        front_door="FD4",
        address="172.31.4.4/24",
        next_hop="172.31.4.1",
        public="203.0.113.4",
        bgp_address="10.200.2.1",
        speaker=0,
    ),
    Connection(
        number=21,
        outside="OUT2",
        uplink="GigabitEthernet5",
        front_door="FD5",
        address="172.31.5.4/24",
        next_hop="172.31.5.1",
        public="203.0.113.5",
        bgp_address="169.254.100.2",
        speaker=1,
    ),
)

UPLINKS = {
    each.uplink: UplinkFact(
        address=IPv4Interface(each.address).ip,
        next_hop=IPv4Address(each.next_hop),
        public=IPv4Address(each.public),
    )
    for each in CONNECTIONS
}

GATEWAY_VIEW = GatewayView(
    id="azgw",
    asn=65515,
    instances=INSTANCES,
    prefixes=(IPv4Network("10.0.0.0/16"),),
    connections=tuple(
        ConnectionView(
            id=f"c{each.number}",
            peer_address=IPv4Address(each.public),
            key=f"key{each.number}",
            enable_bgp=True,
            peer_asn=64900,
            peer_bgp_address=IPv4Address(each.bgp_address),
            policy=POLICY,
            custom_bgp=(
                {index: instance.speakers[1] for index, instance in enumerate(INSTANCES)}
                if each.speaker
                else {}
            ),
        )
        for each in CONNECTIONS
    ),
)


def _interfaces(each: Connection) -> list[InterfaceView]:
    loopback = f"Loopback{each.number}"
    name = f"fvrf-azgw-{each.number}"
    tunnels = [
        InterfaceView(
            name=f"Tunnel{each.number + 100 * index}",
            vrf=each.outside,
            unnumbered=loopback,
            tunnel=TunnelView(
                source=each.uplink,
                mode="ipsec ipv4",
                destination=instance.public_address,
                front_door=each.front_door,
                ipsec_profile=name,
            ),
        )
        for index, instance in enumerate(INSTANCES)
    ]
    own = IPv4Interface(f"{each.bgp_address}/32")
    return [
        InterfaceView(name=each.uplink, vrf=each.front_door, address=IPv4Interface(each.address)),
        InterfaceView(name=loopback, vrf=each.outside, address=own),
        *tunnels,
    ]


def _routes(each: Connection) -> list[StaticRouteView]:
    return [
        route
        for index, instance in enumerate(INSTANCES)
        for route in (
            StaticRouteView(
                vrf=each.front_door,
                prefix=IPv4Network(instance.public_address),
                next_hop=IPv4Address(each.next_hop),
            ),
            StaticRouteView(
                vrf=each.outside,
                prefix=IPv4Network(instance.speakers[each.speaker]),
                interface=f"Tunnel{each.number + 100 * index}",
            ),
        )
    ]


def _neighbors(each: Connection) -> list[NeighborView]:
    return [
        NeighborView(
            address=instance.speakers[each.speaker],
            remote_as=65515,
            multihop=5,
            update_source=f"Loopback{each.number}",
            activated=True,
            prefix_list_in="azgw-in",
            prefix_list_out="INSIDE-out",
            route_map_in="nexthop-peer",
        )
        for instance in INSTANCES
    ]


def _profile(each: Connection) -> Ikev2ProfileView:
    return Ikev2ProfileView(
        name=f"fvrf-azgw-{each.number}",
        front_door=each.front_door,
        local_interfaces=(each.uplink,),
        remote_identities=tuple(IPv4Network(one.public_address) for one in INSTANCES),
        authentication_remote="pre-share",
        authentication_local="pre-share",
        keyring=f"fvrf-azgw-{each.number}",
        lifetime_s=28800,
    )


def _keyring(each: Connection) -> tuple[KeyringPeerView, ...]:
    key = f"key{each.number}"
    return tuple(
        KeyringPeerView(
            name=f"azgw-{index}",
            address=IPv4Network(instance.public_address),
            local_key=key,
            remote_key=key,
        )
        for index, instance in enumerate(INSTANCES)
    )


def _vrf(name: str, number: int, imports: frozenset[str]) -> VrfView:
    own = f"64900:{number}"
    return VrfView(name=name, rd=own, rt_export=frozenset({own}), rt_import=imports)


def _outside_family(vrf: str) -> FamilyView:
    return FamilyView(
        vrf=vrf,
        neighbors=tuple(
            neighbor for each in CONNECTIONS if each.outside == vrf for neighbor in _neighbors(each)
        ),
        maximum_paths=4,
        eibgp=True,
    )


_VRFS = (
    _vrf("INSIDE", 3, frozenset({"64900:1", "64900:2"})),
    _vrf("OUT1", 1, frozenset({"64900:3"})),
    _vrf("OUT2", 2, frozenset({"64900:3"})),
    *(VrfView(name=each.front_door, rd=f"64900:{100 + n}") for n, each in enumerate(CONNECTIONS)),
)
_INTERFACES = (
    InterfaceView(name="GigabitEthernet6", vrf="INSIDE", address=IPv4Interface("172.16.2.4/24")),
    *(interface for each in CONNECTIONS for interface in _interfaces(each)),
)
_INTERNAL = StaticRouteView(
    vrf="INSIDE", prefix=IPv4Network("172.16.0.0/16"), next_hop=IPv4Address("172.16.2.1")
)

ROUTER_VIEW = RouterView(
    name="branch1-csr",
    interfaces={interface.name: interface for interface in _INTERFACES},
    vrfs={vrf.name: vrf for vrf in _VRFS},
    proposals={
        "gcm256": ProposalView(
            name="gcm256", encryption=("aes-gcm-256",), prf=("sha384",), groups=("20",)
        )
    },
    policies={
        each.front_door: PolicyView(
            name=each.front_door,
            front_door=each.front_door,
            local_addresses=(IPv4Interface(each.address).ip,),
            proposals=("gcm256",),
        )
        for each in CONNECTIONS
    },
    keyrings={f"fvrf-azgw-{each.number}": _keyring(each) for each in CONNECTIONS},
    ikev2_profiles={f"fvrf-azgw-{each.number}": _profile(each) for each in CONNECTIONS},
    transform_sets={"gcm256": TransformSetView(name="gcm256", transforms=("esp-gcm 256",))},
    ipsec_profiles={
        f"fvrf-azgw-{each.number}": IpsecProfileView(
            name=f"fvrf-azgw-{each.number}",
            transform_sets=("gcm256",),
            ikev2_profile=f"fvrf-azgw-{each.number}",
            pfs="group20",
        )
        for each in CONNECTIONS
    },
    static_routes=(_INTERNAL, *(route for each in CONNECTIONS for route in _routes(each))),
    prefix_lists={
        "azgw-in": (
            PrefixRuleView(sequence=5, permit=True, prefix=IPv4Network("0.0.0.0/0"), ge=1, le=31),
        ),
        "INSIDE-out": (
            PrefixRuleView(sequence=5, permit=True, prefix=IPv4Network("172.16.0.0/16")),
        ),
    },
    route_maps={
        "nexthop-peer": (RouteMapRuleView(sequence=10, permit=True, next_hop_peer_address=True),)
    },
    bgp=BgpView(
        asn=64900,
        families={
            "INSIDE": FamilyView(
                vrf="INSIDE",
                redistribute=frozenset({"static"}),
                maximum_paths=8,
                eibgp=True,
                import_selection="all",
                import_limit=8,
            ),
            "OUT1": _outside_family("OUT1"),
            "OUT2": _outside_family("OUT2"),
        },
    ),
)
