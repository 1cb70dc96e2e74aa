"""Discover gateways: what the inventory is to say of them, or where it differs from Azure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from fvrf.azure import hub_shapes
from fvrf.azure.network import network_id
from fvrf.azure.shapes import shaped
from fvrf.checks.observation import HUB_ROUTES
from fvrf.discovery.gateway import Data, differences, gateway_data
from fvrf.discovery.hub import hub_data
from tasks.azure.client import connect, patience
from tasks.azure.hub import HubClient
from tasks.azure.patience import Patience
from tasks.azure.read import READ_DEADLINE_S, read_network
from tasks.azure.rest import GatewayEnd, troubles
from tasks.azure.trouble import Trouble, cannot_look
from tasks.plugins.inventory import own_entry
from tasks.project import Project
from tasks.reconcile import access

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundGateway:
    """A gateway's entry for the inventory; `differs` says where the inventory's own is wrong.

    It has nothing to differ from where the inventory had no more than its place.
    """

    host: str
    entry: Mapping[str, Any]
    differs: Sequence[str]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to do by hand."""
        return not self.differs


def find_gateways(project: Project, gateways: Sequence[str]) -> list[FoundGateway]:
    """Read gateways, their networks and the NICs in them; raises CannotLook."""
    return [_found(project, gateway) for gateway in gateways]


def _found(project: Project, gateway: str) -> FoundGateway:
    found = _read(project, gateway)
    own = project.intent.gateways.get(gateway)
    entry = own_entry(project.nornir.inventory, gateway)
    return FoundGateway(
        host=gateway,
        entry={**entry, "data": _merged(entry.get("data") or {}, found)},
        differs=tuple(differences(own, found)) if own else (),
    )


def _read(project: Project, gateway: str) -> Data:
    way = access(project, gateway)
    client = connect(way, project.secrets.resolve, project.clock)
    waiting = patience(way, project.clock)
    until = waiting.clock.now() + READ_DEADLINE_S

    def tried(action: str, call: Callable[[], T]) -> T:
        try:
            return waiting.retried(call, until)
        except Trouble as found:
            raise cannot_look(found, f"{way.gateway}: {action}", action) from found

    try:
        body = tried(f"{client.kind}/read", client.gateway)
        if isinstance(client, HubClient):
            return hub_data(body, tried(*_routes(client, waiting, until)))
        network = tried("virtualNetworks/read", lambda: read_network(client, body))
        nics = tried("networkInterfaces/read", lambda: _nics(client, network_id(body)))
        return gateway_data(body, network, nics)
    finally:
        client.close()


def _routes(
    client: HubClient, waiting: Patience, until: float
) -> tuple[str, Callable[[], Mapping[str, object]]]:
    """Return the permission that a hub's routes need, and how they are read."""
    _, action, begin = client.questions(())[HUB_ROUTES]

    def routes() -> Mapping[str, object]:
        answer = waiting.result(begin(), until)
        with troubles():
            return shaped(answer, hub_shapes.HUB_ROUTES)

    return action, routes


def _nics(client: GatewayEnd, network: str | None) -> tuple[str, ...]:
    """Return the NICs of a network; none without a right to list them: the intent needs none."""
    try:
        return client.nics(network) if network else ()
    except Trouble as found:
        if found.is_forbidden:
            return ()
        raise


def _merged(own: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Put what was found over the inventory's own; the NICs that it chose are its own matter."""
    kept = {"nics": own["nics"]} if "nics" in own else {}
    return {**own, **found, **kept}
