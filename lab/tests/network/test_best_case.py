"""Eight tunnels of one router to an active-active gateway, whole and broken."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest

from lab.network.views import GatewayView, NeighborView, RouterView, StaticRouteView
from lab.tests.network.article import ROUTER, Net, make_net
from lab.tests.network.best_case import GATEWAY_VIEW, ROUTER_VIEW, UPLINKS
from lab.tests.network.changes import connection, family, item

VNET = IPv4Network("10.0.0.0/16")


def _net(router: RouterView = ROUTER_VIEW, gateway: GatewayView = GATEWAY_VIEW) -> Net:
    net = make_net(router, gateway, UPLINKS)
    net.clock.advance(30)
    return net


def _ways_out(net: Net) -> list[str | None]:
    """Return the tunnels that the inside VRF's route to Azure leaves by, one a path."""
    return [
        path.interface
        for route in net.model.routes(ROUTER, "INSIDE")
        if route.prefix == VNET
        for path in route.paths
    ]


def _each_neighbor(view: RouterView, change: Callable[[NeighborView], NeighborView]) -> RouterView:
    for vrf in ("OUT1", "OUT2"):
        assert view.bgp is not None
        neighbors = tuple(change(each) for each in view.bgp.families[vrf].neighbors)
        view = family(vrf, view, neighbors=neighbors)
    return view


def test_eight_tunnels_carry_eight_sessions_and_eight_paths() -> None:
    net = _net()
    assert len(net.model.ike_sessions(ROUTER)) == 8
    assert len(net.established()) == 8
    assert sorted(map(str, _ways_out(net))) == [
        "Tunnel10",
        "Tunnel11",
        "Tunnel110",
        "Tunnel111",
        "Tunnel120",
        "Tunnel121",
        "Tunnel20",
        "Tunnel21",
    ]


def test_a_strong_suite_is_agreed_on() -> None:
    session = _net().model.ike_sessions(ROUTER)[0]
    assert session.child is not None
    assert (session.encryption, session.integrity, session.prf, session.group) == (
        "aes-gcm-256",
        None,
        "sha384",
        "20",
    )
    assert (session.child.transform, session.child.pfs) == ("esp-gcm 256", "group20")


def test_each_instance_hears_the_site_over_four_sessions_and_nothing_else() -> None:
    rows = _net().model.learned_routes("azgw")
    heard = Counter((str(row.local_address), str(row.network), row.origin) for row in rows)
    assert {key: count for key, count in heard.items() if key[2] != "Network"} == {
        ("10.0.255.4", "172.16.0.0/16", "EBgp"): 4,
        ("10.0.255.4", "172.16.0.0/16", "IBgp"): 4,
        ("10.0.255.5", "172.16.0.0/16", "EBgp"): 4,
        ("10.0.255.5", "172.16.0.0/16", "IBgp"): 4,
    }


def test_an_instance_speaks_from_the_address_that_fits_the_peer() -> None:
    rows = _net().model.peer_status("azgw")
    assert {(str(row.local_address), str(row.neighbor)) for row in rows} == {
        ("10.0.255.4", "10.200.1.1"),
        ("169.254.21.1", "169.254.100.1"),
        ("10.0.255.4", "10.200.2.1"),
        ("169.254.21.1", "169.254.100.2"),
        ("10.0.255.4", "10.0.255.5"),
        ("10.0.255.5", "10.200.1.1"),
        ("169.254.21.5", "169.254.100.1"),
        ("10.0.255.5", "10.200.2.1"),
        ("169.254.21.5", "169.254.100.2"),
        ("10.0.255.5", "10.0.255.4"),
    }
    assert {row.state for row in rows} == {"Connected"}


def test_a_nic_takes_no_more_than_eight_equal_paths() -> None:
    rows = _net().model.effective_routes("azgw")
    hops = Counter(str(row.next_hop) for row in rows if str(row.prefix) == "172.16.0.0/16")
    assert hops == {"192.0.2.4": 4, "192.0.2.5": 4}


def test_every_tunnel_survives_its_rekeys() -> None:
    net = _net()
    net.clock.advance(60000)
    assert (len(net.tunnels_up()), len(net.established())) == (8, 8)


PATHS = [
    ("no maximum-paths", family("INSIDE", ROUTER_VIEW, maximum_paths=1), 1),
    (
        "no import of an outside VRF",
        item("vrfs", "INSIDE", ROUTER_VIEW, rt_import=frozenset({"64900:2"})),
        4,
    ),
    ("only best paths imported", family("INSIDE", ROUTER_VIEW, import_selection="bestpath"), 2),
    ("no import limit set", family("INSIDE", ROUTER_VIEW, import_limit=None), 2),
    ("import limit of two", family("INSIDE", ROUTER_VIEW, import_limit=2), 4),
    ("multipaths imported", family("INSIDE", ROUTER_VIEW, import_selection="multipaths"), 8),
]


