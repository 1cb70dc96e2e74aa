"""What Azure refuses, as a table: a change to a good body, and the code it earns."""

from collections.abc import Callable
from ipaddress import IPv4Address
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


# "Which ASNs are reserved by Azure or IANA?" of the VPN gateway FAQ; 65515 stands in the table.
RESERVED_ASNS = (8074, 8075, 12076, 65517, 65520, 64511, 65535, 65551, 4294967295)

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
    (bgp(bgpPeeringAddress="255.255.255.255"), "InvalidRequestFormat"),
    (bgp(bgpPeeringAddress="2001:db8::1"), "InvalidRequestFormat"),
    (bgp(asn=True), "InvalidRequestFormat"),
    (bgp(peerWeight=101), "InvalidRequestFormat"),
    (bgp(peerWeight="1"), "InvalidRequestFormat"),
    (bgp(password="x"), "InvalidRequestContent"),
    *((bgp(asn=asn), "LocalNetworkGatewayAsnNotAllowed") for asn in RESERVED_ASNS),
    ({"gatewayIpAddress": "224.0.0.5"}, "InvalidRequestFormat"),
    ({"gatewayIpAddress": "127.0.0.1"}, "InvalidRequestFormat"),
    ({"gatewayIpAddress": str(IPv4Address(0))}, "InvalidRequestFormat"),
    ({"gatewayIpAddress": None, "fqdn": "not a name"}, "InvalidRequestFormat"),
    ({"localNetworkAddressSpace": {"addressPrefixes": "10.1.0.0/16"}}, "InvalidRequestFormat"),
    ({"localNetworkAddressSpace": {"addressPrefixes": [5]}}, "InvalidRequestFormat"),
    ({"localNetworkAddressSpace": {"prefixes": []}}, "InvalidRequestContent"),
    ({"localNetworkAddressSpace": []}, "InvalidRequestFormat"),
]


@pytest.mark.parametrize(("changes", "code"), LOCAL_REFUSALS)
def test_a_local_network_gateway_is_refused(site: Site, changes: dict[str, Any], code: str) -> None:
    body = local_body()
    body["properties"].update(changes)

    assert refusal(site, "localNetworkGateways/one", body) == (400, code)
    assert list(site.client().local_network_gateways.list(GROUP)) == []


MISSING = "VpnIpsecPolicyPropertyMissing"


def selectors(**sides: list[object]) -> dict[str, list[object]]:
    whole: dict[str, list[object]] = {"local": ["10.0.0.0/16"], "remote": ["172.16.0.0/16"]}
    return {f"{side}AddressRanges": ranges for side, ranges in (whole | sides).items()}


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
    ({"ipsecPolicies": policy()}, "InvalidRequestFormat"),
    ({"ipsecPolicies": [policy(lifetime=1)]}, "InvalidRequestContent"),
    ({"ipsecPolicies": [policy(ipsecIntegrity="SHA384")]}, "InvalidRequestFormat"),
    ({"ipsecPolicies": [policy(ipsecIntegrity="GCMAES128")]}, "VpnIpsecPolicyGcmMismatch"),
    ({"ipsecPolicies": [policy(ikeEncryption="GCMAES192")]}, "InvalidRequestFormat"),
    ({"ipsecPolicies": [policy(dhGroup="ECP521")]}, "InvalidRequestFormat"),
    ({"ipsecPolicies": [policy(pfsGroup="PFS20")]}, "InvalidRequestFormat"),
    ({"ipsecPolicies": [policy(saLifeTimeSeconds=172800)]}, "InvalidRequestFormat"),
    ({"ipsecPolicies": [policy(saLifeTimeSeconds="27000")]}, "InvalidRequestFormat"),
    ({"ipsecPolicies": [policy(saDataSizeKilobytes=2147483648)]}, "InvalidRequestFormat"),
    *(
        ({"ipsecPolicies": [{n: v for n, v in policy().items() if n != name}]}, MISSING)
        for name in policy()
    ),
    ({"dpdTimeoutSeconds": 3601}, "InvalidRequestFormat"),
    ({"dpdTimeoutSeconds": 45.5}, "InvalidRequestFormat"),
    ({"routingWeight": -1}, "InvalidRequestFormat"),
    ({"routingWeight": 32001}, "InvalidRequestFormat"),
    ({"useLocalAzureIpAddress": 1}, "InvalidRequestFormat"),
    ({"usePolicyBasedTrafficSelectors": "no"}, "InvalidRequestFormat"),
    ({"authenticationType": "Password"}, "InvalidRequestFormat"),
    ({"authenticationType": "Certificate"}, "InvalidRequestFormat"),
    ({"certificateAuthentication": {"outboundAuthCertificate": "x"}}, "InvalidRequestFormat"),
    ({"trafficSelectorPolicies": [{}]}, "InvalidRequestFormat"),
    ({"trafficSelectorPolicies": ["10.0.0.0/8"]}, "InvalidRequestFormat"),
    ({"trafficSelectorPolicies": [selectors(local=["10.0.0.1/8"])]}, "InvalidAddressPrefixFormat"),
    ({"trafficSelectorPolicies": [selectors(remote=[5])]}, "InvalidRequestFormat"),
    ({"ingressNatRules": [{}]}, "InvalidRequestFormat"),
    ({"ingressNatRules": [{"id": "/subscriptions/none"}]}, "InvalidResourceReference"),
    ({"egressNatRules": [{"id": "/subscriptions/none"}]}, "InvalidResourceReference"),
    ({"tunnelProperties": [{"tunnelIpAddress": "10.78.1.300"}]}, "InvalidRequestFormat"),
    ({"tunnelProperties": [{"address": "10.78.1.5"}]}, "InvalidRequestContent"),
    ({"expressRouteGatewayBypass": "yes"}, "InvalidRequestFormat"),
    ({"sharedKey": "a" * 129}, "InvalidSharedKey"),
    ({"sharedKey": "with-hyphen"}, "InvalidSharedKey"),
    ({"sharedKey": "with~tilde"}, "InvalidSharedKey"),
    ({"sharedKey": 5}, "InvalidRequestFormat"),
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


SECOND_LOCALS: list[tuple[Body, str | None]] = [
    (local_body(peer="172.16.1.4"), "ConnectionDuplicateGatewayIpAddress"),
    (local_body(address="198.51.100.11"), "ConnectionDuplicateBgpPeeringAddress"),
    (local_body(address="198.51.100.11", peer="10.0.1.1"), "BgpPeeringAddressInVirtualNetwork"),
    (local_body("198.51.100.11", "172.16.1.4", asn=65514), None),
]


@pytest.mark.parametrize(("body", "code"), SECOND_LOCALS)
def test_a_second_connection_must_lead_elsewhere(site: Site, body: Body, code: str | None) -> None:
    create_local(site)
    create_connection(site)
    create_local(site, "two", body)

    status, answer = site.put("connections/c2", connection_body(site, "two"))

    assert (status, answer.get("error", {}).get("code")) == (400 if code else 201, code)


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
