"""The virtual networks of a hub, and their connections to it: they stand already."""

from collections.abc import Iterator

from lab.azure.calls import Call, Reply
from lab.azure.errors import Json, not_found
from lab.azure.paging import page
from lab.azure.service import Azure
from lab.azure.store import SUCCEEDED, same
from lab.azure.vwan import shapes
from lab.azure.vwan.gateway import HubGateway
from lab.azure.vwan.hubs import find_hub

TYPE = "Microsoft.Network/virtualNetworks"


def connection(azure: Azure, call: Call) -> Reply:
    """Answer GET of the connection of a network to a hub."""
    found = find_hub(azure, call)
    for name in found.fact.networks:
        if same(name, call.names["link"]):
            body = _connection(found, name)
            return Reply(body=body, headers={"ETag": body["etag"]})
    raise not_found(found.network_connection_id(call.names["link"]))


def connections(azure: Azure, call: Call) -> Reply:
    """Answer GET of the connections of all networks to a hub."""
    found = find_hub(azure, call)
    return page(call, [_connection(found, name) for name in found.fact.networks])


def networks(azure: Azure) -> Iterator[Json]:
    """Yield the networks that are connected to hubs, each beside its hub."""
    for found in azure.hubs.values():
        for name in found.fact.networks:
            yield _network(found, name)


def _connection(found: HubGateway, name: str) -> Json:
    table = {"id": f"{found.hub_id}/hubRouteTables/defaultRouteTable"}
    return {
        "name": name,
        "id": found.network_connection_id(name),
        "etag": shapes.STANDING_ETAG,
        "properties": {
            "provisioningState": SUCCEEDED,
            "remoteVirtualNetwork": {"id": _network_id(found, name)},
            "enableInternetSecurity": True,
            "routingConfiguration": {
                "associatedRouteTable": table,
                "propagatedRouteTables": {"labels": ["default"], "ids": [table]},
                "vnetRoutes": {"staticRoutes": []},
            },
        },
    }


def _network(found: HubGateway, name: str) -> Json:
    prefixes = [str(one) for one in found.fact.networks[name]]
    properties = {
        "addressSpace": {"addressPrefixes": prefixes},
        "subnets": [],
        "virtualNetworkPeerings": [],
        "enableDdosProtection": False,
    }
    return shapes.standing(_network_id(found, name), TYPE, found.location, properties)


def _network_id(found: HubGateway, name: str) -> str:
    return f"{found.hub_id.rsplit('/', 2)[0]}/virtualNetworks/{name}"