@pytest.mark.parametrize(("_name", "view", "paths"), PATHS, ids=[name for name, _, _ in PATHS])
def test_everything_looks_up_and_paths_are_missing(
    _name: str, view: RouterView, paths: int
) -> None:
    net = _net(view)
    assert (len(net.tunnels_up()), len(net.established())) == (8, 8)
    assert len(_ways_out(net)) == paths


def test_swapped_keys_fail_exactly_the_tunnels_of_both_connections() -> None:
    swapped = connection("c10", GATEWAY_VIEW, key="key11")
    net = _net(gateway=connection("c11", swapped, key="key10"))
    assert net.tunnels_up() == {"Tunnel20", "Tunnel21", "Tunnel120", "Tunnel121"}


def test_a_pfs_that_differs_fails_two_tunnels_at_the_first_rekey() -> None:
    net = _net(item("ipsec_profiles", "fvrf-azgw-10", ROUTER_VIEW, pfs="group14"))
    assert len(_ways_out(net)) == 8
    net.clock.advance(3600)
    assert len(net.tunnels_up()) == 6
    assert len(_ways_out(net)) == 6


def test_without_an_inward_prefix_list_host_routes_land_inside() -> None:
    view = _each_neighbor(ROUTER_VIEW, lambda each: replace(each, prefix_list_in=None))
    net = _net(view)
    hosts = {prefix for prefix in net.routes("INSIDE") if prefix.endswith("/32")}
    assert hosts == {"10.200.1.1/32", "10.200.2.1/32", "169.254.100.1/32", "169.254.100.2/32"}


def test_without_an_outward_prefix_list_a_foreign_route_reaches_azure() -> None:
    foreign = StaticRouteView(
        vrf="INSIDE", prefix=IPv4Network("192.0.2.128/25"), next_hop=IPv4Address("172.16.2.1")
    )
    view = replace(ROUTER_VIEW, static_routes=(*ROUTER_VIEW.static_routes, foreign))
    assert not _foreign_rows(_net(view))
    open_view = _each_neighbor(view, lambda each: replace(each, prefix_list_out=None))
    assert len(_foreign_rows(_net(open_view))) == 8


def _foreign_rows(net: Net) -> list[str]:
    return [
        str(row.source_peer)
        for row in net.model.learned_routes("azgw")
        if str(row.network) == "192.0.2.128/25" and row.origin == "EBgp"
    ]


def test_a_second_uplink_in_one_front_door_leaves_by_the_first() -> None:
    view = item("interfaces", "GigabitEthernet3", ROUTER_VIEW, vrf="FD2")
    for name in ("Tunnel11", "Tunnel111"):
        lines = view.interfaces[name].tunnel
        assert lines is not None
        view = item("interfaces", name, view, tunnel=replace(lines, front_door="FD2"))
    view = item("ikev2_profiles", "fvrf-azgw-11", view, front_door="FD2")
    net = _net(item("policies", "FD3", view, front_door="FD2"))
    assert net.model.why(ROUTER, "Tunnel11") == (
        "the provider on GigabitEthernet2 drops packets from 198.51.100.6: not its address"
    )
    assert len(_ways_out(net)) == 6


def test_a_learned_prefix_over_the_destination_swallows_the_tunnel() -> None:
    gateway = replace(GATEWAY_VIEW, prefixes=(VNET, IPv4Network("192.0.2.0/24")))
    default = StaticRouteView(
        vrf="OUT1", prefix=IPv4Network("0.0.0.0/0"), next_hop=IPv4Address("198.51.100.1")
    )
    view = item("interfaces", "GigabitEthernet2", ROUTER_VIEW, vrf="OUT1")
    for name in ("Tunnel10", "Tunnel110"):
        lines = view.interfaces[name].tunnel
        assert lines is not None
        view = item("interfaces", name, view, tunnel=replace(lines, front_door="OUT1"))
    view = item("ikev2_profiles", "fvrf-azgw-10", view, front_door="OUT1")
    view = item("policies", "FD2", view, front_door="OUT1")
    view = replace(view, static_routes=(*view.static_routes, default))
    net = make_net(view, gateway, UPLINKS)
    net.clock.advance(5)
    assert len(net.tunnels_up()) == 8
    net.clock.advance(30)
    assert net.tunnels_up() == {
        "Tunnel11",
        "Tunnel20",
        "Tunnel21",
        "Tunnel111",
        "Tunnel120",
        "Tunnel121",
    }


def test_an_instance_that_is_lost_leaves_the_paths_of_the_other() -> None:
    net = _net()
    lost = item("interfaces", "Tunnel10", ROUTER_VIEW, shutdown=True)
    for name in ("Tunnel11", "Tunnel20", "Tunnel21"):
        lost = item("interfaces", name, lost, shutdown=True)
    net.show(lost)
    assert sorted(set(map(str, _ways_out(net)))) == [
        "Tunnel110",
        "Tunnel111",
        "Tunnel120",
        "Tunnel121",
    ]
