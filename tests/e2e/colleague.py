"""A colleague at Azure's portal: writes at a gateway's end behind the product's back."""

import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from fvrf.azure.resources import desired, writable
from fvrf.secrets import Secret
from tasks.azure.client import GatewayClient
from tasks.azure.patience import Operation
from tasks.azure.rest import Ref
from tasks.azure.trouble import Trouble
from tasks.project import Project, Selection, open_project
from tasks.reconcile import gateway_client

GATEWAY = "azure-vng"
PATIENCE_S = 30


class Portal:
    """Reads and writes the resources of the shipped gateway by their names."""

    def __init__(self, config: Path) -> None:
        self._config = config

    def body(self, name: str) -> dict[str, Any]:
        """Return a resource as it stands."""
        found = self._client.get(self._refs[name])
        assert found is not None, name
        return dict(found)

    def edit(self, name: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Change a resource's body and wait until that is done."""
        body = self.body(name)
        change(body)
        _done(lambda: self._client.put(self._refs[name], writable(body), None))

    def create(self, name: str, properties: dict[str, Any]) -> None:
        """Create a resource in the gateway's region."""
        body = {"location": self._client.gateway()["location"], "properties": properties}
        _done(lambda: self._client.put(self._refs[name], body, None))

    def id(self, name: str) -> str:
        """Return the id of a resource, by its name; the gateway's by its own."""
        wanted = desired(self._project.plan.gateways[GATEWAY])
        resources = [r for pair in wanted.pairs for r in (pair.connection, pair.local_gateway)]
        return next((r.id for r in resources if r.name == name), wanted.gateway_id)

    def key(self, name: str) -> str:
        """Return a connection's key."""
        found = self._client.key(self._refs[name])
        assert found is not None, name
        return found.reveal()

    def set_key(self, name: str, key: Secret) -> None:
        """Set a connection's key."""
        _done(lambda: self._client.set_key(self._refs[name], key))

    def delete(self, name: str) -> None:
        """Delete a resource."""
        _done(lambda: self._client.delete(self._refs[name]))

    @cached_property
    def _refs(self) -> dict[str, Ref]:
        pairs = desired(self._project.plan.gateways[GATEWAY]).pairs
        resources = [r for pair in pairs for r in (pair.connection, pair.local_gateway)]
        # In the scheme fvrf a connection and its local network gateway may share a name.
        return {r.name: Ref.of(r.id) for r in reversed(resources)}

    @cached_property
    def _client(self) -> GatewayClient:
        return gateway_client(self._project, GATEWAY)

    @cached_property
    def _project(self) -> Project:
        return open_project(self._config, Selection())


def _done(begin: Callable[[], Operation]) -> None:
    """Begin an operation and wait for its end; again as long as another one is in the way."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            operation = begin()
            while not operation.done():
                time.sleep(0.02)
            operation.result()
        except Trouble as found:
            if not found.is_busy or time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
