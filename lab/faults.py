"""The faults that the control interface sets, of all ends, as one table of kinds."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from lab.azure import faults as azure_faults
from lab.router import faults as router_faults

Convert = Callable[[Any], object]


class FaultError(Exception):
    """A fault cannot be set: the message says which member is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of fault: what makes it, and what its members are made of."""

    make: Callable[..., Any]
    members: Mapping[str, Convert]
    optional: Mapping[str, Convert] = field(default_factory=dict)
    on_router: bool = False


def _text(given: object) -> str:
    if not isinstance(given, str) or not given:
        raise ValueError("expected a text")
    return given


def _name(given: object) -> str:
    """Return a name that may be empty: the global table has no other."""
    if not isinstance(given, str):
        raise TypeError("expected a text")
    return given


def _number(given: object) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        raise ValueError("expected a number")
    return given


def _count(given: object) -> int:
    number = _number(given)
    if not number:
        raise ValueError("expected a number above 0")
    return number


def _seconds(given: object) -> float:
    if not isinstance(given, int | float) or isinstance(given, bool) or given < 0:
        raise ValueError("expected seconds, not negative")
    return float(given)


def _status(given: object) -> int:
    number = _number(given)
    if number not in range(400, 600):
        raise ValueError("expected the status of an error")
    return number


def _flag(given: object) -> bool:
    if not isinstance(given, bool):
        raise TypeError("expected true or false")
    return given


def _ending(given: object) -> str:
    if given not in ("Failed", "Canceled"):
        raise ValueError("Failed or Canceled")
    return str(given)


def _pattern(given: object) -> re.Pattern[str]:
    try:
        return re.compile(_text(given))
    except re.error as bad:
        raise ValueError(f"no regular expression: {bad}") from bad


def _path(given: object) -> str:
    return _pattern(given).pattern


KINDS: Mapping[str, Kind] = {
    "ssh-refused": Kind(make=router_faults.SshRefused, members={}, on_router=True),
    "ssh-lost": Kind(make=router_faults.SshLost, members={"after_lines": _number}, on_router=True),
    "hang": Kind(make=router_faults.Hang, members={"on": _pattern}, on_router=True),
    "route-dropped": Kind(
        make=router_faults.RouteDropped,
        members={"vrf": _name, "prefix": IPv4Network},
        on_router=True,
    ),
    "deaf-tunnel": Kind(make=router_faults.Deaf, members={"interface": _text}, on_router=True),
    "input-buffer": Kind(make=router_faults.InputBuffer, members={"bytes": _count}, on_router=True),
    "slow-lines": Kind(
        make=router_faults.SlowLines,
        members={"on": _pattern, "seconds": _seconds},
        on_router=True,
    ),
    "question": Kind(
        make=router_faults.Question,
        members={"on": _pattern},
        optional={"text": _text},
        on_router=True,
    ),
    "refuse-line": Kind(
        make=router_faults.RefusedLine,
        members={"on": _pattern},
        optional={"text": _text},
        on_router=True,
    ),
    "log-lines": Kind(
        make=router_faults.LogLines,
        members={},
        optional={"every": _count, "text": _text},
        on_router=True,
    ),
    "config-locked": Kind(
        make=router_faults.ConfigLocked, members={}, optional={"user": _text}, on_router=True
    ),
    "flash-full": Kind(make=router_faults.FlashFull, members={}, on_router=True),
    "slow-deletion": Kind(
        make=router_faults.SlowDeletion, members={"seconds": _seconds}, on_router=True
    ),
    "foreign-timer": Kind(
        make=router_faults.ForeignTimer,
        members={},
        optional={"user": _text, "minutes": _count},
        on_router=True,
    ),
    "wrong-key": Kind(make=azure_faults.WrongKey, members={"connection": _text, "key": _text}),
    "key-unreadable": Kind(make=azure_faults.KeyUnreadable, members={"connection": _text}),
    "azure-error": Kind(
        make=azure_faults.AzureError,
        members={"method": _text, "path": _path, "status": _status, "code": _text},
        optional={"times": _number, "retry_after": _number},
    ),
    "operation-fails": Kind(
        make=azure_faults.OperationFails,
        members={"path": _path, "code": _text},
        optional={"times": _number, "state": _ending},
    ),
    "operation-lost": Kind(
        make=azure_faults.OperationLost, members={"path": _path}, optional={"times": _number}
    ),
    "operation-stuck": Kind(make=azure_faults.OperationStuck, members={"path": _path}),
    "lock-as-429": Kind(make=azure_faults.LockAs429, members={}),
    "throttled": Kind(
        make=azure_faults.Throttled,
        members={},
        optional={"writes": _number, "reads": _number, "told": _flag},
    ),
    "announce-next-hop": Kind(
        make=azure_faults.AnnounceNextHop, members={"gateway": _text, "next_hop": IPv4Address}
    ),
}
SECRET_MEMBERS = ("key",)


@dataclass(slots=True, kw_only=True)
class FaultBoard:
    """Sets faults where they act and remembers how to take them away."""

    azure: azure_faults.AzureFaultSet
    routers: Mapping[str, router_faults.Faults]
    _standing: dict[str, tuple[dict[str, Any], Callable[[], None]]] = field(default_factory=dict)
    _count: int = 0

    def add(self, body: Mapping[str, Any]) -> str:
        """Set the fault `{kind, …}`; return its id. FaultError says what is wrong with it."""
        kind = KINDS.get(body.get("kind", ""))
        if kind is None:
            raise FaultError(f"kind: none of {', '.join(KINDS)}")
        fault = kind.make(**_members(kind, body))
        self._count += 1
        fault_id = f"fault-{self._count}"
        if kind.on_router:
            remove = self._on_router(body.get("router", ""), fault)
        else:
            self.azure.add(fault_id, fault)
            remove = self._on_azure(fault_id)
        shown = {name: given for name, given in body.items() if name not in SECRET_MEMBERS}
        self._standing[fault_id] = (shown, remove)
        return fault_id

    def remove(self, fault_id: str) -> None:
        """Take a fault away; KeyError where there is none."""
        _, remove = self._standing.pop(fault_id)
        remove()

    def standing(self) -> dict[str, dict[str, Any]]:
        """Return the standing faults by id, without keys."""
        return {fault_id: shown for fault_id, (shown, _) in self._standing.items()}

    def _on_router(self, name: str, fault: router_faults.Fault) -> Callable[[], None]:
        faults = self.routers.get(name)
        if faults is None:
            raise FaultError(f"router: no router {name!r}")
        number = faults.add(fault)
        return lambda: faults.remove(number)

    def _on_azure(self, fault_id: str) -> Callable[[], None]:
        return lambda: self.azure.remove(fault_id)


def _members(kind: Kind, body: Mapping[str, Any]) -> dict[str, object]:
    """Return the converted members of a body; exactly those that the kind has."""
    convert = {**kind.members, **kind.optional}
    common = {"kind", "router"} if kind.on_router else {"kind"}
    for name in body:
        if name not in convert and name not in common:
            raise FaultError(f"{name}: this kind has no such member")
    made = {}
    for name, function in convert.items():
        if name not in body and name in kind.optional:
            continue
        try:
            made[name] = function(body[name])
        except KeyError as missing:
            raise FaultError(f"{name}: missing") from missing
        except (ValueError, TypeError) as bad:
            raise FaultError(f"{name}: {bad}") from bad
    return made
