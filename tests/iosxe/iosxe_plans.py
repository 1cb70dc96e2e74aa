"""Two routers' plans, written out: the article's, and a small one of the scheme `fvrf`."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from fvrf.crypto import ARTICLE_LEGACY, STRONG
from fvrf.plan.model import ConnectionPlan, RouterPlan
from fvrf.plan.objects import (
    BgpPlan,
    FamilyPlan,
    Ikev2ProfilePlan,
    InterfacePlan,
    IpsecProfilePlan,
    KeyringPeerPlan,
    KeyringPlan,
    NeighborPlan,
    PolicyPlan,
    PrefixListPlan,
    PrefixRulePlan,
    ProposalPlan,
    StaticRoutePlan,
    TransformSetPlan,
    TunnelPlan,
    VrfPlan,
)
from fvrf.secrets import SecretRef

KEY = SecretRef("file", "psk")
AZURE = IPv4Address("23.98.148.37")
SPEAKER = IPv4Address("10.0.255.254")


def _vrf(name: str, number: int, imports: tuple[int, ...], role: str, mark: str | None) -> VrfPlan:
    return VrfPlan(
        name=name,
        role=role,
        description=mark,
        rd=f"64900:{number}",
        rt_exports=(f"64900:{number}",),
        rt_imports=tuple(f"64900:{other}" for other in imports),
    )


def _profile(name: str, front_door: str | None, interface: str, keyring: str) -> Ikev2ProfilePlan:
    return Ikev2ProfilePlan(
        name=name,
        front_door=front_door,
        local_interface=interface,
        remote_identities=(AZURE,),
        keyring=keyring,
        lifetime_s=None,
        dpd=None,
    )


def _ipsec(name: str, transform_set: str, pfs: str | None, lifetime_s: int) -> IpsecProfilePlan:
    return IpsecProfilePlan(
        name=name,
        transform_set=transform_set,
        pfs=pfs,
        ikev2_profile=name,
        lifetime_s=lifetime_s,
        lifetime_kb=102400000,
    )


def _family(vrf: str, interface: str, *, peers: bool, marked: bool) -> FamilyPlan:
    neighbor = NeighborPlan(
        address=SPEAKER,
        remote_as=65515,
        multihop=5,
        update_source=interface,
        prefix_list_in="fvrf-azure-vng-in" if marked else None,
        prefix_list_out="fvrf-CORP-out" if marked else None,
        route_map_in="fvrf-nexthop-peer" if marked else None,
    )
    return FamilyPlan(
        vrf=vrf,
        router_id_interface=interface,
        redistribute=() if peers else ("static",),
        neighbors=(neighbor,) if peers else (),
        maximum_paths=None if peers or marked else 2,
        import_selection=None,
        import_limit=None,
    )


def _connection(tunnel: str, outside: str, **own: object) -> ConnectionPlan:
    values: dict[str, object] = {
        "router": "scus-onprem-csr",
        "site": "scus",
        "gateway": "azure-vng",
        "name": f"CSR_{outside}",
        "local_gateway_name": f"CSR_{outside}",
        "outside": outside,
        "inside": "INSIDE_VRF",
        "tunnels": (tunnel,),
        "asn": 64900,
        "peer_asn": 65515,
        "peer_addresses": (AZURE,),
        "speakers": (SPEAKER,),
        "custom_speakers": None,
        "gateway_prefixes": (IPv4Network("10.0.0.0/16"),),
        "site_prefixes": (IPv4Network("172.16.0.0/16"),),
        "prepend": 0,
        "crypto": ARTICLE_LEGACY,
        "key": KEY,
    }
    return ConnectionPlan(**{**values, **own})


def _route(vrf: str, prefix: str, via: str, name: str | None = None) -> StaticRoutePlan:
    return StaticRoutePlan(vrf=vrf, prefix=IPv4Network(prefix), via=via, name=name)


ARTICLE = RouterPlan(
    host="scus-onprem-csr",
    site="scus",
    scheme="article",
    vrfs=(
        _vrf("OUTSIDE_ONE", 1, (3,), "outside", None),
        _vrf("OUTSIDE_TWO", 2, (3,), "outside", None),
        _vrf("INSIDE_VRF", 3, (2, 1), "inside", None),
    ),
    interfaces=(
        InterfacePlan(
            name="GigabitEthernet2", vrf="OUTSIDE_TWO", address=IPv4Interface("172.16.1.4/24")
        ),
        InterfacePlan(
            name="GigabitEthernet3", vrf="INSIDE_VRF", address=IPv4Interface("172.16.2.4/24")
        ),
    ),
    loopbacks=(),
    proposals=(
        ProposalPlan(
            name="AZURE_PROPOSAL",
            encryption=("aes-cbc-256", "aes-cbc-128", "3des"),
            integrity=("sha1",),
            prf=(),
            groups=("2",),
        ),
    ),
    policies=(
        PolicyPlan(
            name="VRF_OUTSIDE_ONE_POLICY",
            front_door=None,
            local_address=IPv4Address("172.16.0.5"),
            proposals=("AZURE_PROPOSAL",),
        ),
        PolicyPlan(
            name="VRF_OUTSIDE_TWO_POLICY",
            front_door="OUTSIDE_TWO",
            local_address=IPv4Address("172.16.1.4"),
            proposals=("AZURE_PROPOSAL",),
        ),
    ),
    keyrings=(
        KeyringPlan(
            name="AZURE_KEYRING",
            peers=(KeyringPeerPlan(name="AZURE_VNG", address=AZURE, key=KEY),),
        ),
    ),
    ikev2_profiles=(
        _profile("VRF_OUTSIDE_ONE_PROFILE", None, "GigabitEthernet1", "AZURE_KEYRING"),
        _profile("VRF_OUTSIDE_TWO_PROFILE", "OUTSIDE_TWO", "GigabitEthernet2", "AZURE_KEYRING"),
    ),
    transform_sets=(
        TransformSetPlan(name="AZURE_IPSEC_PROPOSAL", transforms="esp-aes 256 esp-sha-hmac"),
    ),
    ipsec_profiles=(
        _ipsec("VRF_OUTSIDE_ONE_PROFILE", "AZURE_IPSEC_PROPOSAL", None, 3600),
        _ipsec("VRF_OUTSIDE_TWO_PROFILE", "AZURE_IPSEC_PROPOSAL", None, 3600),
    ),
    tunnels=(
        TunnelPlan(
            name="Tunnel0",
            description=None,
            vrf="OUTSIDE_ONE",
            address=IPv4Interface("192.168.255.254/32"),
            unnumbered=None,
            mtu=None,
            mss=1350,
            source="GigabitEthernet1",
            destination=AZURE,
            front_door=None,
            ipsec_profile="VRF_OUTSIDE_ONE_PROFILE",
        ),
        TunnelPlan(
            name="Tunnel1",
            description=None,
            vrf="OUTSIDE_TWO",
            address=None,
            unnumbered="GigabitEthernet2",
            mtu=None,
            mss=1350,
            source="GigabitEthernet2",
            destination=AZURE,
            front_door="OUTSIDE_TWO",
            ipsec_profile="VRF_OUTSIDE_TWO_PROFILE",
        ),
    ),
    routes=(
        _route("OUTSIDE_TWO", "23.98.148.37/32", "172.16.1.1"),
        _route("INSIDE_VRF", "172.16.0.0/16", "172.16.2.1"),
        _route("OUTSIDE_ONE", "10.0.255.254/32", "Tunnel0"),
        _route("OUTSIDE_TWO", "10.0.255.254/32", "Tunnel1"),
    ),
    prefix_lists=(),
    next_hop_route_map=None,
    prepend=None,
    bgp=BgpPlan(
        asn=64900,
        families=(
            _family("INSIDE_VRF", "GigabitEthernet3", peers=False, marked=False),
            _family("OUTSIDE_ONE", "Tunnel0", peers=True, marked=False),
            _family("OUTSIDE_TWO", "GigabitEthernet2", peers=True, marked=False),
        ),
    ),
    probes=(),
    connections=(
        _connection(
            "Tunnel0",
            "OUTSIDE_ONE",
            uplink="GigabitEthernet1",
            front_door=None,
            public_address=IPv4Address("198.51.100.10"),
            local_address=IPv4Address("172.16.0.5"),
            bgp_address=IPv4Address("192.168.255.254"),
        ),
        _connection(
            "Tunnel1",
            "OUTSIDE_TWO",
            uplink="GigabitEthernet2",
            front_door="OUTSIDE_TWO",
            public_address=IPv4Address("198.51.100.11"),
            local_address=IPv4Address("172.16.1.4"),
            bgp_address=IPv4Address("172.16.1.4"),
        ),
    ),
)

MARKED = RouterPlan(
    host="branch1-csr",
    site="branch1",
    scheme="fvrf",
    vrfs=(
        _vrf("OUT1", 1, (3,), "outside", "fvrf outside of CORP"),
        _vrf("CORP", 3, (1,), "inside", "fvrf inside"),
    ),
    interfaces=(
        InterfacePlan(name="GigabitEthernet2", vrf="OUT1", address=IPv4Interface("192.0.2.2/30")),
        InterfacePlan(name="GigabitEthernet3", vrf="CORP", address=IPv4Interface("172.16.2.4/24")),
    ),
    loopbacks=(),
    proposals=(
        ProposalPlan(
            name="fvrf-gcm256-v1",
            encryption=("aes-gcm-256",),
            integrity=(),
            prf=("sha384",),
            groups=("20",),
        ),
    ),
    policies=(
        PolicyPlan(
            name="fvrf-OUT1-192.0.2.2",
            front_door="OUT1",
            local_address=IPv4Address("192.0.2.2"),
            proposals=("fvrf-gcm256-v1",),
        ),
    ),
    keyrings=(
        KeyringPlan(
            name="fvrf-azure-vng-1",
            peers=(KeyringPeerPlan(name="azure-vng-0", address=AZURE, key=KEY),),
        ),
    ),
    ikev2_profiles=(_profile("fvrf-azure-vng-1", "OUT1", "GigabitEthernet2", "fvrf-azure-vng-1"),),
    transform_sets=(TransformSetPlan(name="fvrf-gcm256-v1", transforms="esp-gcm 256"),),
    ipsec_profiles=(_ipsec("fvrf-azure-vng-1", "fvrf-gcm256-v1", "group20", 27000),),
    tunnels=(
        TunnelPlan(
            name="Tunnel1",
            description="fvrf azure-vng instance 0",
            vrf="OUT1",
            address=None,
            unnumbered="GigabitEthernet2",
            mtu=1400,
            mss=1350,
            source="GigabitEthernet2",
            destination=AZURE,
            front_door="OUT1",
            ipsec_profile="fvrf-azure-vng-1",
        ),
    ),
    routes=(
        _route("OUT1", "23.98.148.37/32", "192.0.2.1", "fvrf"),
        _route("CORP", "172.16.0.0/16", "172.16.2.1", "fvrf"),
        _route("OUT1", "10.0.255.254/32", "Tunnel1", "fvrf"),
    ),
    prefix_lists=(
        PrefixListPlan(
            name="fvrf-azure-vng-in",
            rules=(
                PrefixRulePlan(
                    sequence=5, action="permit", prefix=IPv4Network("0.0.0.0/0"), ge=1, le=31
                ),
            ),
        ),
        PrefixListPlan(
            name="fvrf-CORP-out",
            rules=(
                PrefixRulePlan(sequence=5, action="permit", prefix=IPv4Network("172.16.0.0/16")),
            ),
        ),
    ),
    next_hop_route_map="fvrf-nexthop-peer",
    prepend=None,
    bgp=BgpPlan(
        asn=64900,
        families=(
            _family("CORP", "GigabitEthernet3", peers=False, marked=True),
            _family("OUT1", "GigabitEthernet2", peers=True, marked=True),
        ),
    ),
    probes=(),
    connections=(
        _connection(
            "Tunnel1",
            "OUT1",
            router="branch1-csr",
            inside="CORP",
            uplink="GigabitEthernet2",
            front_door="OUT1",
            public_address=IPv4Address("192.0.2.2"),
            local_address=IPv4Address("192.0.2.2"),
            bgp_address=IPv4Address("192.0.2.2"),
            crypto=STRONG,
        ),
    ),
)

DEFINITION = replace(MARKED, vrf_style="vrf_definition")

_SUB = "GigabitEthernet2.100"
TRUNK = replace(
    MARKED,
    interfaces=(
        replace(MARKED.interfaces[0], name=_SUB, description="fvrf uplink", vlan=100),
        *MARKED.interfaces[1:],
    ),
    ikev2_profiles=(_profile("fvrf-azure-vng-1", "OUT1", _SUB, "fvrf-azure-vng-1"),),
    tunnels=(replace(MARKED.tunnels[0], unnumbered=_SUB, source=_SUB),),
    bgp=replace(
        MARKED.bgp,
        families=(MARKED.bgp.families[0], _family("OUT1", _SUB, peers=True, marked=True)),
    ),
    connections=(replace(MARKED.connections[0], uplink=_SUB),),
)

_TUNNEL = IPv4Interface("192.168.255.1/32")
LEASED = replace(
    MARKED,
    interfaces=(replace(MARKED.interfaces[0], address=None), *MARKED.interfaces[1:]),
    policies=(replace(MARKED.policies[0], name="fvrf-OUT1-dhcp", local_address=None),),
    tunnels=(replace(MARKED.tunnels[0], unnumbered=None, address=_TUNNEL),),
    routes=(
        _route("OUT1", "23.98.148.37/32", "GigabitEthernet2 dhcp", "fvrf"),
        *MARKED.routes[1:],
    ),
    bgp=replace(
        MARKED.bgp,
        families=(MARKED.bgp.families[0], _family("OUT1", "Tunnel1", peers=True, marked=True)),
    ),
    connections=(replace(MARKED.connections[0], local_address=None, bgp_address=_TUNNEL.ip),),
)
