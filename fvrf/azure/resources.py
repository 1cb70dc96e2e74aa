"""The Azure resources that the plan wants, in the REST API's own words.

Only declared fields stand in them. Names, shapes and read-only fields are those of
azure-mgmt-network 33.1 (API version 2026-03-01). A body never holds a key: keys travel through
their own endpoint, since a PUT of a connection ignores a changed one.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from ipaddress import IPv4Address
from types import MappingProxyType
from typing import Any, Literal

from fvrf.crypto import CryptoPolicy
from fvrf.plan.model import MARK, ConnectionPlan, GatewayPlan

Json = dict[str, Any]
Kind = Literal["virtualNetworkGateways", "localNetworkGateways", "connections"]

MANAGED_BY, ROUTER, SITE = "managed-by", "fvrf-router", "fvrf-site"
REQUIRED_TAGS = (MANAGED_BY, ROUTER)

# The APIPA addresses that a connection speaks with, and one of them.
SPEAKERS, SPEAKER = "gatewayCustomBgpIpAddresses", "customBgpIpAddress"

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
REFERENCES = ("virtualNetworkGateway1", "virtualNetworkGateway2", "localNetworkGateway2")


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


def desired(plan: GatewayPlan) -> Desired:
    """Derive the resources of a gateway's connections."""
    gateway_id = resource_id(
        plan.subscription, plan.resource_group, "virtualNetworkGateways", plan.name
    )
    return Desired(
        facts=plan,
        gateway_id=gateway_id,
        pairs=tuple(_pair(plan, connection, gateway_id) for connection in plan.connections),
    )


def _pair(plan: GatewayPlan, connection: ConnectionPlan, gateway_id: str) -> Pair:
    tags = MappingProxyType({MANAGED_BY: MARK, ROUTER: connection.router, SITE: connection.site})
    local_gateway = Resource(
        id=_id(plan, "localNetworkGateways", connection.local_gateway_name),
        name=connection.local_gateway_name,
        tags=tags,
        declared=_local_gateway(connection.public_address, connection.asn, connection.bgp_address),
    )
    return Pair(
        plan=connection,
        local_gateway=local_gateway,
        connection=Resource(
            id=_id(plan, "connections", connection.name),
            name=connection.name,
            tags=tags,
            declared=_connection(gateway_id, local_gateway.id, connection),
        ),
    )


def _id(plan: GatewayPlan, kind: Kind, name: str) -> str:
    return resource_id(plan.subscription, plan.resource_group, kind, name)


def _local_gateway(public: IPv4Address, asn: int, bgp: IPv4Address) -> Mapping[str, Any]:
    """No address space: the host route to the BGP address is Azure's own doing."""
    return MappingProxyType(
        {
            "gatewayIpAddress": str(public),
            "fqdn": None,
            "localNetworkAddressSpace": {"addressPrefixes": []},
            "bgpSettings": {"asn": asn, "bgpPeeringAddress": str(bgp)},
        }
    )


def _connection(gateway: str, local_gateway: str, connection: ConnectionPlan) -> Mapping[str, Any]:
    declared = {
        "connectionType": "IPsec",
        "connectionProtocol": "IKEv2",
        "virtualNetworkGateway1": {"id": gateway},
        "localNetworkGateway2": {"id": local_gateway},
        "enableBgp": True,
        "useLocalAzureIpAddress": connection.private_peering,
        "usePolicyBasedTrafficSelectors": False,
        "ipsecPolicies": ipsec_policies(connection.crypto),
    }
    if connection.custom_speakers is not None:
        declared[SPEAKERS] = [{SPEAKER: str(one)} for one in connection.custom_speakers]
    return MappingProxyType(declared)


def ipsec_policies(crypto: CryptoPolicy) -> list[Json]:
    """Return `ipsecPolicies`: none for Azure's own proposals, else one entry with all 8 fields."""
    if crypto.azure_default:
        return []
    return [
        {
            "ikeEncryption": crypto.ike_encryption[0],
            "ikeIntegrity": crypto.ike_integrity[0],
            "dhGroup": crypto.dh_group[0],
            "ipsecEncryption": crypto.ipsec_encryption,
            "ipsecIntegrity": crypto.ipsec_integrity,
            "pfsGroup": crypto.pfs_group,
            "saLifeTimeSeconds": crypto.sa_lifetime_s,
            "saDataSizeKilobytes": crypto.sa_data_size_kb,
        }
    ]
