"""What clients may write comes back as they wrote it, in Azure's spelling."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest

from lab.certificates import Certificates
from lab.tests.azure.simulated import (
    GROUP,
    Body,
    Site,
    connection_body,
    create_connection,
    create_local,
    local_body,
    policy,
    running,
)
from lab.world import NatRuleFact, load_world

RULE = "virtualNetworkGateways/azure-vng/natRules"
CERTIFICATES = {
    "outboundAuthCertificate": "https://example.vault.azure.net/certificates/out/1",
    "inboundAuthCertificateSubjectName": "CN=root.example.com",
    "inboundAuthCertificateChain": ["MIIC", "MIID"],
}


@pytest.fixture
def site(tmp_path: Path, certificates: Certificates) -> Iterator[Site]:
    """Run a subscription whose gateway has a NAT rule for each direction."""
    rules = tuple(
        NatRuleFact(
            name=name, mode=mode, internal=IPv4Network(inside), external=IPv4Network(outside)
        )
        for name, mode, inside, outside in (
            ("in", "IngressSnat", "10.10.0.0/24", "192.0.2.0/24"),
            ("out", "EgressSnat", "10.20.0.0/24", "203.0.113.0/24"),
        )
    )
    world = load_world()
    gateway = replace(world.gateways["azure-vng"], nat_rules=rules)
    with running(tmp_path, certificates, replace(world, gateways={"azure-vng": gateway})) as site:
        yield site


def written_connection(site: Site, **properties: Any) -> Body:  # noqa: ANN401 - any JSON
    create_local(site)
    create_connection(site, **properties)
    connections = site.client().virtual_network_gateway_connections
    shown: Body = connections.get(GROUP, "c1").as_dict()["properties"]
    return shown


PROPERTIES: list[dict[str, Any]] = [
    {"routingWeight": 10},
    {"routingWeight": 32000},
    {"dpdTimeoutSeconds": 9},
    {"dpdTimeoutSeconds": 3600},
    {"connectionMode": "ResponderOnly"},
    {"connectionMode": "InitiatorOnly"},
    {"connectionProtocol": "IKEv1"},
    {"enableBgp": False},
    {"useLocalAzureIpAddress": True},
    {"usePolicyBasedTrafficSelectors": True},
    {"authenticationType": "PSK"},
    {"authenticationType": "Certificate", "certificateAuthentication": CERTIFICATES},
    {"tunnelProperties": [{"tunnelIpAddress": "10.78.1.5", "bgpPeeringAddress": "10.78.1.17"}]},
    {
        "trafficSelectorPolicies": [
            {"localAddressRanges": ["10.0.0.0/16"], "remoteAddressRanges": ["172.16.0.0/16"]}
        ]
    },
    {"ipsecPolicies": [policy(saDataSizeKilobytes=0)]},
    {"ipsecPolicies": [policy(saLifeTimeSeconds=300, saDataSizeKilobytes=1024)]},
    {"ipsecPolicies": [policy(pfsGroup="None", dhGroup="None")]},
    {"ipsecPolicies": [policy(dhGroup="DHGroup14", pfsGroup="PFS14")]},
    {"ipsecPolicies": [policy(ipsecEncryption="None", ipsecIntegrity="SHA1")]},
    {"ipsecPolicies": [policy(ikeEncryption="DES3", ikeIntegrity="MD5")]},
]


@pytest.mark.parametrize("properties", PROPERTIES)
def test_a_written_member_comes_back(site: Site, properties: dict[str, Any]) -> None:
    shown = written_connection(site, **properties)

    assert {name: shown[name] for name in properties} == properties


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"connectionType": "IPSec"}, {"connectionType": "IPsec"}),
        ({"connectionMode": "responderonly"}, {"connectionMode": "ResponderOnly"}),
        (
            {"ipsecPolicies": [policy(ikeEncryption="gcmaes256")]},
            {"ipsecPolicies": [policy()]},
        ),
        ({"trafficSelectorPolicies": None}, {"trafficSelectorPolicies": []}),
        ({"expressRouteGatewayBypass": None, "peer": None}, {"routingWeight": 0}),
        (
            {"connectionStatus": "Connected", "resourceGuid": "x"},
            {"connectionStatus": "Connecting"},
        ),
    ],
    ids=["az spells the type so", "mode", "policy", "null", "of other kinds", "read-only"],
)
def test_azure_reads_generously(
    site: Site, properties: dict[str, Any], expected: dict[str, Any]
) -> None:
    shown = written_connection(site, **properties)

    assert {name: shown[name] for name in expected} == expected


def test_nat_rules_are_referred_to_by_direction(site: Site) -> None:
    own = {"ingressNatRules": [{"id": site.id_of(f"{RULE}/in")}]}
    crossed = {"ingressNatRules": [{"id": site.id_of(f"{RULE}/out")}]}

    shown = written_connection(site, egressNatRules=[{"id": site.id_of(f"{RULE}/out")}], **own)
    refused = site.put("connections/c1", connection_body(site, **crossed))

    gateway = site.client().virtual_network_gateways.get(GROUP, "azure-vng").as_dict()
    assert shown["ingressNatRules"] == own["ingressNatRules"]
    assert shown["egressNatRules"] == [{"id": site.id_of(f"{RULE}/out")}]
    assert (refused[0], refused[1]["error"]["code"]) == (400, "InvalidResourceReference")
    assert [one["name"] for one in gateway["properties"]["natRules"]] == ["in", "out"]


LOCALS: list[dict[str, Any]] = [
    {"gatewayIpAddress": "192.0.2.7"},
    {"gatewayIpAddress": None, "fqdn": "csr.example.com"},
    {"localNetworkAddressSpace": {"addressPrefixes": ["10.1.0.0/16", "10.2.0.0/16"]}},
    {"bgpSettings": {"asn": 65534, "bgpPeeringAddress": "10.9.9.9", "peerWeight": 0}},
    {"bgpSettings": {"asn": 4200000000, "bgpPeeringAddress": "10.9.9.9", "peerWeight": 100}},
    {"bgpSettings": {"asn": 65000, "bgpPeeringAddress": "169.254.100.1", "peerWeight": 0}},
]


@pytest.mark.parametrize("properties", LOCALS)
def test_a_written_far_end_comes_back(site: Site, properties: dict[str, Any]) -> None:
    body = local_body()
    body["properties"].update(properties)
    create_local(site, "one", body)

    shown = site.client().local_network_gateways.get(GROUP, "one").as_dict()["properties"]

    kept = {name: value for name, value in properties.items() if value is not None}
    assert {name: shown[name] for name in kept} == kept


@pytest.mark.parametrize(
    ("properties", "seen"),
    [
        ({}, ("azure123", False, False)),
        ({"usePolicyBasedTrafficSelectors": True}, ("azure123", True, False)),
        ({"useLocalAzureIpAddress": True}, ("azure123", False, True)),
        (
            {"authenticationType": "Certificate", "certificateAuthentication": CERTIFICATES},
            ("", False, False),
        ),
    ],
)
def test_the_network_sees_what_keeps_a_tunnel_down(
    site: Site, properties: dict[str, Any], seen: tuple[str, bool, bool]
) -> None:
    written_connection(site, sharedKey="azure123", **properties)

    (one,) = site.azure.gateways["azure-vng"].view().connections

    assert (one.key, one.policy_based, one.on_private_address) == seen
    assert one.peer_address == IPv4Address("198.51.100.10")
