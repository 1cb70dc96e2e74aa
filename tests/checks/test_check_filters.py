"""What the filters of the scheme `fvrf` must keep out, and what the article's site leaves open."""

import re
from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from fvrf.checks.router import check_router
from fvrf.expected import expected_router
from fvrf.iosxe.parse.observe import observe_router
from fvrf.plan.model import RouterPlan
from fvrf.plan.objects import BgpPlan, FamilyPlan, NeighborPlan

TABLE = "show ip route vrf OUTSIDE_TWO"
TOLD = "show ip bgp vpnv4 vrf OUTSIDE_TWO neighbors 10.0.255.254 advertised-routes"
SITE = "show ip route vrf INSIDE_VRF"
HOST_ROUTE = "B        192.168.255.254 [20/0] via 10.0.255.254, 02:01:43\n"


def family(vrf: str) -> FamilyPlan:
    """Return an outside VRF's address family, its neighbour filtered."""
    neighbor = NeighborPlan(
        address=IPv4Address("10.0.255.254"),
        remote_as=65515,
        multihop=5,
        update_source="Tunnel0",
        prefix_list_in="fvrf-azure-vng-in",
        prefix_list_out="fvrf-INSIDE_VRF-out",
        route_map_in="fvrf-nexthop-peer",
    )
    return FamilyPlan(
        vrf=vrf,
        router_id_interface="Tunnel0",
        redistribute=(),
        neighbors=(neighbor,),
        maximum_paths=None,
        import_selection=None,
        import_limit=None,
    )


@pytest.fixture
def filtered(plan: RouterPlan) -> RouterPlan:
    """Return the plan with filters in OUTSIDE_TWO."""
    return replace(plan, bgp=BgpPlan(asn=64900, families=(family("OUTSIDE_TWO"),)))


def wrong(plan: RouterPlan, outputs: dict[str, str]) -> list[str]:
    findings = check_router(expected_router(plan), observe_router(plan, outputs))
    return [f"{f.verdict} {f.check}: {f}" for f in findings if f.verdict != "passed"]


def test_filtered_as_planned(filtered: RouterPlan, outputs: dict[str, str]) -> None:
    outputs[TABLE] = outputs[TABLE].replace(HOST_ROUTE, "")

    assert wrong(filtered, outputs) == []


@pytest.mark.parametrize(
    ("row", "taken"),
    [
        (HOST_ROUTE, "192.168.255.254/32"),
        ("B*       0.0.0.0/0 [20/0] via 10.0.255.254, 02:01:43\n", "0.0.0.0/0"),
    ],
)
def test_a_host_route_or_a_default_route_that_came_in(
    row: str, taken: str, filtered: RouterPlan, outputs: dict[str, str]
) -> None:
    outputs[TABLE] = outputs[TABLE].replace(HOST_ROUTE, row)

    assert wrong(filtered, outputs) == [
        (
            "failed received: OUTSIDE_TWO default and host routes from 10.0.255.254: expected none,"
            f" actual {taken}"
        )
    ]


def test_a_prefix_that_went_out_besides_the_sites_own(
    filtered: RouterPlan, outputs: dict[str, str]
) -> None:
    outputs[TABLE] = outputs[TABLE].replace(HOST_ROUTE, "")
    outputs[TOLD] = with_another_prefix(outputs[TOLD])

    assert wrong(filtered, outputs) == [
        (
            "failed advertised: OUTSIDE_TWO advertised to 10.0.255.254: expected 172.16.0.0/16,"
            " actual 172.16.0.0/16, 172.17.0.0/16"
        )
    ]


def test_the_articles_site_takes_and_tells_what_there_is(
    plan: RouterPlan, outputs: dict[str, str]
) -> None:
    outputs[TOLD] = with_another_prefix(outputs[TOLD])

    assert HOST_ROUTE in outputs[TABLE]
    assert wrong(plan, outputs) == []


def test_a_next_hop_of_the_sites_own_may_be_shared(
    plan: RouterPlan, outputs: dict[str, str]
) -> None:
    more = "                       [1/0] via 172.16.2.9"
    outputs[SITE] = re.sub(r"(S .*)", rf"\1\n{more}", outputs[SITE])

    assert wrong(plan, outputs) == []


def with_another_prefix(told: str) -> str:
    """Return what a neighbour is told, with the row of another prefix."""
    row = re.search(r"^.*172\.16\.0\.0.*$", told, re.MULTILINE)
    assert row is not None
    return told.replace(row[0], f"{row[0]}\n{row[0].replace('172.16.0.0', '172.17.0.0')}")
