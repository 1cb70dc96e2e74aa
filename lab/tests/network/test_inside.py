"""What speaks on an inside segment: OSPF routers and BGP neighbours of the site's own."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest

from lab.clock import Clock
from lab.network.model import Model
from lab.network.views import (
    NeighborView,
    OspfView,
    PrefixRuleView,
    RouteMapRuleView,
    RouterView,
    SpeakerFact,
)
from lab.tests.network.article import (
    GATEWAY_VIEW,
    ROUTER,
    ROUTER_VIEW,
    UPLINKS,
    Gateway,
    Net,
    Router,
)
from lab.tests.network.changes import family

INSIDE = "INSIDE_VRF"
CORE, SWITCH = IPv4Address("172.16.2.9"), IPv4Address("172.16.2.7")
SPEAKERS = (
    SpeakerFact(address=CORE, asn=65101, prefixes=(IPv4Network("172.17.0.0/24"),)),
    SpeakerFact(address=SWITCH, ospf=10, prefixes=(IPv4Network("172.18.0.0/24"),)),
)
SEGMENT = OspfView(number=10, vrf=INSIDE, networks=(IPv4Network("172.16.2.0/24"),))
NEIGHBOR = NeighborView(address=CORE, remote_as=65101, activated=True)
ONLY = "172.18.0.0/24"


def inside(view: RouterView = ROUTER_VIEW, **changes: object) -> RouterView:
    return replace(family(INSIDE, view, **changes), ospf=(SEGMENT,))


def net_of(view: RouterView) -> Net:
    clock = Clock(speed=0)
    router, gateway = Router(view), Gateway(GATEWAY_VIEW)
    model = Model(clock, {ROUTER: UPLINKS}, speakers={ROUTER: SPEAKERS})
    model.attach_router(ROUTER, router)
    model.attach_gateway(gateway)
    clock.advance(30)
    return Net(clock=clock, router=router, gateway=gateway, model=model)


def announced(net: Net) -> set[str]:
    """Return what Azure has learned of the site's networks."""
    rows = net.model.learned_routes(GATEWAY_VIEW.id)
    return {str(row.network) for row in rows if str(row.network).startswith(("172.17", "172.18"))}


def test_a_neighbor_of_the_sites_own_is_spoken_with_and_passed_on() -> None:
    net = net_of(inside(neighbors=(NEIGHBOR,)))
    (session,) = net.model.bgp_sessions(ROUTER, INSIDE)

    assert (session.state, len(session.received)) == ("Established", 1)
    assert net.routes(INSIDE)["172.17.0.0/24"] == [f"{CORE} (INSIDE_VRF) GigabitEthernet3"]
    assert announced(net) == {"172.17.0.0/24"}


@pytest.mark.parametrize(
    "changes", [{"remote_as": 65102}, {"activated": False}, {"shutdown": True}]
)
def test_a_neighbor_that_is_configured_otherwise_is_not(changes: dict[str, object]) -> None:
    net = net_of(inside(neighbors=(NEIGHBOR,)))
    net.show(inside(neighbors=(replace(NEIGHBOR, **changes),)))  # type: ignore[arg-type]
    (session,) = net.model.bgp_sessions(ROUTER, INSIDE)

    assert session.state.startswith("Idle")
    assert (net.routes(INSIDE).get("172.17.0.0/24"), announced(net)) == (None, set())


def test_ospf_routes_stand_and_go_out_where_they_are_redistributed() -> None:
    silent = net_of(inside())
    told = net_of(inside(redistribute=frozenset({"static", "ospf 10"})))

    assert silent.routes(INSIDE, "ospf 10") == {ONLY: [f"{SWITCH} (INSIDE_VRF) GigabitEthernet3"]}
    assert (announced(silent), announced(told)) == (set(), {ONLY})


@pytest.mark.parametrize(("prefix", "found"), [(ONLY, {ONLY}), ("10.9.0.0/16", set())])
def test_a_route_map_narrows_what_is_redistributed(prefix: str, found: set[str]) -> None:
    rule = PrefixRuleView(sequence=5, permit=True, prefix=IPv4Network(prefix))
    view = replace(
        inside(redistribute=frozenset({"ospf 10"}), redistribute_maps={"ospf 10": "OUT"}),
        prefix_lists={"LIST": (rule,)},
        route_maps={
            "OUT": (RouteMapRuleView(sequence=10, permit=True, match_prefix_lists=("LIST",)),)
        },
    )

    assert announced(net_of(view)) == found


def test_a_process_that_does_not_run_on_the_segment_hears_nothing() -> None:
    other = replace(SEGMENT, networks=(IPv4Network("172.16.9.0/24"),))

    assert net_of(replace(inside(), ospf=(other,))).routes(INSIDE, "ospf 10") == {}
