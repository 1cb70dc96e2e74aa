"""Which handler answers which method and path; paths have no case, as in Azure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from lab.azure import (
    connection_actions,
    connections,
    deployments,
    gateway_writes,
    gateways,
    identity,
    local_gateways,
    networks,
    surroundings,
)
from lab.azure.calls import Call, Reply
from lab.azure.errors import NOT_FOUND, ArmError
from lab.azure.service import Azure
from lab.azure.vwan import connections as vpn_connections
from lab.azure.vwan import hubs, sites
from lab.azure.vwan import links as vpn_links
from lab.azure.vwan import networks as hub_networks

Handler = Callable[[Azure, Call], Reply]

SUBSCRIPTION = "/subscriptions/{subscription}"
GROUP = SUBSCRIPTION + "/resourceGroups/{group}"
DEPLOYMENT = GROUP + "/providers/Microsoft.Resources/deployments/{name}"
NETWORK = GROUP + "/providers/Microsoft.Network"
LOCATION = SUBSCRIPTION + "/providers/Microsoft.Network/locations/{location}"
LOCAL = NETWORK + "/localNetworkGateways"
CONNECTIONS = NETWORK + "/connections"
GATEWAYS = NETWORK + "/virtualNetworkGateways"
NETWORKS = NETWORK + "/virtualNetworks"
NICS = NETWORK + "/networkInterfaces"
ADDRESSES = NETWORK + "/publicIPAddresses"
ALL_ADDRESSES = SUBSCRIPTION + "/providers/Microsoft.Network/publicIPAddresses"
WANS, HUBS = NETWORK + "/virtualWans", NETWORK + "/virtualHubs"
HUB_NETWORKS = HUBS + "/{name}/hubVirtualNetworkConnections"
SITES, HUB_GATEWAYS = NETWORK + "/vpnSites", NETWORK + "/vpnGateways"
VPN_CONNECTIONS = HUB_GATEWAYS + "/{gateway}/vpnConnections"
VPN_LINKS = VPN_CONNECTIONS + "/{name}/vpnLinkConnections"
KEYS = VPN_LINKS + "/{link}/sharedKeys"

OPEN: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/metadata/endpoints", identity.endpoints),
    ("GET", "/{tenant}/v2.0/.well-known/openid-configuration", identity.openid),
)
GUARDED: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/subscriptions", identity.subscriptions),
    ("GET", SUBSCRIPTION, identity.subscription),
    ("GET", SUBSCRIPTION + "/resourceGroups", identity.resource_groups),
    ("GET", GROUP, identity.resource_group),
    ("GET", LOCATION + "/operations/{id}", identity.operation),
    ("GET", LOCATION + "/operationResults/{id}", identity.operation_result),
    ("GET", DEPLOYMENT, deployments.get),
    ("PUT", DEPLOYMENT, deployments.put),
    ("GET", DEPLOYMENT + "/operationStatuses/{id}", identity.operation),
    ("GET", LOCAL, local_gateways.listing),
    ("GET", LOCAL + "/{name}", local_gateways.get),
    ("PUT", LOCAL + "/{name}", local_gateways.put),
    ("PATCH", LOCAL + "/{name}", local_gateways.patch),
    ("DELETE", LOCAL + "/{name}", local_gateways.delete),
    ("GET", CONNECTIONS, connections.listing),
    ("GET", CONNECTIONS + "/{name}", connections.get),
    ("PUT", CONNECTIONS + "/{name}", connections.put),
    ("PATCH", CONNECTIONS + "/{name}", connections.patch),
    ("DELETE", CONNECTIONS + "/{name}", connections.delete),
    ("GET", CONNECTIONS + "/{name}/sharedkey", connection_actions.get_key),
    ("PUT", CONNECTIONS + "/{name}/sharedkey", connection_actions.put_key),
    ("POST", CONNECTIONS + "/{name}/sharedkey/reset", connection_actions.reset_key),
    ("POST", CONNECTIONS + "/{name}/resetconnection", connection_actions.reset),
    ("POST", CONNECTIONS + "/{name}/getikesas", connection_actions.ike_sas),
    ("GET", GATEWAYS, gateways.listing),
    ("GET", GATEWAYS + "/{name}", gateways.get),
    ("PUT", GATEWAYS + "/{name}", gateway_writes.put),
    ("GET", GATEWAYS + "/{name}/connections", gateways.connections),
    ("GET", GATEWAYS + "/{name}/natRules", gateways.nat_rules),
    ("POST", GATEWAYS + "/{name}/reset", gateways.reset),
    ("POST", GATEWAYS + "/{name}/getBgpPeerStatus", gateways.bgp_peers),
    ("POST", GATEWAYS + "/{name}/getLearnedRoutes", gateways.learned_routes),
    ("POST", GATEWAYS + "/{name}/getAdvertisedRoutes", gateways.advertised_routes),
    ("GET", NETWORKS, networks.listing),
    ("GET", NETWORKS + "/{name}", networks.get),
    ("GET", NICS, surroundings.nics),
    ("GET", NICS + "/{name}", surroundings.nic),
    ("POST", NICS + "/{name}/effectiveRouteTable", surroundings.effective_routes),
    ("GET", NICS + "/{name}/operationResults/{id}", identity.operation_result),
    ("GET", ADDRESSES, surroundings.public_addresses),
    ("GET", ADDRESSES + "/{name}", surroundings.public_address),
    ("GET", ALL_ADDRESSES, surroundings.all_public_addresses),
)
VIRTUAL_WAN: tuple[tuple[str, str, Handler], ...] = (
    ("GET", WANS, hubs.wans),
    ("GET", WANS + "/{name}", hubs.wan),
    ("GET", HUBS, hubs.hubs),
    ("GET", HUBS + "/{name}", hubs.hub),
    ("POST", HUBS + "/{name}/effectiveRoutes", hubs.effective_routes),
    ("GET", HUB_NETWORKS, hub_networks.connections),
    ("GET", HUB_NETWORKS + "/{link}", hub_networks.connection),
    ("GET", HUB_GATEWAYS, hubs.gateways),
    ("GET", HUB_GATEWAYS + "/{name}", hubs.gateway),
    ("POST", HUB_GATEWAYS + "/{name}/reset", hubs.reset),
    ("GET", SITES, sites.listing),
    ("GET", SITES + "/{name}", sites.get),
    ("PUT", SITES + "/{name}", sites.put),
    ("PATCH", SITES + "/{name}", sites.patch),
    ("DELETE", SITES + "/{name}", sites.delete),
    ("GET", SITES + "/{name}/vpnSiteLinks", sites.links),
    ("GET", SITES + "/{name}/vpnSiteLinks/{link}", sites.link),
    ("GET", VPN_CONNECTIONS, vpn_connections.listing),
    ("GET", VPN_CONNECTIONS + "/{name}", vpn_connections.get),
    ("PUT", VPN_CONNECTIONS + "/{name}", vpn_connections.put),
    ("DELETE", VPN_CONNECTIONS + "/{name}", vpn_connections.delete),
    ("GET", VPN_LINKS, vpn_links.listing),
    ("GET", VPN_LINKS + "/{link}", vpn_links.get),
    ("POST", VPN_LINKS + "/{link}/resetconnection", vpn_links.reset),
    ("POST", VPN_LINKS + "/{link}/getikesas", vpn_links.ike_sas),
    ("GET", KEYS, vpn_links.all_keys),
    ("GET", KEYS + "/default", vpn_links.get_key),
    ("PUT", KEYS + "/default", vpn_links.put_key),
    ("POST", KEYS + "/default/listSharedKey", vpn_links.list_key),
)


@dataclass(frozen=True, slots=True)
class Route:
    """A line of the tables above, ready to match."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    guarded: bool


def _compile(method: str, path: str, handler: Handler, *, guarded: bool) -> Route:
    named = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
    return Route(method, re.compile(named + "/?", re.IGNORECASE), handler, guarded)


ROUTES = (
    *(_compile(*line, guarded=False) for line in OPEN),
    *(_compile(*line, guarded=True) for line in (*GUARDED, *VIRTUAL_WAN)),
)


def find(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """Return the route of a request and the names in its path; ArmError where there is none."""
    for route in ROUTES:
        match = route.pattern.fullmatch(path)
        if match and route.method == method:
            return route, match.groupdict()
    raise ArmError(
        NOT_FOUND, "InvalidResourceType", f"The lab has no {method} for the path '{path}'."
    )
