"""The plan's rules 2, 3, 5, 6, 7 and 8, on routers of every shape that intent allows."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest
from inventories import GONE, Tree, changed, hosts, plan_of

from fvrf.azure.resources import desired
from fvrf.crypto import POLICIES
from fvrf.plan.model import ConnectionPlan, Plan, RouterPlan
from fvrf.plan.objects import (
    FamilyPlan,
    NeighborPlan,
    PrefixListPlan,
    PrefixRulePlan,
    StaticRoutePlan,
    TunnelPlan,
    VrfPlan,
)
from fvrf.secrets import SecretRef

SECOND_TENANT = {
    "id": 13,
    "interface": "GigabitEthernet4",
    "address": "172.30.2.4/24",
    "prefixes": {"172.30.0.0/16": "172.30.2.1"},
}
TWO_TENANTS = changed(
    hosts(), ("r1 data inside TENANT", SECOND_TENANT), ("r1 data outside OUT2 inside", "TENANT")
)
TO_GW2 = {"uplink": "GigabitEthernet2", "gateway": "gw2", "tunnel": 2, "key": "env:KEY_TWO"}
TWO_SESSIONS = changed(
    hosts(),
    (
        "r1 data outside OUT2 connections",
        [hosts()["r1"]["data"]["outside"]["OUT2"]["connections"][0], TO_GW2],
    ),
)


def router(tree: Tree, name: str = "r1") -> RouterPlan:
    return plan_of(tree).routers[name]


# Rule 2: who sees whom


def test_outside_and_inside_vrfs_import_each_other() -> None:
    assert router(hosts()).vrfs == (
        VrfPlan(
            name="OUT1",
            role="outside",
            description="fvrf outside of IN",
            rd="64513:1",
            rt_exports=("64513:1",),
            rt_imports=("64513:3",),
        ),
        VrfPlan(
            name="OUT2",
            role="outside",
            description="fvrf outside of IN",
            rd="64513:2",
            rt_exports=("64513:2",),
            rt_imports=("64513:3",),
        ),
        VrfPlan(
            name="IN",
            role="inside",
            description="fvrf inside",
            rd="64513:3",
            rt_exports=("64513:3",),
            rt_imports=("64513:2", "64513:1"),
        ),
    )


@pytest.mark.parametrize("tree", [hosts(), TWO_TENANTS, TWO_SESSIONS])
def test_a_vrf_imports_only_across_its_own_inside_vrf(tree: Tree) -> None:
    plan = router(tree)
    inside_of = {c.outside: c.inside for c in plan.connections}
    exporter = {target: vrf.name for vrf in plan.vrfs for target in vrf.rt_exports}

    for vrf in plan.vrfs:
        seen = {exporter[target] for target in vrf.rt_imports}
        own = {name for name, inside in inside_of.items() if inside == vrf.name}
        assert seen == (own if vrf.role == "inside" else {inside_of[vrf.name]})


def test_two_tenants_share_no_target_no_filter_and_no_path() -> None:
    plan = router(TWO_TENANTS)
    one, two = (vrf for vrf in plan.vrfs if vrf.role == "inside")

    assert not {*one.rt_imports, *one.rt_exports} & {*two.rt_imports, *two.rt_exports}
    assert {f.vrf: f.maximum_paths for f in plan.bgp.families} == dict.fromkeys(
        ("IN", "TENANT", "OUT1", "OUT2")
    )
    assert {f.vrf: [n.prefix_list_out for n in f.neighbors] for f in plan.bgp.families} == {
        "IN": [],
        "TENANT": [],
        "OUT1": ["fvrf-IN-out"],
        "OUT2": ["fvrf-TENANT-out"],
    }
    assert {c.outside: c.site_prefixes for c in plan.connections} == {
        "OUT1": (IPv4Network("172.16.0.0/16"),),
        "OUT2": (IPv4Network("172.30.0.0/16"),),
    }


# Rules 3 and 5: names, and where the BGP address stands


def test_the_scheme_fvrf_has_objects_of_its_own_for_each_connection() -> None:
    plan = router(TWO_SESSIONS)

    assert [item.name for item in plan.proposals] == ["fvrf-gcm256-v1"]
    assert [item.name for item in plan.transform_sets] == ["fvrf-gcm256-v1"]
    assert [item.name for item in plan.policies] == [
        "fvrf-global-172.16.0.5",
        "fvrf-OUT2-172.16.1.4",
    ]
    for kind in ("keyrings", "ikev2_profiles", "ipsec_profiles"):
        names = [item.name for item in getattr(plan, kind)]
        assert names == ["fvrf-gw-0", "fvrf-gw-1", "fvrf-gw2-2"]
    assert [(c.name, c.local_gateway_name) for c in plan.connections] == [
        (f"fvrf-r1-{number}", f"fvrf-r1-{number}") for number in (0, 1, 2)
    ]


def test_the_scheme_article_has_the_articles_names_and_one_keyring() -> None:
    plan = router(hosts(), "r2")

    names = {
        kind: [item.name for item in getattr(plan, kind)]
        for kind in ("proposals", "transform_sets", "policies", "keyrings", "ipsec_profiles")
    }

    assert names == {
        "proposals": ["AZURE_PROPOSAL"],
        "transform_sets": ["AZURE_IPSEC_PROPOSAL"],
        "policies": ["VRF_OUT1_POLICY", "VRF_OUT2_POLICY"],
        "keyrings": ["AZURE_KEYRING"],
        "ipsec_profiles": ["VRF_OUT1_PROFILE", "VRF_OUT2_PROFILE"],
    }
    assert [c.name for c in plan.connections] == ["C2_OUT1", "C2_OUT2"]
    (keyring,) = plan.keyrings
    assert [(peer.name, peer.address) for peer in keyring.peers] == [
        ("GW", IPv4Address("192.0.2.1"))
    ]


def test_a_merged_keyring_has_a_peer_for_each_gateway() -> None:
    tree = changed(
        hosts(),
        ("r2 data outside OUT2 connections 0 gateway", "gw2"),
        ("r2 data outside OUT2 connections 0 key", "file:psk-gw2"),
    )

    (keyring,) = router(tree, "r2").keyrings

    assert [(peer.name, peer.address, peer.key) for peer in keyring.peers] == [
        ("GW", IPv4Address("192.0.2.1"), SecretRef("file", "psk-2")),
        ("GW2", IPv4Address("192.0.2.2"), SecretRef("file", "psk-gw2")),
    ]


def test_a_tunnel_has_its_own_address_or_borrows_the_uplinks() -> None:
    own, borrowed = router(hosts()).tunnels

    assert own == TunnelPlan(
        name="Tunnel0",
        description="fvrf gw instance 0",
        vrf="OUT1",
        address=IPv4Interface("192.168.255.1/32"),
        unnumbered=None,
        mtu=1400,
        mss=1350,
        source="GigabitEthernet1",
        destination=IPv4Address("192.0.2.1"),
        front_door=None,
        ipsec_profile="fvrf-gw-0",
    )
    assert borrowed == TunnelPlan(
        name="Tunnel1",
        description="fvrf gw instance 0",
        vrf="OUT2",
        address=None,
        unnumbered="GigabitEthernet2",
        mtu=1400,
        mss=1350,
        source="GigabitEthernet2",
        destination=IPv4Address("192.0.2.1"),
        front_door="OUT2",
        ipsec_profile="fvrf-gw-1",
    )


# Rule 6: routes


def test_routes_lead_to_gateways_networks_and_speakers() -> None:
    assert router(hosts()).routes == tuple(
        StaticRoutePlan(vrf=vrf, prefix=IPv4Network(prefix), via=via, name="fvrf")
        for vrf, prefix, via in (
            ("OUT2", "192.0.2.1/32", "172.16.1.1"),
            ("IN", "172.16.0.0/16", "172.16.2.1"),
            ("OUT1", "10.1.255.254/32", "Tunnel0"),
            ("OUT2", "10.1.255.254/32", "Tunnel1"),
        )
    )


def test_a_global_front_door_with_a_next_hop_routes_in_the_global_table() -> None:
    tree = changed(hosts(), ("r1 data uplinks GigabitEthernet1 next_hop", "172.16.0.1"))

    assert router(tree).routes[0] == StaticRoutePlan(
        vrf=None, prefix=IPv4Network("192.0.2.1/32"), via="172.16.0.1", name="fvrf"
    )


# Rule 7: BGP


def test_each_session_is_filtered_both_ways_and_next_hops_are_the_peers() -> None:
    plan = router(hosts())

    assert plan.next_hop_route_map == "fvrf-nexthop-peer"
    assert plan.prefix_lists == (
        PrefixListPlan(
            name="fvrf-gw-in",
            rules=(
                PrefixRulePlan(
                    sequence=5, action="permit", prefix=IPv4Network("0.0.0.0/0"), ge=1, le=31
                ),
            ),
        ),
        PrefixListPlan(
            name="fvrf-IN-out",
            rules=(
                PrefixRulePlan(
                    sequence=2886762496, action="permit", prefix=IPv4Network("172.16.0.0/16")
                ),
            ),
        ),
    )
    assert plan.bgp.families[1] == FamilyPlan(
        vrf="OUT1",
        router_id_interface="Tunnel0",
        redistribute=(),
        neighbors=(
            NeighborPlan(
                address=IPv4Address("10.1.255.254"),
                remote_as=65515,
                multihop=5,
                update_source="Tunnel0",
                prefix_list_in="fvrf-gw-in",
                prefix_list_out="fvrf-IN-out",
                route_map_in="fvrf-nexthop-peer",
            ),
        ),
        maximum_paths=None,
        import_selection=None,
        import_limit=None,
    )


def test_the_inside_vrf_balances_over_all_sessions_of_its_outside_vrfs() -> None:
    inside = {
        name: router(tree).bgp.families[0]
        for name, tree in {"one each": hosts(), "two in one": TWO_SESSIONS}.items()
    }

    assert {
        name: (f.vrf, f.maximum_paths, f.import_selection, f.import_limit)
        for name, f in inside.items()
    } == {"one each": ("IN", 2, None, None), "two in one": ("IN", 3, "all", 3)}


def test_an_outside_vrf_balances_over_its_own_sessions() -> None:
    family = router(TWO_SESSIONS).bgp.families[2]

    assert (family.vrf, family.maximum_paths) == ("OUT2", 2)
    assert [n.address for n in family.neighbors] == [
        IPv4Address("10.1.255.254"),
        IPv4Address("10.2.255.254"),
    ]


def test_a_single_tunnel_needs_no_maximum_paths() -> None:
    tree = changed(hosts(), ("r1 data outside OUT1", GONE))

    assert [family.maximum_paths for family in router(tree).bgp.families] == [None, None]


# Rule 8: one policy for both ends


@pytest.mark.parametrize("name", ["r1", "r2"])
def test_both_ends_have_their_crypto_from_one_object(name: str) -> None:
    plan = plan_of(hosts())
    expected = POLICIES[{"r1": "gcm256", "r2": "article-legacy"}[name]]

    assert {id(c.crypto) for c in _both_ends(plan, name)} == {id(expected)}


def _both_ends(plan: Plan, name: str) -> list[ConnectionPlan]:
    at_gateway = [c for c in plan.gateways["gw"].connections if c.router == name]
    return [*plan.routers[name].connections, *at_gateway]


@pytest.mark.parametrize(
    ("name", "lines", "azure"),
    [
        (
            "r1",
            (("aes-gcm-256",), (), ("sha384",), ("20",), "esp-gcm 256", "group20", 27000),
            ("GCMAES256", "SHA384", "ECP384", "GCMAES256", "GCMAES256", "ECP384", 27000),
        ),
        (
            "r2",
            (
                ("aes-cbc-256", "aes-cbc-128", "3des"),
                ("sha1",),
                (),
                ("2",),
                "esp-aes 256 esp-sha-hmac",
                None,
                3600,
            ),
            ("AES256", "SHA1", "DHGroup2", "AES256", "SHA1", "None", 3600),
        ),
    ],
)
def test_both_ends_say_the_same_in_their_own_words(
    name: str, lines: tuple[object, ...], azure: tuple[object, ...]
) -> None:
    plan = plan_of(hosts())
    router_plan = plan.routers[name]
    (proposal,), (transforms,) = router_plan.proposals, router_plan.transform_sets
    policies = {
        tuple(pair.connection.declared["ipsecPolicies"][0][key] for key in AZURE_KEYS)
        for pair in desired(plan.gateways["gw"]).pairs
        if pair.plan.router == name
    }

    assert (
        proposal.encryption,
        proposal.integrity,
        proposal.prf,
        proposal.groups,
        transforms.transforms,
    ) == lines[:5]
    assert {(p.pfs, p.lifetime_s) for p in router_plan.ipsec_profiles} == {lines[5:]}
    assert policies == {azure}


def test_connections_of_one_uplink_move_to_a_new_policy_one_by_one() -> None:
    own = {
        "ike": {"encryption": "AES256", "integrity": "SHA256", "dh_group": "ECP256"},
        "esp": {"encryption": "AES256", "integrity": "SHA256", "pfs_group": "ECP256"},
        "version": 2,
    }
    other = {"uplink": "GigabitEthernet2", "gateway": "gw2", "tunnel": 2, "key": "env:TWO"}
    first = hosts()["r1"]["data"]["outside"]["OUT2"]["connections"][0]
    plan = router(
        changed(
            hosts(),
            ("r1 data crypto_policies", {"own": own}),
            ("r1 data outside OUT2 connections", [first, other | {"crypto": "own"}]),
        )
    )

    assert [policy.proposals for policy in plan.policies] == [
        ("fvrf-gcm256-v1",),
        ("fvrf-own-v2", "fvrf-gcm256-v1"),
    ]
    assert [one.name for one in plan.transform_sets] == ["fvrf-gcm256-v1", "fvrf-own-v2"]
    assert {one.name: one.transform_set for one in plan.ipsec_profiles} == {
        "fvrf-gw-0": "fvrf-gcm256-v1",
        "fvrf-gw-1": "fvrf-gcm256-v1",
        "fvrf-gw2-2": "fvrf-own-v2",
    }
    assert [c.crypto.name for c in plan.connections] == ["gcm256", "gcm256", "own"]


AZURE_KEYS = (
    "ikeEncryption",
    "ikeIntegrity",
    "dhGroup",
    "ipsecEncryption",
    "ipsecIntegrity",
    "pfsGroup",
    "saLifeTimeSeconds",
)
