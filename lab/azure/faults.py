"""The faults of Azure's end, as data; the control interface sets and removes them."""

from dataclasses import dataclass, field
from typing import TypeAlias

from lab.azure.errors import ArmError
from lab.azure.operations import matches
from lab.azure.store import same


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureError:
    """A request is answered with an error; without Retry-After."""

    method: str
    path: str
    status: int
    code: str
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFails:
    """An operation ends Failed; its path is the resource's, or the action's, as it was called."""

    path: str
    code: str
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStuck:
    """An operation does not end while the fault stands, and ends in its own time after that."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongKey:
    """From the next write of a key on, Azure negotiates with another one than it shows."""

    connection: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUnreadable:
    """GET sharedkey answers an empty list, as Azure did to those who may not read the key."""

    connection: str


AzureFault: TypeAlias = AzureError | OperationFails | OperationStuck | WrongKey | KeyUnreadable

KINDS: dict[str, type[AzureFault]] = {
    "azure-error": AzureError,
    "operation-fails": OperationFails,
    "operation-stuck": OperationStuck,
    "wrong-key": WrongKey,
    "key-unreadable": KeyUnreadable,
}


@dataclass(slots=True)
class AzureFaultSet:
    """The standing faults by id, and how often each has acted."""

    standing: dict[str, AzureFault] = field(default_factory=dict)
    _acted: dict[str, int] = field(default_factory=dict)

    def add(self, fault_id: str, fault: AzureFault) -> None:
        """Let a fault stand."""
        self.standing[fault_id] = fault

    def remove(self, fault_id: str) -> None:
        """Take a fault away; what it has done stays done."""
        del self.standing[fault_id]

    def request_error(self, method: str, path: str) -> ArmError | None:
        """Return the error that answers a request, using up one of the fault."""
        for fault_id, fault in self.standing.items():
            if (
                isinstance(fault, AzureError)
                and same(fault.method, method)
                and matches(fault.path, path)
                and self._use(fault_id, fault.times)
            ):
                return ArmError(fault.status, fault.code, "A fault of the lab.")
        return None

    def operation_error(self, path: str) -> ArmError | None:
        """Return the error with which an operation ends, using up one of the fault."""
        for fault_id, fault in self.standing.items():
            if (
                isinstance(fault, OperationFails)
                and matches(fault.path, path)
                and self._use(fault_id, fault.times)
            ):
                return ArmError(200, fault.code, "A fault of the lab.")
        return None

    def operation_stuck(self, path: str) -> bool:
        """Tell whether an operation is not to end now."""
        return any(
            isinstance(fault, OperationStuck) and matches(fault.path, path)
            for fault in self.standing.values()
        )

    def wrong_key(self, connection: str) -> str | None:
        """Return the key with which Azure negotiates once a key is written."""
        for fault in self.standing.values():
            if isinstance(fault, WrongKey) and same(fault.connection, connection):
                return fault.key
        return None

    def key_unreadable(self, connection: str) -> bool:
        """Tell whether the key of the connection named cannot be read."""
        return any(
            isinstance(fault, KeyUnreadable) and same(fault.connection, connection)
            for fault in self.standing.values()
        )

    def _use(self, fault_id: str, times: int) -> bool:
        used = self._acted.get(fault_id, 0)
        if used >= times:
            return False
        self._acted[fault_id] = used + 1
        return True
