"""What happens in time: negotiation, rekeys, dead peers, hold timers, and who notices what."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from lab.network.views import RouterView, StaticRouteView
from lab.tests.network.article import (
    GATEWAY,
    GATEWAY_VIEW,
    ROUTER,
    ROUTER_VIEW,
    SPEAKER,
    TWO,
    Net,
    make_net,
)
from lab.tests.network.changes import (
    PFS,
    connection,
    item,
    keyring_peer,
    peer_states,
    statuses,
    tunnel,
    without,
    without_connection,
    without_route,
)

BOTH = {"Tunnel0", "Tunnel1"}

# --- coming up ----------------------------------------------------------------------------------


def test_a_negotiation_takes_its_time_and_so_does_bgp_after_it(net: Net) -> None:
    seen = []
    for step_s in (1, 1, 7, 1):
        net.clock.advance(step_s)
        seen.append((len(net.tunnels_up()), len(net.established())))
    assert seen == [(0, 0), (2, 0), (2, 0), (2, 2)]


def test_a_new_connection_is_unknown_then_connected(net: Net) -> None:
    seen = [statuses(net)]
    net.clock.advance(2)
    seen.append(statuses(net))
    assert seen == [["Unknown", "Unknown"], ["Connected", "Connected"]]


def test_a_connection_that_does_not_come_up_is_given_up_at_last() -> None:
    net = make_net(gateway=connection(TWO, key="other"))
    seen = []
    for step_s in (1, 30, 60):
        net.clock.advance(step_s)
        seen.append(statuses(net)[1])
    assert seen == ["Unknown", "Connecting", "NotConnected"]


def test_a_repaired_end_comes_up_without_being_asked() -> None:
    net = make_net(router=keyring_peer(local_key="other", remote_key="other"))
    net.clock.advance(600)
    net.show(ROUTER_VIEW)
    net.clock.advance(10)
    assert (net.tunnels_up(), len(net.established())) == (BOTH, 2)


def test_the_router_logs_lines_and_neighbours_that_come_up(settled: Net) -> None:
    assert settled.router.logged == [
        "%LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel0, changed state to up",
        "%LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel1, changed state to up",
        "%BGP-5-ADJCHANGE: neighbor 10.0.255.254 vpn vrf OUTSIDE_ONE Up ",
        "%BGP-5-ADJCHANGE: neighbor 10.0.255.254 vpn vrf OUTSIDE_TWO Up ",
    ]


# --- live SAs against changes at the router -----------------------------------------------------


def test_live_tunnels_outlast_a_wrong_key_until_they_are_cleared(settled: Net) -> None:
    settled.show(keyring_peer(local_key="other", remote_key="other"))
    settled.clock.advance(30000)
    assert settled.tunnels_up() == BOTH
    settled.model.clear_ike(ROUTER)
    settled.clock.advance(30)
    assert settled.tunnels_up() == set()
    assert settled.model.why(ROUTER, "Tunnel0") == (
        "authentication failed: the pre-shared keys differ"
    )


def test_clearing_makes_new_sas(settled: Net) -> None:
    before = {session.child for session in settled.model.ike_sessions(ROUTER)}
    settled.model.clear_ike(ROUTER, IPv4Address("23.98.148.37"))
    assert settled.model.ike_sessions(ROUTER) == ()
    settled.clock.advance(2)
    after = {session.child for session in settled.model.ike_sessions(ROUTER)}
    assert len(after) == 2
    assert not before & after


def test_clearing_a_front_door_leaves_the_others_alone(settled: Net) -> None:
    settled.model.clear_ike(ROUTER, None, None, "OUTSIDE_TWO")
    assert settled.tunnels_up() == {"Tunnel0"}


def test_clearing_another_peer_leaves_the_sas_alone(settled: Net) -> None:
    settled.model.clear_ike(ROUTER, IPv4Address("192.0.2.1"))
    assert settled.tunnels_up() == BOTH


def test_a_wrong_transform_kills_the_child_at_its_rekey(settled: Net) -> None:
    settled.show(item("transform_sets", "AZURE_IPSEC_PROPOSAL", transforms=("esp-gcm 128",)))
    settled.clock.advance(3000)
    assert settled.tunnels_up() == BOTH
    settled.clock.advance(600)
    assert settled.tunnels_up() == set()


def test_a_wrong_proposal_kills_the_tunnel_at_the_rekey_of_ike(settled: Net) -> None:
    settled.show(item("proposals", "AZURE_PROPOSAL", groups=("14",)))
    settled.clock.advance(28000)
    assert settled.tunnels_up() == BOTH
    settled.clock.advance(1000)
    assert settled.tunnels_up() == set()


def test_a_rekey_renews_the_child_and_nothing_is_noticed(settled: Net) -> None:
    before = [session.child for session in settled.model.ike_sessions(ROUTER)]
    settled.clock.advance(3600)
    after = [session.child for session in settled.model.ike_sessions(ROUTER)]
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert len(settled.established()) == 2
    assert len(settled.router.logged) == 4


# --- PFS ----------------------------------------------------------------------------------------


def test_a_pfs_mismatch_shows_only_at_the_first_rekey() -> None:
    net = make_net(gateway=connection(TWO, policy=PFS))
    net.clock.advance(30)
    assert (net.tunnels_up(), len(net.established())) == (BOTH, 2)
    net.clock.advance(3600)
    assert net.tunnels_up() == {"Tunnel0"}
    assert net.model.why(ROUTER, "Tunnel1") == (
        "rekey failed: PFS differs: the router's none is not Azure's"
    )
    children = {
        session.interface: session.child is not None for session in net.model.ike_sessions(ROUTER)
    }
    assert children == {"Tunnel0": True, "Tunnel1": False}


def test_the_shorter_lifetime_of_both_ends_decides_when() -> None:
    short = replace(PFS, sa_lifetime_s=900)
    net = make_net(gateway=connection(TWO, policy=short))
    net.clock.advance(800)
    assert net.tunnels_up() == BOTH
    net.clock.advance(200)
    assert net.tunnels_up() == {"Tunnel0"}


def test_the_same_pfs_on_both_ends_rekeys() -> None:
    net = make_net(
        router=item("ipsec_profiles", "VRF_OUTSIDE_TWO_PROFILE", pfs="group2"),
        gateway=connection(TWO, policy=PFS),
    )
    net.clock.advance(30000)
    assert (net.tunnels_up(), len(net.established())) == (BOTH, 2)


def test_a_tunnel_lost_to_pfs_comes_back_once_the_ends_agree() -> None:
    net = make_net(gateway=connection(TWO, policy=PFS))
    net.clock.advance(4000)
    net.show(item("ipsec_profiles", "VRF_OUTSIDE_TWO_PROFILE", pfs="group2"))
    net.clock.advance(30)
    assert (net.tunnels_up(), len(net.established())) == (BOTH, 2)


# --- what tears a tunnel down, and who notices --------------------------------------------------


def test_a_shut_tunnel_tells_azure_at_once(settled: Net) -> None:
    settled.show(item("interfaces", "Tunnel1", shutdown=True))
    assert settled.tunnels_up() == {"Tunnel0"}
    assert statuses(settled) == ["Connected", "Connecting"]


def test_a_changed_tunnel_line_negotiates_anew(settled: Net) -> None:
    settled.show(tunnel("Tunnel1", destination=IPv4Address("23.98.148.38")))
    assert settled.tunnels_up() == {"Tunnel0"}
    settled.show(ROUTER_VIEW)
    settled.clock.advance(2)
    assert settled.tunnels_up() == BOTH


def test_a_removed_tunnel_is_forgotten(settled: Net) -> None:
    settled.show(without("interfaces", "Tunnel1"))
    sessions = settled.model.ike_sessions(ROUTER)
    assert [session.interface for session in sessions] == ["Tunnel0"]


def test_a_missing_route_takes_the_line_down_at_once_and_azure_notices_later(
    settled: Net,
) -> None:
    settled.show(without_route("OUTSIDE_TWO", "23.98.148.37/32"))
    assert settled.tunnels_up() == {"Tunnel0"}
    seen = [statuses(settled)[1]]
    for step_s in (44, 1):
        settled.clock.advance(step_s)
        seen.append(statuses(settled)[1])
    assert seen == ["Connected", "Connected", "Connecting"]


def _swallowing() -> RouterView:
    """Return the router with a next hop for Tunnel1 that nobody answers for."""
    kept = without_route("OUTSIDE_TWO", "23.98.148.37/32")
    wrong = StaticRouteView(
        vrf="OUTSIDE_TWO",
        prefix=IPv4Network("23.98.148.37/32"),
        next_hop=IPv4Address("172.16.1.9"),
    )
    return replace(kept, static_routes=(*kept.static_routes, wrong))


def test_a_way_that_swallows_packets_is_noticed_by_dead_peer_detection(settled: Net) -> None:
    settled.show(_swallowing())
    assert settled.tunnels_up() == BOTH
    settled.clock.advance(45)
    assert settled.tunnels_up() == {"Tunnel0"}
    assert statuses(settled) == ["Connected", "Connecting"]


def test_a_way_that_swallows_packets_for_a_moment_does_no_harm(settled: Net) -> None:
    settled.show(_swallowing())
    settled.clock.advance(30)
    settled.show(ROUTER_VIEW)
    settled.clock.advance(300)
    assert (settled.tunnels_up(), len(settled.established())) == (BOTH, 2)
    assert len(settled.router.logged) == 4


def test_azure_resets_the_tunnel_of_a_changed_key(settled: Net) -> None:
    settled.show(connection(TWO, key="other"))
    settled.clock.advance(30)
    assert settled.tunnels_up() == {"Tunnel0"}


def test_azure_resets_the_tunnel_of_a_changed_policy(settled: Net) -> None:
    settled.show(connection(TWO, policy=replace(PFS, pfs_group="None")))
    assert settled.tunnels_up() == {"Tunnel0"}
    settled.clock.advance(2)
    assert settled.tunnels_up() == BOTH


def test_a_deleted_connection_takes_its_tunnel_along(settled: Net) -> None:
    settled.show(without_connection(TWO))
    assert settled.tunnels_up() == {"Tunnel0"}
    assert [str(row.neighbor) for row in settled.model.peer_status(GATEWAY)] == ["192.168.255.254"]


def test_a_connection_that_was_reset_comes_back_at_both_ends(settled: Net) -> None:
    settled.show(without_connection(TWO))
    settled.clock.advance(5)
    settled.show(GATEWAY_VIEW)
    settled.clock.advance(20)
    assert (settled.tunnels_up(), len(settled.established())) == (BOTH, 2)
    assert (statuses(settled), peer_states(settled)) == (["Connected"] * 2, ["Connected"] * 2)


def test_a_router_without_power_is_missed_by_azure_after_its_timers(settled: Net) -> None:
    settled.show(RouterView(name=ROUTER, powered=False))
    assert settled.model.ike_sessions(ROUTER) == ()
    seen = [(statuses(settled), peer_states(settled))]
    for step_s in (45, 135):
        settled.clock.advance(step_s)
        seen.append((statuses(settled), peer_states(settled)))
    assert seen == [
        (["Connected"] * 2, ["Connected"] * 2),
        (["Connecting"] * 2, ["Connected"] * 2),
        (["NotConnected"] * 2, ["Connecting"] * 2),
    ]


def test_a_router_that_is_powered_on_again_comes_back(settled: Net) -> None:
    settled.show(RouterView(name=ROUTER, powered=False))
    settled.clock.advance(10)
    settled.show(ROUTER_VIEW)
    settled.clock.advance(10)
    assert (settled.tunnels_up(), len(settled.established())) == (BOTH, 2)
    assert peer_states(settled) == ["Connected"] * 2


# --- the seam -----------------------------------------------------------------------------------


def test_nothing_moves_when_nothing_changed(settled: Net) -> None:
    tables = settled.model.bgp_table(ROUTER, "INSIDE_VRF")
    settled.gateway.shown = replace(GATEWAY_VIEW)
    settled.model.changed()
    assert settled.model.bgp_table(ROUTER, "INSIDE_VRF") is tables


def test_why_says_that_all_is_well(settled: Net) -> None:
    assert settled.model.why(ROUTER, "Tunnel0") == "up"
    assert settled.model.why_not_established(ROUTER, "OUTSIDE_ONE", SPEAKER) == "established"
