"""What stands in the way: foreign resources, the wrong gateway, what Azure cannot change."""

from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import azure_builders as build
import pytest

from fvrf.azure.diff import reconcile
from fvrf.azure.resources import Desired, Json, desired


@pytest.fixture
def wanted() -> Desired:
    return desired(build.plan())


UNTAGGED: list[Any] = [None, {}, {"owner": "someone"}, {"managed-by": "terraform"}]


@pytest.mark.parametrize("tags", UNTAGGED)
@pytest.mark.parametrize("kind", ["local_gateway", "connection"])
def test_an_untagged_resource_of_our_name_is_a_conflict_until_adopted(
    tags: dict[str, str] | None, kind: str
) -> None:
    wanted = desired(build.plan(build.ONE))
    resource = getattr(wanted.pairs[0], kind)
    body = {**build.built(resource), "tags": tags}
    actual = build.state(wanted, **{f"{kind}s": [body]})

    refused = reconcile(wanted, actual)
    adopted = reconcile(wanted, actual, adopt=True)

    assert [(c.resource, c.subject, c.router) for c in refused.conflicts] == [
        (resource.name, "owner", "scus-onprem-csr")
    ]
    assert refused.steps == ()
    assert adopted.conflicts == ()
    assert [change.field for step in adopted.steps for change in step.changes] == [
        "tags.managed-by",
        "tags.fvrf-router",
        "tags.fvrf-site",
    ]


def test_tag_names_ignore_case() -> None:
    wanted = desired(build.plan(build.ONE))
    body = build.built(wanted.pairs[0].connection)
    body["tags"] = {name.upper(): value for name, value in body["tags"].items()}

    assert reconcile(wanted, build.state(wanted, connections=[body])).in_sync


def test_another_routers_resource_is_a_conflict_even_when_adopting() -> None:
    wanted = desired(build.plan(build.ONE))
    body = build.built(wanted.pairs[0].connection)
    body["tags"]["fvrf-router"] = "branch-9"

    (conflict,) = reconcile(wanted, build.state(wanted, connections=[body]), adopt=True).conflicts

    assert str(conflict) == (
        "conn-scus-one: owner: expected router scus-onprem-csr, actual router branch-9 -> give"
        " one of the two another Azure name, or set the tag fvrf-router by hand"
    )


@pytest.mark.parametrize(
    ("drift", "subject"),
    [
        ({"connectionProtocol": "IKEv1"}, "connectionProtocol"),
        ({"connectionType": "Vnet2Vnet"}, "connectionType"),
        ({"virtualNetworkGateway1": {"id": "/subscriptions/s/other"}}, "virtualNetworkGateway1.id"),
    ],
)
def test_what_azure_cannot_change_is_a_conflict_that_says_replace(
    drift: Json, subject: str
) -> None:
    wanted = desired(build.plan(build.ONE))
    body = build.built(wanted.pairs[0].connection, **drift)

    diff = reconcile(wanted, build.state(wanted, connections=[body]))

    assert diff.steps == ()
    assert [(c.subject, "delete" in c.remedy) for c in diff.conflicts] == [(subject, True)]


@pytest.mark.parametrize(
    ("facts", "subject", "expected", "actual"),
    [
        ({"enableBgp": False}, "BGP", "on", "off"),
        ({"activeActive": True}, "active-active", "off", "on"),
        (
            {"bgpSettings": {"asn": 65010, "bgpPeeringAddress": "10.0.255.254"}},
            "AS number",
            "65515",
            "65010",
        ),
        (
            {"bgpSettings": {"asn": 65515, "bgpPeeringAddress": "10.0.255.4,10.0.255.5"}},
            "BGP addresses",
            "10.0.255.254",
            "10.0.255.4, 10.0.255.5",
        ),
        (
            {
                "bgpSettings": {
                    "asn": 65515,
                    "bgpPeeringAddress": "10.0.255.254",
                    "bgpPeeringAddresses": [{"tunnelIpAddresses": ["192.0.2.4"]}],
                }
            },
            "public addresses",
            "23.98.148.37",
            "192.0.2.4",
        ),
    ],
)
def test_a_gateway_unlike_the_intent_stops_everything(
    wanted: Desired, facts: Json, subject: str, expected: str, actual: str
) -> None:
    read = build.state(
        wanted, gateway=build.gateway_body(**facts), local_gateways=[], connections=[]
    )

    diff = reconcile(wanted, read)

    assert [(c.subject, c.expected, c.actual, c.router) for c in diff.conflicts] == [
        (subject, expected, actual, None)
    ]
    assert diff.steps == ()


