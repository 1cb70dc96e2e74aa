"""What stands around a gateway: the NICs of its network, and its public addresses."""

from collections.abc import Iterator
from dataclasses import replace

from lab.azure import gateway_shapes
from lab.azure.calls import Call, Reply
from lab.azure.errors import Json, not_found
from lab.azure.gateway import Gateway
from lab.azure.gateways import action
from lab.azure.paging import page
from lab.azure.service import Azure
from lab.azure.shapes import effective_route
from lab.azure.store import SUCCEEDED, same

NICS = "networkInterfaces"
NIC_TYPE = "Microsoft.Network/networkInterfaces"
ADDRESSES = "publicIPAddresses"


def nic(azure: Azure, call: Call) -> Reply:
    """Answer GET of a NIC in a gateway's network."""
    gateway, name = _nic(azure, call)
    return Reply(body=_nic_shape(azure, gateway, name))


def nics(azure: Azure, call: Call) -> Reply:
    """Answer GET of all NICs in a resource group."""
    group = azure.group(call)
    found = [
        _nic_shape(azure, gateway, name)
        for gateway in azure.gateways.values()
        if gateway.fact.resource_group == group
        for name in gateway.fact.nics
    ]
    return page(call, found)


def effective_routes(azure: Azure, call: Call) -> Reply:
    """Answer POST effectiveRouteTable of a NIC; its result is under the NIC, as in the examples."""
    gateway, name = _nic(azure, call)

    def done() -> Json:
        found = azure.network.effective_routes(gateway.id)
        return {"value": [effective_route(one) for one in found]}

    reply = action(azure, call, gateway, done)
    operation = reply.headers["Location"].rpartition("/")[2]
    own_id = azure.resource_id(gateway.fact.resource_group, f"{NICS}/{name}")
    location = f"{call.base}{own_id}/operationResults/{operation}"
    return replace(reply, headers={**reply.headers, "Location": location})


def public_address(azure: Azure, call: Call) -> Reply:
    """Answer GET of a public address."""
    wanted = azure.target(call, ADDRESSES)
    for body in _addresses(azure):
        if same(body["id"], wanted):
            return Reply(body=body, headers={"ETag": body["etag"]})
    raise not_found(wanted)


def public_addresses(azure: Azure, call: Call) -> Reply:
    """Answer GET of the public addresses of a resource group."""
    prefix = azure.resource_id(azure.group(call), "").casefold()
    found = [one for one in _addresses(azure) if one["id"].casefold().startswith(prefix)]
    return page(call, found)


def all_public_addresses(azure: Azure, call: Call) -> Reply:
    """Answer GET of the public addresses of the subscription."""
    azure.check_subscription(call)
    return page(call, list(_addresses(azure)))


def _addresses(azure: Azure) -> Iterator[Json]:
    for gateway in azure.gateways.values():
        for index in range(len(gateway.fact.instances)):
            yield gateway_shapes.public_address(gateway, index)


def _nic(azure: Azure, call: Call) -> tuple[Gateway, str]:
    """Return the called NIC and the gateway in whose network it is."""
    wanted = azure.target(call, NICS)
    for gateway in azure.gateways.values():
        for name in gateway.fact.nics:
            if same(wanted, azure.resource_id(gateway.fact.resource_group, f"{NICS}/{name}")):
                return gateway, name
    raise not_found(wanted)


def _nic_shape(azure: Azure, gateway: Gateway, name: str) -> Json:
    own_id = azure.resource_id(gateway.fact.resource_group, f"{NICS}/{name}")
    return {
        "name": name,
        "id": own_id,
        "etag": gateway.etag,
        "type": NIC_TYPE,
        "location": gateway.location,
        "tags": {},
        "properties": {
            "provisioningState": SUCCEEDED,
            "primary": True,
            "enableAcceleratedNetworking": False,
            "enableIPForwarding": False,
            "ipConfigurations": [
                {
                    "name": "ipconfig1",
                    "id": f"{own_id}/ipConfigurations/ipconfig1",
                    "etag": gateway.etag,
                    "type": f"{NIC_TYPE}/ipConfigurations",
                    "properties": {
                        "provisioningState": SUCCEEDED,
                        "primary": True,
                        "privateIPAllocationMethod": "Dynamic",
                        "privateIPAddressVersion": "IPv4",
                        "subnet": {"id": f"{gateway.network_id}/subnets/default"},
                    },
                }
            ],
        },
    }
