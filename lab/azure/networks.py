"""The virtual networks in which the gateways stand, and those connected to hubs."""

from lab.azure.calls import Call, Reply
from lab.azure.errors import Json, not_found
from lab.azure.gateway import Gateway
from lab.azure.paging import page
from lab.azure.service import Azure
from lab.azure.store import SUCCEEDED, same
from lab.azure.vwan import networks as vwan

KIND = "virtualNetworks"
TYPE = "Microsoft.Network/virtualNetworks"


def get(azure: Azure, call: Call) -> Reply:
    """Answer GET of one."""
    wanted = azure.target(call, KIND)
    for gateway in azure.gateways.values():
        if same(gateway.network_id, wanted):
            return Reply(body=_shape(gateway), headers={"ETag": gateway.etag})
    for body in vwan.networks(azure):
        if same(body["id"], wanted):
            return Reply(body=body, headers={"ETag": body["etag"]})
    raise not_found(wanted)


def listing(azure: Azure, call: Call) -> Reply:
    """Answer GET of all in a resource group: each once, however many gateways it has."""
    prefix = azure.resource_id(azure.group(call), "").casefold()
    found = {one.network_id.casefold(): _shape(one) for one in azure.gateways.values()}
    found |= {one["id"].casefold(): one for one in vwan.networks(azure)}
    return page(call, [one for key, one in found.items() if key.startswith(prefix)])


def _shape(gateway: Gateway) -> Json:
    """Return the network; its gateway's subnet has the one name that Azure takes for it."""
    fact = gateway.fact
    return {
        "name": fact.network,
        "id": gateway.network_id,
        "etag": gateway.etag,
        "type": TYPE,
        "location": gateway.location,
        "tags": {},
        "properties": {
            "provisioningState": SUCCEEDED,
            "resourceGuid": gateway.guid,
            "addressSpace": {"addressPrefixes": [str(prefix) for prefix in fact.prefixes]},
            "subnets": [_subnet(gateway)] if fact.gateway_subnet else [],
            "virtualNetworkPeerings": [],
            "enableDdosProtection": False,
        },
    }


def _subnet(gateway: Gateway) -> Json:
    return {
        "name": "GatewaySubnet",
        "id": f"{gateway.network_id}/subnets/GatewaySubnet",
        "etag": gateway.etag,
        "type": f"{TYPE}/subnets",
        "properties": {
            "provisioningState": SUCCEEDED,
            "addressPrefix": str(gateway.fact.gateway_subnet),
            "privateEndpointNetworkPolicies": "Disabled",
            "privateLinkServiceNetworkPolicies": "Enabled",
        },
    }
