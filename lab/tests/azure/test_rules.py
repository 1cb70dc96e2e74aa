"""What Azure refuses, as a table: a change to a good body, and the code it earns."""

from collections.abc import Callable
from typing import Any

import pytest

from lab.azure.errors import ArmError
from lab.azure.keys import check_key
from lab.tests.azure.simulated import (
    GROUP,
    Body,
    Site,
    connection_body,
    create_connection,
    create_local,
    local_body,
    policy,
)


def refusal(site: Site, path: str, body: object) -> tuple[int, str]:
    status, answer = site.put(path, body)
    return status, answer["error"]["code"]


def bgp(**changes: object) -> dict[str, Any]:
    return {"bgpSettings": {"asn": 64900, "bgpPeeringAddress": "192.168.255.254", **changes}}


LOCAL_REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"gatewayIpAddress": None}, "InvalidRequestFormat"),
    ({"fqdn": "csr.example.com"}, "InvalidRequestFormat"),
    ({"gatewayIpAddress": "198.51.100.256"}, "InvalidRequestFormat"),
    ({"gatewayIpAddress": 5}, "InvalidRequestFormat"),
    ({"gatewayAddress": "198.51.100.10"}, "InvalidRequestContent"),
    (
        {"localNetworkAddressSpace": {"addressPrefixes": ["10.1.1.1/16"]}},
        "InvalidAddressPrefixFormat",
    ),
    (bgp(asn=0), "LocalNetworkGatewayAsnCannotBeZero"),
    (bgp(asn=65515), "LocalNetworkGatewayAsnNotAllowed"),
    (bgp(asn=23456), "LocalNetworkGatewayAsnNotAllowed"),
    (bgp(asn=64496), "LocalNetworkGatewayAsnNotAllowed"),
    (bgp(asn=4294967296), "LocalNetworkGatewayAsnNotAllowed"),
    (bgp(asn=None), "InvalidRequestFormat"),
    (bgp(asn="64900"), "InvalidRequestFormat"),
    (bgp(bgpPeeringAddress=None), "InvalidRequestFormat"),
    (bgp(bgpPeeringAddress="198.51.100.10"), "LocalNetworkGatewayBgpPeeringAddressInvalid"),
]


@pytest.mark.parametrize(("changes", "code"), LOCAL_REFUSALS)
def test_a_local_network_gateway_is_refused(site: Site, changes: dict[str, Any], code: str) -> None:
    body = local_body()
    body["properties"].update(changes)

    assert refusal(site, "localNetworkGateways/one", body) == (400, code)
    assert list(site.client().local_network_gateways.list(GROUP)) == []


CONNECTION_REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"connectionType": None}, "InvalidRequestFormat"),
    ({"connectionType": "Tunnel"}, "InvalidRequestFormat"),
    ({"connectionType": "ExpressRoute"}, "ConnectionTypeNotSupported"),
    ({"virtualNetworkGateway1": None}, "InvalidRequestFormat"),
    ({"virtualNetworkGateway1": {}}, "InvalidRequestFormat"),
    ({"virtualNetworkGateway1": {"id": "/subscriptions/none"}}, "InvalidResourceReference"),
    ({"localNetworkGateway2": None}, "InvalidRequestFormat"),
    ({"localNetworkGateway2": {"id": "/subscriptions/none"}}, "InvalidResourceReference"),
    ({"connectionMode": "Passive"}, "InvalidRequestFormat"),
    ({"connectionProtocol": "IKEv3"}, "InvalidRequestFormat"),
    ({"dpdTimeoutSeconds": 8}, "InvalidRequestFormat"),
    ({"enableBgp": "true"}, "InvalidRequestFormat"),
    ({"ipsecPolicy": []}, "InvalidRequestContent"),
    ({"sharedKey": "with space"}, "InvalidSharedKey"),
    ({"ipsecPolicies": [policy(), policy()]}, "VpnConnectionMoreThanOneIpsecPolicy"),
    ({"ipsecPolicies": [policy(pfsGroup=None)]}, "VpnIpsecPolicyPropertyMissing"),
    ({"ipsecPolicies": [policy(dhGroup="DHGroup20")]}, "InvalidRequestFormat"),
    ({"ipsecPolicies": [policy(ikeIntegrity="SHA512")]}, "InvalidRequestFormat"),
    ({"ipsecPolicies": [policy(ipsecIntegrity="SHA256")]}, "VpnIpsecPolicyGcmMismatch"),
    ({"ipsecPolicies": [policy(ipsecEncryption="AES256")]}, "VpnIpsecPolicyGcmMismatch"),
    ({"ipsecPolicies": [policy(saLifeTimeSeconds=299)]}, "InvalidRequestFormat"),
    ({"ipsecPolicies": [policy(saDataSizeKilobytes=1023)]}, "InvalidRequestFormat"),
    ({"ipsecPolicies": ["strong"]}, "InvalidRequestFormat"),
    (
        {"gatewayCustomBgpIpAddresses": [{"customBgpIpAddress": "169.254.21.1"}]},
        "InvalidRequestFormat",
    ),
    (
        {
            "gatewayCustomBgpIpAddresses": [
                {"ipConfigurationId": "none", "customBgpIpAddress": "169.254.21.1"}
            ]
        },
        "GatewayCustomBgpIpAddressInvalid",
    ),
]


