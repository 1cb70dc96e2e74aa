"""The Azure resources that the plan wants, in the REST API's own words.

Only declared fields stand in them. Names, shapes and read-only fields are those of
azure-mgmt-network 33.1 (API version 2026-03-01). A body never holds a key: keys travel through
their own endpoint, since a PUT of a connection ignores a changed one.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from fvrf.azure import bodies
from fvrf.intent.names import vpn_site_name
from fvrf.plan.model import ConnectionPlan, GatewayPlan
from fvrf.plan.objects import MARK

Json = dict[str, Any]
Kind = Literal[
    "virtualNetworkGateways", "localNetworkGateways", "connections", "vpnGateways", "vpnSites"
]

MANAGED_BY, ROUTER, SITE = "managed-by", "fvrf-router", "fvrf-site"
REQUIRED_TAGS = (MANAGED_BY, ROUTER)

# Read-only in the SDK's models, or not a part of a body.
READ_ONLY = frozenset({"id", "name", "type", "etag", "systemData"})
READ_ONLY_PROPERTIES = frozenset(
    {
        "provisioningState",
        "resourceGuid",
        "connectionStatus",
        "tunnelConnectionStatus",
        "egressBytesTransferred",
        "ingressBytesTransferred",
    }
)
# Of a connection, and of a gateway (RADIUS secrets of its point-to-site part).
SECRET_PROPERTIES = frozenset({"sharedKey", "authorizationKey", "vpnClientConfiguration"})
# Come back with the whole resource nested, or with its id alone; only the id is a reference.
REFERENCES = (
    "virtualNetworkGateway1",
    "virtualNetworkGateway2",
    "localNetworkGateway2",
    "vpnSiteLink",
)


def resource_id(subscription: str, resource_group: str, kind: Kind, name: str) -> str:
    """Return the full id of a Microsoft.Network resource."""
    return (
        f"/subscriptions/{subscription}/resourceGroups/{resource_group}"
        f"/providers/Microsoft.Network/{kind}/{name}"
    )


def scrubbed(body: Json) -> Json:
    """Return a body as it was read, without the secrets that stand in it."""
    properties = {
        key: value
        for key, value in (body.get("properties") or {}).items()
        if key not in SECRET_PROPERTIES
    }
    return {**body, "properties": properties}


def writable(body: Json) -> Json:
    """Return what a PUT may send of a body that was read: all but read-only fields and keys."""
    kept = {key: deepcopy(value) for key, value in body.items() if key not in READ_ONLY}
    properties = {
        key: value
        for key, value in (kept.get("properties") or {}).items()
        if key not in READ_ONLY_PROPERTIES | SECRET_PROPERTIES
    }
    for name in REFERENCES:
        if properties.get(name):
            properties[name] = {"id": properties[name].get("id")}
    return {**kept, "properties": properties}


def merged_tags(existing: Mapping[str, str] | None, ours: Mapping[str, str]) -> dict[str, str]:
    """Return the tags with ours put over them; Azure's tag names ignore case."""
    names = {name.casefold() for name in ours}
    kept = {k: v for k, v in (existing or {}).items() if k.casefold() not in names}
    return {**kept, **ours}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource as wanted: `declared` are its properties, of which None says "not there"."""

    id: str
    name: str
    tags: Mapping[str, str]
    declared: Mapping[str, Any]

    def body(self, existing: Json | None, *, location: str) -> Json:
        """Return the whole body of a PUT: what is there, with the declared fields put over it.

        `existing` is the body of a GET. A PUT replaces everything, so what is not declared is
        sent back as it was. `location` is the gateway's; a resource that exists keeps its own.
        """
        body = writable(existing or {"location": location})
        return {
            **body,
            "tags": merged_tags(body.get("tags"), self.tags),
            "properties": _overlaid(body["properties"], self.declared),
        }


def _overlaid(existing: Json, declared: Mapping[str, Any]) -> Json:
    result = dict(existing)
    for key, value in declared.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            result[key] = _overlaid(result.get(key) or {}, value)
        else:
            result[key] = deepcopy(value)
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A connection of the plan with its two resources."""

    plan: ConnectionPlan
    local_gateway: Resource
    connection: Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """All that is wanted at one gateway; `facts` is what the gateway itself must be like."""

    facts: GatewayPlan
    gateway_id: str
    pairs: tuple[Pair, ...]

    def pair(self, connection: str) -> Pair:
        """Return the pair of a connection by its name; KeyError if it is not one of ours."""
        for pair in self.pairs:
            if pair.connection.name.casefold() == connection.casefold():
                return pair
        raise KeyError(connection)


def gateway_id(plan: GatewayPlan) -> str:
    """Return the id of a gateway."""
    return _id(plan, "vpnGateways" if plan.hub else "virtualNetworkGateways", plan.name)


def connection_id(plan: GatewayPlan, connection: ConnectionPlan) -> str:
    """Return the id of a connection, at a hub that of a link connection."""
    if plan.hub is None:
        return _id(plan, "connections", connection.name)
    own = (
        f"{gateway_id(plan)}/vpnConnections/{vpn_site_name(connection.router, connection.gateway)}"
    )
    return f"{own}/vpnLinkConnections/{connection.name}"


def desired(plan: GatewayPlan) -> Desired:
    """Derive the resources of a gateway's connections."""
    pair = _pair if plan.hub is None else _link_pair
    return Desired(
        facts=plan,
        gateway_id=gateway_id(plan),
        pairs=tuple(pair(plan, connection) for connection in plan.connections),
    )


def _tags(connection: ConnectionPlan) -> Mapping[str, str]:
    return MappingProxyType({MANAGED_BY: MARK, ROUTER: connection.router, SITE: connection.site})


def _link_pair(plan: GatewayPlan, connection: ConnectionPlan) -> Pair:
    """Return a link of the router's VPN site, which has the tags, and its link connection."""
    site_id = _id(plan, "vpnSites", vpn_site_name(connection.router, connection.gateway))
    link = Resource(
        id=f"{site_id}/vpnSiteLinks/{connection.local_gateway_name}",
        name=connection.local_gateway_name,
        tags=_tags(connection),
        declared=bodies.site_link(connection),
    )
    return Pair(
        plan=connection,
        local_gateway=link,
        connection=Resource(
            id=connection_id(plan, connection),
            name=connection.name,
            tags=MappingProxyType({}),
            declared=bodies.link_connection(link.id, connection),
        ),
    )


def _pair(plan: GatewayPlan, connection: ConnectionPlan) -> Pair:
    tags = _tags(connection)
    local_gateway = Resource(
        id=_id(plan, "localNetworkGateways", connection.local_gateway_name),
        name=connection.local_gateway_name,
        tags=tags,
        declared=bodies.local_gateway(connection),
    )
    return Pair(
        plan=connection,
        local_gateway=local_gateway,
        connection=Resource(
            id=connection_id(plan, connection),
            name=connection.name,
            tags=tags,
            declared=bodies.connection(gateway_id(plan), local_gateway.id, connection),
        ),
    )


def _id(plan: GatewayPlan, kind: Kind, name: str) -> str:
    return resource_id(plan.subscription, plan.resource_group, kind, name)
