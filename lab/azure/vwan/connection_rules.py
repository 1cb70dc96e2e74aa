"""What Azure accepts as a connection of a hub's VPN gateway, as far as its own body tells."""

from collections.abc import Mapping

from lab.azure import checks
from lab.azure.connection_rules import (
    MODES,
    PROTOCOLS,
    custom_bgp,
    nat_rules,
    traffic_selectors,
)
from lab.azure.errors import ArmError, Json, bad_request
from lab.azure.policy_rules import policies
from lab.azure.vwan.site_rules import MOST_LINKS

OWNER = "VpnConnection"
LINK_OWNER = "VpnSiteLinkConnection"
LINK_FLAGS = (
    "enableBgp",
    "enableRateLimiting",
    "useLocalAzureIpAddress",
    "usePolicyBasedTrafficSelectors",
)
DEFAULT_BANDWIDTH = 10  # Mbps, as recorded
DPD_S = (9, 3600)
# Of connections without links, which came before them: their type is checked, and a connection
# with links keeps nothing of them.
OF_OLD_CONNECTIONS: Mapping[str, type] = {
    **dict.fromkeys(LINK_FLAGS, bool),
    "routingWeight": int,
    "dpdTimeoutSeconds": int,
    "connectionBandwidth": int,
    "vpnConnectionProtocolType": str,
    "sharedKey": str,
    "ipsecPolicies": list,
}
MEMBERS = frozenset(
    {
        *OF_OLD_CONNECTIONS,
        "remoteVpnSite",
        "trafficSelectorPolicies",
        "enableInternetSecurity",
        "vpnLinkConnections",
        "routingConfiguration",
    }
)
LINK_MEMBERS = frozenset(
    {
        *LINK_FLAGS,
        "vpnSiteLink",
        "routingWeight",
        "vpnLinkConnectionMode",
        "vpnConnectionProtocolType",
        "connectionBandwidth",
        "sharedKey",
        "vpnGatewayCustomBgpAddresses",
        "ipsecPolicies",
        "ingressNatRules",
        "egressNatRules",
        "dpdTimeoutSeconds",
    }
)
TABLES = ("defaultRouteTable", "noneRouteTable")
ROUTING_MEMBERS = (
    "associatedRouteTable",
    "propagatedRouteTables",
    "vnetRoutes",
    "inboundRouteMap",
    "outboundRouteMap",
)


def connection_properties(document: Json, hub_id: str) -> Json:
    """Return the properties that a PUT writes, all defaults filled in, the keys left out."""
    body = checks.required(document, "properties", dict, {}, OWNER)
    checks.known_members(body, MEMBERS, OWNER)
    for name, kind in OF_OLD_CONNECTIONS.items():
        checks.check_type(body, name, kind)
    return {
        "remoteVpnSite": {"id": checks.reference(body, "remoteVpnSite", OWNER)},
        "enableInternetSecurity": checks.value(body, "enableInternetSecurity", bool, default=False),
        "routingConfiguration": _routing(body, hub_id),
        "trafficSelectorPolicies": traffic_selectors(body),
        "vpnLinkConnections": [_link(one) for one in link_entries(body)],
    }


def link_entries(body: Json) -> list[Json]:
    """Return the link connections as they are written: one to four, each with a name of its own."""
    members = ("name", "id", "etag", "type", "properties")
    entries = checks.objects(body, "vpnLinkConnections", members)
    if not 1 <= len(entries) <= MOST_LINKS:
        raise bad_request(
            "VpnLinkConnectionCountInvalid",  # code unconfirmed
            f"A connection has 1 to {MOST_LINKS} link connections, not {len(entries)}.",
        )
    names = {checks.required(one, "name", str, "", LINK_OWNER).casefold() for one in entries}
    if len(names) < len(entries):
        text = "The link connections of a connection differ in name."
        raise bad_request("VpnLinkConnectionNameDuplicate", text)  # code unconfirmed
    return entries


def _link(entry: Json) -> Json:
    checks.resource_name(entry["name"])
    body = checks.required(entry, "properties", dict, {}, LINK_OWNER)
    checks.known_members(body, LINK_MEMBERS, f"{LINK_OWNER}Properties")
    written = {
        "vpnSiteLink": {"id": checks.reference(body, "vpnSiteLink", LINK_OWNER)},
        "connectionBandwidth": checks.value(body, "connectionBandwidth", int, DEFAULT_BANDWIDTH),
        "ipsecPolicies": policies(body),
        "vpnConnectionProtocolType": checks.choice(
            body, "vpnConnectionProtocolType", PROTOCOLS, "IKEv2"
        ),
        "vpnLinkConnectionMode": checks.choice(body, "vpnLinkConnectionMode", MODES, "Default"),
        "routingWeight": checks.between(body, "routingWeight", 0, 32000, 0),
        "dpdTimeoutSeconds": _dpd(body),
        **{name: checks.value(body, name, bool, default=False) for name in LINK_FLAGS},
        "vpnGatewayCustomBgpAddresses": custom_bgp(body, "vpnGatewayCustomBgpAddresses"),
    }
    _check_nat_rules(body)
    return {"name": entry["name"], "properties": written}


def _dpd(body: Json) -> int:
    """Return the time after which a peer is dead; 0, as recorded, is the default's."""
    if not checks.value(body, "dpdTimeoutSeconds", int, 0):
        return 0
    return checks.between(body, "dpdTimeoutSeconds", *DPD_S, 0)


def _check_nat_rules(body: Json) -> None:
    """Refuse NAT rules: the hubs of this lab have none."""
    for name in ("ingressNatRules", "egressNatRules"):
        for one in nat_rules(body, name):
            raise _missing(one["id"])


def _routing(body: Json, hub_id: str) -> Json:
    """Return which route tables a connection belongs to: by default the hub's default one."""
    default = {"id": f"{hub_id}/hubRouteTables/defaultRouteTable"}
    found = checks.value(body, "routingConfiguration", dict, {})
    checks.known_members(found, ROUTING_MEMBERS, "RoutingConfiguration")
    tables = checks.value(found, "propagatedRouteTables", dict, {})
    checks.known_members(tables, ("labels", "ids"), "PropagatedRouteTable")
    ids = checks.objects(tables, "ids", ("id",)) or [default]
    associated = checks.value(found, "associatedRouteTable", dict, {}) or default
    _check_others(found)
    return {
        "associatedRouteTable": _table(associated, hub_id),
        "propagatedRouteTables": {
            "labels": checks.texts(tables, "labels") or ["default"],
            "ids": [_table(one, hub_id) for one in ids],
        },
        "vnetRoutes": {"staticRoutes": []},
    }


def _table(given: Json, hub_id: str) -> Json:
    """Return a reference to one of the two route tables that every hub has."""
    wanted = checks.required(given, "id", str, "", "hubRouteTables")
    if wanted.casefold() not in (f"{hub_id}/hubRouteTables/{one}".casefold() for one in TABLES):
        raise _missing(wanted)
    return {"id": wanted}


def _check_others(routing: Json) -> None:
    """Refuse route maps: the hubs of this lab have none."""
    checks.check_type(routing, "vnetRoutes", dict)
    for name in ("inboundRouteMap", "outboundRouteMap"):
        if routing.get(name) is not None:
            raise _missing(checks.reference(routing, name, "RoutingConfiguration"))


def _missing(resource_id: str) -> ArmError:
    text = f"Resource {resource_id} referenced by the connection was not found."
    return bad_request("InvalidResourceReference", text)
