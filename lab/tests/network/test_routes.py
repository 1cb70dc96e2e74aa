"""Routes that differ from the article's while all tunnels and sessions stand."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest

from lab.network.views import PrefixRuleView, RouteMapRuleView, RouterView, StaticRouteView
from lab.tests.network.article import (
    GATEWAY,
    ONE,
    ROUTER,
    ROUTER_VIEW,
    make_net,
)
from lab.tests.network.changes import (
    connection,
    family,
    item,
    neighbor,
    without_family,
)

BOTH = {"Tunnel0", "Tunnel1"}
ONE_PATH = ["10.0.255.254 (OUTSIDE_ONE) Tunnel0"]
OTHER_PATH = ["10.0.255.254 (OUTSIDE_TWO) Tunnel1"]


def _route_map(*rules: RouteMapRuleView) -> RouterView:
    view = neighbor("OUTSIDE_TWO", route_map_in="IN")
    return replace(view, route_maps={"IN": rules})


def _prefix_list(
    *rules: PrefixRuleView, inward: str | None = None, outward: str | None = None
) -> RouterView:
    view = neighbor("OUTSIDE_TWO", prefix_list_in=inward, prefix_list_out=outward)
    return replace(view, prefix_lists={"LIST": rules})


HOSTS_REFUSED = PrefixRuleView(
    sequence=5, permit=True, prefix=IPv4Network("0.0.0.0/0"), ge=1, le=31
)

# The routes of INSIDE_VRF by prefix, where all tunnels and sessions are up.
ROUTE_CASES: list[tuple[str, RouterView, dict[str, list[str]]]] = [
    (
        "no maximum-paths in the inside VRF",
        family("INSIDE_VRF", maximum_paths=1),
        {
            "10.0.0.0/16": ONE_PATH,
            "172.16.1.4/32": ONE_PATH,
            "192.168.255.254/32": OTHER_PATH,
        },
    ),
    (
        "inside VRF does not import an outside VRF",
        item("vrfs", "INSIDE_VRF", rt_import=frozenset({"64900:1"})),
        {"10.0.0.0/16": ONE_PATH, "172.16.1.4/32": ONE_PATH},
    ),
    (
        "outside VRF does not export",
        item("vrfs", "OUTSIDE_TWO", rt_export=frozenset()),
        {"10.0.0.0/16": ONE_PATH, "172.16.1.4/32": ONE_PATH},
    ),
    ("no address family for the inside VRF", without_family("INSIDE_VRF"), {}),
    (
        "inbound prefix list refuses host routes",
        _prefix_list(HOSTS_REFUSED, inward="LIST"),
        {"10.0.0.0/16": [*ONE_PATH, *OTHER_PATH], "172.16.1.4/32": ONE_PATH},
    ),
    (
        "inbound route map denies everything",
        _route_map(RouteMapRuleView(sequence=10, permit=False)),
        {"10.0.0.0/16": ONE_PATH, "172.16.1.4/32": ONE_PATH},
    ),
    (
        "inbound route map prepends: the path is longer",
        _route_map(RouteMapRuleView(sequence=10, permit=True, prepend=(65515,))),
        {
            "10.0.0.0/16": ONE_PATH,
            "172.16.1.4/32": ONE_PATH,
            "192.168.255.254/32": OTHER_PATH,
        },
    ),
    (
        "inbound route map lowers the local preference: the path waits",
        _route_map(RouteMapRuleView(sequence=10, permit=True, local_preference=99)),
        {
            "10.0.0.0/16": ONE_PATH,
            "172.16.1.4/32": ONE_PATH,
            "192.168.255.254/32": OTHER_PATH,
        },
    ),
    (
        "inbound route map raises the local preference, whatever the path's length",
        _route_map(
            RouteMapRuleView(sequence=10, permit=True, local_preference=101, prepend=(65515,))
        ),
        {
            "10.0.0.0/16": OTHER_PATH,
            "172.16.1.4/32": ONE_PATH,
            "192.168.255.254/32": OTHER_PATH,
        },
    ),
    (
        "inbound route map sets a next hop that leads nowhere",
        _route_map(RouteMapRuleView(sequence=10, permit=True, next_hop=IPv4Address("10.99.0.1"))),
        {"10.0.0.0/16": ONE_PATH, "172.16.1.4/32": ONE_PATH},
    ),
    (
        "inbound route map sets the address of the provider",
        _route_map(RouteMapRuleView(sequence=10, permit=True, next_hop=IPv4Address("172.16.1.1"))),
        {
            "10.0.0.0/16": [*ONE_PATH, "172.16.1.1 (OUTSIDE_TWO) GigabitEthernet2"],
            "172.16.1.4/32": ONE_PATH,
            "192.168.255.254/32": ["172.16.1.1 (OUTSIDE_TWO) GigabitEthernet2"],
        },
    ),
    (
        "inbound route map sets a weight",
        _route_map(RouteMapRuleView(sequence=10, permit=True, weight=200)),
        {
            "10.0.0.0/16": OTHER_PATH,
            "172.16.1.4/32": ONE_PATH,
            "192.168.255.254/32": OTHER_PATH,
        },
    ),
    (
        "a neighbour has a weight",
        neighbor("OUTSIDE_TWO", weight=200),
        {
            "10.0.0.0/16": OTHER_PATH,
            "172.16.1.4/32": ONE_PATH,
            "192.168.255.254/32": OTHER_PATH,
        },
    ),
    (
        "inbound route map sets a metric",
        _route_map(RouteMapRuleView(sequence=10, permit=True, metric=50)),
        {
            "10.0.0.0/16": ONE_PATH,
            "172.16.1.4/32": ONE_PATH,
            "192.168.255.254/32": OTHER_PATH,
        },
    ),
    (
        "inbound route map that does not exist",
        neighbor("OUTSIDE_TWO", route_map_in="NOWHERE"),
        {"10.0.0.0/16": ONE_PATH, "172.16.1.4/32": ONE_PATH},
    ),
    (
        "inbound prefix list that does not exist",
        neighbor("OUTSIDE_TWO", prefix_list_in="NOWHERE"),
        {
            "10.0.0.0/16": [*ONE_PATH, *OTHER_PATH],
            "172.16.1.4/32": ONE_PATH,
            "192.168.255.254/32": OTHER_PATH,
        },
    ),
    (
        "inbound route map matches a prefix list that does not exist",
        _route_map(RouteMapRuleView(sequence=10, permit=True, match_prefix_lists=("NOWHERE",))),
        {
            "10.0.0.0/16": [*ONE_PATH, *OTHER_PATH],
            "172.16.1.4/32": ONE_PATH,
            "192.168.255.254/32": OTHER_PATH,
        },
    ),
    (
        "static route in the inside VRF keeps the route out",
        replace(
            ROUTER_VIEW,
            static_routes=(
                *ROUTER_VIEW.static_routes,
                StaticRouteView(
                    vrf="INSIDE_VRF",
                    prefix=IPv4Network("10.0.0.0/16"),
                    next_hop=IPv4Address("172.16.2.1"),
                ),
            ),
        ),
        {"172.16.1.4/32": ONE_PATH, "192.168.255.254/32": OTHER_PATH},
    ),
]


@pytest.mark.parametrize(
    ("_name", "view", "expected"), ROUTE_CASES, ids=[name for name, _, _ in ROUTE_CASES]
)
def test_everything_is_up_and_the_inside_routes_are_others(
    _name: str, view: RouterView, expected: dict[str, list[str]]
) -> None:
    net = make_net(view)
    net.clock.advance(30)
    assert (net.tunnels_up(), len(net.established())) == (BOTH, 2)
    assert net.routes("INSIDE_VRF") == expected


ADVERTISED: list[tuple[str, RouterView, list[str]]] = [
    ("nothing redistributed", family("INSIDE_VRF", redistribute=frozenset()), []),
    (
        "inside route is not there",
        item("interfaces", "GigabitEthernet3", shutdown=True),
        [],
    ),
    (
        "outside VRF does not import the inside VRF",
        item("vrfs", "OUTSIDE_TWO", rt_import=frozenset()),
        [],
    ),
    (
        "connected networks too",
        family("INSIDE_VRF", redistribute=frozenset({"static", "connected"})),
        ["172.16.0.0/16", "172.16.2.0/24"],
    ),
    (
        "a network statement",
        family("INSIDE_VRF", redistribute=frozenset(), networks=(IPv4Network("172.16.2.0/24"),)),
        ["172.16.2.0/24"],
    ),
    (
        "outbound prefix list without the prefix",
        _prefix_list(
            PrefixRuleView(sequence=5, permit=True, prefix=IPv4Network("172.17.0.0/16")),
            outward="LIST",
        ),
        [],
    ),
    (
        "outbound prefix list that does not exist",
        neighbor("OUTSIDE_TWO", prefix_list_out="NOWHERE"),
        ["172.16.0.0/16"],
    ),
    (
        "outbound route map that does not exist",
        neighbor("OUTSIDE_TWO", route_map_out="NOWHERE"),
        [],
    ),
    (
        "redistributed through a route map that denies",
        replace(
            family("INSIDE_VRF", redistribute_maps={"static": "OUT"}),
            route_maps={"OUT": (RouteMapRuleView(sequence=10, permit=False),)},
        ),
        [],
    ),
    (
        "redistributed through a route map that permits",
        replace(
            family("INSIDE_VRF", redistribute_maps={"static": "OUT"}),
            route_maps={"OUT": (RouteMapRuleView(sequence=10, permit=True),)},
        ),
        ["172.16.0.0/16"],
    ),
]


@pytest.mark.parametrize(
    ("_name", "view", "expected"), ADVERTISED, ids=[name for name, _, _ in ADVERTISED]
)
def test_what_reaches_azure_over_one_session(
    _name: str, view: RouterView, expected: list[str]
) -> None:
    net = make_net(view)
    net.clock.advance(30)
    (session,) = net.model.bgp_sessions(ROUTER, "OUTSIDE_TWO")
    assert [str(path.prefix) for path in session.advertised] == expected
    learned = {
        str(row.network)
        for row in net.model.learned_routes(GATEWAY)
        if str(row.source_peer) == "172.16.1.4"
    }
    assert learned == set(expected)


def test_the_tunnel_of_a_connection_that_breaks_leaves_the_other_one_alone() -> None:
    net = make_net(gateway=connection(ONE, key="other"))
    net.clock.advance(30)
    assert net.tunnels_up() == {"Tunnel1"}
    assert net.routes("INSIDE_VRF") == {"10.0.0.0/16": OTHER_PATH}
