"""Read a gateway with its connections, their local network gateways and the state of their keys."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fvrf.azure.network import network_id
from fvrf.azure.resources import Desired, Json, Pair
from fvrf.azure.state import AzureState, KeyState, far_end
from fvrf.secrets import Resolve, Secret
from tasks.azure.patience import Patience
from tasks.azure.rest import GatewayEnd, Ref
from tasks.azure.trouble import Trouble, cannot_look

PARALLEL = 8
# Reading the gateway and its connections is over well before an operation's deadline.
READ_DEADLINE_S = 120.0

T = TypeVar("T")
U = TypeVar("U")


def read_state(
    client: GatewayEnd, desired: Desired, resolve: Resolve, patience: Patience
) -> AzureState:
    """Read all that `reconcile` compares; LIST discovers, GET tells. Raises CannotLook.

    The keys of existing planned connections are compared here; only the answer travels on.
    """
    until = patience.clock.now() + READ_DEADLINE_S

    def tried(what: str, action: str, call: Callable[[], T]) -> T:
        try:
            return patience.retried(call, until)
        except Trouble as found:
            raise cannot_look(found, f"{client.access.gateway}: {what}", action) from found

    def body(ref: Ref) -> Json | None:
        return tried(ref.name, f"{ref.kind}/read", lambda: client.get(ref))

    def bodies(ids: Iterable[str]) -> tuple[Json, ...]:
        refs = {resource_id.casefold(): Ref.of(resource_id) for resource_id in ids if resource_id}
        return tuple(found for found in _parallel(body, refs.values()) if found is not None)

    gateway = tried("the gateway", f"{client.kind}/read", client.gateway)
    network = tried("its network", "virtualNetworks/read", lambda: read_network(client, gateway))
    listed = tried("its connections", f"{client.kind}/read", client.connection_ids)
    connections = bodies([*(pair.connection.id for pair in desired.pairs), *listed])
    local_gateways = bodies(
        [
            *(pair.local_gateway.id for pair in desired.pairs),
            *(far_end(connection) for connection in connections),
        ]
    )
    present = {str(connection["id"]).casefold() for connection in connections}
    pairs = [pair for pair in desired.pairs if pair.connection.id.casefold() in present]
    states = _parallel(lambda pair: key_state(client, pair, resolve), pairs)
    return AzureState(
        gateway=gateway,
        local_gateways=local_gateways,
        connections=connections,
        keys={pair.connection.name: state for pair, state in zip(pairs, states, strict=True)},
        network=network,
    )


def read_network(client: GatewayEnd, gateway: Json) -> Json | None:
    """Return the gateway's virtual network; None where this identity has no right to it."""
    found = network_id(gateway)
    if found is None:
        return None
    try:
        return client.network(found)
    except Trouble as trouble:
        if trouble.is_forbidden or trouble.is_absent:
            return None
        raise


def key_state(client: GatewayEnd, pair: Pair, resolve: Resolve) -> KeyState:
    """Compare a connection's key with the one it should have."""
    try:
        key = client.key(Ref.of(pair.connection.id))
    except Trouble as found:
        return "absent" if found.is_absent else "unreadable"
    return compared(key, resolve(pair.plan.key))


def compared(found: Secret | None, wanted: Secret) -> KeyState:
    """Return the state of a key that was asked for."""
    if found is None:
        return "unreadable"
    return "equal" if found == wanted else "different"


def _parallel(call: Callable[[T], U], items: Iterable[T]) -> list[U]:
    with ThreadPoolExecutor(max_workers=PARALLEL) as pool:
        return list(pool.map(call, items))