def test_a_gateway_of_another_size_than_the_intent_says_is_a_conflict() -> None:
    sized = replace(build.plan(), sku="VpnGw2AZ", generation=2)
    body = build.gateway_body(sku={"name": "VpnGw1"}, vpnGatewayGeneration="Generation1")
    wanted = desired(sized)

    diff = reconcile(wanted, build.state(wanted, gateway=body))

    assert [(c.subject, c.expected, c.actual) for c in diff.conflicts] == [
        ("SKU", "VpnGw2AZ", "VpnGw1"),
        ("generation", "Generation2", "Generation1"),
    ]


NETWORK = {
    "properties": {
        "addressSpace": {"addressPrefixes": ["10.1.0.0/16", "fd00::/48"]},
        "virtualNetworkPeerings": [
            {
                "properties": {
                    "allowGatewayTransit": transit,
                    "remoteAddressSpace": {"addressPrefixes": [prefix]},
                }
            }
            for transit, prefix in ((True, "10.2.0.0/15"), (False, "10.4.0.0/16"))
        ],
    }
}


@pytest.mark.parametrize(
    ("prefix", "is_announced"),
    [("10.1.0.0/16", True), ("10.3.0.0/16", True), ("10.4.0.0/16", False), ("10.0.0.0/8", False)],
)
def test_a_prefix_that_neither_the_network_nor_a_peer_has_is_warned_of(
    prefix: str, *, is_announced: bool
) -> None:
    wanted = desired(replace(build.plan(), prefixes=(IPv4Network(prefix),)))
    read = replace(build.state(wanted), network=NETWORK)

    warnings = reconcile(wanted, read).warnings

    spaces = "10.1.0.0/16, 10.2.0.0/15"
    beyond = f"azure-vng: prefix {prefix} is not in the gateway's network ({spaces})"
    assert warnings == (() if is_announced else (beyond,))


def test_a_failed_gateway_refuses_writes_only(wanted: Desired) -> None:
    failed = build.gateway_body(provisioningState="Failed")

    assert reconcile(wanted, build.state(wanted, gateway=failed)).in_sync
    diff = reconcile(wanted, build.state(wanted, gateway=failed, connections=[]))
    assert ([c.subject for c in diff.conflicts], diff.steps) == (["provisioning state"], ())


@pytest.mark.parametrize(
    ("drift", "subject"),
    [
        ({"gatewayIpAddress": "198.51.100.10"}, "public address"),
        ({"bgpSettings": {"asn": 64999, "bgpPeeringAddress": "192.168.255.254"}}, "BGP address"),
    ],
)
def test_an_address_that_another_connection_uses_is_a_conflict_of_that_connection_alone(
    drift: Json, subject: str
) -> None:
    both = desired(build.plan())
    only_two = desired(build.plan(build.TWO))
    other = desired(build.plan(build.TWO)).pairs[0]
    foreign_gateway = {
        **build.built(
            other.local_gateway,
            **{
                "gatewayIpAddress": "203.0.113.9",
                "bgpSettings": {"asn": 64999, "bgpPeeringAddress": "10.99.0.1"},
                **drift,
            },
        ),
        "id": "/subscriptions/s/resourceGroups/elsewhere/lng-foreign",
    }
    foreign = {
        **build.built(other.connection, localNetworkGateway2={"id": foreign_gateway["id"].upper()}),
        "id": "/subscriptions/s/resourceGroups/elsewhere/conn-foreign",
        "name": "conn-foreign",
        "tags": {},
    }

    diff = reconcile(
        both, build.state(both, local_gateways=[foreign_gateway], connections=[foreign])
    )

    assert [(c.connection, c.subject, c.actual) for c in diff.conflicts] == [
        ("conn-scus-one", subject, "used by connection conn-foreign")
    ]
    assert {step.connection for step in diff.steps} == {only_two.pairs[0].connection.name}
    assert diff.foreign == ("conn-foreign (not ours)",)
