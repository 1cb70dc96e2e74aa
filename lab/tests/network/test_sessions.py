"""One thing wrong with a BGP session, and what is seen of it; the rest is the article's."""

from dataclasses import dataclass
from ipaddress import IPv4Address

import pytest

from lab.network.views import GatewayView, RouterView
from lab.tests.network.article import (
    GATEWAY_VIEW,
    ROUTER,
    ROUTER_VIEW,
    SPEAKER,
    TWO,
    make_net,
)
from lab.tests.network.changes import (
    connection,
    item,
    neighbor,
    rerouted,
    without_route,
)

BOTH = {"Tunnel0", "Tunnel1"}


@dataclass(frozen=True, kw_only=True)
class SessionCase:
    """The session of OUTSIDE_TWO is what breaks, its tunnel being up."""

    id: str
    view: RouterView | GatewayView
    why: str
    state: str


SESSION_CASES = [
    SessionCase(
        id="not activated",
        view=neighbor("OUTSIDE_TWO", activated=False),
        why="the neighbour is not activated",
        state="Idle",
    ),
    SessionCase(
        id="shut down",
        view=neighbor("OUTSIDE_TWO", shutdown=True),
        why="the neighbour is shut down",
        state="Idle (Admin)",
    ),
    SessionCase(
        id="no ebgp-multihop",
        view=neighbor("OUTSIDE_TWO", multihop=1),
        why="the neighbour is not directly connected and has no ebgp-multihop",
        state="Idle",
    ),
    SessionCase(
        id="wrong remote-as",
        view=neighbor("OUTSIDE_TWO", remote_as=65514),
        why="remote-as is 65514, the gateway is in AS 65515",
        state="Active",
    ),
    SessionCase(
        id="update-source in another VRF",
        view=neighbor("OUTSIDE_TWO", update_source="GigabitEthernet1"),
        why="update-source GigabitEthernet1 has no address in VRF OUTSIDE_TWO",
        state="Idle",
    ),
    SessionCase(
        id="no route to the speaker",
        view=without_route("OUTSIDE_TWO", "10.0.255.254/32"),
        why="no route to 10.0.255.254 in VRF OUTSIDE_TWO",
        state="Idle",
    ),
    SessionCase(
        id="speaker routed to the provider",
        view=rerouted("10.0.255.254/32", "172.16.1.1"),
        why="10.0.255.254 leaves by GigabitEthernet2, which is no live tunnel",
        state="Idle",
    ),
    SessionCase(
        id="VRF without a route distinguisher",
        view=item("vrfs", "OUTSIDE_TWO", rd=None),
        why="VRF OUTSIDE_TWO is not there or has no route distinguisher",
        state="Idle",
    ),
    SessionCase(
        id="BGP not enabled on the connection",
        view=connection(TWO, enable_bgp=False),
        why="BGP is not enabled on the connection",
        state="Active",
    ),
    SessionCase(
        id="local network gateway with another BGP address",
        view=connection(TWO, peer_bgp_address=IPv4Address("172.16.1.5")),
        why="Azure expects the peer 172.16.1.5, the router comes from 172.16.1.4",
        state="Active",
    ),
    SessionCase(
        id="local network gateway with another AS",
        view=connection(TWO, peer_asn=64901),
        why="Azure expects AS 64901, the router is in 64900",
        state="Active",
    ),
    SessionCase(
        id="APIPA peer of a gateway without APIPA",
        view=connection(TWO, peer_bgp_address=IPv4Address("169.254.100.1")),
        why="Azure expects the peer 169.254.100.1, the router comes from 172.16.1.4",
        state="Active",
    ),
]


@pytest.mark.parametrize("case", SESSION_CASES, ids=lambda case: case.id)
def test_a_session_does_not_stand(case: SessionCase) -> None:
    router = case.view if isinstance(case.view, RouterView) else ROUTER_VIEW
    gateway = case.view if isinstance(case.view, GatewayView) else GATEWAY_VIEW
    net = make_net(router, gateway)
    net.clock.advance(30)
    (session,) = net.model.bgp_sessions(ROUTER, "OUTSIDE_TWO")
    assert net.tunnels_up() == BOTH
    assert net.established() == {("OUTSIDE_ONE", "10.0.255.254")}
    assert (session.state, session.since) == (case.state, None)
    assert net.model.why_not_established(ROUTER, "OUTSIDE_TWO", SPEAKER) == case.why
