"""SAs that are rekeyed by what they carry, before their time is over."""

from dataclasses import replace

import pytest

from lab.network.views import GatewayView, RouterView
from lab.tests.network.article import GATEWAY_VIEW, ROUTER, ROUTER_VIEW, TWO, Net, make_net
from lab.tests.network.changes import PFS, connection, item

PROFILE_TWO = "VRF_OUTSIDE_TWO_PROFILE"


def _loaded(kilobytes: int | None, rate: float = 10) -> RouterView:
    view = item("ipsec_profiles", PROFILE_TWO, lifetime_kb=kilobytes)
    return replace(view, loads={"Tunnel1": rate})


def _made_at(net: Net) -> float:
    (child,) = (
        session.child
        for session in net.model.ike_sessions(ROUTER)
        if session.interface == "Tunnel1"
    )
    assert child is not None
    return child.established_at


def test_a_loaded_tunnel_is_rekeyed_256_kilobytes_early() -> None:
    net = make_net(_loaded(2560))
    net.clock.advance(2)
    first = _made_at(net)
    net.clock.advance(230)
    assert _made_at(net) == first
    net.clock.advance(1)
    assert _made_at(net) == pytest.approx(first + 230.4)
    net.clock.advance(231)
    assert _made_at(net) == pytest.approx(first + 460.8)


@pytest.mark.parametrize(
    ("router", "gateway"),
    [
        (_loaded(None), GATEWAY_VIEW),
        (_loaded(2560, rate=0), GATEWAY_VIEW),
        (_loaded(4608000), GATEWAY_VIEW),
    ],
    ids=["disabled", "idle", "far away"],
)
def test_a_volume_that_is_not_reached_rekeys_nothing(
    router: RouterView, gateway: GatewayView
) -> None:
    net = make_net(router, gateway)
    net.clock.advance(2)
    first = _made_at(net)
    net.clock.advance(3500)
    assert _made_at(net) == first


def test_azures_data_size_counts_as_well() -> None:
    policy = replace(PFS, pfs_group="None", sa_data_size_kb=1024)
    net = make_net(_loaded(None), connection(TWO, policy=policy))
    net.clock.advance(2)
    first = _made_at(net)
    net.clock.advance(103)
    assert _made_at(net) == pytest.approx(first + 102.4)


def test_a_load_that_begins_later_counts_from_then_on() -> None:
    net = make_net(_loaded(2560, rate=0))
    net.clock.advance(1000)
    first = _made_at(net)
    net.show(_loaded(2560))
    net.clock.advance(230)
    assert _made_at(net) == first
    net.clock.advance(1)
    assert _made_at(net) > first


def test_what_the_router_sends_itself_counts() -> None:
    net = make_net(_loaded(2560, rate=0))
    net.clock.advance(2)
    first = _made_at(net)
    net.clock.advance(10)
    net.model.carry(ROUTER, "Tunnel1", 2000)
    assert _made_at(net) == first
    net.model.carry(ROUTER, "Tunnel1", 400)
    assert _made_at(net) == first + 10


def test_a_pfs_mismatch_shows_at_a_rekey_by_volume() -> None:
    net = make_net(_loaded(2560), connection(TWO, policy=PFS))
    net.clock.advance(200)
    assert net.tunnels_up() == {"Tunnel0", "Tunnel1"}
    net.clock.advance(60)
    assert net.tunnels_up() == {"Tunnel0"}


def test_a_rekey_takes_the_lifetimes_of_now() -> None:
    net = make_net(ROUTER_VIEW)
    net.clock.advance(2)
    net.show(item("ipsec_profiles", PROFILE_TWO, lifetime_s=600))
    first = _made_at(net)
    net.clock.advance(3500)
    assert _made_at(net) == first
    net.clock.advance(1300)
    assert _made_at(net) == first + 3600 + 600 + 600


def test_clearing_the_children_leaves_ike_and_compares_pfs() -> None:
    net = make_net(gateway=connection(TWO, policy=PFS))
    net.clock.advance(30)
    before = {one.session_id for one in net.model.ike_sessions(ROUTER)}
    net.model.clear_tunnels(ROUTER, frozenset({"Tunnel0", "Tunnel1"}), children=True)
    assert net.tunnels_up() == set()
    net.clock.advance(5)
    assert net.tunnels_up() == {"Tunnel0"}
    assert {one.session_id for one in net.model.ike_sessions(ROUTER)} == before
