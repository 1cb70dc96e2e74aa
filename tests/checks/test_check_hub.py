"""A hub's routes, judged: by the VPN, by BGP, and nothing of a site over ExpressRoute."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest

from fvrf.checks.gateway import check_gateway
from fvrf.checks.observation import (
    ConnectionObservation,
    GatewayObservation,
    HubRoute,
    Unreadable,
)
from fvrf.expected import ExpectedConnection, ExpectedGateway

EXPECTED = ExpectedGateway(
    host="hub",
    connections=(
        ExpectedConnection(
            name="link-one",
            router="branch1-csr",
            bgp_address=IPv4Address("10.200.1.1"),
            asn=64900,
            speakers=(IPv4Address("10.0.255.4"), IPv4Address("10.0.255.5")),
            prefixes=(IPv4Network("172.16.0.0/16"),),
            prepend=0,
            pfs_group="ECP384",
        ),
    ),
    nics=(),
    is_hub=True,
)
UP = ConnectionObservation(status="Connected", provisioning_state="Succeeded", pfs_group="ECP384")


def route(prefix: str, hop: str = "VPN_S2S_Gateway", as_path: str = "64900") -> HubRoute:
    return HubRoute(prefixes=(prefix,), next_hop_type=hop, next_hops=("hub",), as_path=as_path)


def seen(*routes: HubRoute) -> GatewayObservation:
    return GatewayObservation(
        host="hub", connections={"link-one": UP}, peers=(), learned=(), effective={}, hub=routes
    )


def test_all_is_proven_by_states_and_the_hubs_routes() -> None:
    findings = check_gateway(EXPECTED, seen(route("172.16.0.0/16"), route("10.1.0.0/16", "x", "")))

    assert [(one.check, one.verdict) for one in findings] == [
        ("connection", "passed"),
        ("pfs", "passed"),
        ("effective", "passed"),
    ]


@pytest.mark.parametrize(
    ("routes", "actual"),
    [
        ((), "no such route"),
        (
            (route("172.16.0.0/16", as_path=""),),
            "172.16.0.0/16 by VPN_S2S_Gateway",
        ),
        (
            (route("172.16.0.0/16", as_path="64999"),),
            "172.16.0.0/16 by VPN_S2S_Gateway with AS path 64999",
        ),
        (
            (route("172.16.0.0/16", "ExpressRouteGateway", "12076-64900"),),
            "172.16.0.0/16 by ExpressRouteGateway with AS path 12076-64900: unencrypted",
        ),
        (
            (route("172.16.0.0/16"), route("172.16.1.0/24", "ExpressRouteGateway", "")),
            (
                "172.16.0.0/16 by VPN_S2S_Gateway with AS path 64900;"
                " 172.16.1.0/24 by ExpressRouteGateway: unencrypted"
            ),
        ),
    ],
)
def test_a_route_that_is_not_the_sites_own_fails(routes: tuple[HubRoute, ...], actual: str) -> None:
    *_, finding = check_gateway(EXPECTED, seen(*routes))

    assert (finding.verdict, finding.actual) == ("failed", actual)


def test_what_the_site_itself_announces_over_expressroute_is_meant_to_go_there() -> None:
    expected = replace(EXPECTED, expressroute=(IPv4Network("172.16.1.0/24"),))
    beside = route("172.16.1.0/24", "ExpressRouteGateway", "")

    *_, finding = check_gateway(expected, seen(route("172.16.0.0/16"), beside))

    assert finding.verdict == "passed"


@pytest.mark.parametrize("unseen", [None, Unreadable(what="the hub's routes", reason="403")])
def test_routes_that_could_not_be_read_are_no_failure(unseen: Unreadable | None) -> None:
    *_, finding = check_gateway(EXPECTED, replace(seen(), hub=unseen))

    assert finding.verdict == "error"
