"""The standing faults of Azure's end: which of them acts on an event."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import TypeVar

from lab.azure.errors import BAD_REQUEST, NOT_FOUND, ArmError
from lab.azure.faults import (
    AnnounceNextHop,
    AzureError,
    AzureFault,
    ConnectionStuck,
    DroppedConnection,
    KeyUnreadable,
    LockAs429,
    OperationFails,
    OperationStuck,
    PollError,
    RequestFault,
    ResultLost,
    SlowAnswer,
    Throttled,
    TruncatedBody,
    TunnelFlaps,
    WrongKey,
)
from lab.azure.operations import matches
from lab.azure.store import same
from lab.trigger import Trigger

MESSAGE = "A fault of the lab."
Whose = Callable[[str, str], Collection[str]]
F = TypeVar("F", bound=AzureFault)
P = TypeVar("P", OperationFails, OperationStuck, PollError, ResultLost)
_ON_REQUESTS = (AzureError, SlowAnswer, DroppedConnection, TruncatedBody)


@dataclass(slots=True)
class AzureFaultSet:
    """The standing faults by id, and when each acts; `noticed` is what may let one begin."""

    standing: dict[str, AzureFault] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    noticed: Callable[[str], None] = field(default=lambda _text: None)
    _whose: Whose = lambda _path, _text: ()
    _watchers: list[Callable[[], None]] = field(default_factory=list)
    _stuck: dict[str, str] = field(default_factory=dict)

    def tell_apart(self, whose: Whose) -> None:
        """Take what names the gateways that a path concerns.

        The text of a request's body helps where the path is of a resource that is not there yet.
        """
        self._whose = whose

    def watch(self, look: Callable[[], None]) -> None:
        """Call `look` whenever a fault comes or goes."""
        self._watchers.append(look)

    def add(self, fault_id: str, fault: AzureFault, trigger: Trigger | None = None) -> None:
        """Let a fault stand; without a trigger it acts on everything it concerns."""
        self.standing[fault_id] = fault
        self.triggers[fault_id] = trigger or Trigger()
        self._tell()

    def remove(self, fault_id: str) -> None:
        """Take a fault away; what it has done stays done."""
        del self.standing[fault_id], self.triggers[fault_id]
        self._tell()

    def on_request(self, method: str, path: str, text: str = "") -> RequestFault | None:
        """Return the fault that a request, with its body's text, sets off."""
        self.noticed(f"{method} {path}")
        for fault_id, fault in tuple(self.standing.items()):
            if (
                isinstance(fault, _ON_REQUESTS)
                and (fault.method is None or same(fault.method, method))
                and matches(fault.path, path)
                and self._concerns(fault.gateway, path, text)
                and self.triggers[fault_id].fires()
            ):
                return fault
        return None

    def operation_error(self, path: str) -> tuple[str, ArmError] | None:
        """Return the status and error with which an operation on `path` ends."""
        found = self._on_path(OperationFails, path)
        if found is None:
            return None
        return found[1].state, ArmError(BAD_REQUEST, found[1].code, MESSAGE)

    def poll_error(self, path: str) -> ArmError | None:
        """Return the error that a poll of an operation on `path` is answered with."""
        found = self._on_path(PollError, path)
        if found is None:
            return None
        fault = found[1]
        return ArmError(fault.status, fault.code, MESSAGE, retry_after_s=fault.retry_after)

    def result_error(self, path: str) -> ArmError | None:
        """Return the error that stands where the result of an operation should be."""
        if self._on_path(ResultLost, path) is None:
            return None
        return ArmError(NOT_FOUND, "OperationResultNotFound", MESSAGE)  # code unconfirmed

    def operation_stuck(self, path: str, operation_id: str) -> bool:
        """Tell whether an operation that would end now goes on; asked again, it is no event."""
        if self._stuck.get(operation_id) in self.standing:
            return True
        found = self._on_path(OperationStuck, path)
        if found is not None:
            self._stuck[operation_id] = found[0]
        return found is not None

    def lock_is_429(self, path: str) -> bool:
        """Tell whether what an operation on `path` locks answers 429 in place of 409."""
        return any(self._concerns(fault.gateway, path, "") for _, fault in self.of(LockAs429))

    def limit(self, kind: str) -> int | None:
        """Return the narrowest limit that stands for `writes` or `reads`."""
        throttles = [fault for _, fault in self.of(Throttled)]
        found = [one.writes if kind == "writes" else one.reads for one in throttles]
        return min((one for one in found if one is not None), default=None)

    def wait_is_told(self) -> bool:
        """Tell whether a throttled request says when to come again."""
        return all(fault.told for _, fault in self.of(Throttled))

    def next_hop(self, gateway: str) -> IPv4Address | None:
        """Return what a gateway announces as next hop in place of each speaker's own address."""
        for _, fault in self.of(AnnounceNextHop):
            if same(fault.gateway, gateway):
                return fault.next_hop
        return None

    def wrong_key(self, connection: str) -> str | None:
        """Return the key with which Azure negotiates once a key is written."""
        for _, fault in self.of(WrongKey):
            if same(fault.connection, connection):
                return fault.key
        return None

    def key_unreadable(self, connection: str) -> bool:
        """Tell whether the key of the connection named cannot be read."""
        return any(same(fault.connection, connection) for _, fault in self.of(KeyUnreadable))

    def connection_stuck(self, connection: str) -> bool:
        """Tell whether the connection named stays Connecting."""
        return any(same(fault.connection, connection) for _, fault in self.of(ConnectionStuck))

    def flaps(self) -> dict[str, tuple[TunnelFlaps, Trigger]]:
        """Return the tunnels that are to go down and up again, by the fault's id."""
        return {key: (fault, self.triggers[key]) for key, fault in self.of(TunnelFlaps)}

    def of(self, kind: type[F]) -> Iterator[tuple[str, F]]:
        """Yield the standing faults of a kind with their ids."""
        for fault_id, fault in tuple(self.standing.items()):
            if isinstance(fault, kind):
                yield fault_id, fault

    def _on_path(self, kind: type[P], path: str) -> tuple[str, P] | None:
        """Return the fault of a kind, and its id, that an event on `path` sets off."""
        for fault_id, fault in self.of(kind):
            if (
                matches(fault.path, path)
                and self._concerns(fault.gateway, path, "")
                and self.triggers[fault_id].fires()
            ):
                return fault_id, fault
        return None

    def _concerns(self, gateway: str | None, path: str, text: str) -> bool:
        """Tell whether a path concerns a gateway; None is all of them."""
        return gateway is None or any(same(gateway, one) for one in self._whose(path, text))

    def _tell(self) -> None:
        for look in self._watchers:
            look()
