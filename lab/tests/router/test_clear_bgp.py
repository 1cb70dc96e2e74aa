"""Clearing BGP sessions: which of them end, and what a soft reset takes anew."""

import pytest

from lab.router.device import Router
from lab.tests.router.rack import NAME, Console, article_router

VRFS = ("OUTSIDE_ONE", "OUTSIDE_TWO")
HOSTS_REFUSED = ["ip prefix-list NETS permit 0.0.0.0/0 ge 1 le 31", "router bgp 64900",
                 "address-family ipv4 vrf OUTSIDE_ONE",
                 "neighbor 10.0.255.254 prefix-list NETS in"]  # fmt: skip
FAMILY = ["router bgp 64900", "address-family ipv4 vrf OUTSIDE_ONE"]
SOFT = "clear ip bgp vrf OUTSIDE_ONE ipv4 unicast 65515 soft"


@pytest.fixture
def router() -> Router:
    """The article's router, its tunnels up and its routes learned."""
    return article_router()


def established(router: Router) -> set[str]:
    return {
        vrf
        for vrf in VRFS
        for session in router.network.bgp_sessions(NAME, vrf)
        if session.state == "Established"
    }


def received(router: Router, vrf: str = "OUTSIDE_ONE") -> set[str]:
    (session,) = router.network.bgp_sessions(NAME, vrf)
    return {str(path.prefix) for path in session.received}


@pytest.mark.parametrize(
    ("command", "left"),
    [
        ("clear ip bgp *", set()),
        ("clear ip bgp all *", set()),
        ("clear ip bgp external", set()),
        ("clear ip bgp 65515", set()),
        ("clear ip bgp vpnv4 unicast *", set()),
        ("clear bgp vpnv4 unicast 65515", set()),
        ("clear ip bgp vrf OUTSIDE_ONE *", {"OUTSIDE_TWO"}),
        ("clear ip bgp vrf OUTSIDE_TWO 65515", {"OUTSIDE_ONE"}),
        ("clear ip bgp vrf OUTSIDE_ONE ipv4 unicast 65515", {"OUTSIDE_TWO"}),
        ("clear ip bgp vrf INSIDE_VRF *", set(VRFS)),
        ("clear ip bgp ipv4 unicast *", set(VRFS)),
        ("clear ip bgp 10.0.255.254", set(VRFS)),
        ("clear ip bgp * soft", set(VRFS)),
        ("clear ip bgp all * in", set(VRFS)),
        (SOFT, set(VRFS)),
        (f"{SOFT} out", set(VRFS)),
    ],
)
def test_a_hard_form_ends_sessions_for_a_while(
    router: Router, command: str, left: set[str]
) -> None:
    Console(router).type(command)
    assert established(router) == left
    router.clock.advance(7)
    assert established(router) == left
    router.clock.advance(5)
    assert established(router) == set(VRFS)


def test_the_routes_are_lost_meanwhile_and_the_log_says_why(router: Router) -> None:
    router.logged.clear()
    Console(router).type("clear ip bgp *")
    routes = router.network.routes(NAME, "INSIDE_VRF")
    assert [route for route in routes if route.source == "bgp"] == []
    said = [line.partition(": ")[2] for line in router.logged]
    assert said == [
        f"%BGP-5-ADJCHANGE: neighbor 10.0.255.254 vpn vrf {vrf} Down User reset" for vrf in VRFS
    ]


def test_a_filter_reaches_what_was_accepted_by_a_soft_reset_only(router: Router) -> None:
    before = received(router)
    router.type_lines(HOSTS_REFUSED, "console")
    router.clock.advance(600)
    assert received(router) == before == {"10.0.0.0/16", "172.16.1.4/32"}
    Console(router).type(f"{SOFT} out")
    assert received(router) == before
    Console(router).type(SOFT)
    assert received(router) == {"10.0.0.0/16"}
    router.type_lines([*HOSTS_REFUSED[1:3], f"no {HOSTS_REFUSED[3]}"], "console")
    assert received(router) == {"10.0.0.0/16"}
    Console(router).type("clear ip bgp vrf OUTSIDE_ONE * soft in")
    assert received(router) == before


def test_a_filter_judges_what_comes_after_it(router: Router) -> None:
    router.type_lines([*HOSTS_REFUSED, "interface Tunnel1", "shutdown"], "console")
    router.clock.advance(600)
    assert received(router) == {"10.0.0.0/16"}
    router.type_lines(["interface Tunnel1", "no shutdown"], "console")
    router.clock.advance(600)
    assert received(router) == {"10.0.0.0/16"}


def test_a_neighbour_that_was_shut_for_a_moment_is_judged_anew(router: Router) -> None:
    router.type_lines(HOSTS_REFUSED, "console")
    toggled = [f"{word}neighbor 10.0.255.254 shutdown" for word in ("", "no ")]
    router.type_lines([*HOSTS_REFUSED[1:3], *toggled], "console")
    assert established(router) == {"OUTSIDE_TWO"}
    router.clock.advance(10)
    assert received(router) == {"10.0.0.0/16"}


def test_a_session_that_was_shut_for_its_prefixes_comes_back_when_cleared(router: Router) -> None:
    router.type_lines([*FAMILY, "neighbor 10.0.255.254 maximum-prefix 1"], "console")
    router.clock.advance(600)
    assert established(router) == {"OUTSIDE_TWO"}
    router.type_lines([*FAMILY, "neighbor 10.0.255.254 maximum-prefix 100"], "console")
    router.clock.advance(600)
    assert established(router) == {"OUTSIDE_TWO"}
    Console(router).type("clear ip bgp vrf OUTSIDE_ONE *")
    router.clock.advance(10)
    assert established(router) == set(VRFS)


def test_a_next_hop_that_a_route_map_sets_is_shown(router: Router) -> None:
    lines = ["route-map HOP permit 10", "set ip next-hop 172.16.0.1", "set metric 7", *FAMILY]
    router.type_lines([*lines, "neighbor 10.0.255.254 route-map HOP in"], "console")
    console = Console(router)
    console.type(SOFT)
    rows = console.type("show ip bgp vpnv4 vrf OUTSIDE_ONE").splitlines()
    (row,) = (row.split() for row in rows if " 10.0.0.0/16" in row)
    assert row == ["*>", "10.0.0.0/16", "172.16.0.1", "7", "0", "65515", "i"]
