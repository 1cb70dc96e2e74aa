"""Ask a gateway once for all its routers: connections, BGP peers, learned and effective routes."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fvrf.azure.resources import Json, resource_id
from fvrf.checks.observation import GatewayObservation, Unreadable
from tasks.azure.client import GatewayClient, Ref
from tasks.azure.patience import Operation, Patience
from tasks.azure.read import PARALLEL
from tasks.azure.trouble import Trouble, cannot_look

T = TypeVar("T")


def observe(
    host: str,
    client: GatewayClient,
    patience: Patience,
    *,
    connections: Iterable[str],
    nics: Iterable[str],
    deadline_s: float,
) -> GatewayObservation:
    """Return the gateway as it stands; a part that cannot be read is `Unreadable` in its place.

    All parts are asked for at once; each of them ends within the deadline.
    """
    names, interfaces = tuple(connections), tuple(nics)
    until = patience.clock.now() + deadline_s

    def seen(what: str, action: str, call: Callable[[], T]) -> T | Unreadable:
        try:
            return patience.retried(call, until)
        except Trouble as found:
            return Unreadable(what=what, reason=cannot_look(found, what, action).message)

    def posted(what: str, action: str, begin: Callable[[], Operation]) -> Json | Unreadable:
        return seen(what, action, lambda: patience.result(begin(), until))

    def connection(name: str) -> Json | Unreadable | None:
        access = client.access
        ref = Ref.of(resource_id(access.subscription, access.resource_group, "connections", name))
        return seen(name, "connections/read", lambda: client.get(ref))

    def effective(nic: str) -> Json | Unreadable:
        action = "networkInterfaces/effectiveRouteTable/action"
        return posted(nic, action, lambda: client.effective_routes(nic))

    gateway = "virtualNetworkGateways"
    with ThreadPoolExecutor(max_workers=PARALLEL) as pool:
        peers = pool.submit(
            posted, "BGP peers", f"{gateway}/getbgppeerstatus/action", client.bgp_peers
        )
        learned = pool.submit(
            posted, "learned routes", f"{gateway}/getlearnedroutes/action", client.learned_routes
        )
        routes = pool.map(effective, interfaces)
        statuses = pool.map(connection, names)
        return GatewayObservation.from_rest(
            host,
            connections=dict(zip(names, statuses, strict=True)),
            peers=peers.result(),
            learned=learned.result(),
            effective=dict(zip(interfaces, routes, strict=True)),
        )
