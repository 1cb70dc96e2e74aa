"""Rule 1: adding, removing or reordering anything renumbers nothing else."""

from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from inventories import GONE, Tree, article, changed, gateway, hosts, plan_of, router

from fvrf.plan.model import Plan, RouterPlan

SHAPES = Path(__file__).parents[2] / "examples/topologies/inventory/hosts.yaml"


def large() -> Tree:
    """Return routers with two tenants, two gateways and connections of two to a VRF.

    And the shapes of two gateway instances: loopbacks, APIPA speakers, front doors of their own.
    """
    tree = hosts()
    for number in (3, 4):
        data = router(number)
        data["uplinks"]["GigabitEthernet10"] = {
            "address": f"172.{100 + number}.1.4/24",
            "front_door": "TENANT_OUT",
            "next_hop": f"172.{100 + number}.1.1",
            "public_address": f"203.0.113.{number}",
        }
        data["inside"]["TENANT"] = {
            "id": 13,
            "interface": "GigabitEthernet11",
            "address": f"172.{100 + number}.2.4/24",
            "prefixes": {
                f"172.{100 + number}.0.0/17": f"172.{100 + number}.2.1",
                f"172.{100 + number}.128.0/17": f"172.{100 + number}.2.1",
            },
        }
        data["outside"]["TENANT_OUT"] = {
            "id": 11,
            "inside": "TENANT",
            "connections": [
                {
                    "uplink": "GigabitEthernet10",
                    "gateway": name,
                    "tunnel": tunnel,
                    "key": f"env:KEY_{tunnel}",
                }
                for name, tunnel in (("gw", 20), ("gw2", 21))
            ],
        }
        tree[f"r{number}"] = {"groups": ["csr"], "data": data}
    tree["r5"] = {"groups": ["csr"], "data": article(5)}
    shapes = yaml.safe_load(SHAPES.read_text())
    return tree | {name: shapes[name] for name in ("branch1-csr", "apipa-csr", "azgw", "west-gw")}


LARGE = large()
PLAN = plan_of(LARGE)


def reordered(value: Any, rng: Random) -> Any:  # noqa: ANN401 - a tree of YAML
    """Return the same tree with every mapping and every list in another order."""
    if isinstance(value, dict):
        return {key: reordered(value[key], rng) for key in rng.sample(list(value), len(value))}
    if isinstance(value, list):
        return rng.sample([reordered(item, rng) for item in value], len(value))
    return value


@pytest.mark.parametrize("seed", range(40))
def test_the_order_of_the_file_changes_nothing(seed: int) -> None:
    plan = plan_of(reordered(LARGE, Random(seed)))  # noqa: S311 - no secret

    assert plan.routers == PLAN.routers
    assert plan.gateways == PLAN.gateways
    assert sorted(plan.warnings) == sorted(PLAN.warnings)


@pytest.mark.parametrize("gone", ["r1", "r2", "r3", "r4", "r5", "branch1-csr"])
def test_a_router_that_goes_changes_nothing_of_the_others(gone: str) -> None:
    plan = plan_of({name: host for name, host in LARGE.items() if name != gone})

    assert plan.routers == {name: r for name, r in PLAN.routers.items() if name != gone}
    assert plan.gateways == {
        name: replace(g, connections=tuple(c for c in g.connections if c.router != gone))
        for name, g in PLAN.gateways.items()
    }


def objects(plan: RouterPlan) -> dict[tuple[str, str], object]:
    """Return every object of a router by kind and name; what it counts or lists apart from it."""
    vrfs = {vrf.name: replace(vrf, rt_imports=()) for vrf in plan.vrfs}
    families = {
        family.vrf: replace(
            family, neighbors=(), maximum_paths=None, import_selection=None, import_limit=None
        )
        for family in plan.bgp.families
    }
    named = {
        kind: {item.name: item for item in getattr(plan, kind)}
        for kind in (
            "proposals",
            "policies",
            "keyrings",
            "ikev2_profiles",
            "transform_sets",
            "ipsec_profiles",
            "interfaces",
            "loopbacks",
            "tunnels",
        )
    }
    kinds: dict[str, dict[str, object]] = {
        **named,
        "vrfs": vrfs,
        "families": families,
        "imports": {f"{v.name} {target}": target for v in plan.vrfs for target in v.rt_imports},
        "neighbors": {f"{f.vrf} {n.address}": n for f in plan.bgp.families for n in f.neighbors},
        "routes": {f"{route.vrf} {route.prefix}": route for route in plan.routes},
        "rules": {f"{r.name} {n.sequence}": n for r in plan.prefix_lists for n in r.rules},
        "connections": {c.name: replace(c, site_prefixes=()) for c in plan.connections},
    }
    return {(kind, name): item for kind, items in kinds.items() for name, item in items.items()}


