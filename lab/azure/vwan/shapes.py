"""The resources of a virtual WAN as a GET shows them.

A hub's VPN gateway and its connections are as recorded answers have them; the models have no
`type` of a connection. A key is in none of them.
"""

import copy
from collections.abc import Callable, Iterable

from lab.azure.errors import Json
from lab.azure.store import SUCCEEDED, Resource
from lab.azure.vwan import site_rules
from lab.azure.vwan.gateway import ASN, CONNECTION_TYPE, HubGateway, Link, links
from lab.network.results import ConnectionStatus
from lab.world import InstanceFact

WAN_TYPE = "Microsoft.Network/virtualWANs"
HUB_TYPE = "Microsoft.Network/virtualHubs"
GATEWAY_TYPE = "Microsoft.Network/vpnGateways"
LINK_TYPE = f"{CONNECTION_TYPE}/vpnLinkConnections"
KEY_TYPE = f"{LINK_TYPE}/sharedKeys"
STANDING_ETAG = 'W/"00000000-0000-0000-0000-000000000001"'
Status = Callable[[Link], ConnectionStatus]


def wan(own_id: str, location: str, hubs: Iterable[str], sites: Iterable[str]) -> Json:
    """Return a virtual WAN with the ids of its hubs and sites."""
    properties = {
        "disableVpnEncryption": False,
        "virtualHubs": [{"id": one} for one in hubs],
        "vpnSites": [{"id": one} for one in sites],
        "allowBranchToBranchTraffic": True,
        "office365LocalBreakoutCategory": "None",
        "type": "Standard",
    }
    return standing(own_id, WAN_TYPE, location, properties)


def hub(found: HubGateway) -> Json:
    """Return the hub of a VPN gateway."""
    express = {"expressRouteGateway": {"id": expressroute_id(found)}}
    properties = {
        "virtualWan": {"id": found.wan_id},
        "vpnGateway": {"id": found.id},
        **(express if found.fact.expressroute.prefixes else {}),
        "addressPrefix": str(found.fact.prefix),
        "routeTable": {"routes": []},
        "virtualHubRouteTableV2s": [],
        "virtualRouterAsn": ASN,
        "allowBranchToBranchTraffic": False,
        "hubRoutingPreference": "ExpressRoute",
        "preferredRoutingGateway": "ExpressRoute",
        "routingState": "Provisioned",
        "sku": "Standard",
    }
    return standing(found.hub_id, HUB_TYPE, found.location, properties)


def standing(own_id: str, kind: str, location: str, properties: Json) -> Json:
    """Return a resource that stands from the beginning; its version never changes."""
    return {
        "name": own_id.rsplit("/", 1)[-1],
        "id": own_id,
        "etag": STANDING_ETAG,
        "type": kind,
        "location": location,
        "tags": {},
        "properties": {"provisioningState": SUCCEEDED, **properties},
    }


def expressroute_id(found: HubGateway) -> str:
    """Return the id of the ExpressRoute gateway of a hub."""
    return f"{found.id.rsplit('/', 2)[0]}/expressRouteGateways/{found.fact.hub}-er"


def gateway(found: HubGateway) -> Json:
    """Return the VPN gateway with its connections, without states."""
    properties = {
        "virtualHub": {"id": found.hub_id},
        "connections": [connection(one) for one in found.connections()],
        "bgpSettings": {
            "asn": ASN,
            "peerWeight": 0,
            "bgpPeeringAddresses": [_speakers(one) for one in found.instances],
        },
        "vpnGatewayScaleUnit": found.fact.scale_unit,
        "ipConfigurations": [
            {
                "id": one.configuration,
                "publicIpAddress": str(one.public_address),
                "privateIpAddress": str(one.private_address),
            }
            for one in found.instances
        ],
        "natRules": [],
        "enableBgpRouteTranslationForNat": False,
        "isRoutingPreferenceInternet": False,
    }
    body = standing(found.id, GATEWAY_TYPE, found.location, properties)
    body["properties"]["provisioningState"] = found.state
    return {**body, "etag": found.etag}


def _speakers(one: InstanceFact) -> Json:
    """Return an instance's addresses; a tunnel ends at its public or its private one."""
    return {
        "ipconfigurationId": one.configuration,
        "defaultBgpIpAddresses": [str(one.speaker)],
        "customBgpIpAddresses": [str(custom) for custom in one.custom_speakers],
        "tunnelIpAddresses": [str(one.public_address), str(one.private_address)],
    }


def site(found: Resource) -> Json:
    """Return a VPN site with its links."""
    body = found.as_json()
    properties = {**copy.deepcopy(found.properties), "vpnSiteLinks": site_links(found)}
    return {**body, "properties": {"provisioningState": found.state, **properties}}


def site_links(found: Resource) -> list[Json]:
    """Return the links of a VPN site."""
    return [
        {
            "name": one["name"],
            "id": f"{found.id}/vpnSiteLinks/{one['name']}",
            "etag": found.etag,
            "type": f"{site_rules.TYPE}/vpnSiteLinks",
            "properties": {
                "provisioningState": found.state,
                **copy.deepcopy(one["properties"]),
            },
        }
        for one in found.properties["vpnSiteLinks"]
    ]


def connection(found: Resource, status: Status | None = None) -> Json:
    """Return a connection; with `status`, the state of each link connection, too."""
    shown = [link_connection(one, status) for one in links(found)]
    written = copy.deepcopy(found.properties)
    members = ("ingressBytesTransferred", "egressBytesTransferred")
    return {
        "name": found.name,
        "id": found.id,
        "etag": found.etag,
        "properties": {
            "provisioningState": found.state,
            **written,
            "vpnLinkConnections": shown,
            **{name: sum(one["properties"][name] for one in shown) for name in members},
        },
    }


def link_connection(link: Link, status: Status | None = None) -> Json:
    """Return a link connection; with `status`, its state, too."""
    state = status(link) if status else ConnectionStatus(status="Unknown", tunnels=())
    return {
        "name": link.name,
        "id": link.id,
        "etag": link.connection.etag,
        "type": LINK_TYPE,
        "properties": {
            "provisioningState": link.connection.state,
            **copy.deepcopy(link.properties),
            **({"connectionStatus": state.status} if status else {}),
            "ingressBytesTransferred": sum(one.ingress_bytes for one in state.tunnels),
            "egressBytesTransferred": sum(one.egress_bytes for one in state.tunnels),
        },
    }


def shared_key(link: Link, key: str, *, is_shown: bool = False) -> Json:
    """Return the key of a link connection: its length, and the key itself where it `is_shown`."""
    value = {"sharedKey": key} if is_shown else {}
    return {
        "name": "default",
        "id": f"{link.id}/sharedKeys/default",
        "type": KEY_TYPE,
        "properties": {**value, "sharedKeyLength": len(key)},
    }
