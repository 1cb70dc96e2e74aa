"""BGP in time: hold timers, sessions that outlast their tunnels, and those that are ended."""

from dataclasses import replace
from ipaddress import IPv4Address

from lab.tests.network.article import (
    ROUTER,
    ROUTER_VIEW,
    TWO,
    Net,
    make_net,
)
from lab.tests.network.changes import (
    connection,
    item,
    neighbor,
    peer_states,
    without_route,
)

BOTH = {"Tunnel0", "Tunnel1"}


def test_a_session_outlasts_its_tunnel_until_the_hold_timer_and_its_routes_do_not(
    settled: Net,
) -> None:
    settled.show(item("interfaces", "Tunnel1", shutdown=True))
    assert len(settled.established()) == 2
    assert settled.routes("INSIDE_VRF") == {
        "10.0.0.0/16": ["10.0.255.254 (OUTSIDE_ONE) Tunnel0"],
    }
    settled.clock.advance(180)
    assert settled.established() == {("OUTSIDE_ONE", "10.0.255.254")}
    (session,) = settled.model.bgp_sessions(ROUTER, "OUTSIDE_TWO")
    assert (session.state, session.since) == ("Idle", settled.clock.now())


def test_a_shorter_hold_time_of_the_router_is_negotiated() -> None:
    net = make_net(router=neighbor("OUTSIDE_TWO", hold_s=30, keepalive_s=10))
    net.clock.advance(30)
    broken = without_route("OUTSIDE_TWO", "10.0.255.254/32", net.router.shown)
    net.show(broken)
    net.clock.advance(31)
    assert net.established() == {("OUTSIDE_ONE", "10.0.255.254")}


def test_a_session_survives_a_renegotiated_tunnel(settled: Net) -> None:
    settled.model.clear_ike(ROUTER)
    settled.clock.advance(200)
    (session,) = settled.model.bgp_sessions(ROUTER, "OUTSIDE_TWO")
    assert (session.state, len(settled.router.logged)) == ("Established", 8)


def test_a_neighbour_that_is_shut_down_says_goodbye(settled: Net) -> None:
    settled.show(neighbor("OUTSIDE_TWO", shutdown=True))
    (session,) = settled.model.bgp_sessions(ROUTER, "OUTSIDE_TWO")
    assert (session.state, peer_states(settled)) == (
        "Idle (Admin)",
        ["Connected", "Connecting"],
    )


def test_a_removed_neighbour_is_forgotten(settled: Net) -> None:
    bgp = ROUTER_VIEW.bgp
    assert bgp is not None
    families = {**bgp.families, "OUTSIDE_TWO": replace(bgp.families["OUTSIDE_TWO"], neighbors=())}
    settled.show(replace(ROUTER_VIEW, bgp=replace(bgp, families=families)))
    assert settled.model.bgp_sessions(ROUTER, "OUTSIDE_TWO") == ()
    assert peer_states(settled) == ["Connected", "Connecting"]


def test_azure_ends_the_session_of_a_connection_whose_bgp_address_changes(settled: Net) -> None:
    settled.show(connection(TWO, peer_bgp_address=IPv4Address("172.16.1.5")))
    assert settled.tunnels_up() == BOTH
    assert settled.established() == {("OUTSIDE_ONE", "10.0.255.254")}


def test_a_route_keeps_its_age_while_another_one_goes(settled: Net) -> None:
    def since() -> float:
        route = next(
            route
            for route in settled.model.routes(ROUTER, "INSIDE_VRF")
            if str(route.prefix) == "10.0.0.0/16"
        )
        return next(path.since for path in route.paths if path.vrf == "OUTSIDE_ONE")

    before = since()
    settled.clock.advance(100)
    settled.show(item("interfaces", "Tunnel1", shutdown=True))
    assert since() == before


def test_a_speaker_that_announces_too_much_is_tried_again_after_the_restart_interval() -> None:
    net = make_net(neighbor("OUTSIDE_TWO", maximum_prefix=1, restart_s=300))
    net.clock.advance(30)
    (session,) = net.model.bgp_sessions(ROUTER, "OUTSIDE_TWO")

    assert (session.state, net.established()) == (
        "Idle (PfxCt)",
        {("OUTSIDE_ONE", "10.0.255.254")},
    )
    assert len([line for line in net.router.logged if "MAXPFXEXCEED" in line]) == 1

    net.show(neighbor("OUTSIDE_TWO", maximum_prefix=2, restart_s=300))
    net.clock.advance(200)
    assert net.established() == {("OUTSIDE_ONE", "10.0.255.254")}

    net.clock.advance(120)
    assert net.established() == {("OUTSIDE_ONE", "10.0.255.254"), ("OUTSIDE_TWO", "10.0.255.254")}


def test_without_a_restart_interval_a_session_stays_down() -> None:
    net = make_net(neighbor("OUTSIDE_TWO", maximum_prefix=1))
    net.clock.advance(7200)

    assert net.established() == {("OUTSIDE_ONE", "10.0.255.254")}
