"""What the network answers is printed in the layouts of the article's verifications."""

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

import pytest

from lab.network.results import BgpPrefix, BgpSession, ChildSa, IkeSession, Path, Route
from lab.router.cable import Unplugged
from lab.router.device import Router
from lab.tests.router.rack import Console

SPEAKER = IPv4Address("10.0.255.254")
CLOUD = IPv4Network("10.0.0.0/16")
SITES = IPv4Network("172.16.0.0/16")
LAN_HOP = IPv4Address("172.16.2.1")
AGE_S = 7461

SITE = [
    "ip vrf OUTSIDE_ONE",
    "rd 64900:1",
    "ip vrf OUTSIDE_TWO",
    "rd 64900:2",
    "ip vrf INSIDE_VRF",
    "rd 64900:3",
    "crypto ipsec profile P",
    "interface Tunnel0",
    "ip vrf forwarding OUTSIDE_ONE",
    "ip address 192.168.255.254 255.255.255.255",
    "tunnel source GigabitEthernet1",
    "tunnel mode ipsec ipv4",
    "tunnel destination 23.98.148.37",
    "tunnel protection ipsec profile P",
    "router bgp 64900",
    "address-family ipv4 vrf OUTSIDE_ONE",
    "bgp router-id interface Tunnel0",
    "address-family ipv4 vrf INSIDE_VRF",
]


@dataclass
class FakeNetwork(Unplugged):
    """Answers what a test puts in."""

    ike: tuple[IkeSession, ...] = ()
    sessions: tuple[BgpSession, ...] = ()
    table: tuple[BgpPrefix, ...] = ()
    tables: dict[str, tuple[Route, ...]] = field(default_factory=dict)
    up: frozenset[str] = frozenset()

    def ike_sessions(self, _router: str) -> tuple[IkeSession, ...]:
        """Return the SAs put in."""
        return self.ike

    def bgp_sessions(self, _router: str, _vrf: str) -> tuple[BgpSession, ...]:
        """Return the neighbours put in."""
        return self.sessions

    def bgp_table(self, _router: str, _vrf: str) -> tuple[BgpPrefix, ...]:
        """Return the paths put in."""
        return self.table

    def routes(self, _router: str, vrf: str) -> tuple[Route, ...]:
        """Return the routes put in."""
        return self.tables.get(vrf, ())

    def interface_up(self, _router: str, interface: str) -> bool:
        """Tell whether it was put in as up."""
        return interface in self.up


@pytest.fixture
def network(router: Router) -> FakeNetwork:
    router.type_lines(SITE, "console")
    network = FakeNetwork()
    router.network = network
    return network


def ike(router: Router, number: int, front_door: str, inside: str) -> IkeSession:
    since = router.clock.now() - AGE_S
    child = ChildSa(
        spi_in=0xA27AED59,
        spi_out=0x9A357D78,
        transform="esp-aes 256 esp-sha-hmac",
        pfs=None,
        lifetime_s=3600,
        lifetime_kb=None,
        established_at=router.clock.now() - 60,
    )
    return IkeSession(
        session_id=number,
        tunnel_id=number,
        interface=f"Tunnel{number - 1}",
        profile="P",
        local=IPv4Address("172.16.0.5"),
        remote=IPv4Address("23.98.148.37"),
        port=4500,
        front_door=front_door,
        inside=inside,
        encryption="aes-cbc-256",
        integrity="sha1",
        prf="sha1",
        group="2",
        lifetime_s=86400,
        established_at=since,
        child=child,
    )


def bgp_path(router: Router, vrf: str) -> Path:
    since = router.clock.now() - AGE_S
    return Path(next_hop=SPEAKER, vrf=vrf, interface="Tunnel0", since=since, from_peer=SPEAKER)


def cloud(router: Router, *vrfs: str) -> Route:
    return Route(
        prefix=CLOUD,
        source="bgp",
        distance=20,
        metric=0,
        as_path=(65515,),
        paths=tuple(bgp_path(router, vrf) for vrf in vrfs),
    )


def connected(prefix: str, interface: str, source: str = "connected") -> Route:
    path = Path(next_hop=None, vrf="INSIDE_VRF", interface=interface, since=0)
    return Route(
        prefix=IPv4Network(prefix), source=source, distance=0, metric=0, as_path=(), paths=(path,)
    )


