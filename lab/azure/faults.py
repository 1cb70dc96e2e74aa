"""The faults of Azure's end, as data; the control interface sets and removes them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import TypeAlias, TypeVar

from lab.azure.errors import BAD_REQUEST, ArmError
from lab.azure.operations import matches
from lab.azure.store import same

MESSAGE = "A fault of the lab."


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureError:
    """A request is answered with an error; Retry-After only where it is given, in lab seconds."""

    method: str
    path: str
    status: int
    code: str
    times: int = 1
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFails:
    """An operation ends badly; its path is the resource's, or the action's, as it was called.

    `state` is `Failed` or `Canceled`.
    """

    path: str
    code: str
    times: int = 1
    state: str = "Failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStuck:
    """An operation does not end while the fault stands, and ends in its own time after that."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationLost:
    """A poll of an operation finds none (azure-sdk-for-python 22061); it runs on all the same."""

    path: str
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LockAs429:
    """A locked resource answers 429 RetryableError in place of 409, as Azure does at times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttled:
    """So many writes and reads are allowed in five minutes; `told`: with Retry-After."""

    writes: int | None = None
    reads: int | None = None
    told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceNextHop:
    """A gateway announces one address as next hop over all its sessions."""

    gateway: str
    next_hop: IPv4Address


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongKey:
    """From the next write of a key on, Azure negotiates with another one than it shows."""

    connection: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUnreadable:
    """GET sharedkey answers an empty list, as Azure did to those who may not read the key."""

    connection: str


AzureFault: TypeAlias = (
    AzureError
    | OperationFails
    | OperationLost
    | OperationStuck
    | LockAs429
    | Throttled
    | AnnounceNextHop
    | WrongKey
    | KeyUnreadable
)
F = TypeVar("F", bound=AzureFault)


@dataclass(slots=True)
class AzureFaultSet:
    """The standing faults by id, and how often each has acted."""

    standing: dict[str, AzureFault] = field(default_factory=dict)
    _acted: dict[str, int] = field(default_factory=dict)
    _watchers: list[Callable[[], None]] = field(default_factory=list)

    def watch(self, look: Callable[[], None]) -> None:
        """Call `look` whenever a fault comes or goes."""
        self._watchers.append(look)

    def add(self, fault_id: str, fault: AzureFault) -> None:
        """Let a fault stand."""
        self.standing[fault_id] = fault
        self._tell()

    def remove(self, fault_id: str) -> None:
        """Take a fault away; what it has done stays done."""
        del self.standing[fault_id]
        self._tell()

    def request_error(self, method: str, path: str) -> ArmError | None:
        """Return the error that answers a request, using up one of the fault."""
        for fault_id, fault in self._of(AzureError):
            if (
                same(fault.method, method)
                and matches(fault.path, path)
                and self._use(fault_id, fault.times)
            ):
                return ArmError(fault.status, fault.code, MESSAGE, retry_after_s=fault.retry_after)
        return None

    def operation_error(self, path: str) -> tuple[str, ArmError] | None:
        """Return the status and error with which an operation ends, using up one of the fault."""
        for fault_id, fault in self._of(OperationFails):
            if matches(fault.path, path) and self._use(fault_id, fault.times):
                return fault.state, ArmError(BAD_REQUEST, fault.code, MESSAGE)
        return None

    def operation_lost(self, path: str) -> bool:
        """Tell whether a poll of an operation finds nothing, using up one of the fault."""
        return any(
            matches(fault.path, path) and self._use(fault_id, fault.times)
            for fault_id, fault in self._of(OperationLost)
        )

    def operation_stuck(self, path: str) -> bool:
        """Tell whether an operation is not to end now."""
        return any(matches(fault.path, path) for _, fault in self._of(OperationStuck))

    def lock_is_429(self) -> bool:
        """Tell whether a locked resource answers 429 in place of 409."""
        return any(True for _ in self._of(LockAs429))

    def limit(self, kind: str) -> int | None:
        """Return the narrowest limit that stands for `writes` or `reads`."""
        throttles = [fault for _, fault in self._of(Throttled)]
        found = [one.writes if kind == "writes" else one.reads for one in throttles]
        return min((one for one in found if one is not None), default=None)

    def wait_is_told(self) -> bool:
        """Tell whether a throttled request says when to come again."""
        return all(fault.told for _, fault in self._of(Throttled))

    def next_hop(self, gateway: str) -> IPv4Address | None:
        """Return what a gateway announces as next hop in place of each speaker's own address."""
        for _, fault in self._of(AnnounceNextHop):
            if same(fault.gateway, gateway):
                return fault.next_hop
        return None

    def wrong_key(self, connection: str) -> str | None:
        """Return the key with which Azure negotiates once a key is written."""
        for _, fault in self._of(WrongKey):
            if same(fault.connection, connection):
                return fault.key
        return None

    def key_unreadable(self, connection: str) -> bool:
        """Tell whether the key of the connection named cannot be read."""
        return any(same(fault.connection, connection) for _, fault in self._of(KeyUnreadable))

    def _tell(self) -> None:
        for look in self._watchers:
            look()

    def _of(self, kind: type[F]) -> Iterator[tuple[str, F]]:
        for fault_id, fault in self.standing.items():
            if isinstance(fault, kind):
                yield fault_id, fault

    def _use(self, fault_id: str, times: int) -> bool:
        used = self._acted.get(fault_id, 0)
        if used >= times:
            return False
        self._acted[fault_id] = used + 1
        return True
