"""Every member served is one of the published models of the pinned api-version, of its type.

The models are those of the installed SDK, which is generated from the public specification.
What may be null there is what the specification makes optional.
"""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from azure.mgmt.network import models

from lab.azure.calls import API_VERSION
from lab.network.results import (
    ConnectionStatus,
    EffectiveRoute,
    GatewayRoute,
    InstanceStatus,
    PeerStatus,
)
from lab.tests.azure.conformance import asked, at, faults, first, get, put
from lab.tests.azure.simulated import GROUP, Site, create_connection, create_local, policy
from lab.tests.azure.wire import VERSION, Wire

PEER, SPEAKER = IPv4Address("192.168.255.254"), IPv4Address("10.0.255.254")
CERTIFICATES = {
    "outboundAuthCertificate": "https://example.vault.azure.net/certificates/out/1",
    "inboundAuthCertificateSubjectName": "CN=root.example.com",
    "inboundAuthCertificateChain": ["MIIC"],
}
EVERYTHING: dict[str, Any] = {
    "sharedKey": "azure123",
    "ipsecPolicies": [policy()],
    "trafficSelectorPolicies": [
        {"localAddressRanges": ["10.0.0.0/16"], "remoteAddressRanges": ["172.16.0.0/16"]}
    ],
    "tunnelProperties": [{"tunnelIpAddress": "10.78.1.5", "bgpPeeringAddress": "10.78.1.17"}],
    "authenticationType": "Certificate",
    "certificateAuthentication": CERTIFICATES,
}
RESOURCE = ("name", "id", "type", "location", "properties")
COMMON = (*RESOURCE, "etag", "properties.provisioningState", "properties.resourceGuid")
GATEWAY, NIC = "virtualNetworkGateways/azure-vng", "networkInterfaces/azure-vm961"
SPEAKERS = "properties.bgpSettings.bgpPeeringAddresses.*"
CONNECTION = (
    *COMMON,
    "tags",
    "properties.virtualNetworkGateway1.id",
    "properties.localNetworkGateway2.id",
    "properties.connectionType",
    "properties.connectionProtocol",
    "properties.connectionMode",
    "properties.enableBgp",
    "properties.ipsecPolicies",
    "properties.trafficSelectorPolicies",
    "properties.routingWeight",
    "properties.usePolicyBasedTrafficSelectors",
    "properties.gatewayCustomBgpIpAddresses",
)
ROUTE = ("localAddress", "network", "sourcePeer", "origin", "asPath", "weight")
# The call, the model of its body, and the members that must be there.
SERVED: list[tuple[Callable[[Wire], Any], str, tuple[str, ...]]] = [
    (
        get("connections/c1"),
        "VirtualNetworkGatewayConnection",
        (
            *CONNECTION,
            "properties.dpdTimeoutSeconds",
            "properties.useLocalAzureIpAddress",
            "properties.connectionStatus",
            "properties.tunnelConnectionStatus.*.tunnel",
            "properties.tunnelConnectionStatus.*.lastConnectionEstablishedUtcTime",
            "properties.ingressBytesTransferred",
            "properties.egressBytesTransferred",
        ),
    ),
    (first("connections"), "VirtualNetworkGatewayConnection", CONNECTION),
    (first(f"{GATEWAY}/connections"), "VirtualNetworkGatewayConnectionListEntity", CONNECTION),
    (get("connections/c1/sharedkey"), "ConnectionSharedKey", ("id", "value")),
    (
        put("connections/c1/sharedkey", {"value": "azure456"}),
        "ConnectionSharedKey",
        ("id", "value"),
    ),
    (
        asked("connections/c1/sharedkey/reset", {"keyLength": 20}),
        "ConnectionResetSharedKey",
        ("keyLength",),
    ),
    (
        get("localNetworkGateways/one"),
        "LocalNetworkGateway",
        (
            *COMMON,
            "properties.gatewayIpAddress",
            "properties.localNetworkAddressSpace.addressPrefixes",
            "properties.bgpSettings.asn",
            "properties.bgpSettings.bgpPeeringAddress",
            "properties.bgpSettings.peerWeight",
        ),
    ),
    (first("localNetworkGateways"), "LocalNetworkGateway", COMMON),
    (
        get(GATEWAY),
        "VirtualNetworkGateway",
        (
            *COMMON,
            "properties.ipConfigurations.*.properties.publicIPAddress.id",
            "properties.ipConfigurations.*.properties.subnet.id",
            "properties.sku.name",
            "properties.activeActive",
            "properties.enableBgp",
            "properties.vpnType",
            "properties.gatewayType",
            "properties.vpnGatewayGeneration",
            "properties.bgpSettings.asn",
            "properties.bgpSettings.bgpPeeringAddress",
            f"{SPEAKERS}.ipconfigurationId",
            f"{SPEAKERS}.defaultBgpIpAddresses",
            f"{SPEAKERS}.customBgpIpAddresses",
            f"{SPEAKERS}.tunnelIpAddresses",
        ),
    ),
    (first("virtualNetworkGateways"), "VirtualNetworkGateway", COMMON),
    (asked(f"{GATEWAY}/reset"), "VirtualNetworkGateway", COMMON),
    (
        asked(f"{GATEWAY}/getBgpPeerStatus"),
        "BgpPeerStatusListResult",
        ("value.*.neighbor", "value.*.state", "value.*.connectedDuration", "value.*.asn"),
    ),
    (
        asked(f"{GATEWAY}/getLearnedRoutes"),
        "GatewayRouteListResult",
        tuple(f"value.*.{name}" for name in ROUTE),
    ),
    (
        asked(f"{GATEWAY}/getAdvertisedRoutes", None, f"&peer={PEER}"),
        "GatewayRouteListResult",
        tuple(f"value.*.{name}" for name in ROUTE),
    ),
    (
        asked(f"{NIC}/effectiveRouteTable"),
        "EffectiveRouteListResult",
        ("value.*.source", "value.*.state", "value.*.addressPrefix", "value.*.nextHopType"),
    ),
    (
        get("virtualNetworks/azure-vnet"),
        "VirtualNetwork",
        (
            *COMMON,
            "properties.addressSpace.addressPrefixes.*",
            "properties.subnets.*.properties.addressPrefix",
            "properties.virtualNetworkPeerings",
        ),
    ),
    (first("virtualNetworks"), "VirtualNetwork", COMMON),
    (get(NIC), "NetworkInterface", ("name", "id", "properties.ipConfigurations.*.id")),
    (first("networkInterfaces"), "NetworkInterface", ("name", "id")),
    (
        get("publicIPAddresses/azure-vng-ip0"),
        "PublicIPAddress",
        (*COMMON, "sku.name", "properties.ipAddress", "properties.ipConfiguration.id"),
    ),
    (first("publicIPAddresses"), "PublicIPAddress", COMMON),
]


