"""What DHCP gives an uplink: its address, a default route, and the gateway of static routes."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from lab.network.leases import with_leases
from lab.network.views import InterfaceView, RouterView, StaticRouteView, UplinkFact

PORT, DOOR = "GigabitEthernet2", "FRONT"
GATEWAY = IPv4Network("192.0.2.4/32")
FACT = UplinkFact(
    address=IPv4Address("100.64.2.17"),
    next_hop=IPv4Address("100.64.2.1"),
    public=IPv4Address("198.51.100.112"),
)
ASKING = InterfaceView(name=PORT, vrf=DOOR, dhcp=True)
BY_LEASE = StaticRouteView(vrf=DOOR, prefix=GATEWAY, interface=PORT, dhcp=True)


def view(interface: InterfaceView, *routes: StaticRouteView) -> RouterView:
    return RouterView(name="r", interfaces={PORT: interface}, static_routes=routes)


def test_a_lease_is_an_address_a_default_route_and_a_gateway() -> None:
    found = with_leases(view(ASKING, BY_LEASE), {PORT: FACT})

    assert found.interfaces[PORT].address == IPv4Interface("100.64.2.17/24")
    assert found.static_routes == (
        replace(BY_LEASE, next_hop=FACT.next_hop),
        StaticRouteView(
            vrf=DOOR, prefix=IPv4Network("0.0.0.0/0"), next_hop=FACT.next_hop, distance=254
        ),
    )


def test_who_does_not_ask_gets_nothing() -> None:
    shown = view(replace(ASKING, dhcp=False))

    assert with_leases(shown, {PORT: FACT}) is shown


def test_without_a_lease_a_route_by_it_does_not_stand() -> None:
    shut, tagged = replace(ASKING, shutdown=True), replace(FACT, vlan=100)

    for shown, facts in ((shut, {PORT: FACT}), (ASKING, {PORT: tagged}), (ASKING, {})):
        found = with_leases(view(shown, BY_LEASE), facts)

        assert (found.interfaces[PORT].address, found.static_routes) == (None, ())