@pytest.mark.parametrize(("changes", "code"), CONNECTION_REFUSALS)
def test_a_connection_is_refused(site: Site, changes: dict[str, Any], code: str) -> None:
    create_local(site)

    assert refusal(site, "connections/c1", connection_body(site, **changes)) == (400, code)
    assert list(site.client().virtual_network_gateway_connections.list(GROUP)) == []


SECOND_LOCALS: list[tuple[Body, str]] = [
    (local_body(peer="172.16.1.4"), "ConnectionDuplicateGatewayIpAddress"),
    (local_body(address="198.51.100.11"), "ConnectionDuplicateBgpPeeringAddress"),
    (local_body(address="198.51.100.11", peer="10.0.1.1"), "BgpPeeringAddressInVirtualNetwork"),
]


@pytest.mark.parametrize(("body", "code"), SECOND_LOCALS)
def test_a_second_connection_must_lead_elsewhere(site: Site, body: Body, code: str) -> None:
    create_local(site)
    create_connection(site)
    create_local(site, "two", body)

    assert refusal(site, "connections/c2", connection_body(site, "two")) == (400, code)


def test_a_far_end_in_use_may_not_move_onto_another_one(site: Site) -> None:
    create_local(site)
    create_connection(site)
    create_local(site, "two", local_body("198.51.100.11", "172.16.1.4"))
    create_connection(
        site, "c2", localNetworkGateway2={"id": site.id_of("localNetworkGateways/two")}
    )

    moved = local_body("198.51.100.10", "172.16.1.4")

    assert refusal(site, "localNetworkGateways/two", moved) == (
        400,
        "ConnectionDuplicateGatewayIpAddress",
    )


def test_overlapping_static_prefixes_are_refused(site: Site) -> None:
    bodies = [local_body(), local_body("198.51.100.11", "172.16.1.4")]
    for body, prefix in zip(bodies, ("192.168.0.0/16", "192.168.1.0/24"), strict=True):
        body["properties"]["localNetworkAddressSpace"]["addressPrefixes"] = [prefix]
    create_local(site, "one", bodies[0])
    create_local(site, "two", bodies[1])
    create_connection(site)

    assert refusal(site, "connections/c2", connection_body(site, "two")) == (
        400,
        "ConnectionOverlappingAddressSpaces",
    )


def test_bgp_needs_settings_at_the_far_end(site: Site) -> None:
    body = local_body()
    del body["properties"]["bgpSettings"]
    create_local(site, "one", body)

    assert refusal(site, "connections/c1", connection_body(site)) == (
        400,
        "BgpSettingsNotSpecified",
    )


def test_the_protocol_cannot_change(site: Site) -> None:
    create_local(site)
    create_connection(site)

    body = connection_body(site, connectionProtocol="IKEv1")

    assert refusal(site, "connections/c1", body) == (
        400,
        "VirtualNetworkGatewayConnectionPropertyCannotBeChanged",
    )


def test_a_far_end_must_be_provisioned_first(site: Site) -> None:
    site.freeze()
    site.put("localNetworkGateways/one", local_body())

    assert refusal(site, "connections/c1", connection_body(site)) == (
        400,
        "ReferencedResourceNotProvisioned",
    )


def test_a_far_end_in_use_cannot_be_deleted(site: Site) -> None:
    create_local(site)
    create_connection(site)
    token = site.tokens.issue(site.base)
    path = f"{site.id_of('localNetworkGateways/one')}?api-version=2024-05-01"

    status, body = site.send("DELETE", path, token)

    assert (status, body["error"]["code"]) == (400, "InUseLocalNetworkGatewayCannotBeDeleted")


def without_location(body: Body) -> None:
    del body["location"]


def elsewhere(body: Body) -> None:
    body["location"] = "westeurope"


def in_words(body: Body) -> None:
    body["location"] = "South Central US"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (without_location, (400, "LocationRequired")),
        (elsewhere, (409, "InvalidResourceLocation")),
        (in_words, (200, None)),
    ],
)
def test_a_resource_stays_where_it_is(
    site: Site, change: Callable[[Body], None], expected: tuple[int, str | None]
) -> None:
    create_local(site)
    body = local_body()
    change(body)

    status, answer = site.put("localNetworkGateways/one", body)

    assert (status, answer.get("error", {}).get("code")) == expected


@pytest.mark.parametrize("key", ["azure123", "a" * 128, "!\"#$%&'()*+,./:;<=>?@[\\]^_`{|}"])
def test_a_key_is_accepted(key: str) -> None:
    assert check_key(key) == key


@pytest.mark.parametrize("key", ["", "a" * 129, "a b", "a-b", "a~b", "schlüssel", "a\tb"])
def test_a_key_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ArmError) as refused:
        check_key(key)

    assert not key or key not in str(refused.value)
