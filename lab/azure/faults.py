"""The faults of Azure's end, as data; what counts them and lets them act is `fault_set`.

A `path` is a regular expression, searched in the path of a request or of an operation's resource
without regard to case; the empty one is found everywhere. With `gateway` a fault concerns what
belongs to that gateway alone, else the whole subscription. Times are lab seconds.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scoped:
    gateway: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnPath(_Scoped):
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnRequest(_OnPath):
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureError(_OnRequest):
    """A request is answered with an error.

    It says when to come again only with `retry_after`. `after`: the request was carried out
    first, and the client does not know it.
    """

    status: int
    code: str
    retry_after: float | None = None
    after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowAnswer(_OnRequest):
    """A request is carried out and answered after so many seconds only."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedConnection(_OnRequest):
    """The TCP connection ends without an answer; `after` the request was carried out."""

    after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TruncatedBody(_OnRequest):
    """A request is carried out, and the connection ends in the middle of the answer's body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFails(_OnPath):
    """An operation ends badly: as `Failed`, or as `Canceled`."""

    code: str
    state: str = "Failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStuck(_OnPath):
    """An operation does not end while the fault stands, and ends in its own time after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollError(_OnPath):
    """A poll of an operation is answered with an error; the operation runs on all the same.

    That it is not found is azure-sdk-for-python 22061.
    """

    status: int = 404
    code: str = "OperationNotFound"
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLost(_OnPath):
    """An operation ends well, and its result is not found where it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockAs429(_Scoped):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionStuck:
    """A connection does not answer its peer and stays Connecting, whatever is configured."""

    connection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelFlaps:
    """A tunnel goes down for `down_s`, stands for `up_s`, and so on; without `instance` all do.

    It goes down first when the fault is set. Both ends are told, as by a delete of the SA.
    """

    connection: str
    instance: int | None = None
    down_s: float = 5.0
    up_s: float = 30.0


RequestFault: TypeAlias = AzureError | SlowAnswer | DroppedConnection | TruncatedBody
AzureFault: TypeAlias = (
    RequestFault
    | OperationFails
    | OperationStuck
    | PollError
    | ResultLost
    | LockAs429
    | Throttled
    | AnnounceNextHop
    | WrongKey
    | KeyUnreadable
    | ConnectionStuck
    | TunnelFlaps
)
