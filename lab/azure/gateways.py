"""Virtual network gateways: they stand already; clients read them, ask their state, reset them."""

from collections.abc import Callable
from ipaddress import IPv4Address

from lab.azure import checks, connection_shapes, gateway_shapes
from lab.azure.calls import Call, Reply
from lab.azure.errors import Json, bad_request, not_found
from lab.azure.gateway import Gateway
from lab.azure.operations import Work
from lab.azure.paging import page
from lab.azure.service import Azure
from lab.azure.shapes import gateway_route, peer_status
from lab.azure.store import FAILED, SUCCEEDED, UPDATING

KIND = "virtualNetworkGateways"


def get(azure: Azure, call: Call) -> Reply:
    """Answer GET of one."""
    gateway = _find(azure, call)
    return Reply(body=gateway_shapes.gateway(gateway), headers={"ETag": gateway.etag})


def listing(azure: Azure, call: Call) -> Reply:
    """Answer GET of all in a resource group."""
    group = azure.group(call)
    found = [one for one in azure.gateways.values() if one.fact.resource_group == group]
    return page(call, [gateway_shapes.gateway(one) for one in found])


def connections(azure: Azure, call: Call) -> Reply:
    """Answer GET of a gateway's connections: without states."""
    found = _find(azure, call).connections()
    return page(call, [connection_shapes.entity(one) for one in found])


def bgp_peers(azure: Azure, call: Call) -> Reply:
    """Answer POST getBgpPeerStatus, of all peers or of one."""
    gateway = _find(azure, call)
    wanted = _peer(call)

    def done() -> Json:
        found = azure.network.peer_status(gateway.id)
        rows = [one for one in found if wanted in (None, one.neighbor)]
        return {"value": [peer_status(one, azure.clock.now()) for one in rows]}

    return action(azure, call, gateway, done)


def learned_routes(azure: Azure, call: Call) -> Reply:
    """Answer POST getLearnedRoutes."""
    gateway = _find(azure, call)

    def done() -> Json:
        return {"value": [gateway_route(one) for one in azure.network.learned_routes(gateway.id)]}

    return action(azure, call, gateway, done)


def advertised_routes(azure: Azure, call: Call) -> Reply:
    """Answer POST getAdvertisedRoutes; the peer is required."""
    gateway = _find(azure, call)
    peer = _peer(call)
    if peer is None:
        raise bad_request("MissingRequiredParameter", "The parameter 'peer' is required.")

    def done() -> Json:
        found = azure.network.advertised_routes(gateway.id, peer)
        return {"value": [gateway_route(one) for one in found]}

    return action(azure, call, gateway, done)


def reset(azure: Azure, call: Call) -> Reply:
    """Answer POST reset: an instance restarts, the one of `gatewayVip` or else the first.

    "Reset a VPN gateway": the active instance is rebooted, and its tunnels with it.
    """
    gateway = _find(azure, call)
    azure.operations.check_free(call, [gateway.id])
    index = _instance(gateway, call)
    gateway.restarting.add(index)
    gateway.touch(UPDATING)
    azure.changed()

    def back() -> None:
        gateway.restarting.discard(index)
        azure.changed()

    def done() -> Json:
        gateway.touch(SUCCEEDED)
        back()
        return gateway_shapes.gateway(gateway)

    def failed() -> None:
        gateway.touch(FAILED)
        back()

    work = Work(
        kind="gateway-reset",
        path=f"{gateway.id}/reset",
        location=gateway.location,
        holds=frozenset({gateway.id.casefold()}),
        done=done,
        failed=failed,
    )
    return azure.operations.deferred(call, azure.operations.start(work))


def _instance(gateway: Gateway, call: Call) -> int:
    """Return the instance that `gatewayVip` names; `az` writes the word None for none."""
    text = call.query.get("gatewayVip", "")
    if text in ("", "None"):
        return 0
    wanted = checks.address(text, "gatewayVip")
    for index, one in enumerate(gateway.fact.instances):
        if one.public_address == wanted:
            return index
    # The code is unconfirmed.
    raise bad_request("InvalidGatewayVip", f"{wanted} is no public address of {gateway.id}.")


def nat_rules(azure: Azure, call: Call) -> Reply:
    """Answer GET of a gateway's NAT rules."""
    gateway = _find(azure, call)
    return page(call, [gateway_shapes.nat_rule(gateway, one) for one in gateway.fact.nat_rules])


def action(azure: Azure, call: Call, gateway: Gateway, done: Callable[[], Json]) -> Reply:
    """Begin to look something up; the answer names where the result will be."""
    work = Work(kind="action", path=call.path, location=gateway.location, done=done)
    return azure.operations.promised(call, azure.operations.start(work))


def _find(azure: Azure, call: Call) -> Gateway:
    gateway_id = azure.target(call, KIND)
    gateway = azure.gateway(gateway_id)
    if gateway is None:
        raise not_found(gateway_id)
    return gateway


def _peer(call: Call) -> IPv4Address | None:
    text = call.query.get("peer")
    return checks.address(text, "peer") if text else None
