"""A gateway with two connections as a plan, and what Azure shows once it is built."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from fvrf.azure.resources import Desired, Json, Resource, desired
from fvrf.azure.state import AzureState, KeyState
from fvrf.crypto import ARTICLE_LEGACY, STRONG
from fvrf.plan.model import ConnectionPlan, GatewayPlan
from fvrf.secrets import SecretRef

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
GROUP = "vpn-testing"
LOCATION = "southcentralus"
GUID = "00000000-0000-0000-0000-00000000c0de"

ONE = ConnectionPlan(
    router="scus-onprem-csr",
    site="scus",
    gateway="azure-vng",
    name="conn-scus-one",
    local_gateway_name="lng-scus-one",
    uplink="GigabitEthernet1",
    front_door=None,
    outside="OUTSIDE_ONE",
    inside="INSIDE_VRF",
    tunnels=("Tunnel0",),
    public_address=IPv4Address("198.51.100.10"),
    local_address=IPv4Address("172.16.0.5"),
    bgp_address=IPv4Address("192.168.255.254"),
    asn=64900,
    peer_asn=65515,
    peer_addresses=(IPv4Address("23.98.148.37"),),
    speakers=(IPv4Address("10.0.255.254"),),
    custom_speakers=None,
    gateway_prefixes=(IPv4Network("10.0.0.0/16"),),
    site_prefixes=(IPv4Network("172.16.0.0/16"),),
    prepend=0,
    crypto=STRONG,
    key=SecretRef("file", "psk-scus-one"),
)
TWO = replace(
    ONE,
    name="conn-scus-two",
    local_gateway_name="lng-scus-two",
    uplink="GigabitEthernet2",
    front_door="OUTSIDE_TWO",
    outside="OUTSIDE_TWO",
    tunnels=("Tunnel1",),
    public_address=IPv4Address("198.51.100.11"),
    local_address=IPv4Address("172.16.1.4"),
    bgp_address=IPv4Address("172.16.1.4"),
    crypto=ARTICLE_LEGACY,
    key=SecretRef("file", "psk-scus-two"),
)


def plan(*connections: ConnectionPlan) -> GatewayPlan:
    """Return the gateway with the given connections; the two of the site if none is given."""
    return GatewayPlan(
        host="azure-vng",
        subscription=SUBSCRIPTION,
        resource_group=GROUP,
        name="azure-vng",
        asn=65515,
        public_addresses=(IPv4Address("23.98.148.37"),),
        speakers=(IPv4Address("10.0.255.254"),),
        prefixes=(IPv4Network("10.0.0.0/16"),),
        nics=(),
        connections=connections or (ONE, TWO),
    )


def gateway_body(**properties: Any) -> Json:  # noqa: ANN401 # any JSON values
    """Return the body of a GET of the gateway that the plan expects."""
    return {
        "id": desired(plan()).gateway_id,
        "name": "azure-vng",
        "location": LOCATION,
        "etag": 'W/"gateway"',
        "properties": {
            "provisioningState": "Succeeded",
            "enableBgp": True,
            "activeActive": False,
            "bgpSettings": {
                "asn": 65515,
                "bgpPeeringAddress": "10.0.255.254",
                "bgpPeeringAddresses": [
                    {
                        "ipconfigurationId": "x",
                        "defaultBgpIpAddresses": ["10.0.255.254"],
                        "customBgpIpAddresses": [],
                        "tunnelIpAddresses": ["23.98.148.37"],
                    }
                ],
            },
            **properties,
        },
    }


def built(resource: Resource, **properties: Any) -> Json:  # noqa: ANN401 # any JSON values
    """Return the body of a GET of a resource that was built as wanted, then changed."""
    body = resource.body(None, location=LOCATION)
    return {
        **body,
        "id": resource.id,
        "name": resource.name,
        "type": "Microsoft.Network/x",
        "etag": 'W/"first"',
        "properties": {
            **body["properties"],
            "resourceGuid": GUID,
            "provisioningState": "Succeeded",
            **properties,
        },
    }


def state(
    wanted: Desired,
    *,
    gateway: Json | None = None,
    local_gateways: list[Json] | None = None,
    connections: list[Json] | None = None,
    keys: dict[str, KeyState] | None = None,
) -> AzureState:
    """Return what was read; all as wanted where nothing else is given."""
    if local_gateways is None:
        local_gateways = [built(pair.local_gateway) for pair in wanted.pairs]
    if connections is None:
        connections = [built(pair.connection) for pair in wanted.pairs]
    if keys is None:
        keys = dict.fromkeys((str(body["name"]) for body in connections), "equal")
    return AzureState(
        gateway=gateway or gateway_body(),
        local_gateways=tuple(local_gateways),
        connections=tuple(connections),
        keys=keys,
    )
