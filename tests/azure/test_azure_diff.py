"""Wanted against read: steps, conflicts, what is left alone. Pure."""

from dataclasses import replace

import azure_builders as build
import pytest

from fvrf.azure.diff import reconcile
from fvrf.azure.fields import Change, differences
from fvrf.azure.resources import Desired, Json, desired
from fvrf.azure.state import KeyState
from fvrf.azure.steps import AzureDiff, Step
from fvrf.crypto import AZURE_DEFAULT


@pytest.fixture
def wanted() -> Desired:
    return desired(build.plan())


def test_nothing_is_written_when_azure_is_as_wanted(wanted: Desired) -> None:
    diff = reconcile(wanted, build.state(wanted))

    assert AzureDiff(steps=(), conflicts=(), foreign=(), warnings=()) == diff
    assert diff.in_sync


def test_an_empty_gateway_gets_each_pair_local_gateway_first_and_nothing_interrupts(
    wanted: Desired,
) -> None:
    diff = reconcile(wanted, build.state(wanted, local_gateways=[], connections=[]))

    assert [(step.kind, step.resource, step.interrupts) for step in diff.steps] == [
        ("create_local_gateway", "lng-scus-one", False),
        ("create_connection", "conn-scus-one", False),
        ("create_local_gateway", "lng-scus-two", False),
        ("create_connection", "conn-scus-two", False),
    ]
    assert diff.steps == diff.additions
    assert str(diff.steps[0]) == "create local network gateway lng-scus-one"
    assert diff.steps[0].changes == (
        Change("gatewayIpAddress", "none", "198.51.100.10"),
        Change("bgpSettings.asn", "none", "64900"),
        Change("bgpSettings.bgpPeeringAddress", "none", "192.168.255.254"),
    )


SAME = {
    "upper-case ids": {"virtualNetworkGateway1": lambda v: {"id": v["id"].upper()}},
    "nested resource": {"localNetworkGateway2": lambda v: {**v, "properties": {"asn": 1}}},
    "unknown field": {"newField": lambda _: {"x": 1}},
    "undeclared fields": {
        "dpdTimeoutSeconds": lambda _: 30,
        "connectionMode": lambda _: "ResponderOnly",
        "routingWeight": lambda _: 10,
    },
    "status": {
        "connectionStatus": lambda _: "NotConnected",
        "ingressBytesTransferred": lambda _: 9,
    },
    "protocol left out": {"connectionProtocol": lambda _: None},
    "selectors left out": {"usePolicyBasedTrafficSelectors": lambda _: None},
    "private address left out": {"useLocalAzureIpAddress": lambda _: None},
}


@pytest.mark.parametrize("case", SAME)
def test_another_spelling_of_a_connection_is_no_difference(case: str) -> None:
    wanted = desired(build.plan(build.ONE))
    body = build.built(wanted.pairs[0].connection)
    for field, change in SAME[case].items():
        body["properties"][field] = change(body["properties"].get(field))

    assert reconcile(wanted, build.state(wanted, connections=[body])).in_sync


@pytest.mark.parametrize("space", [None, {}, {"addressPrefixes": None}, {"addressPrefixes": []}])
def test_every_empty_address_space_is_the_same(space: Json | None) -> None:
    wanted = desired(build.plan(build.ONE))
    body = build.built(wanted.pairs[0].local_gateway, localNetworkAddressSpace=space)

    assert reconcile(wanted, build.state(wanted, local_gateways=[body])).in_sync


@pytest.mark.parametrize(
    ("field", "alias", "word"),
    [("dhGroup", "DHGroup2048", "DHGroup14"), ("pfsGroup", "PFS14", "PFS2048")],
)
def test_two_words_for_a_group_are_the_same(field: str, alias: str, word: str) -> None:
    wanted = desired(build.plan(build.ONE))
    policy = wanted.pairs[0].connection.declared["ipsecPolicies"][0]
    policy[field] = word
    body = build.built(wanted.pairs[0].connection, ipsecPolicies=[{**policy, field: alias}])

    assert reconcile(wanted, build.state(wanted, connections=[body])).in_sync


POLICY = {
    "ikeEncryption": "AES256",
    "ikeIntegrity": "SHA256",
    "dhGroup": "DHGroup14",
    "ipsecEncryption": "AES256",
    "ipsecIntegrity": "SHA256",
    "pfsGroup": "None",
    "saLifeTimeSeconds": 3600,
    "saDataSizeKilobytes": 0,
}
STRONG = {
    "ikeEncryption": "GCMAES256",
    "ikeIntegrity": "SHA384",
    "dhGroup": "ECP384",
    "ipsecEncryption": "GCMAES256",
    "ipsecIntegrity": "GCMAES256",
    "pfsGroup": "ECP384",
    "saLifeTimeSeconds": 27000,
    "saDataSizeKilobytes": 102400000,
}
CONNECTION_DRIFT: list[tuple[Json, Change]] = [
    *(
        (
            {"ipsecPolicies": [{**STRONG, field: other}]},
            Change(f"ipsecPolicies.{field}", str(other), str(STRONG[field])),
        )
        for field, other in POLICY.items()
    ),
    ({"enableBgp": False}, Change("enableBgp", "false", "true")),
    (
        {"usePolicyBasedTrafficSelectors": True},
        Change("usePolicyBasedTrafficSelectors", "true", "false"),
    ),
    (
        {"useLocalAzureIpAddress": True},
        Change("useLocalAzureIpAddress", "true", "false"),
    ),
    (
        {"localNetworkGateway2": {"id": "/subscriptions/s/x/localNetworkGateways/old"}},
        Change("localNetworkGateway2.id", "old", "lng-scus-one"),
    ),
    (
        {"provisioningState": "Failed"},
        Change("provisioningState", "Failed", "Succeeded"),
    ),
]


