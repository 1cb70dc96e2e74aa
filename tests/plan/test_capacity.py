"""How many tunnels a throughput takes, what binds it, and what the inventory cannot reach."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from inventories import Tree, changed, hosts, intent_of

from fvrf.capacity.limits import SKUS, Cipher, Sku
from fvrf.capacity.reach import reaches
from fvrf.capacity.sizing import Profile, option, options
from fvrf.intent.warnings import warnings

ROOT = Path(__file__).parents[2]
LARGEST = SKUS["VpnGw5AZ", 2]
SMALL = SKUS["VpnGw2AZ", 1]

# Profile, SKU, cipher, speakers, Gbps wanted.
Wanted = tuple[Profile, Sku, Cipher, int, float]
# Tunnels, outside VRFs, connections; Gbps reached, and what binds.
Built = tuple[int, int, int, float, str]
SIZES: list[tuple[Wanted, Built]] = [
    # The article: 2 VRFs of 4 tunnels for 10 Gbps with four speakers.
    (("article", LARGEST, "gcm", 4, 10), (8, 2, 4, 10, "VpnGw5AZ")),
    (("article", LARGEST, "gcm", 4, 8), (4, 1, 2, 8, "4 tunnels of 2000")),
    (("article", LARGEST, "gcm", 1, 4), (2, 2, 2, 4, "2 tunnels of 2000")),
    (("article", LARGEST, "cbc", 4, 10), (8, 2, 4, 5.2, "8 equal-cost paths")),
    # Azure's own table.
    (("azure", LARGEST, "gcm", 2, 2), (2, 1, 1, 4.6, "2 tunnels of 2300")),
    (("azure", LARGEST, "gcm", 4, 10), (8, 2, 4, 10, "VpnGw5AZ")),
    (("azure", LARGEST, "gcm", 1, 10), (5, 5, 5, 5, "5000 Mbps on 1 instance")),
    (("azure", LARGEST, "cbc", 8, 10), (8, 1, 4, 5.6, "8 equal-cost paths")),
    (("azure", SMALL, "gcm", 2, 2), (2, 1, 1, 1, "VpnGw2AZ: 1000 Mbps")),
]


@pytest.mark.parametrize(("wanted", "built"), SIZES)
def test_a_throughput_takes_so_many_parts_and_is_bound_by(wanted: Wanted, built: Built) -> None:
    profile, sku, cipher, speakers, gbps = wanted
    *parts, reach, binds = built

    found = option(round(gbps * 1000), sku, cipher, speakers, profile=profile)

    assert [found.tunnels, found.outside_vrfs, found.connections] == parts
    assert found.reach_mbps == reach * 1000
    assert binds in found.binds


def test_a_licence_binds_where_it_is_the_smallest() -> None:
    found = option(10000, LARGEST, "gcm", 4, licensed_mbps=1000)

    assert (found.reach_mbps, found.binds) == (1000, "the router's licence")


def test_no_outside_vrf_has_more_tunnels_than_speakers_and_no_nic_more_paths_than_eight() -> None:
    for gbps in range(1, 21):
        for one in options(gbps * 1000):
            assert one.tunnels <= 8
            assert one.tunnels <= one.outside_vrfs * one.speakers
            assert one.connections % one.outside_vrfs == 0


def test_what_is_enough_comes_first_and_with_the_fewest_connections() -> None:
    found = options(2000)
    enough = [one for one in found if one.is_enough]

    assert found[: len(enough)] == enough
    assert enough[0].connections == min(one.connections for one in enough)


def with_throughput(gbps: float, **gateway: object) -> Tree:
    tree = changed(hosts(), ("r1 data throughput_gbps", gbps))
    tree["gw"]["data"] |= gateway
    return tree


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        (with_throughput(4), []),
        (with_throughput(5), ["r1: 4.6 of 5 Gbps can be reached: 2 tunnels of 2300 Mbps to gw"]),
        (
            with_throughput(1, sku="VpnGw2AZ", generation=1),
            [
                "r1: 0.5 of 1 Gbps can be reached: gw (VpnGw2AZ): 500 Mbps",
                "gw: its routers want 1 Gbps of it, and it carries 0.5",
            ],
        ),
        (
            changed(with_throughput(4), ("r1 data licensed_gbps", 1)),
            ["r1: 1 of 4 Gbps can be reached: the router's licence"],
        ),
    ],
)
def test_an_intent_that_cannot_reach_its_own_throughput_is_warned_of(
    tree: Tree, told: list[str]
) -> None:
    assert [text for text in warnings(intent_of(tree)) if "Gbps" in text] == told


def test_every_router_has_its_reach() -> None:
    found = {one.host: (one.tunnels, one.reach_mbps) for one in reaches(intent_of(hosts()))}

    assert found == {"r1": (2, 4600), "r2": (2, 1400)}


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--gbps", "10"], 0), (["--gbps", "11"], 1), ([], 0)]
)
def test_the_runbook_says_whether_it_is_reached(arguments: list[str], code: int) -> None:
    command = [sys.executable, ROOT / "runbooks/capacity.py", *arguments]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    told = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)  # noqa: S603

    assert (shown.returncode, told.returncode, shown.stderr) == (code, code, "")
    assert "binds" in shown.stdout
    assert set(json.loads(told.stdout)) in ({"options"}, {"routers", "overloaded"})
