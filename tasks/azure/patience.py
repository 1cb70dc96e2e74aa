"""Waiting, with a deadline and by the product's clock: retries by code, operations to their end."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from fvrf.azure.resources import Json
from fvrf.azure.state import BROKEN, provisioning
from tasks.azure.trouble import DEADLINE, Trouble

T = TypeVar("T")

ATTEMPTS = 4  # of what is neither a lock nor throttling
LONGEST_BACKOFF_S = 30.0
# An operation that goes on after this may be one that the service forgot to end.
STALLED_S = 120.0
_JITTER = random.Random()  # noqa: S311 # spreads retries, guards nothing


class Clock(Protocol):
    """What waiting needs; `tasks.clock.Clock` is one."""

    def now(self) -> float:
        """Return seconds, of which only differences mean anything."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class Operation(Protocol):
    """A long-running operation that was begun."""

    def done(self) -> bool:
        """Tell whether it has ended, well or badly."""

    def result(self) -> Json:
        """Return its result, at once if it is done; raises Trouble."""


Look = Callable[[], Json | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for one operation and how often to ask, in product seconds."""

    clock: Clock
    operation_deadline_s: float
    poll_s: float

    def until(self) -> float:
        """Return the deadline of an operation that begins now."""
        return self.clock.now() + self.operation_deadline_s

    def retried(self, call: Callable[[], T], until: float) -> T:
        """Call until it succeeds: a lock or throttling to the deadline, a fault a few times."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return call()
            except Trouble as found:
                wait_s = found.retry_after_s or _backoff_s(attempt)
                hopeless = not found.is_transient or (attempt >= ATTEMPTS and not found.is_busy)
                if hopeless or self.clock.now() + wait_s > until:
                    raise
            self.clock.sleep(wait_s)

    def result(self, operation: Operation, until: float) -> Json:
        """Return the result of an action that changes nothing; raises Trouble."""
        while not operation.done():
            if self.clock.now() >= until:
                raise Trouble("no answer within the deadline", code=DEADLINE)
            self.clock.sleep(self._step_s)
        return operation.result()

    def settled(self, operation: Operation, look: Look, until: float) -> Json:
        """Wait for a write and return the resource as it stands then.

        The resource has the last word: operations were seen to hang, to be forgotten (404), and
        to end while the resource was still being written. Raises Trouble.
        """
        self._ended(operation, look, until)
        while True:
            body = self.retried(look, until)
            state = "Creating" if body is None else provisioning(body)
            if body is not None and state == "Succeeded":
                return body
            if state in BROKEN:
                raise Trouble("the resource is left in this state", code=state, status=200)
            self._next(until, f"still {state}")

    def gone(self, operation: Operation, look: Look, until: float) -> None:
        """Wait for a deletion; raises Trouble."""
        self._ended(operation, look, until)
        while self.retried(look, until) is not None:
            self._next(until, "still there")

    def _ended(self, operation: Operation, look: Look, until: float) -> None:
        """Wait for the operation; only a failure that it reports itself is final."""
        began = self.clock.now()
        while not operation.done():
            now = self.clock.now()
            if now >= until or (now - began > STALLED_S and self._looks_done(look)):
                return
            self.clock.sleep(self._step_s)
        try:
            operation.result()
        except Trouble as found:
            if found.is_operation_failed:
                raise

    @staticmethod
    def _looks_done(look: Look) -> bool:
        try:
            body = look()
        except Trouble:
            return False
        return body is None or provisioning(body) == "Succeeded"

    def _next(self, until: float, state: str) -> None:
        if self.clock.now() >= until:
            raise Trouble(f"{state} after {self.operation_deadline_s:.0f} s", code=DEADLINE)
        self.clock.sleep(self.poll_s)

    @property
    def _step_s(self) -> float:
        """Asking whether the SDK's own poll has ended costs nothing, so do it a little oftener."""
        return min(1.0, self.poll_s)


def _backoff_s(attempt: int) -> float:
    return min(LONGEST_BACKOFF_S, 2.0**attempt) * _JITTER.uniform(0.5, 1.0)
