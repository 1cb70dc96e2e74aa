"""The article's router and gateway, as the network sees them.

Values from "Configuring Multiple IPSec VPN Tunnels with BGP Between Cisco CSR 1000v and Azure
VPN Gateway"; the public addresses of the router are documentation addresses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from lab.clock import Clock
from lab.network.model import Model
from lab.network.views import (
    BgpView,
    ConnectionView,
    FamilyView,
    GatewayView,
    Ikev2ProfileView,
    InstanceView,
    InterfaceView,
    IpsecProfileView,
    KeyringPeerView,
    NeighborView,
    PolicyView,
    ProposalView,
    RouterView,
    StaticRouteView,
    TransformSetView,
    TunnelView,
    UplinkFact,
    VrfView,
)

ROUTER = "scus-onprem-csr"
GATEWAY = "azure-vng"
ONE, TWO = "CSR_OUTSIDE_1", "CSR_OUTSIDE_2"
KEY = "azure123"
AZURE = IPv4Address("23.98.148.37")
SPEAKER = IPv4Address("10.0.255.254")

UPLINKS = {
    "GigabitEthernet1": UplinkFact(
        address=IPv4Address("172.16.0.5"),
        next_hop=IPv4Address("172.16.0.1"),
        public=IPv4Address("198.51.100.10"),
    ),
    "GigabitEthernet2": UplinkFact(
        address=IPv4Address("172.16.1.4"),
        next_hop=IPv4Address("172.16.1.1"),
        public=IPv4Address("198.51.100.11"),
    ),
}


def _physical(name: str, vrf: str, address: str) -> InterfaceView:
    return InterfaceView(name=name, vrf=vrf, address=IPv4Interface(address))


def _static(
    vrf: str, prefix: str, next_hop: str | None = None, interface: str | None = None
) -> StaticRouteView:
    return StaticRouteView(
        vrf=vrf,
        prefix=IPv4Network(prefix),
        next_hop=IPv4Address(next_hop) if next_hop else None,
        interface=interface,
    )


def _profile(name: str, front_door: str, interface: str) -> Ikev2ProfileView:
    return Ikev2ProfileView(
        name=name,
        front_door=front_door,
        local_interfaces=(interface,),
        remote_identities=(IPv4Network(AZURE),),
        authentication_remote="pre-share",
        authentication_local="pre-share",
        keyring="AZURE_KEYRING",
    )


def _ipsec(name: str) -> IpsecProfileView:
    return IpsecProfileView(
        name=name,
        transform_sets=("AZURE_IPSEC_PROPOSAL",),
        ikev2_profile=name,
        lifetime_kb=102400000,
    )


def _neighbor(update_source: str) -> NeighborView:
    return NeighborView(
        address=SPEAKER, remote_as=65515, multihop=5, update_source=update_source, activated=True
    )


def _by_name(*items: InterfaceView) -> Mapping[str, InterfaceView]:
    return {item.name: item for item in items}


INTERFACES = _by_name(
    _physical("GigabitEthernet1", "", "172.16.0.5/24"),
    _physical("GigabitEthernet2", "OUTSIDE_TWO", "172.16.1.4/24"),
    _physical("GigabitEthernet3", "INSIDE_VRF", "172.16.2.4/24"),
    InterfaceView(
        name="Tunnel0",
        vrf="OUTSIDE_ONE",
        address=IPv4Interface("192.168.255.254/32"),
        tunnel=TunnelView(
            source="GigabitEthernet1",
            mode="ipsec ipv4",
            destination=AZURE,
            ipsec_profile="VRF_OUTSIDE_ONE_PROFILE",
        ),
    ),
    InterfaceView(
        name="Tunnel1",
        vrf="OUTSIDE_TWO",
        unnumbered="GigabitEthernet2",
        tunnel=TunnelView(
            source="GigabitEthernet2",
            mode="ipsec ipv4",
            destination=AZURE,
            front_door="OUTSIDE_TWO",
            ipsec_profile="VRF_OUTSIDE_TWO_PROFILE",
        ),
    ),
)

ROUTER_VIEW = RouterView(
    name=ROUTER,
    interfaces=INTERFACES,
    vrfs={
        "OUTSIDE_ONE": VrfView(
            name="OUTSIDE_ONE",
            rd="64900:1",
            rt_export=frozenset({"64900:1"}),
            rt_import=frozenset({"64900:3"}),
        ),
        "OUTSIDE_TWO": VrfView(
            name="OUTSIDE_TWO",
            rd="64900:2",
            rt_export=frozenset({"64900:2"}),
            rt_import=frozenset({"64900:3"}),
        ),
        "INSIDE_VRF": VrfView(
            name="INSIDE_VRF",
            rd="64900:3",
            rt_export=frozenset({"64900:3"}),
            rt_import=frozenset({"64900:1", "64900:2"}),
        ),
    },
    proposals={
        "AZURE_PROPOSAL": ProposalView(
            name="AZURE_PROPOSAL",
            encryption=("aes-cbc-256", "aes-cbc-128", "3des"),
            integrity=("sha1",),
            groups=("2",),
        )
    },
    policies={
        "VRF_OUTSIDE_ONE_POLICY": PolicyView(
            name="VRF_OUTSIDE_ONE_POLICY",
            local_addresses=(IPv4Address("172.16.0.5"),),
            proposals=("AZURE_PROPOSAL",),
        ),
        "VRF_OUTSIDE_TWO_POLICY": PolicyView(
            name="VRF_OUTSIDE_TWO_POLICY",
            front_door="OUTSIDE_TWO",
            local_addresses=(IPv4Address("172.16.1.4"),),
            proposals=("AZURE_PROPOSAL",),
        ),
    },
    keyrings={
        "AZURE_KEYRING": (
            KeyringPeerView(
                name="AZURE_VNG", address=IPv4Network(AZURE), local_key=KEY, remote_key=KEY
            ),
        )
    },
    ikev2_profiles={
        "VRF_OUTSIDE_ONE_PROFILE": _profile("VRF_OUTSIDE_ONE_PROFILE", "", "GigabitEthernet1"),
        "VRF_OUTSIDE_TWO_PROFILE": _profile(
            "VRF_OUTSIDE_TWO_PROFILE", "OUTSIDE_TWO", "GigabitEthernet2"
        ),
    },
    transform_sets={
        "AZURE_IPSEC_PROPOSAL": TransformSetView(
            name="AZURE_IPSEC_PROPOSAL", transforms=("esp-aes 256", "esp-sha-hmac")
        )
    },
    ipsec_profiles={
        "VRF_OUTSIDE_ONE_PROFILE": _ipsec("VRF_OUTSIDE_ONE_PROFILE"),
        "VRF_OUTSIDE_TWO_PROFILE": _ipsec("VRF_OUTSIDE_TWO_PROFILE"),
    },
    static_routes=(
        _static("", "0.0.0.0/0", "172.16.0.1"),
        _static("OUTSIDE_TWO", "23.98.148.37/32", "172.16.1.1"),
        _static("INSIDE_VRF", "172.16.0.0/16", "172.16.2.1"),
        _static("OUTSIDE_ONE", "10.0.255.254/32", interface="Tunnel0"),
        _static("OUTSIDE_TWO", "10.0.255.254/32", interface="Tunnel1"),
    ),
    bgp=BgpView(
        asn=64900,
        families={
            "INSIDE_VRF": FamilyView(
                vrf="INSIDE_VRF",
                redistribute=frozenset({"static"}),
                maximum_paths=2,
                eibgp=True,
                router_id_interface="GigabitEthernet3",
            ),
            "OUTSIDE_ONE": FamilyView(vrf="OUTSIDE_ONE", neighbors=(_neighbor("Tunnel0"),)),
            "OUTSIDE_TWO": FamilyView(
                vrf="OUTSIDE_TWO", neighbors=(_neighbor("GigabitEthernet2"),)
            ),
        },
    ),
)

GATEWAY_VIEW = GatewayView(
    id=GATEWAY,
    asn=65515,
    instances=(InstanceView(public_address=AZURE, speakers=(SPEAKER,)),),
    prefixes=(IPv4Network("10.0.0.0/16"),),
    connections=(
        ConnectionView(
            id=ONE,
            peer_address=IPv4Address("198.51.100.10"),
            key=KEY,
            enable_bgp=True,
            peer_asn=64900,
            peer_bgp_address=IPv4Address("192.168.255.254"),
        ),
        ConnectionView(
            id=TWO,
            peer_address=IPv4Address("198.51.100.11"),
            key=KEY,
            enable_bgp=True,
            peer_asn=64900,
            peer_bgp_address=IPv4Address("172.16.1.4"),
        ),
    ),
)


@dataclass(slots=True)
class Router:
    """A router's end that shows what it is told to, and keeps its log."""

    shown: RouterView
    logged: list[str] = field(default_factory=list)

    def view(self) -> RouterView:
        """Return the view it was told to show."""
        return self.shown

    def log(self, message: str) -> None:
        """Keep a log line."""
        self.logged.append(message)


