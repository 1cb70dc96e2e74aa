"""Saved drift of either end is noticed, repaired and proven; each round hurts every router."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from noe import ARTICLE, EUS, OUTAGE, ROUTERS, SEA, STRONG, WEU, Operator, operating

from fvrf.secrets import Secret

Body = dict[str, Any]
# A site's numbers, by which the drift below is made its own.
SITES = {
    ARTICLE: {"asn": "64900", "net": "172.16"},
    EUS: {"asn": "64901", "net": "172.18"},
    WEU: {"asn": "64902", "net": "172.19"},
    STRONG: {"asn": "64903", "net": "172.20"},
    SEA: {"asn": "64904", "net": "172.21"},
}
# Drift of VRFs, interfaces, routes and BGP, where the two schemes are alike.
COMMON = {
    "front-door-route": "no ip route vrf OUTSIDE_TWO 23.98.148.37 255.255.255.255 {net}.1.1",
    "speaker-route": "no ip route vrf OUTSIDE_ONE 10.0.255.254 255.255.255.255 Tunnel0",
    "route-target": "ip vrf INSIDE_VRF\nno route-target import {asn}:1",
    "destination": "interface Tunnel0\ntunnel destination 23.98.148.38",
    "tunnel-vrf": "interface Tunnel1\nno tunnel vrf OUTSIDE_TWO",
    "shutdown": "interface GigabitEthernet2\nshutdown",
    "remote-as": "router bgp {asn}\naddress-family ipv4 vrf OUTSIDE_ONE\n"
    "no neighbor 10.0.255.254\nneighbor 10.0.255.254 remote-as 65514",
    "activate": "router bgp {asn}\naddress-family ipv4 vrf OUTSIDE_TWO\n"
    "no neighbor 10.0.255.254 activate",
    "maximum-paths": "router bgp {asn}\naddress-family ipv4 vrf INSIDE_VRF\n"
    "no maximum-paths eibgp 2",
    "redistribute": "router bgp {asn}\naddress-family ipv4 vrf INSIDE_VRF\nno redistribute static",
}
LEGACY = COMMON | {
    "key": "crypto ikev2 keyring AZURE_KEYRING\npeer AZURE_VNG\npre-shared-key Wrong123",
    "proposal": "crypto ikev2 proposal AZURE_PROPOSAL\ngroup 14",
    "policy": "crypto ikev2 policy VRF_OUTSIDE_ONE_POLICY\n"
    "no match address local {net}.0.5\nmatch address local {net}.0.6",
    "identity": "crypto ikev2 profile VRF_OUTSIDE_ONE_PROFILE\n"
    "no match identity remote address 23.98.148.37 255.255.255.255\n"
    "match identity remote address 23.98.148.38 255.255.255.255",
    "transform-set": "crypto ipsec transform-set AZURE_IPSEC_PROPOSAL esp-aes esp-sha-hmac",
}
STRONGER = {
    "remote-as": COMMON["remote-as"],
    "tunnel-vrf": COMMON["tunnel-vrf"],
    "key": "crypto ikev2 keyring fvrf-azure-vng-1\npeer azure-vng-0\npre-shared-key Wrong123",
    "proposal": "crypto ikev2 proposal fvrf-gcm256-v1\nprf sha256",
    "transform-set": "crypto ipsec transform-set fvrf-gcm256-v1 esp-gcm 128",
    "pfs": "crypto ipsec profile fvrf-azure-vng-0\nset pfs group14",
    "prefix-list": "no ip prefix-list fvrf-INSIDE_VRF-out",
    "route-map": "no route-map fvrf-nexthop-peer permit 10",
    "filter": "router bgp {asn}\naddress-family ipv4 vrf OUTSIDE_ONE\n"
    "no neighbor 10.0.255.254 route-map fvrf-nexthop-peer in",
    "mark": "ip vrf OUTSIDE_ONE\ndescription fvrf something else",
}


ROUNDS = [
    dict(zip((ARTICLE, EUS, WEU, STRONG, SEA), names, strict=True))
    for names in zip(
        *(list(LEGACY)[start::3] for start in range(3)),
        *(list(STRONGER)[start::2] for start in range(2)),
        strict=True,
    )
]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator whose five sites stand; every test leaves them so."""
    with operating(tmp_path_factory.mktemp("fleet")) as noe:
        assert noe.rollout().code == 0
        yield noe


