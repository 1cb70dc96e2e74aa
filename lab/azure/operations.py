"""Long-running operations: how long they take, what they lock, what a client is told.

A write answers at once and names an operation to poll (`Azure-AsyncOperation`); an action
answers 202 and names where its result will be (`Location`). Durations are lab seconds; the wait
that a client is told is real milliseconds, so that a fast lab is fast for it too.
"""

import math
import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from lab.azure.calls import Call, Reply
from lab.azure.errors import CONFLICT, NOT_FOUND, ArmError, Json
from lab.clock import Clock

IN_PROGRESS = "InProgress"
API_VERSION = "2026-03-01"
LONGEST_WAIT_S = 10.0
SHORTEST_WAIT_S = 0.02
STANDSTILL_SPEED = 100.0  # a clock that is only advanced is asked ten times a second

# How long an operation takes, in shares of `--operation-seconds`. Reads (the POST actions) take
# a few seconds where a connection takes half a minute; `settle` is the time for which a
# connection stays Updating after the operation on its key has reported success.
SHARES = {
    "connection": 1.0,
    "tags": 0.3,
    "local": 0.2,
    "sharedkey": 0.8,
    "settle": 0.2,
    "reset": 1.0,
    "action": 0.1,
}


class OperationFaults(Protocol):
    """What disturbs operations."""

    def operation_error(self, path: str) -> ArmError | None:
        """Return the error with which an operation on `path` ends, using up one of the fault."""
        ...

    def operation_stuck(self, path: str) -> bool:
        """Tell whether an operation on `path` is not to end now."""
        ...


@dataclass(slots=True, kw_only=True)
class Operation:
    """An operation on the resource `path`; `result` is the body of an action's answer."""

    id: str
    path: str
    location: str
    ends_at: float
    holds: frozenset[str]
    status: str = IN_PROGRESS
    error: ArmError | None = None
    result: object = None

    @property
    def running(self) -> bool:
        """Tell whether it has not ended."""
        return self.status == IN_PROGRESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What an operation does: `done` brings it about and returns a result, `failed` says why not.

    `holds` are the ids, in lower case, that no other write may touch meanwhile.
    """

    kind: str
    path: str
    location: str
    done: Callable[[], object]
    failed: Callable[[], None] = lambda: None
    holds: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Operations:
    """All operations of a subscription; `operation_s` is the time of a connection's write."""

    clock: Clock
    subscription: str
    faults: OperationFaults
    operation_s: float
    _all: dict[str, Operation] = field(default_factory=dict)
    _running: dict[str, Operation] = field(default_factory=dict)

    def start(self, work: Work) -> Operation:
        """Begin an operation; it ends by itself on the lab's clock."""
        duration_s = max(SHARES[work.kind] * self.operation_s, 0.1)
        operation = Operation(
            id=str(uuid.uuid4()),
            path=work.path,
            location=work.location,
            ends_at=self.clock.now() + duration_s,
            holds=work.holds,
        )
        self._all[operation.id] = self._running[operation.id] = operation
        self.clock.call_later(duration_s, lambda: self._due(operation, work, duration_s))
        return operation

    def _due(self, operation: Operation, work: Work, duration_s: float) -> None:
        if self.faults.operation_stuck(operation.path):
            operation.ends_at = self.clock.now() + duration_s
            self.clock.call_later(duration_s, lambda: self._due(operation, work, duration_s))
            return
        del self._running[operation.id]
        operation.error = self.faults.operation_error(operation.path)
        operation.status = "Failed" if operation.error else "Succeeded"
        if operation.error:
            work.failed()
        else:
            operation.result = work.done()

    def busy(self, ids: Iterable[str]) -> Operation | None:
        """Return the operation that holds one of these ids."""
        wanted = {one.casefold() for one in ids}
        return next((one for one in self._running.values() if one.holds & wanted), None)

    def check_free(self, call: Call, ids: Iterable[str]) -> None:
        """Refuse a write beside another one; without Retry-After, as Azure does."""
        other = self.busy(ids)
        if other is not None:
            raise ArmError(
                CONFLICT,
                "AnotherOperationInProgress",
                "Another operation on this or dependent resource is in progress. To retrieve "
                f"status of the operation use uri: {self._url(call, other, 'operations')}.",
            )

    def accepted(self, call: Call, operation: Operation, reply: Reply) -> Reply:
        """Return the answer to a write: the operation to poll, and when."""
        headers = {"Azure-AsyncOperation": self._url(call, operation, "operations")}
        return self._with(reply, {**headers, **self._wait(operation)})

    def promised(self, call: Call, operation: Operation) -> Reply:
        """Return the answer to an action: where its result will be, and when."""
        headers = {"Location": self._url(call, operation, "operationResults")}
        return Reply(status=202, headers={**headers, **self._wait(operation)})

    def status(self, operation_id: str) -> Reply:
        """Return what a poll of an operation shows."""
        operation = self._find(operation_id)
        body: Json = {"status": operation.status}
        if operation.error:
            body["error"] = operation.error.error
        return Reply(body=body, headers=self._wait(operation) if operation.running else {})

    def result(self, call: Call, operation_id: str) -> Reply:
        """Return the result of an action, or 202 while there is none."""
        operation = self._find(operation_id)
        if operation.running:
            return self.promised(call, operation)
        if operation.error:
            raise operation.error
        return Reply(body=operation.result)

    def _find(self, operation_id: str) -> Operation:
        operation = self._all.get(operation_id.casefold())
        if operation is None:
            text = f"Operation {operation_id} not found."
            raise ArmError(NOT_FOUND, "OperationNotFound", text)
        return operation

    def _url(self, call: Call, operation: Operation, kind: str) -> str:
        where = f"/subscriptions/{self.subscription}/providers/Microsoft.Network/locations"
        path = f"{where}/{operation.location}/{kind}/{operation.id}"
        return f"{call.base}{path}?api-version={call.query.get('api-version', API_VERSION)}"

    def _wait(self, operation: Operation) -> dict[str, str]:
        """Return when to ask again.

        The SDK reads whole seconds from Retry-After first and does without it where it is 0.
        """
        remaining_s = max(operation.ends_at - self.clock.now(), 0.0)
        speed = self.clock.speed or STANDSTILL_SPEED
        wait_s = max(min(remaining_s, LONGEST_WAIT_S) / speed, SHORTEST_WAIT_S)
        headers = {"x-ms-retry-after-ms": str(round(1000 * wait_s))}
        if wait_s >= 1:
            headers["Retry-After"] = str(math.ceil(wait_s))
        return headers

    @staticmethod
    def _with(reply: Reply, headers: dict[str, str]) -> Reply:
        return Reply(status=reply.status, body=reply.body, headers={**reply.headers, **headers})


def matches(pattern: str, path: str) -> bool:
    """Tell whether a fault's pattern is found in a path; Azure's paths have no case."""
    return re.search(pattern, path, re.IGNORECASE) is not None
