"""What Azure does on its own: too many prefixes, ExpressRoute, one next hop for all."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from itertools import islice
from typing import Any

import pytest

from lab.network.views import GatewayView, RouterView, StaticRouteView
from lab.tests.network import article, best_case
from lab.tests.network.article import ROUTER, Net, make_net
from lab.tests.network.changes import connection, family

GATEWAY = article.GATEWAY_VIEW.id
SITE = IPv4Network("172.16.0.0/16")
VNET = IPv4Network("10.0.0.0/16")
OWN_ROUTES = 1  # what the article's router announces over each session


def with_routes(count: int) -> RouterView:
    """Return the article's router with more routes of the inside to redistribute."""
    prefixes = islice(IPv4Network("20.0.0.0/8").subnets(new_prefix=24), count - OWN_ROUTES)
    hop = IPv4Address("172.16.2.1")
    more = [StaticRouteView(vrf="INSIDE_VRF", prefix=one, next_hop=hop) for one in prefixes]
    view = article.ROUTER_VIEW
    return replace(view, static_routes=(*view.static_routes, *more))


def settled(router: RouterView, gateway: GatewayView = article.GATEWAY_VIEW) -> Net:
    net = make_net(router, gateway)
    net.clock.advance(30)
    return net


def heard(net: Net) -> dict[str, tuple[str, int]]:
    rows = net.model.peer_status(GATEWAY)
    return {str(row.neighbor): (row.state, row.routes_received) for row in rows}


@pytest.mark.parametrize(
    ("count", "expected"), [(4000, ("Connected", 4000)), (4001, ("Connecting", 0))]
)
def test_azure_ends_a_session_of_more_than_4000_prefixes(
    count: int, expected: tuple[str, int]
) -> None:
    net = settled(with_routes(count))

    assert heard(net) == dict.fromkeys(("192.168.255.254", "172.16.1.4"), expected)
    assert len(net.tunnels_up()) == 2


def test_a_session_of_too_many_prefixes_comes_back_once_they_are_fewer() -> None:
    net = settled(with_routes(4001))
    ended = len(net.established())

    net.show(with_routes(4000))
    net.clock.advance(200)

    assert (ended, len(net.established())) == (0, 2)


@pytest.mark.parametrize(
    ("prefixes", "hops"),
    [
        ((), {"23.98.148.37": 2}),
        ((SITE,), {"10.0.254.4": 1}),
        ((IPv4Network("172.16.0.0/12"),), {"23.98.148.37": 2}),
    ],
    ids=["without", "equal prefix", "shorter prefix"],
)
def test_azure_prefers_expressroute_for_an_equal_prefix(
    prefixes: tuple[IPv4Network, ...], hops: dict[str, int]
) -> None:
    gateway = replace(
        article.GATEWAY_VIEW,
        expressroute=prefixes,
        expressroute_next_hop=IPv4Address("10.0.254.4"),
    )

    rows = settled(article.ROUTER_VIEW, gateway).model.effective_routes(GATEWAY)

    assert Counter(str(row.next_hop) for row in rows if row.prefix == SITE) == hops
    assert set(prefixes) <= {row.prefix for row in rows}


def without_next_hop(view: RouterView) -> RouterView:
    """Return the router without the route maps that set the next hop to the peer."""
    assert view.bgp is not None
    for vrf in ("OUT1", "OUT2"):
        neighbors = tuple(
            replace(one, route_map_in=None) for one in view.bgp.families[vrf].neighbors
        )
        view = family(vrf, view, neighbors=neighbors)
        assert view.bgp is not None
    return view


def as_it_is(view: RouterView) -> RouterView:
    return view


@pytest.mark.parametrize(
    ("change", "next_hop", "tunnels"),
    [
        (without_next_hop, None, 8),
        (without_next_hop, IPv4Address("10.0.255.4"), 2),
        (as_it_is, IPv4Address("10.0.255.4"), 8),
    ],
    ids=["speakers announce themselves", "one address", "one address, and the router knows better"],
)
def test_azure_may_announce_one_next_hop_over_all_sessions(
    change: Callable[[RouterView], RouterView], next_hop: IPv4Address | None, tunnels: int
) -> None:
    gateway = replace(best_case.GATEWAY_VIEW, next_hop=next_hop)
    net = make_net(change(best_case.ROUTER_VIEW), gateway, best_case.UPLINKS)
    net.clock.advance(30)

    ways = {
        path.interface
        for route in net.model.routes(ROUTER, "INSIDE")
        if route.prefix == VNET
        for path in route.paths
    }

    assert len(net.established()) == 8
    assert len(ways) == tunnels


@pytest.mark.parametrize("member", ["policy_based", "on_private_address"])
def test_a_connection_that_waits_for_something_else_takes_its_tunnel_down(member: str) -> None:
    net = settled(article.ROUTER_VIEW)
    name = article.GATEWAY_VIEW.connections[0].id

    changes: dict[str, Any] = {member: True}
    net.show(connection(name, **changes))
    net.clock.advance(60)
    down = len(net.tunnels_up())
    net.show(article.GATEWAY_VIEW)
    net.clock.advance(60)

    assert (down, len(net.tunnels_up())) == (1, 2)