def test_ikev2_sessions(console: Console, router: Router, network: FakeNetwork) -> None:
    network.ike = (
        ike(router, 1, "", "OUTSIDE_ONE"),
        ike(router, 2, "OUTSIDE_TWO", "OUTSIDE_TWO"),
    )
    head = "Tunnel-id Local                 Remote                fvrf/ivrf            Status \n"
    ends = "172.16.0.5/4500       23.98.148.37/4500     "
    rest = (
        "      Encr: AES-CBC, keysize: 256, PRF: SHA1, Hash: SHA96, DH Grp:2, "
        "Auth sign: PSK, Auth verify: PSK\n"
        "      Life/Active Time: 86400/7461 sec\n"
        "Child sa: local selector  0.0.0.0/0 - 255.255.255.255/65535\n"
        "          remote selector 0.0.0.0/0 - 255.255.255.255/65535\n"
        "          ESP spi in/out: 0xA27AED59/0x9A357D78  \n"
    )
    assert console.type("show crypto ikev2 session") == (
        " IPv4 Crypto IKEv2 Session \n\n"
        "Session-id:1, Status:UP-ACTIVE, IKE count:1, CHILD count:1\n\n"
        f"{head}1         {ends}none/OUTSIDE_ONE     READY  \n"
        f"{rest}\n"
        "Session-id:2, Status:UP-ACTIVE, IKE count:1, CHILD count:1\n\n"
        f"{head}2         {ends}OUTSIDE_TWO/OUTSID   READY  \n"
        f"{rest}\n"
        " IPv6 Crypto IKEv2 Session \n"
    )


def test_without_sas_nothing_is_printed(console: Console, network: FakeNetwork) -> None:
    assert network.ike == ()
    assert console.type("show crypto ikev2 session") == ""
    assert console.type("show crypto ikev2 sa") == ""


def test_crypto_session_names_the_vrfs_in_full(
    console: Console, router: Router, network: FakeNetwork
) -> None:
    network.ike = (ike(router, 1, "", "OUTSIDE_ONE"),)
    shown = console.type("show crypto session detail").partition("Interface: ")[2]
    assert shown == (
        "Tunnel0\nProfile: P\nUptime: 02:04:21\nSession status: UP-ACTIVE     \n"
        "Peer: 23.98.148.37 port 4500 fvrf: (none) ivrf: OUTSIDE_ONE\n"
        "      Phase1_id: 23.98.148.37\n      Desc: (none)\n  Session ID: 1 \n"
        "  IKEv2 SA: local 172.16.0.5/4500 remote 23.98.148.37/4500 Active \n"
        "          Capabilities:N connid:1 lifetime:21:55:39\n"
        "  IPSEC FLOW: permit ip 0.0.0.0/0.0.0.0 0.0.0.0/0.0.0.0 \n"
        "        Active SAs: 2, origin: crypto map\n"
        "        Inbound:  #pkts dec'ed 0 drop 0 life (KB/Sec) KB Vol Rekey Disabled/3540\n"
        "        Outbound: #pkts enc'ed 0 drop 0 life (KB/Sec) KB Vol Rekey Disabled/3540"
    )


def test_a_tunnel_without_an_sa_is_down(console: Console, network: FakeNetwork) -> None:
    assert network.ike == ()
    shown = console.type("show crypto session")
    assert "Interface: Tunnel0\nSession status: DOWN-NEGOTIATING     \n" in shown
    assert "Active SAs: 0" in shown


def test_equal_paths_of_other_vrfs_stand_below_each_other(
    console: Console, router: Router, network: FakeNetwork
) -> None:
    network.tables["INSIDE_VRF"] = (
        cloud(router, "OUTSIDE_ONE", "OUTSIDE_TWO"),
        connected("172.16.2.0/24", "GigabitEthernet3"),
        connected("172.16.2.4/32", "GigabitEthernet3", "local"),
    )
    assert console.type("show ip route vrf INSIDE_VRF bgp") == (
        "\nRouting Table: INSIDE_VRF\n\nGateway of last resort is not set\n\n"
        "      10.0.0.0/16 is subnetted, 1 subnets\n"
        "B        10.0.0.0 [20/0] via 10.0.255.254 (OUTSIDE_TWO), 02:04:21\n"
        "                  [20/0] via 10.0.255.254 (OUTSIDE_ONE), 02:04:21"
    )
    whole = console.type("show ip route vrf INSIDE_VRF")
    assert whole.endswith(
        "      172.16.0.0/16 is variably subnetted, 2 subnets, 2 masks\n"
        "C        172.16.2.0/24 is directly connected, GigabitEthernet3\n"
        "L        172.16.2.4/32 is directly connected, GigabitEthernet3"
    )
    assert "Codes: L - local" in whole


def test_one_route_shows_the_share_of_each_path(
    console: Console, router: Router, network: FakeNetwork
) -> None:
    network.tables["INSIDE_VRF"] = (cloud(router, "OUTSIDE_ONE", "OUTSIDE_TWO"),)
    block = (
        " 10.0.255.254 ({}), from 10.0.255.254, 02:04:21 ago\n"
        "      Route metric is 0, traffic share count is 1\n"
        "      AS Hops 1\n      Route tag 65515\n      MPLS label: none"
    )
    assert console.type("show ip route vrf INSIDE_VRF 10.0.0.0 255.255.0.0") == (
        "\nRouting Table: INSIDE_VRF\nRouting entry for 10.0.0.0/16\n"
        '  Known via "bgp 64900", distance 20, metric 0\n  Tag 65515, type external\n'
        "  Last update from 10.0.255.254 02:04:21 ago\n  Routing Descriptor Blocks:\n"
        f"   {block.format('OUTSIDE_TWO')}\n  *{block.format('OUTSIDE_ONE')}"
    )


