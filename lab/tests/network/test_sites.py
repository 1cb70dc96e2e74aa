"""Several sites of one gateway: what Azure passes on from one to another."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from lab.clock import Clock
from lab.network.model import Model
from lab.network.views import ConnectionView, GatewayView, RouterView, StaticRouteView, UplinkFact
from lab.tests.network.article import (
    GATEWAY_VIEW,
    KEY,
    ROUTER,
    ROUTER_VIEW,
    UPLINKS,
    Gateway,
    Router,
)
from lab.tests.network.changes import item

OTHER = "eus-onprem-csr"
OTHER_UPLINKS = {
    "GigabitEthernet1": replace(UPLINKS["GigabitEthernet1"], public=IPv4Address("198.51.100.20")),
    "GigabitEthernet2": replace(UPLINKS["GigabitEthernet2"], public=IPv4Address("198.51.100.21")),
}


def _other_site(asn: int) -> RouterView:
    """Return a second router with one tunnel, another BGP address and another network."""
    bgp = ROUTER_VIEW.bgp
    assert bgp is not None
    families = {name: bgp.families[name] for name in ("INSIDE_VRF", "OUTSIDE_ONE")}
    internal = StaticRouteView(
        vrf="INSIDE_VRF", prefix=IPv4Network("172.18.0.0/16"), next_hop=IPv4Address("172.16.2.1")
    )
    kept = (route for route in ROUTER_VIEW.static_routes if route.vrf != "INSIDE_VRF")
    view = replace(
        ROUTER_VIEW,
        name=OTHER,
        static_routes=(internal, *kept),
        bgp=replace(bgp, asn=asn, families=families),
    )
    return item("interfaces", "Tunnel0", view, address=IPv4Interface("192.168.255.253/32"))


def _gateway(asn: int) -> GatewayView:
    other = ConnectionView(
        id="CSR_OTHER",
        peer_address=IPv4Address("198.51.100.20"),
        key=KEY,
        enable_bgp=True,
        peer_asn=asn,
        peer_bgp_address=IPv4Address("192.168.255.253"),
    )
    return replace(GATEWAY_VIEW, connections=(*GATEWAY_VIEW.connections, other))


def _network(asn: int) -> Model:
    clock = Clock(speed=0)
    uplinks: dict[str, dict[str, UplinkFact]] = {ROUTER: UPLINKS, OTHER: OTHER_UPLINKS}
    model = Model(clock, uplinks)
    model.attach_gateway(Gateway(_gateway(asn)))
    model.attach_router(ROUTER, Router(ROUTER_VIEW))
    model.attach_router(OTHER, Router(_other_site(asn)))
    clock.advance(30)
    return model


def _learned(model: Model, router: str) -> dict[str, tuple[int, ...]]:
    return {
        str(route.prefix): route.as_path
        for route in model.routes(router, "INSIDE_VRF")
        if route.source == "bgp"
    }


def test_sites_reach_each_other_through_azure() -> None:
    model = _network(64901)
    assert _learned(model, OTHER) == {
        "10.0.0.0/16": (65515,),
        "172.16.0.0/16": (65515, 64900),
        "172.16.1.4/32": (65515,),
        "192.168.255.254/32": (65515,),
    }
    assert _learned(model, ROUTER)["172.18.0.0/16"] == (65515, 64901)


def test_sites_with_the_same_as_do_not_hear_of_each_others_networks() -> None:
    model = _network(64900)
    assert "172.16.0.0/16" not in _learned(model, OTHER)
    assert "172.18.0.0/16" not in _learned(model, ROUTER)
    assert "10.0.0.0/16" in _learned(model, OTHER)