CONNECTIONS = LARGE["r3"]["data"]["outside"]["TENANT_OUT"]["connections"]
# What goes from router r3, and the objects that go with it.
REMOVALS: list[tuple[str, Any, set[tuple[str, str]]]] = [
    (
        "r3 data outside OUT1",
        GONE,
        {
            ("vrfs", "OUT1"),
            ("imports", "OUT1 64515:3"),
            ("imports", "IN 64515:1"),
            ("families", "OUT1"),
            ("neighbors", "OUT1 10.1.255.254"),
            ("policies", "fvrf-global-172.18.0.5"),
            ("keyrings", "fvrf-gw-0"),
            ("ikev2_profiles", "fvrf-gw-0"),
            ("ipsec_profiles", "fvrf-gw-0"),
            ("tunnels", "Tunnel0"),
            ("routes", "OUT1 10.1.255.254/32"),
            ("connections", "fvrf-r3-0"),
        },
    ),
    (
        "r3 data outside TENANT_OUT connections",
        CONNECTIONS[:1],
        {
            ("keyrings", "fvrf-gw2-21"),
            ("ikev2_profiles", "fvrf-gw2-21"),
            ("ipsec_profiles", "fvrf-gw2-21"),
            ("tunnels", "Tunnel21"),
            ("routes", "TENANT_OUT 192.0.2.2/32"),
            ("routes", "TENANT_OUT 10.2.255.254/32"),
            ("neighbors", "TENANT_OUT 10.2.255.254"),
            ("rules", "fvrf-gw2-in 5"),
            ("connections", "fvrf-r3-21"),
        },
    ),
    (
        "r3 data inside TENANT prefixes 172.103.0.0/17",
        GONE,
        {
            ("routes", "TENANT 172.103.0.0/17"),
            ("rules", "fvrf-TENANT-out 2892447744"),
        },
    ),
]


OUT1 = LARGE["branch1-csr"]["data"]["outside"]["OUT1"]["connections"]


def test_a_connection_that_goes_takes_its_tunnels_and_loopback_with_it() -> None:
    """The front door stays while an uplink names it; the counts of the VRFs are apart."""
    path = "branch1-csr data outside OUT1 connections"
    before = objects(PLAN.routers["branch1-csr"])
    after = objects(plan_of(changed(LARGE, (path, OUT1[:1]))).routers["branch1-csr"])

    assert before.keys() - after.keys() == {
        ("loopbacks", "Loopback11"),
        ("policies", "fvrf-FD3-198.51.100.6"),
        *((kind, "fvrf-azgw-11") for kind in ("keyrings", "ikev2_profiles", "ipsec_profiles")),
        *(("tunnels", name) for name in ("Tunnel11", "Tunnel111")),
        *(("routes", f"FD3 192.0.2.{n}/32") for n in (4, 5)),
        *(("routes", f"OUT1 169.254.21.{n}/32") for n in (1, 5)),
        *(("neighbors", f"OUT1 169.254.21.{n}") for n in (1, 5)),
        ("connections", "fvrf-branch1-csr-11"),
    }
    assert after == {key: item for key, item in before.items() if key in after}


@pytest.mark.parametrize(("path", "value", "gone"), REMOVALS)
def test_what_goes_takes_only_its_own_objects_with_it(
    path: str, value: object, gone: set[tuple[str, str]]
) -> None:
    before = objects(PLAN.routers["r3"])
    after = objects(plan_of(changed(LARGE, (path, value))).routers["r3"])

    assert before.keys() - after.keys() == gone
    assert after == {key: item for key, item in before.items() if key in after}


def test_numbers_are_those_of_the_keys() -> None:
    router_plan = PLAN.routers["r3"]

    assert {vrf.name: vrf.rd for vrf in router_plan.vrfs} == {
        "OUT1": "64515:1",
        "OUT2": "64515:2",
        "IN": "64515:3",
        "TENANT_OUT": "64515:11",
        "TENANT": "64515:13",
    }
    assert [tunnel.name for tunnel in router_plan.tunnels] == [
        "Tunnel0",
        "Tunnel1",
        "Tunnel20",
        "Tunnel21",
    ]


def test_interfaces_stand_in_the_order_of_their_numbers() -> None:
    tree = changed(
        hosts(),
        (
            "r1 data uplinks GigabitEthernet10",
            {"address": "172.30.0.4/24", "public_address": "198.51.100.200"},
        ),
    )
    data = tree["r1"]["data"]["uplinks"]
    tree["r1"]["data"]["uplinks"] = dict(reversed(data.items()))

    names = [interface.name for interface in plan_of(tree).routers["r1"].interfaces]

    assert names == ["GigabitEthernet2", "GigabitEthernet10", "GigabitEthernet3"]


@given(
    prefixes=st.sets(
        st.builds(
            lambda number, length: IPv4Network((number >> (32 - length) << (32 - length), length)),
            st.integers(1 << 24, (224 << 24) - 1),
            st.integers(1, 31),
        ).filter(lambda prefix: not prefix.is_loopback),
        min_size=2,
        max_size=40,
    )
)
def test_every_prefix_has_a_sequence_number_of_its_own(prefixes: set[IPv4Network]) -> None:
    tree = changed(
        hosts(),
        ("r1 data inside IN prefixes", dict.fromkeys(map(str, prefixes), "172.16.2.1")),
    )

    (rules,) = (
        rules.rules
        for rules in plan_of(tree).routers["r1"].prefix_lists
        if rules.name == "fvrf-IN-out"
    )

    assert len({rule.sequence for rule in rules}) == len(prefixes)
    assert all(1 <= rule.sequence <= 4294967294 for rule in rules)


def test_the_plan_holds_every_host_of_the_intent() -> None:
    plan: Plan = plan_of(hosts() | {"gw3": {"groups": ["gateway"], "data": gateway(3)}})

    assert (list(plan.routers), list(plan.gateways)) == (["r1", "r2"], ["gw", "gw2", "gw3"])
    assert plan.gateways["gw3"].connections == ()
