"""Long-running operations: how long they take, what they lock, what a client is told.

What a client is told, by the kind of the call, as recordings and the published examples have it:

| call                                | status   | `Azure-AsyncOperation` | `Location` |
|-------------------------------------|----------|------------------------|------------|
| PUT, PATCH                          | 200, 201 | yes                    |            |
| DELETE, a reset                     | 202      | yes                    | yes        |
| a POST that asks for something      | 202      |                        | yes        |

Durations are lab seconds; the wait that a client is told is real time, so that a fast lab is
fast for it too.
"""

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from lab.azure.calls import Call, Reply
from lab.azure.errors import CONFLICT, NOT_FOUND, TOO_MANY, ArmError, Json
from lab.azure.waits import Waits
from lab.clock import Clock

IN_PROGRESS = "InProgress"
LONGEST_WAIT_S = 10.0

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
    "gateway": 20.0,
    "gateway-reset": 1.5,
    "deployment": 1.1,
    "action": 0.1,
}


class OperationFaults(Protocol):
    """What disturbs operations."""

    def operation_error(self, path: str) -> tuple[str, ArmError] | None:
        """Return the status and error with which an operation on `path` ends badly."""
        ...

    def poll_error(self, path: str) -> ArmError | None:
        """Return the error that a poll of an operation on `path` is answered with."""
        ...

    def result_error(self, path: str) -> ArmError | None:
        """Return the error that stands where the result of an operation should be."""
        ...

    def lock_is_429(self, path: str) -> bool:
        """Tell whether what an operation on `path` locks answers 429 in place of 409."""
        ...

    def operation_stuck(self, path: str, operation_id: str) -> bool:
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
    """What an operation does: `done` brings it about and returns a result, or raises ArmError.

    It goes on while it is not `ready`; `failed` is called where it ends badly. `holds` are the
    ids, in lower case, that no other write may touch meanwhile.
    """

    kind: str
    path: str
    location: str
    done: Callable[[], object]
    failed: Callable[[], None] = lambda: None
    ready: Callable[[], bool] = lambda: True
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
        if self.faults.operation_stuck(operation.path, operation.id) or not work.ready():
            operation.ends_at = self.clock.now() + duration_s
            self.clock.call_later(duration_s, lambda: self._due(operation, work, duration_s))
            return
        del self._running[operation.id]
        failure = self.faults.operation_error(operation.path) or _bring_about(operation, work)
        operation.status, operation.error = failure or ("Succeeded", None)
        if failure is not None:
            work.failed()

    def busy(self, ids: Iterable[str]) -> Operation | None:
        """Return the operation that holds one of these ids."""
        wanted = {one.casefold() for one in ids}
        return next((one for one in self._running.values() if one.holds & wanted), None)

    def check_free(self, call: Call, ids: Iterable[str]) -> None:
        """Refuse a write beside another one; without Retry-After, as Azure does."""
        other = self.busy(ids)
        if other is None:
            return
        if self.faults.lock_is_429(other.path):
            raise _retryable(other)
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
        """Return the answer to a question: where its result will be, and when."""
        headers = {"Location": self._url(call, operation, "operationResults")}
        return Reply(status=202, headers={**headers, **self._wait(operation)})

    def deferred(self, call: Call, operation: Operation) -> Reply:
        """Return the answer to a delete or a reset: the operation, and where its result will be."""
        return self.accepted(call, operation, self.promised(call, operation))

    def status(self, operation_id: str) -> Reply:
        """Return what a poll of an operation shows."""
        operation = self._find(operation_id)
        body: Json = {"status": operation.status}
        if operation.error:
            body["error"] = operation.error.error
        return Reply(body=body, headers=self._wait(operation) if operation.running else {})

    def result(self, call: Call, operation_id: str) -> Reply:
        """Return the result of an action, or 202 while there is none; 204 for one without."""
        operation = self._find(operation_id)
        if operation.running:
            return self.promised(call, operation)
        failure = operation.error or self.faults.result_error(operation.path)
        if failure:
            raise failure
        return Reply(status=204 if operation.result is None else 200, body=operation.result)

    def _find(self, operation_id: str) -> Operation:
        operation = self._all.get(operation_id.casefold())
        if operation is None:
            text = f"Operation {operation_id} not found."
            raise ArmError(NOT_FOUND, "OperationNotFound", text)
        failure = self.faults.poll_error(operation.path)
        if failure is not None:
            raise failure
        return operation

    def path_of(self, operation_id: str) -> str | None:
        """Return the path of what an operation works on, None where there is none."""
        operation = self._all.get(operation_id.casefold())
        return None if operation is None else operation.path

    def _url(self, call: Call, operation: Operation, kind: str) -> str:
        where = f"/subscriptions/{self.subscription}/providers/Microsoft.Network/locations"
        path = f"{where}/{operation.location}/{kind}/{operation.id}"
        return f"{call.base}{path}?api-version={call.api_version}"

    def _wait(self, operation: Operation) -> dict[str, str]:
        """Return when to ask again."""
        remaining_s = max(operation.ends_at - self.clock.now(), 0.0)
        return Waits(clock=self.clock).headers(min(remaining_s, LONGEST_WAIT_S))

    @staticmethod
    def _with(reply: Reply, headers: dict[str, str]) -> Reply:
        return Reply(status=reply.status, body=reply.body, headers={**reply.headers, **headers})


def _bring_about(operation: Operation, work: Work) -> tuple[str, ArmError] | None:
    """Do the work; return how it ended where that was badly."""
    try:
        operation.result = work.done()
    except ArmError as refused:
        return "Failed", refused
    return None


def _retryable(other: Operation) -> ArmError:
    """Return the 429 of a locked resource, in the words of cluster-api-provider-azure 4385."""
    inner = ArmError(
        TOO_MANY,
        "RetryableErrorDueToAnotherOperation",
        f"Operation PutVirtualNetworkGatewayConnectionOperation ({other.id}) is updating resource "
        f"{other.path}. The call can be retried in 11 seconds.",
    )
    message = "A retryable error occurred."
    return ArmError(TOO_MANY, "RetryableError", message, details=(inner,))


def matches(pattern: str, path: str) -> bool:
    """Tell whether a fault's pattern is found in a path; Azure's paths have no case."""
    return re.search(pattern, path, re.IGNORECASE) is not None
