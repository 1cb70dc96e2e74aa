"""Virtual network gateways and NICs: they stand already; clients read them and ask their state."""

from collections.abc import Callable
from ipaddress import IPv4Address

from lab.azure import checks
from lab.azure.calls import Call, Reply
from lab.azure.errors import Json, bad_request, not_found
from lab.azure.gateway import Gateway
from lab.azure.operations import Work
from lab.azure.paging import page
from lab.azure.service import Azure
from lab.azure.shapes import effective_route, gateway_route, peer_status
from lab.azure.store import same

KIND = "virtualNetworkGateways"


def get(azure: Azure, call: Call) -> Reply:
    """Answer GET of one."""
    gateway = _find(azure, call)
    return Reply(body=gateway.as_json(), headers={"ETag": gateway.etag})


def listing(azure: Azure, call: Call) -> Reply:
    """Answer GET of all in a resource group."""
    group = azure.group(call)
    found = [one for one in azure.gateways.values() if one.fact.resource_group == group]
    return page(call, [one.as_json() for one in found])


def connections(azure: Azure, call: Call) -> Reply:
    """Answer GET of a gateway's connections: without states."""
    return page(call, [one.as_json() for one in _find(azure, call).connections()])


def bgp_peers(azure: Azure, call: Call) -> Reply:
    """Answer POST getBgpPeerStatus, of all peers or of one."""
    gateway = _find(azure, call)
    wanted = _peer(call)

    def done() -> Json:
        found = azure.network.peer_status(gateway.id)
        rows = [one for one in found if wanted in (None, one.neighbor)]
        return {"value": [peer_status(one, azure.clock.now()) for one in rows]}

    return _action(azure, call, gateway, done)


def learned_routes(azure: Azure, call: Call) -> Reply:
    """Answer POST getLearnedRoutes."""
    gateway = _find(azure, call)

    def done() -> Json:
        return {"value": [gateway_route(one) for one in azure.network.learned_routes(gateway.id)]}

    return _action(azure, call, gateway, done)


def advertised_routes(azure: Azure, call: Call) -> Reply:
    """Answer POST getAdvertisedRoutes; the peer is required."""
    gateway = _find(azure, call)
    peer = _peer(call)
    if peer is None:
        raise bad_request("MissingRequiredParameter", "The parameter 'peer' is required.")

    def done() -> Json:
        found = azure.network.advertised_routes(gateway.id, peer)
        return {"value": [gateway_route(one) for one in found]}

    return _action(azure, call, gateway, done)


def nic(azure: Azure, call: Call) -> Reply:
    """Answer GET of a NIC in a gateway's network."""
    gateway = _owner(azure, call)
    nic_id = azure.target(call, "networkInterfaces")
    return Reply(
        body={
            "name": nic_id.rsplit("/", 1)[-1],
            "id": nic_id,
            "type": "Microsoft.Network/networkInterfaces",
            "location": gateway.location,
            "tags": {},
            "properties": {
                "provisioningState": "Succeeded",
                "ipConfigurations": [
                    {
                        "name": "ipconfig1",
                        "id": f"{nic_id}/ipConfigurations/ipconfig1",
                        "properties": {"subnet": {"id": f"{gateway.network_id}/subnets/default"}},
                    }
                ],
            },
        }
    )


def effective_routes(azure: Azure, call: Call) -> Reply:
    """Answer POST effectiveRouteTable of a NIC."""
    gateway = _owner(azure, call)

    def done() -> Json:
        found = azure.network.effective_routes(gateway.id)
        return {"value": [effective_route(one) for one in found]}

    return _action(azure, call, gateway, done)


def _action(azure: Azure, call: Call, gateway: Gateway, done: Callable[[], Json]) -> Reply:
    work = Work(kind="action", path=call.path, location=gateway.location, done=done)
    return azure.operations.promised(call, azure.operations.start(work))


def _find(azure: Azure, call: Call) -> Gateway:
    gateway_id = azure.target(call, KIND)
    gateway = azure.gateway(gateway_id)
    if gateway is None:
        raise not_found(gateway_id)
    return gateway


def _owner(azure: Azure, call: Call) -> Gateway:
    """Return the gateway in whose network the called NIC is."""
    nic_id = azure.target(call, "networkInterfaces")
    for gateway in azure.gateways.values():
        ids = (
            azure.resource_id(gateway.fact.resource_group, f"networkInterfaces/{name}")
            for name in gateway.fact.nics
        )
        if any(same(nic_id, one) for one in ids):
            return gateway
    raise not_found(nic_id)


def _peer(call: Call) -> IPv4Address | None:
    text = call.query.get("peer")
    return checks.address(text, "peer") if text else None