@pytest.mark.parametrize(
    ("drift", "change"), CONNECTION_DRIFT, ids=lambda v: getattr(v, "field", "")
)
def test_drift_of_a_connection_is_one_step_in_its_routers_window(
    drift: Json, change: Change
) -> None:
    wanted = desired(build.plan(build.ONE))
    body = build.built(wanted.pairs[0].connection, **drift)

    diff = reconcile(wanted, build.state(wanted, connections=[body]))

    step = Step(
        kind="update_connection",
        resource="conn-scus-one",
        connection="conn-scus-one",
        router="scus-onprem-csr",
        interrupts=True,
        changes=(change,),
    )
    assert AzureDiff(steps=(step,), conflicts=(), foreign=(), warnings=()) == diff
    assert diff.window("scus-onprem-csr") == (step,)
    assert diff.window("another") == ()
    assert str(step) == (
        f"change connection conn-scus-one ({change.field} {change.found} -> {change.wanted})"
    )


def test_a_connection_without_a_policy_gets_all_of_it() -> None:
    wanted = desired(build.plan(build.ONE))
    body = build.built(wanted.pairs[0].connection, ipsecPolicies=[])

    (step,) = reconcile(wanted, build.state(wanted, connections=[body])).steps

    assert step.changes == tuple(
        Change(f"ipsecPolicies.{field}", "none", str(value)) for field, value in STRONG.items()
    )


def test_a_connection_of_azures_own_proposals_loses_its_policy() -> None:
    standing = desired(build.plan(build.ONE)).pairs[0].connection
    wanted = desired(build.plan(replace(build.ONE, crypto=AZURE_DEFAULT)))
    body = build.built(standing)

    (step,) = reconcile(wanted, build.state(wanted, connections=[body])).steps

    shown = " ".join(str(value) for value in STRONG.values())
    assert step.changes == (Change("ipsecPolicies", shown, "none"),)
    sent = wanted.pairs[0].connection.body(body, location=build.LOCATION)
    assert sent["properties"]["ipsecPolicies"] == []
    assert differences(wanted.pairs[0].connection, sent) == ()


@pytest.mark.parametrize(
    ("drift", "change"),
    [
        (
            {"gatewayIpAddress": "203.0.113.1"},
            Change("gatewayIpAddress", "203.0.113.1", "198.51.100.10"),
        ),
        ({"fqdn": "vpn.example.com"}, Change("fqdn", "vpn.example.com", "none")),
        (
            {"localNetworkAddressSpace": {"addressPrefixes": ["10.9.0.0/16"]}},
            Change("localNetworkAddressSpace.addressPrefixes", "10.9.0.0/16", "none"),
        ),
        (
            {"bgpSettings": {"asn": 64999, "bgpPeeringAddress": "192.168.255.254"}},
            Change("bgpSettings.asn", "64999", "64900"),
        ),
        (
            {"bgpSettings": {"asn": 64900, "bgpPeeringAddress": "192.168.255.1"}},
            Change("bgpSettings.bgpPeeringAddress", "192.168.255.1", "192.168.255.254"),
        ),
    ],
)
@pytest.mark.parametrize("in_use", [True, False])
def test_drift_of_a_local_gateway_interrupts_only_where_a_connection_uses_it(
    drift: Json, change: Change, *, in_use: bool
) -> None:
    wanted = desired(build.plan(build.ONE))
    body = build.built(wanted.pairs[0].local_gateway, **drift)
    connections = None if in_use else []

    step = reconcile(
        wanted, build.state(wanted, local_gateways=[body], connections=connections)
    ).steps[0]

    assert step == Step(
        kind="update_local_gateway",
        resource="lng-scus-one",
        connection="conn-scus-one",
        router="scus-onprem-csr",
        interrupts=in_use,
        changes=(change,),
    )


@pytest.mark.parametrize(
    ("key", "steps", "warned"),
    [
        ("equal", [], False),
        ("different", ["set_key"], False),
        ("absent", ["set_key"], False),
        ("unreadable", [], True),
    ],
)
def test_a_key_is_set_where_it_is_known_to_be_wrong(
    key: KeyState, steps: list[str], *, warned: bool
) -> None:
    wanted = desired(build.plan(build.ONE))

    diff = reconcile(wanted, build.state(wanted, keys={"CONN-scus-one": key}))

    assert [step.kind for step in diff.steps] == steps
    assert bool(diff.warnings) is warned
    assert all(step.interrupts for step in diff.steps)


def test_a_key_step_shows_where_the_key_is_and_not_the_key() -> None:
    wanted = desired(build.plan(build.ONE))

    (step,) = reconcile(wanted, build.state(wanted, keys={"conn-scus-one": "different"})).steps

    assert str(step) == "set the key of connection conn-scus-one"
    assert step.changes == (Change("sharedKey", "(changed)", "file:psk-scus-one"),)


def test_an_operation_under_way_is_a_warning() -> None:
    wanted = desired(build.plan(build.ONE))
    body = build.built(wanted.pairs[0].connection, provisioningState="Updating")

    diff = reconcile(wanted, build.state(wanted, connections=[body]))

    assert diff.in_sync
    assert diff.warnings == ("conn-scus-one: an operation is under way (Updating)",)


def test_what_the_intent_no_longer_has_is_named_and_left_alone() -> None:
    both, one = desired(build.plan()), desired(build.plan(build.ONE))

    diff = reconcile(one, build.state(both))

    assert diff.in_sync
    assert diff.foreign == ("conn-scus-two (of router scus-onprem-csr)",)
    assert diff.warnings == ("conn-scus-two: ours by its tags, but not in the intent; left alone",)
