"""What the network sees of a router's OSPF processes and of what BGP takes over from them."""

from ipaddress import IPv4Network

from lab.network.views import OspfView
from lab.router.device import Router

LINES = (
    "ip vrf LAN",
    "rd 64900:9",
    "interface GigabitEthernet3",
    "ip vrf forwarding LAN",
    "ip address 172.16.2.4 255.255.255.0",
    "ip ospf 10 area 0",
    "no shutdown",
    "router ospf 10 vrf LAN",
    "network 172.16.8.0 0.0.7.255 area 0",
    "router bgp 64900",
    "address-family ipv4 vrf LAN",
    "redistribute static",
    "redistribute ospf 10 match internal external 1 external 2 route-map OUT",
)


def test_a_process_runs_where_its_lines_and_those_of_interfaces_say(router: Router) -> None:
    router.type_lines(LINES, "console")
    view = router.view()

    assert view.ospf == (
        OspfView(
            number=10,
            vrf="LAN",
            networks=(IPv4Network("172.16.8.0/21"), IPv4Network("172.16.2.0/24")),
        ),
    )
    assert view.bgp is not None
    assert view.bgp.families["LAN"].redistribute == {"static", "ospf 10"}
    assert view.bgp.families["LAN"].redistribute_maps == {"ospf 10": "OUT"}


def test_it_prints_as_it_was_typed_and_goes_without_its_options(router: Router) -> None:
    router.type_lines(LINES, "console")
    text = router.running_text()

    assert "\nrouter ospf 10 vrf LAN\n network 172.16.8.0 0.0.7.255 area 0\n" in text
    assert f"  {LINES[-1]}\n" in text

    leave = ("router bgp 64900", "address-family ipv4 vrf LAN", "no redistribute ospf 10")
    router.type_lines(leave, "console")

    assert "redistribute ospf" not in router.running_text()
