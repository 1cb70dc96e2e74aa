"""The kinds of Azure's faults, as one table; what each does says its class in `faults`.

The codes of the examples are Azure's own for these statuses.
"""

from collections.abc import Mapping
from ipaddress import IPv4Address

from lab.azure import faults
from lab.fault_members import (
    Convert,
    Kind,
    ending,
    flag,
    number,
    path,
    seconds,
    status,
    text,
)

_SCOPED: Mapping[str, Convert] = {"gateway": text}
_ON_PATH: Mapping[str, Convert] = {**_SCOPED, "path": path}
_ON_REQUEST: Mapping[str, Convert] = {**_ON_PATH, "method": text}

_STATUSES: tuple[tuple[int, str], ...] = (
    (401, "ExpiredAuthenticationToken"),
    (403, "AuthorizationFailed"),
    (404, "ResourceNotFound"),
    (409, "AnotherOperationInProgress"),
    (412, "PreconditionFailed"),
    (429, "TooManyRequests"),
    (500, "InternalServerError"),
    (503, "ServiceUnavailable"),
)

AZURE_KINDS: Mapping[str, Kind] = {
    "azure-error": Kind(
        make=faults.AzureError,
        members={"status": status, "code": text},
        optional={**_ON_REQUEST, "retry_after": seconds, "after": flag},
        event="request",
        times=1,
        examples=(
            *({"status": number, "code": code} for number, code in _STATUSES),
            {"status": 429, "code": "TooManyRequests", "retry_after": 20},
            {"status": 503, "code": "ServiceUnavailable", "retry_after": 20},
            {"status": 500, "code": "InternalServerError", "after": True, "method": "PUT"},
        ),
    ),
    "slow-answer": Kind(
        make=faults.SlowAnswer,
        members={"seconds": seconds},
        optional=_ON_REQUEST,
        event="request",
        times=1,
        examples=({"seconds": 60},),
    ),
    "connection-dropped": Kind(
        make=faults.DroppedConnection,
        optional={**_ON_REQUEST, "after": flag},
        event="request",
        times=1,
        examples=({}, {"after": True, "method": "PUT"}),
    ),
    "body-truncated": Kind(
        make=faults.TruncatedBody, optional=_ON_REQUEST, event="request", times=1
    ),
    "operation-fails": Kind(
        make=faults.OperationFails,
        members={"code": text},
        optional={**_ON_PATH, "state": ending},
        event="operation",
        times=1,
        examples=(
            {"code": "InternalServerError"},
            {"code": "OperationPreempted", "state": "Canceled"},
        ),
    ),
    "operation-stuck": Kind(make=faults.OperationStuck, optional=_ON_PATH, event="operation"),
    "operation-lost": Kind(make=faults.PollError, optional=_ON_PATH, event="poll", times=1),
    "poll-error": Kind(
        make=faults.PollError,
        members={"status": status, "code": text},
        optional={**_ON_PATH, "retry_after": seconds},
        event="poll",
        times=1,
        examples=tuple({"status": number, "code": code} for number, code in _STATUSES),
    ),
    "result-lost": Kind(make=faults.ResultLost, optional=_ON_PATH, event="poll"),
    "lock-as-429": Kind(make=faults.LockAs429, optional=_SCOPED),
    "throttled": Kind(
        make=faults.Throttled,
        optional={"writes": number, "reads": number, "told": flag},
        examples=({"writes": 0}, {"writes": 0, "told": False}),
    ),
    "announce-next-hop": Kind(
        make=faults.AnnounceNextHop,
        members={"gateway": text, "next_hop": IPv4Address},
    ),
    "wrong-key": Kind(make=faults.WrongKey, members={"connection": text, "key": text}),
    "key-unreadable": Kind(make=faults.KeyUnreadable, members={"connection": text}),
    "connection-stuck": Kind(make=faults.ConnectionStuck, members={"connection": text}),
    "tunnel-flaps": Kind(
        make=faults.TunnelFlaps,
        members={"connection": text},
        optional={"instance": number, "down_s": seconds, "up_s": seconds},
        event="flap",
    ),
}