@pytest.fixture
def served(wire: Wire) -> Wire:
    """Fill every part of every answer."""
    site = wire.site
    create_local(site)
    create_connection(site, **EVERYTHING)
    site.freeze()
    now = site.azure.clock.now()
    route = GatewayRoute(
        local_address=SPEAKER,
        network=IPv4Network("172.16.0.0/16"),
        next_hop=PEER,
        source_peer=PEER,
        origin="EBgp",
        as_path=(64900,),
        weight=32768,
    )
    site.network.learned = site.network.advertised = (route,)
    site.network.effective = (
        EffectiveRoute(
            source="VirtualNetworkGateway",
            state="Active",
            prefix=IPv4Network("172.16.0.0/16"),
            next_hop_type="VirtualNetworkGateway",
            next_hop=IPv4Address("23.98.148.37"),
        ),
    )
    site.network.peers = (
        PeerStatus(
            local_address=SPEAKER,
            neighbor=PEER,
            asn=64900,
            state="Connected",
            since=now - 100,
            routes_received=1,
            messages_sent=5,
            messages_received=6,
        ),
    )
    tunnel = InstanceStatus(
        instance=0, status="Connected", since=now, ingress_bytes=5, egress_bytes=7
    )
    site.network.status = ConnectionStatus(status="Connected", tunnels=(tunnel,))
    return wire


@pytest.mark.parametrize(
    ("call", "model", "required"), SERVED, ids=[f"{n}-{one[1]}" for n, one in enumerate(SERVED)]
)
def test_a_body_is_what_the_specification_has(
    served: Wire, call: Callable[[Wire], Any], model: str, required: tuple[str, ...]
) -> None:
    body = call(served)

    assert list(faults(body, getattr(models, model), model)) == []
    assert [path for path in required if at(body, path) is None] == []
    assert "azure123" not in str(body) or model == "ConnectionSharedKey"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"nam": "c1"}, "x.nam: no member of LocalNetworkGateway"),
        ({"name": 5}, "x.name: 5 is no <class 'str'>"),
        ({"tags": {"a": 5}}, "x.tags.a: 5 is no <class 'str'>"),
        ({"properties": []}, "x.properties: [] is no LocalNetworkGatewayPropertiesFormat"),
        (
            {"properties": {"provisioningState": "Done"}},
            "x.properties.provisioningState: 'Done' is no ProvisioningState",
        ),
        (
            {"properties": {"bgpSettings": {"asn": True}}},
            "x.properties.bgpSettings.asn: True is no <class 'int'>",
        ),
        (
            {"properties": {"localNetworkAddressSpace": {"addressPrefixes": ["a", None]}}},
            "x.properties.localNetworkAddressSpace.addressPrefixes[1]: None is no <class 'str'>",
        ),
    ],
)
def test_the_comparison_notices(body: dict[str, Any], fault: str) -> None:
    assert list(faults(body, models.LocalNetworkGateway, "x")) == [fault]


def test_the_pinned_version_is_the_installed_sdks(site: Site) -> None:
    list(site.client().local_network_gateways.list(GROUP))

    assert site.events.since(0)[-1]["query"] == f"api-version={API_VERSION}"
    assert API_VERSION == VERSION