@dataclass(slots=True)
class Gateway:
    """A gateway's end that shows what it is told to, a new object at each look."""

    shown: GatewayView

    def view(self) -> GatewayView:
        """Return a copy of the view it was told to show."""
        return replace(self.shown)


@dataclass(slots=True)
class Net:
    """A network with one router and one gateway, and the hands to change them."""

    clock: Clock
    router: Router
    gateway: Gateway
    model: Model

    def show(self, view: RouterView | GatewayView) -> None:
        """Change an end's configuration and tell the network."""
        if isinstance(view, RouterView):
            self.router.shown = view
        else:
            self.gateway.shown = view
        self.model.changed()

    def tunnels_up(self) -> set[str]:
        """Return the tunnel interfaces whose line protocol is up."""
        return {
            name
            for name, interface in self.router.shown.interfaces.items()
            if interface.tunnel is not None and self.model.interface_up(ROUTER, name)
        }

    def established(self) -> set[tuple[str, str]]:
        """Return VRF and neighbour of each session that stands."""
        bgp = self.router.shown.bgp
        return {
            (session.vrf, str(session.neighbor))
            for vrf in (bgp.families if bgp else ())
            for session in self.model.bgp_sessions(ROUTER, vrf)
            if session.state == "Established"
        }

    def routes(self, vrf: str, source: str = "bgp") -> dict[str, list[str]]:
        """Return a VRF's routes as `prefix: [next hop (VRF) interface]`."""
        return {
            str(route.prefix): sorted(
                f"{path.next_hop} ({path.vrf}) {path.interface}" for path in route.paths
            )
            for route in self.model.routes(ROUTER, vrf)
            if route.source == source
        }


def make_net(
    router: RouterView = ROUTER_VIEW,
    gateway: GatewayView = GATEWAY_VIEW,
    uplinks: Mapping[str, UplinkFact] = UPLINKS,
) -> Net:
    """Return a network whose clock stands still, its ends just attached."""
    clock = Clock(speed=0)
    router_end, gateway_end = Router(router), Gateway(gateway)
    model = Model(clock, {ROUTER: uplinks})
    model.attach_router(ROUTER, router_end)
    model.attach_gateway(gateway_end)
    return Net(clock=clock, router=router_end, gateway=gateway_end, model=model)
