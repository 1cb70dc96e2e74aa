"""Bodies that a subscription accepts, or nearly so, and what stands there for them."""

from dataclasses import replace
from typing import Any

from lab.azure.store import Body as StoredBody
from lab.azure.vwan import connection_rules as vpn_rules
from lab.azure.vwan import site_rules
from lab.azure.vwan.gateway import CONNECTION_TYPE
from lab.tests.azure import virtual_wan
from lab.tests.azure.simulated import (
    Body,
    Site,
    connection_body,
    local_body,
    policy,
    stand,
)
from lab.world import World, load_world


def both_worlds() -> World:
    """Return the shipped world, with the virtual WAN in its resource group."""
    found, wan = load_world(), virtual_wan.world()
    group = next(iter(found.resource_groups))
    hubs = {name: replace(one, resource_group=group) for name, one in wan.hubs.items()}
    return replace(found, virtual_wans=dict.fromkeys(wan.virtual_wans, group), hubs=hubs)


def good_bodies(site: Site) -> dict[str, list[Body]]:
    """Return bodies that are accepted, or nearly so, by a part of the paths they are meant for."""
    return {
        "localNetworkGateways": [
            local_body(),
            local_body("198.51.100.11", "172.16.1.4"),
            {"tags": {"a": "b"}},
        ],
        "connections": [
            connection_body(site, ipsecPolicies=[policy()], sharedKey="azure123"),
            connection_body(site, "two", **EVERY_MEMBER),
            {"tags": {"a": "b"}},
        ],
        "sharedkey": [{"value": "azure123"}, {"keyLength": 12}],
        "sharedKeys": [{"properties": {"sharedKey": "azure123"}}],
        "vpnSites": [
            virtual_wan.site_body(site, virtual_wan.link_body(1), virtual_wan.link_body(2)),
            {"tags": {"a": "b"}},
        ],
        "vpnConnections": [
            virtual_wan.connection_body(
                site,
                virtual_wan.connection_link(
                    site,
                    ipsecPolicies=[policy()],
                    sharedKey="azure123",
                    vpnGatewayCustomBgpAddresses=virtual_wan.chosen(*virtual_wan.APIPA),
                ),
                routingConfiguration=ROUTING,
            )
        ],
        "effectiveRoutes": [{"resourceId": "x", "virtualWanResourceType": "RouteTable"}],
        "deployments": [deployment(site)],
    }


EVERY_MEMBER: dict[str, Any] = {
    "trafficSelectorPolicies": [
        {"localAddressRanges": ["10.0.0.0/16"], "remoteAddressRanges": ["172.16.0.0/16"]}
    ],
    "gatewayCustomBgpIpAddresses": [
        {"ipConfigurationId": "x", "customBgpIpAddress": "169.254.21.1"}
    ],
    "ingressNatRules": [{"id": "x"}],
    "tunnelProperties": [{"tunnelIpAddress": "10.0.0.1"}],
    "certificateAuthentication": {"inboundAuthCertificateChain": ["x"]},
}


ROUTING: dict[str, Any] = {
    "associatedRouteTable": {"id": "x"},
    "propagatedRouteTables": {"labels": ["default"], "ids": [{"id": "x"}]},
}


def deployment(site: Site) -> Body:
    connection = connection_body(site, sharedKey="[parameters('sharedKey')]")
    template = {
        "parameters": {"sharedKey": {"type": "securestring"}},
        "resources": [{"type": "Microsoft.Network/connections", "name": "c1"} | connection],
        "outputs": {"resource": {"value": "[reference('c1')]"}},
    }
    parameters = {"sharedKey": {"value": "azure123"}}
    properties = {"mode": "incremental", "parameters": parameters, "template": template}
    return {"properties": properties}


def stand_again(site: Site) -> None:
    """Let the far ends and a connection stand where requests have removed them."""
    for name, body in zip(("one", "two"), good_bodies(site)["localNetworkGateways"], strict=False):
        if site.azure.store.find(site.id_of(f"localNetworkGateways/{name}")) is None:
            stand(site, f"localNetworkGateways/{name}", body)
    if site.azure.store.find(site.id_of("connections/c1")) is None:
        stand(site, "connections/c1", connection_body(site))
    stand_connected(site)


def stand_connected(site: Site) -> None:
    """Let a VPN site and a connection to it stand where requests have removed them."""
    gateway = site.azure.hubs["hub-scus-vpn"]
    site_id, own_id = site.id_of("vpnSites/branch"), f"{gateway.id}/vpnConnections/c1"
    if site.azure.store.find(site_id) is None:
        properties = site_rules.site_properties(good_bodies(site)["vpnSites"][0])
        settle(site, site_id, site_rules.TYPE, properties)
    if site.azure.store.find(own_id) is None:
        body = virtual_wan.connection_body(site)
        properties = vpn_rules.connection_properties(body, gateway.hub_id)
        site.azure.store.keys[f"{own_id}/vpnLinkConnections/one".casefold()] = "azure123"
        settle(site, own_id, CONNECTION_TYPE, properties)


def settle(site: Site, own_id: str, kind: str, properties: Body) -> None:
    """Let a resource stand at once."""
    body = StoredBody(
        id=own_id, type=kind, location="southcentralus", tags={}, properties=properties
    )
    site.azure.store.write(body)[0].settle()
