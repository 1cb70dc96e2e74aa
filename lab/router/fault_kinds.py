"""The kinds of a router's faults, as one table; what each does says its class in `faults`."""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Network
from typing import Any

from lab.fault_members import (
    Convert,
    Kind,
    chance,
    count,
    flag,
    name,
    number,
    pattern,
    seconds,
    text,
)
from lab.router import faults

_LINE: Mapping[str, Any] = {"on": "^router bgp"}


def _kind(
    make: Callable[..., Any],
    event: str = "",
    *,
    needs: Mapping[str, Convert] | None = None,
    takes: Mapping[str, Convert] | None = None,
    example: Mapping[str, Any] | None = None,
) -> Kind:
    return Kind(
        make=make,
        members=needs or {},
        optional=takes or {},
        event=event,
        on_router=True,
        examples=(example or {},),
    )


ROUTER_KINDS: Mapping[str, Kind] = {
    "ssh-refused": _kind(faults.SshRefused, "connection"),
    "ssh-silent": _kind(faults.SshSilent, "connection"),
    "wrong-banner": _kind(faults.WrongBanner, "connection", takes={"text": text}),
    "motd": _kind(faults.Motd, "login", takes={"text": text}),
    "ssh-lost": _kind(
        faults.SshLost, "line", needs={"after_lines": number}, example={"after_lines": 3}
    ),
    "ssh-dropped": _kind(
        faults.SshDropped, "line", takes={"on": pattern, "after": flag}, example=_LINE
    ),
    "hang": _kind(faults.Hang, "line", needs={"on": pattern}, takes={"after": flag}, example=_LINE),
    "power-cycle": _kind(
        faults.PowerCycle, "line", takes={"on": pattern, "seconds": seconds}, example=_LINE
    ),
    "route-dropped": _kind(
        faults.RouteDropped,
        needs={"vrf": name, "prefix": IPv4Network},
        example={"vrf": "", "prefix": "0.0.0.0/0"},
    ),
    "deaf-tunnel": _kind(faults.Deaf, needs={"interface": text}, example={"interface": "Tunnel1"}),
    "busy-tunnel": _kind(
        faults.Busy,
        needs={"interface": text, "kilobytes": seconds},
        example={"interface": "Tunnel1", "kilobytes": 500},
    ),
    "input-buffer": _kind(faults.InputBuffer, needs={"bytes": count}, example={"bytes": 256}),
    "slow-lines": _kind(
        faults.SlowLines,
        "line",
        needs={"on": pattern, "seconds": seconds},
        example={**_LINE, "seconds": 1.5},
    ),
    "slow-echo": _kind(
        faults.SlowEcho, "write", needs={"seconds": seconds}, example={"seconds": 1.5}
    ),
    "question": _kind(
        faults.Question, "line", needs={"on": pattern}, takes={"text": text}, example=_LINE
    ),
    "refuse-line": _kind(
        faults.RefusedLine, "line", needs={"on": pattern}, takes={"text": text}, example=_LINE
    ),
    "log-lines": _kind(faults.LogLines, "chance", takes={"every": count, "text": text}),
    "config-locked": _kind(faults.ConfigLocked, "lock", takes={"user": text}),
    "flash-full": _kind(faults.FlashFull, "file"),
    "archive-missing": _kind(faults.ArchiveMissing, "archive"),
    "slow-deletion": _kind(
        faults.SlowDeletion, needs={"seconds": seconds}, example={"seconds": 60}
    ),
    "foreign-timer": _kind(faults.ForeignTimer, takes={"user": text, "minutes": count}),
    "revert-aborts": _kind(faults.RevertAborts, "rollback", takes={"share": chance}),
}