@pytest.mark.parametrize("drift", ROUNDS, ids=[",".join(r.values()) for r in ROUNDS])
def test_saved_drift_of_a_router_is_repaired_and_proven(
    fleet: Operator, drift: dict[str, str]
) -> None:
    for host, name in drift.items():
        lines = (LEGACY if host in (ARTICLE, EUS, WEU) else STRONGER)[name]
        fleet.type(host, *lines.format(**SITES[host]).splitlines())

    done = fleet.rollout(*OUTAGE)

    assert done.code == 0, done.out
    assert {host: done.outcome(host) for host in ROUTERS} == {
        host: "confirmed" if host in drift else "unchanged" for host in ROUTERS
    }
    assert fleet.do("plan").code == 0


def _policy(body: Body) -> None:
    body["properties"]["ipsecPolicies"][0]["dhGroup"] = "DHGroup14"


def _no_policy(body: Body) -> None:
    body["properties"]["ipsecPolicies"] = []


def _no_bgp(body: Body) -> None:
    body["properties"]["enableBgp"] = False


def _bgp_address(body: Body) -> None:
    body["properties"]["bgpSettings"]["bgpPeeringAddress"] = "172.16.1.44"


def _asn(body: Body) -> None:
    body["properties"]["bgpSettings"]["asn"] = 64999


def _public_address(body: Body) -> None:
    body["properties"]["gatewayIpAddress"] = "198.51.100.99"


PORTAL: dict[str, Callable[[Body], None]] = {
    "CSR_OUTSIDE_1": _policy,
    "CSR_OUTSIDE_2": _no_policy,
    "EUS_OUTSIDE_1": _no_bgp,
    "EUS_OUTSIDE_2_LNG": _bgp_address,
    "WEU_OUTSIDE_1_LNG": _asn,
    "WEU_OUTSIDE_2_LNG": _public_address,
}
WRONG_KEY, DELETED = "fvrf-neu-branch-csr-1", "fvrf-sea-branch-csr-0"


def test_drift_in_azure_is_repaired_without_typing_into_any_router(fleet: Operator) -> None:
    for name, change in PORTAL.items():
        fleet.azure.edit(name, change)
    fleet.azure.set_key(WRONG_KEY, Secret("Wrong123"))
    fleet.azure.delete(DELETED)
    plan = fleet.do("plan", "--json")
    before = len(fleet.events())

    done = fleet.rollout(*OUTAGE)

    assert done.code == 0, done.out
    assert {router["outcome"] for router in done.report["routers"]} == {"confirmed"}
    assert {event["end"] for event in fleet.writes(before)} == {"azure"}
    written = {step["resource"] for router in done.report["routers"] for step in router["azure"]}
    assert written == {*PORTAL, WRONG_KEY, DELETED}
    assert plan.code == 1
    assert len(plan.json["gateways"]["azure-vng"]["steps"]) == len(written)
    assert fleet.do("plan").code == 0


def test_resource_without_our_tags_is_a_conflict_until_adopted(fleet: Operator) -> None:
    name = "CSR_OUTSIDE_2"
    tags = dict(fleet.azure.body(name)["tags"])
    fleet.azure.edit(name, lambda body: body.update(tags={"owner": "somebody"}))
    before = len(fleet.events())

    refused = fleet.rollout()

    assert (refused.code, refused.outcome(ARTICLE)) == (2, "skipped")
    assert "--adopt takes it over" in refused.reason(ARTICLE)
    assert fleet.writes(before) == []

    adopted = fleet.rollout("--site", "scus", "--adopt")

    assert (adopted.code, adopted.outcome(ARTICLE)) == (0, "confirmed")
    assert fleet.azure.body(name)["tags"] == tags | {"owner": "somebody"}


@pytest.mark.parametrize(
    ("router", "name"), [(ARTICLE, "CSR_OUTSIDE_1"), (STRONG, "fvrf-neu-branch-csr-0")]
)
def test_resources_in_azure_say_whose_they_are(fleet: Operator, router: str, name: str) -> None:
    tags = fleet.azure.body(name)["tags"]

    assert (tags["managed-by"], tags["fvrf-router"]) == ("fvrf", router)


def test_plan_of_a_mere_reader_has_keys_unreadable_and_no_difference(settled: Operator) -> None:
    """Azure refuses the key to who may only read: that is no drift."""
    refused = settled.fault(
        "azure-error",
        method="GET",
        path="/sharedkey$",
        status=403,
        code="AuthorizationFailed",
        times=9,
    )

    plan = settled.do("plan", "--site", "scus")
    settled.heal(refused)

    assert plan.code == 0
    assert plan.out.count("the key could not be read, so it was not compared") == 2
    assert "in sync" in plan.out
