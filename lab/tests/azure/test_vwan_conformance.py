"""What is served of a virtual WAN is what the published models have."""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.network import models

from lab.certificates import Certificates
from lab.network.results import ConnectionStatus, HubRoute, InstanceStatus
from lab.tests.azure.conformance import asked, at, faults, first, get, put
from lab.tests.azure.simulated import policy
from lab.tests.azure.virtual_wan import (
    APIPA,
    CONNECTION,
    GATEWAY,
    HUB,
    KEY,
    LINK,
    chosen,
    connection_link,
    create_connection,
    create_site,
    link_body,
    virtual_wan,
)
from lab.tests.azure.wire import Wire
from lab.world import ExpressRouteFact

SITE = "vpnSites/branch"
COMMON = ("name", "id", "type", "location", "etag", "tags", "properties.provisioningState")
CHILD = ("name", "id", "type", "etag", "properties.provisioningState")
SPEAKERS = "properties.bgpSettings.bgpPeeringAddresses.*"
SITE_LINK = (
    *CHILD,
    "properties.ipAddress",
    "properties.linkProperties.linkProviderName",
    "properties.linkProperties.linkSpeedInMbps",
    "properties.bgpProperties.asn",
    "properties.bgpProperties.bgpPeeringAddress",
)
CONNECTION_MEMBERS = (
    *("name", "id", "etag", "properties.provisioningState"),
    "properties.remoteVpnSite.id",
    "properties.routingConfiguration.associatedRouteTable.id",
    "properties.enableInternetSecurity",
    "properties.vpnLinkConnections.*.id",
)
LINK_MEMBERS = (
    *CHILD,
    "properties.vpnSiteLink.id",
    "properties.enableBgp",
    "properties.ipsecPolicies.*.dhGroup",
    "properties.vpnGatewayCustomBgpAddresses.*.customBgpIpAddress",
    "properties.usePolicyBasedTrafficSelectors",
    "properties.vpnLinkConnectionMode",
    "properties.routingWeight",
    "properties.ingressBytesTransferred",
)
NETWORK_CONNECTION = (
    *("name", "id", "etag", "properties.provisioningState"),
    "properties.remoteVirtualNetwork.id",
    "properties.routingConfiguration.associatedRouteTable.id",
)
KEY_MEMBERS = ("name", "id", "type", "properties.sharedKeyLength")
# The call, the model of its body, and the members that must be there.
SERVED: list[tuple[Callable[[Wire], Any], str, tuple[str, ...]]] = [
    (
        get("virtualWans/wan"),
        "VirtualWAN",
        (*COMMON, "properties.virtualHubs.*.id", "properties.vpnSites.*.id", "properties.type"),
    ),
    (first("virtualWans"), "VirtualWAN", COMMON),
    (
        get(f"virtualHubs/{HUB}"),
        "VirtualHub",
        (
            *COMMON,
            "properties.addressPrefix",
            "properties.virtualWan.id",
            "properties.vpnGateway.id",
            "properties.expressRouteGateway.id",
        ),
    ),
    (first("virtualHubs"), "VirtualHub", COMMON),
    (
        get(f"virtualHubs/{HUB}/hubVirtualNetworkConnections/spoke-two"),
        "HubVirtualNetworkConnection",
        NETWORK_CONNECTION,
    ),
    (
        first(f"virtualHubs/{HUB}/hubVirtualNetworkConnections"),
        "HubVirtualNetworkConnection",
        NETWORK_CONNECTION,
    ),
    (
        get("virtualNetworks/spoke-two"),
        "VirtualNetwork",
        (*COMMON, "properties.addressSpace.addressPrefixes"),
    ),
    (first("virtualNetworks"), "VirtualNetwork", COMMON),
    (
        asked(f"virtualHubs/{HUB}/effectiveRoutes"),
        "VirtualHubEffectiveRouteList",
        tuple(
            f"value.*.{name}"
            for name in ("addressPrefixes", "nextHops", "nextHopType", "routeOrigin", "asPath")
        ),
    ),
    (
        get(f"vpnGateways/{GATEWAY}"),
        "VpnGateway",
        (
            *COMMON,
            "properties.virtualHub.id",
            "properties.connections.*.id",
            "properties.vpnGatewayScaleUnit",
            "properties.ipConfigurations.*.publicIpAddress",
            "properties.bgpSettings.asn",
            f"{SPEAKERS}.ipconfigurationId",
            f"{SPEAKERS}.defaultBgpIpAddresses",
            f"{SPEAKERS}.customBgpIpAddresses",
            f"{SPEAKERS}.tunnelIpAddresses",
        ),
    ),
    (first("vpnGateways"), "VpnGateway", COMMON),
    (asked(f"vpnGateways/{GATEWAY}/reset"), "VpnGateway", COMMON),
    (
        get(SITE),
        "VpnSite",
        (
            *COMMON,
            "properties.virtualWan.id",
            "properties.addressSpace.addressPrefixes",
            "properties.vpnSiteLinks.*.properties.ipAddress",
        ),
    ),
    (first("vpnSites"), "VpnSite", COMMON),
    (get(f"{SITE}/vpnSiteLinks/one"), "VpnSiteLink", SITE_LINK),
    (first(f"{SITE}/vpnSiteLinks"), "VpnSiteLink", SITE_LINK),
    (get(CONNECTION), "VpnConnection", CONNECTION_MEMBERS),
    (first(f"vpnGateways/{GATEWAY}/vpnConnections"), "VpnConnection", CONNECTION_MEMBERS),
    (get(LINK), "VpnSiteLinkConnection", (*LINK_MEMBERS, "properties.connectionStatus")),
    (first(f"{CONNECTION}/vpnLinkConnections"), "VpnSiteLinkConnection", LINK_MEMBERS),
    (get(KEY), "ConnectionSharedKeyResult", KEY_MEMBERS),
    (first(f"{LINK}/sharedKeys"), "ConnectionSharedKeyResult", KEY_MEMBERS),
    (
        put(KEY, {"properties": {"sharedKey": "azure456"}}),
        "ConnectionSharedKeyResult",
        KEY_MEMBERS,
    ),
]


