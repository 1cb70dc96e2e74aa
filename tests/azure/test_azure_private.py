"""Tunnels over ExpressRoute private peering, from the intent to both ends."""

from ipaddress import IPv4Address

import azure_builders as build
import pytest
from inventories import Tree, changed, hosts, intent_of, plan_of

from fvrf.azure.az import az_commands
from fvrf.azure.diff import reconcile
from fvrf.azure.resources import Json, desired
from fvrf.checks.finding import Finding
from fvrf.checks.gateway import check_gateway
from fvrf.checks.observation import EffectiveRoute, GatewayObservation
from fvrf.discovery.gateway import differences, gateway_data
from fvrf.expected import expected_gateway
from fvrf.intent.warnings import warnings
from fvrf.plan.model import GatewayPlan, RouterPlan

PRIVATE = IPv4Address("10.1.255.254")
TREE = changed(
    hosts(),
    ("gw data instances 0 private_address", str(PRIVATE)),
    ("gw data nics", ["vm"]),
    ("r1 data expressroute", {"gw": ["198.51.100.0/29", "172.16.0.0/12"]}),
    ("r1 data front_doors", {"ER": {"id": 9}}),
    ("r1 data uplinks GigabitEthernet2 front_door", "ER"),
    ("r1 data outside OUT2 connections 0 bgp_address", "192.168.255.11"),
    ("r1 data outside OUT2 connections 0 private_peering", True),
)


def router(tree: Tree = TREE) -> RouterPlan:
    return plan_of(tree).routers["r1"]


def gateway(tree: Tree = TREE) -> GatewayPlan:
    return plan_of(tree).gateways["gw"]


def test_the_router_leads_to_the_private_address_in_every_place() -> None:
    plan = router()
    private, public = plan.tunnels[1], plan.tunnels[0]

    assert (private.destination, public.destination) == (PRIVATE, IPv4Address("192.0.2.1"))
    assert [ring.peers[0].address for ring in plan.keyrings] == [public.destination, PRIVATE]
    assert [p.remote_identities for p in plan.ikev2_profiles] == [
        (public.destination,),
        (PRIVATE,),
    ]
    assert ("ER", f"{PRIVATE}/32", "172.16.1.1") in [
        (route.vrf, str(route.prefix), route.via) for route in plan.routes
    ]


def test_azure_is_told_of_it_for_that_connection_alone() -> None:
    declared = {
        pair.connection.name: pair.connection.declared["useLocalAzureIpAddress"]
        for pair in desired(gateway()).pairs
        if pair.plan.router == "r1"
    }

    assert declared == {"fvrf-r1-0": False, "fvrf-r1-1": True}
    script = az_commands(gateway())
    assert script.count("--set useLocalAzureIpAddress=true") == 1


def shown(*tunnels: str, enabled: bool) -> Json:
    """Return what Azure says of the gateway with these addresses of tunnels."""
    speaker = str(PRIVATE)
    return build.gateway_body(
        enablePrivateIpAddress=enabled,
        bgpSettings={
            "asn": 65515,
            "bgpPeeringAddress": speaker,
            "bgpPeeringAddresses": [
                {"defaultBgpIpAddresses": [speaker], "tunnelIpAddresses": [*tunnels]}
            ],
        },
    )


@pytest.mark.parametrize(
    ("tree", "body", "conflicts"),
    [
        (TREE, shown("192.0.2.1", str(PRIVATE), enabled=True), []),
        (TREE, shown("192.0.2.1", enabled=False), [("enablePrivateIpAddress", "on", "off")]),
        (
            TREE,
            shown("192.0.2.1", "10.1.255.4", enabled=True),
            [("private addresses", str(PRIVATE), "10.1.255.4")],
        ),
        # Another team's private peering is no concern of a gateway without one of ours.
        (hosts(), shown("192.0.2.1", "10.1.255.4", enabled=True), []),
    ],
)
def test_a_gateway_without_the_private_addresses_is_a_conflict(
    tree: Tree, body: Json, conflicts: list[tuple[str, str, str]]
) -> None:
    wanted = desired(gateway(tree))

    diff = reconcile(wanted, build.state(wanted, gateway=body))

    assert [(c.subject, c.expected, c.actual) for c in diff.conflicts] == conflicts
    assert diff.steps == ()


def effective(*routes: tuple[str, str]) -> list[Finding]:
    """Judge a NIC with these routes, each a prefix and its next hop."""
    rows = tuple(
        EffectiveRoute(
            source="VirtualNetworkGateway",
            state="Active",
            prefixes=(prefix,),
            next_hop_type="VirtualNetworkGateway",
            next_hops=(hop,),
        )
        for prefix, hop in routes
    )
    seen = GatewayObservation(
        host="gw", connections={}, peers=(), learned=(), effective={"vm": rows}
    )
    found = check_gateway(expected_gateway(gateway(), only=["r1"]), seen)
    return [one for one in found if one.check == "effective"]


SITE, ER = "172.16.0.0/16", "10.1.254.4"
BY_VPN = (SITE, "192.0.2.1")


@pytest.mark.parametrize(
    ("routes", "beside"),
    [
        ([BY_VPN], ""),
        ([(SITE, str(PRIVATE))], ""),
        ([BY_VPN, ("172.16.0.0/12", ER)], ""),
        ([BY_VPN, ("198.51.100.0/29", ER)], ""),
        ([(SITE, ER)], SITE),
        ([BY_VPN, (SITE, ER)], SITE),
        ([BY_VPN, ("172.16.9.0/24", ER)], "172.16.9.0/24"),
    ],
)
def test_a_nic_that_prefers_expressroute_fails_and_says_why(
    routes: list[tuple[str, str]], beside: str
) -> None:
    (finding,) = effective(*routes)

    assert finding.verdict == ("failed" if beside else "passed")
    reason = f"; {beside} by another gateway ({ER}): ExpressRoute, unencrypted"
    assert finding.actual.endswith(reason if beside else "(1 x)")


def test_a_part_of_a_prefix_that_goes_unencrypted_is_warned_of() -> None:
    part = changed(TREE, ("r1 data expressroute gw", ["198.51.100.0/29", "172.16.9.0/24"]))

    assert "r1: 172.16.9.0/24 goes to gw over ExpressRoute, unencrypted" in warnings(
        intent_of(part)
    )
    assert not [line for line in warnings(intent_of(TREE)) if "ExpressRoute" in line]


def test_an_end_of_a_tunnel_that_the_vpn_announces_is_warned_of() -> None:
    inside = changed(TREE, ("r1 data inside IN prefixes", {"198.51.100.0/30": "172.16.2.1"}))

    (line,) = (one for one in warnings(intent_of(inside)) if "tunnel's own" in one)
    assert line.startswith("r1: 198.51.100.3 is in 198.51.100.0/30, which goes to gw over the VPN")


@pytest.mark.parametrize(
    ("tunnels", "said"),
    [
        (("192.0.2.1", str(PRIVATE)), []),
        (
            ("192.0.2.1", "10.1.255.4"),
            ["private_address of 192.0.2.1: the inventory has 10.1.255.254, Azure 10.1.255.4"],
        ),
        (
            ("192.0.2.1",),
            ["private_address of 192.0.2.1: the inventory has 10.1.255.254, Azure none"],
        ),
    ],
)
def test_what_azure_says_of_private_addresses_is_held_against_the_inventory(
    tunnels: tuple[str, ...], said: list[str]
) -> None:
    found = gateway_data(shown(*tunnels, enabled=True), None, []) | {"prefixes": ["10.1.0.0/16"]}

    assert list(differences(intent_of(TREE).gateways["gw"], found)) == said
