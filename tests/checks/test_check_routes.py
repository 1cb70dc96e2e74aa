"""Balancing over four tunnels: two gateway instances, each heard in two outside VRFs."""

import re
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from fvrf.checks.observation import Entry, RouterObservation, Unreadable
from fvrf.checks.routes import check_inside
from fvrf.expected import ExpectedPath, ExpectedRoute
from fvrf.iosxe.parse.route_entry import parse_route_entry
from fvrf.iosxe.parse.route_table import RouteTable, parse_route_table

FOUR_PATHS = (
    Path(__file__).parents[1]
    / "fixtures"
    / "show_ip_route_vrf_prefix"
    / "newer_release_four_paths.txt"
).read_text()
PREFIX = IPv4Network("10.0.0.0/16")
TUNNELS = {
    ("10.0.255.4", "OUT1"): "Tunnel10",
    ("10.0.255.5", "OUT1"): "Tunnel110",
    ("10.0.255.4", "OUT2"): "Tunnel20",
    ("10.0.255.5", "OUT2"): "Tunnel120",
}
EXPECTED = ExpectedRoute(
    vrf="INSIDE",
    prefix=PREFIX,
    paths=tuple(
        ExpectedPath(next_hop=IPv4Address(hop), vrf=vrf, tunnel=tunnel)
        for (hop, vrf), tunnel in TUNNELS.items()
    ),
)


def table(vrf: str) -> RouteTable:
    """Return an outside VRF's table with the static routes to both speakers."""
    rows = [
        f"S        {hop}/32 is directly connected, {tunnel}"
        for (hop, of), tunnel in TUNNELS.items()
        if of == vrf
    ]
    return parse_route_table("\n".join([f"Routing Table: {vrf}", "", *rows, ""]))


def judged(entry: str, tables: dict[str, RouteTable | Unreadable]) -> list[tuple[str, str, str]]:
    seen = RouterObservation(
        host="branch",
        interfaces=(),
        pfs_groups={},
        ikev2_sessions=(),
        crypto_sessions=(),
        summaries={},
        tables=tables,
        entries=(Entry(vrf="INSIDE", prefix=PREFIX, route=parse_route_entry(entry)),),
        advertised=(),
        sent={},
    )
    return [(f.check, f.verdict, f.actual) for f in check_inside("branch", EXPECTED, seen)]


@pytest.fixture
def tables() -> dict[str, RouteTable | Unreadable]:
    return {vrf: table(vrf) for vrf in ("OUT1", "OUT2")}


def test_four_paths_leave_by_four_tunnels(tables: dict[str, RouteTable | Unreadable]) -> None:
    assert judged(FOUR_PATHS, tables) == [
        (
            "paths",
            "passed",
            "4 paths: 10.0.255.4 (OUT1), 10.0.255.4 (OUT2), 10.0.255.5 (OUT1), 10.0.255.5 (OUT2)",
        ),
        ("shares", "passed", "1, 1, 1, 1"),
        ("egress", "passed", "Tunnel10, Tunnel110, Tunnel120, Tunnel20"),
    ]


def test_one_next_hop_announced_by_both_instances_is_seen(
    tables: dict[str, RouteTable | Unreadable],
) -> None:
    """Without the inbound route-map the paths are four and the tunnels two."""
    entry = re.sub(r"10\.0\.255\.5 \(", "10.0.255.4 (", FOUR_PATHS)

    assert judged(entry, tables) == [
        (
            "paths",
            "failed",
            (
                "4 paths: 10.0.255.4 (OUT1), 10.0.255.4 (OUT1), 10.0.255.4 (OUT2),"
                " 10.0.255.4 (OUT2); missing 10.0.255.5 (OUT1), 10.0.255.5 (OUT2)"
            ),
        ),
        ("shares", "passed", "1, 1, 1, 1"),
        ("egress", "failed", "Tunnel10 x2, Tunnel20 x2"),
    ]


def test_without_an_outside_table_the_egress_is_an_error(
    tables: dict[str, RouteTable | Unreadable],
) -> None:
    tables["OUT2"] = Unreadable(what="show ip route vrf OUT2", reason="the capture is empty")

    assert judged(FOUR_PATHS, tables)[-1] == (
        "egress",
        "error",
        "could not look: show ip route vrf OUT2: the capture is empty",
    )


def test_a_next_hop_that_leads_in_a_circle_leads_nowhere(
    tables: dict[str, RouteTable | Unreadable],
) -> None:
    tables["OUT2"] = parse_route_table(
        "Routing Table: OUT2\n\nB        10.0.0.0/16 [20/0] via 10.0.255.4, 00:01:00\n"
    )

    assert judged(FOUR_PATHS, tables)[-1] == (
        "egress",
        "failed",
        "Tunnel10, Tunnel110, none (10.0.255.4), none (10.0.255.5)",
    )