@pytest.fixture
def served(tmp_path: Path, certificates: Certificates) -> Iterator[Wire]:
    """Fill every part of every answer."""
    express = ExpressRouteFact(prefixes=(IPv4Network("10.50.0.0/16"),))
    with virtual_wan(tmp_path, certificates, express) as site:
        create_site(site, link_body(), addressSpace={"addressPrefixes": ["10.9.0.0/16"]})
        link = connection_link(
            site,
            sharedKey="azure123",
            ipsecPolicies=[policy()],
            vpnGatewayCustomBgpAddresses=chosen(*APIPA),
        )
        selectors = {"localAddressRanges": ["10.0.0.0/16"], "remoteAddressRanges": ["10.9.0.0/16"]}
        create_connection(site, link, trafficSelectorPolicies=[selectors])
        site.freeze()
        tunnel = InstanceStatus(
            instance=0, status="Connected", since=1.0, ingress_bytes=5, egress_bytes=7
        )
        site.network.status = ConnectionStatus(status="Connected", tunnels=(tunnel,))
        site.network.hub = (HubRoute(prefix=IPv4Network("172.16.0.0/16"), as_path=(64900,)),)
        yield Wire(site)


@pytest.mark.parametrize(
    ("call", "model", "required"), SERVED, ids=[f"{n}-{one[1]}" for n, one in enumerate(SERVED)]
)
def test_a_body_is_what_the_specification_has(
    served: Wire, call: Callable[[Wire], Any], model: str, required: tuple[str, ...]
) -> None:
    body = call(served)

    assert list(faults(body, getattr(models, model), model)) == []
    assert [path for path in required if at(body, path) is None] == []
    assert "azure123" not in str(body)


def test_the_key_is_in_the_answer_to_its_own_question(served: Wire) -> None:
    body = served("POST", f"{KEY}/listSharedKey").body

    assert list(faults(body, models.ConnectionSharedKeyResult, "key")) == []
    assert body["properties"] == {"sharedKey": "azure123", "sharedKeyLength": 8}
