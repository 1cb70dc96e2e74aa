# ruff: noqa: D102 # the methods are those of the classes that they stand for
"""An Azure in memory behind the client's seam, and a clock that only moves when slept by."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from azure_builders import GROUP, LOCATION, SUBSCRIPTION, gateway_body

from fvrf.azure.resources import Json, writable
from fvrf.azure.state import reference
from fvrf.secrets import Secret, SecretRef
from tasks.azure.access import AzureAccess
from tasks.azure.patience import Patience
from tasks.azure.rest import Ref
from tasks.azure.trouble import Trouble

KEYS = {
    SecretRef("file", "psk-scus-one"): Secret("FirstKey4711xyz"),
    SecretRef("file", "psk-scus-two"): Secret("SecondKey0815abc"),
}


def resolve(reference: SecretRef) -> Secret:
    return KEYS[reference]


@dataclass
class FakeClock:
    """Time passes in sleep only."""

    time: float = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@dataclass
class Finished:
    """An operation that ends at a time, perhaps badly; None never ends."""

    clock: FakeClock
    at: float | None
    finish: Callable[[], None] = lambda: None
    failure: Trouble | None = None
    answer: Json = field(default_factory=dict)

    def done(self) -> bool:
        if self.at is None or self.clock.now() < self.at:
            return False
        self.finish()
        return True

    def result(self) -> Json:
        if self.failure is not None:
            raise self.failure
        return self.answer


@dataclass
class FakeAzure:
    """The calls of GatewayClient on a store; `calls` are the writes that were accepted.

    `refusals` are raised by the next writes in turn. `write_key` is what a written key becomes.
    """

    clock: FakeClock
    resources: dict[str, Json] = field(default_factory=dict)
    keys: dict[str, Secret | Trouble | None] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    refusals: list[Trouble] = field(default_factory=list)
    took_s: float = 10.0
    stuck: bool = False
    hung: bool = False
    failure: Trouble | None = None
    write_key: Callable[[Secret], Secret | Trouble | None] = lambda key: key
    on_put: Callable[[Json], Json] = lambda body: body
    made_up_key: Secret = field(default_factory=lambda: Secret("made-up-by-the-service"))
    access: AzureAccess = field(
        default_factory=lambda: AzureAccess(
            subscription=SUBSCRIPTION, resource_group=GROUP, gateway="azure-vng"
        )
    )
    kind: str = "virtualNetworkGateways"
    _etags: int = 0

    def add(self, *bodies: Json) -> None:
        for body in bodies:
            self.resources[str(body["name"])] = body

    def gateway(self) -> Json:
        return gateway_body()

    def connection_ids(self) -> tuple[str, ...]:
        return tuple(
            str(body["id"])
            for body in self.resources.values()
            if reference(body, "virtualNetworkGateway1")
        )

    def get(self, ref: Ref) -> Json | None:
        return deepcopy(self.resources.get(ref.name))

    def put(self, ref: Ref, body: Json, etag: str | None) -> Finished:
        found = self.resources.get(ref.name)
        if etag is not None and (found or {}).get("etag") != etag:
            raise Trouble("etag", code="PreconditionFailed", status=412)
        self._accept(f"PUT {ref.name}")
        self.resources[ref.name] = self._stored(ref, self.on_put(body), "Updating")
        if found is None and ref.kind == "connections":
            self.keys[ref.name] = self.made_up_key
        return self._begun(ref)

    def delete(self, ref: Ref) -> Finished:
        self._accept(f"DELETE {ref.name}")
        self.resources.pop(ref.name)
        return Finished(self.clock, self.clock.now() + self.took_s)

    def key(self, ref: Ref) -> Secret | None:
        key = self.keys.get(ref.name)
        if isinstance(key, Trouble):
            raise key
        return key

    def set_key(self, ref: Ref, key: Secret) -> Finished:
        self._accept(f"PUT {ref.name}/sharedkey")
        self.keys[ref.name] = self.write_key(key)
        body = self.resources[ref.name]
        self.resources[ref.name] = self._stored(ref, writable(body), "Updating")
        return self._begun(ref)

    def bgp_peers(self) -> Finished:
        return Finished(self.clock, 0.0, answer={"value": [{"neighbor": "10.0.0.1"}]})

    def learned_routes(self) -> Finished:
        return Finished(self.clock, 0.0, answer={"value": None})

    def effective_routes(self, nic: str) -> Finished:
        raise Trouble(f"no {nic}", code="ResourceNotFound", status=404)

    def _accept(self, call: str) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.calls.append(call)

    def _begun(self, ref: Ref) -> Finished:
        def finish() -> None:
            body = self.resources[ref.name]
            state = "Succeeded" if self.failure is None else "Failed"
            body["properties"]["provisioningState"] = state

        if self.hung:
            finish()
        at = None if self.stuck or self.hung else self.clock.now() + self.took_s
        return Finished(self.clock, at, finish, self.failure)

    def _stored(self, ref: Ref, body: Json, state: str) -> Json:
        self._etags += 1
        kind = ref.kind
        properties: dict[str, Any] = {**body["properties"], "provisioningState": state}
        return {
            "location": LOCATION,
            **body,
            "id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
            f"/providers/Microsoft.Network/{kind}/{ref.name}",
            "name": ref.name,
            "etag": f'W/"{self._etags}"',
            "properties": properties,
        }


def patience(clock: FakeClock) -> Patience:
    return Patience(clock=clock, operation_deadline_s=600, poll_s=5)