def test_missing_things_are_named(console: Console, network: FakeNetwork) -> None:
    assert network.tables == {}
    assert console.type("show ip route vrf NONE bgp") == (
        "% IP routing table vrf NONE does not exist"
    )
    assert console.type("show ip route vrf INSIDE_VRF 10.9.0.0 255.255.0.0") == (
        "\nRouting Table: INSIDE_VRF\n% Subnet not in table"
    )


def test_a_bgp_summary_has_a_row_for_each_neighbour(
    console: Console, router: Router, network: FakeNetwork
) -> None:
    learned = BgpPrefix(prefix=CLOUD, next_hop=SPEAKER, as_path=(65515,), origin="i")
    up = BgpSession(
        vrf="OUTSIDE_ONE",
        neighbor=SPEAKER,
        asn=65515,
        state="Established",
        since=router.clock.now() - 6854,
        messages_received=133,
        messages_sent=131,
        received=(learned, learned),
        advertised=(),
    )
    down = BgpSession(
        vrf="OUTSIDE_ONE",
        neighbor=IPv4Address("10.0.255.5"),
        asn=65515,
        state="Idle",
        since=None,
        messages_received=0,
        messages_sent=0,
        received=(),
        advertised=(),
    )
    network.sessions, network.table = (up, down), (learned,)
    shown = console.type("show ip bgp vpnv4 vrf OUTSIDE_ONE summary").split("\n")
    assert shown[0] == "BGP router identifier 192.168.255.254, local AS number 64900"
    assert shown[-3:] == [
        "Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd",
        "10.0.255.254    4        65515     133     131        2    0    0 01:54:14        2",
        "10.0.255.5      4        65515       0       0        1    0    0 never    Idle",
    ]


def test_advertised_routes_print_short_and_long_networks_as_ios_does(
    console: Console, network: FakeNetwork
) -> None:
    own = BgpPrefix(
        prefix=SITES,
        next_hop=LAN_HOP,
        as_path=(),
        origin="?",
        from_vrf="INSIDE_VRF",
        weight=32768,
        best=True,
    )
    session = BgpSession(
        vrf="OUTSIDE_ONE",
        neighbor=SPEAKER,
        asn=65515,
        state="Established",
        since=0,
        messages_received=1,
        messages_sent=1,
        received=(),
        advertised=(own,),
    )
    long = replace(own, prefix=IPv4Network("192.168.255.254/32"), next_hop=SPEAKER)
    network.sessions = (replace(session, advertised=(own, long)),)
    command = "show ip bgp vpnv4 vrf OUTSIDE_ONE neighbors 10.0.255.254 advertised-routes"
    assert console.type(command).split("\n")[8:] == [
        "     Network          Next Hop            Metric LocPrf Weight Path",
        "Route Distinguisher: 64900:1 (default for vrf OUTSIDE_ONE) VRF Router ID 192.168.255.254",
        " *>   172.16.0.0       172.16.2.1               0         32768 ?",
        " *>   192.168.255.254/32",
        "                       10.0.255.254             0         32768 ?",
        "",
        "Total number of prefixes 2 ",
    ]


def test_interfaces_show_what_the_network_makes_of_them(
    console: Console, network: FakeNetwork
) -> None:
    network.up = frozenset({"GigabitEthernet1", "Tunnel0"})
    assert console.type("show ip interface brief").split("\n") == [
        "Interface              IP-Address      OK? Method Status                Protocol",
        "GigabitEthernet1       172.16.0.5      YES manual up                    up      ",
        "GigabitEthernet2       unassigned      YES unset  administratively down down    ",
        "GigabitEthernet3       unassigned      YES unset  administratively down down    ",
        "GigabitEthernet4       unassigned      YES unset  administratively down down    ",
        "Tunnel0                192.168.255.254 YES manual up                    up      ",
    ]
    assert console.type("show interfaces Tunnel0").startswith(
        "Tunnel0 is up, line protocol is up \n  Hardware is Tunnel\n"
        "  Internet address is 192.168.255.254/32\n"
    )


def test_vrfs_are_listed_with_their_interfaces(console: Console, network: FakeNetwork) -> None:
    assert network.up == frozenset()
    assert console.type("show ip vrf").split("\n") == [
        "  Name                             Default RD            Interfaces",
        "  INSIDE_VRF                       64900:3               ",
        "  OUTSIDE_ONE                      64900:1               Tu0",
        "  OUTSIDE_TWO                      64900:2               ",
    ]
