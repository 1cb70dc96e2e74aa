"""Faults that a router can be given: what breaks although the configuration is right."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network


@dataclass(frozen=True, slots=True, kw_only=True)
class SshRefused:
    """New sessions are refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SshLost:
    """A session ends without a word after so many configuration lines of its own."""

    after_lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """A session answers a matching line with silence for good."""

    on: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDropped:
    """A static route is accepted and has no effect; the global table is the empty VRF."""

    vrf: str
    prefix: IPv4Network


Fault = SshRefused | SshLost | Hang | RouteDropped


@dataclass(slots=True)
class Faults:
    """The faults of one router; `changed` is called when one comes or goes."""

    changed: Callable[[], None] = field(default=lambda: None)
    _active: dict[int, Fault] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, fault: Fault) -> int:
        """Let a fault act; return its number."""
        number = next(self._numbers)
        self._active[number] = fault
        self.changed()
        return number

    def remove(self, number: int) -> None:
        """End a fault; KeyError where there is none."""
        del self._active[number]
        self.changed()

    def refuses_ssh(self) -> bool:
        """Tell whether new sessions are refused."""
        return any(isinstance(fault, SshRefused) for fault in self._active.values())

    def loses_after(self, lines: int) -> bool:
        """Tell whether a session that typed so many configuration lines ends now."""
        return any(
            isinstance(fault, SshLost) and lines >= fault.after_lines
            for fault in self._active.values()
        )

    def hangs(self, line: str) -> bool:
        """Tell whether this line is answered with silence."""
        return any(
            isinstance(fault, Hang) and fault.on.search(line) is not None
            for fault in self._active.values()
        )

    def drops(self, vrf: str, prefix: IPv4Network) -> bool:
        """Tell whether this static route has no effect."""
        return RouteDropped(vrf=vrf, prefix=prefix) in self._active.values()
