"""Faults that a router can be given: what breaks although the configuration is right."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import TypeVar

INPUT_BYTES = 4096
"""How much a line holds that was typed ahead; the real number is published nowhere."""
DELETION_S = 3.0
"""How long a VRF is deleted; NSO's driver tries again for up to 70 s."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Deaf:
    """What comes over a tunnel cannot be decrypted; BGP has not missed it yet."""

    interface: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputBuffer:
    """A session holds so much input that it has not worked off, and drops the rest."""

    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowLines:
    """A matching line is answered after so many lab seconds."""

    on: re.Pattern[str]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A matching line asks, and is run after `y` or Return."""

    on: re.Pattern[str]
    text: str = "Are you sure? [confirm]"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    """A matching configuration line is understood and not taken."""

    on: re.Pattern[str]
    text: str = "% Cannot be configured at this time"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLines:
    """Every session is printed a log line at every so many-th chance.

    The chances are after a prompt, within the echo of a line and within a longer output.
    """

    every: int = 3
    text: str = "%LINEPROTO-5-UPDOWN: Line protocol on Interface Loopback99, changed state to up"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigLocked:
    """Another user holds the configuration lock."""

    user: str = "colleague"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashFull:
    """Nothing can be written to bootflash:."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowDeletion:
    """A VRF and a route distinguisher take so many lab seconds to go."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTimer:
    """Another user's change waits for its confirmation, from the start of the fault on."""

    user: str = "colleague"
    minutes: int = 10


Fault = (
    SshRefused
    | SshLost
    | Hang
    | RouteDropped
    | Deaf
    | InputBuffer
    | SlowLines
    | Question
    | RefusedLine
    | LogLines
    | ConfigLocked
    | FlashFull
    | SlowDeletion
    | ForeignTimer
)
_F = TypeVar("_F", bound=Fault)


@dataclass(slots=True)
class Faults:
    """The faults of one router; `changed` is called with one that comes or goes."""

    changed: Callable[[Fault, bool], None] = field(default=lambda _fault, _begins: None)
    _active: dict[int, Fault] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _chances: int = 0

    def add(self, fault: Fault) -> int:
        """Let a fault act; return its number."""
        number = next(self._numbers)
        self._active[number] = fault
        self.changed(fault, True)  # noqa: FBT003 - it begins
        return number

    def remove(self, number: int) -> None:
        """End a fault; KeyError where there is none."""
        fault = self._active.pop(number)
        self.changed(fault, False)  # noqa: FBT003 - it ends

    def _of(self, kind: type[_F]) -> Iterator[_F]:
        return (fault for fault in self._active.values() if isinstance(fault, kind))

    def refuses_ssh(self) -> bool:
        """Tell whether new sessions are refused."""
        return any(self._of(SshRefused))

    def loses_after(self, lines: int) -> bool:
        """Tell whether a session that typed so many configuration lines ends now."""
        return any(lines >= fault.after_lines for fault in self._of(SshLost))

    def hangs(self, line: str) -> bool:
        """Tell whether this line is answered with silence."""
        return any(fault.on.search(line) for fault in self._of(Hang))

    def drops(self, vrf: str, prefix: IPv4Network) -> bool:
        """Tell whether this static route has no effect."""
        return RouteDropped(vrf=vrf, prefix=prefix) in self._active.values()

    def is_deaf(self, interface: str) -> bool:
        """Tell whether nothing that comes over this tunnel is decrypted."""
        return Deaf(interface=interface) in self._active.values()

    def input_bytes(self) -> int:
        """Return how much a session holds that it has not worked off."""
        return min((fault.bytes for fault in self._of(InputBuffer)), default=INPUT_BYTES)

    def delay(self, line: str) -> float:
        """Return how many lab seconds this line takes."""
        slow = (fault.seconds for fault in self._of(SlowLines) if fault.on.search(line))
        return max(slow, default=0.0)

    def question(self, line: str) -> str | None:
        """Return what this line asks first."""
        return next((f.text for f in self._of(Question) if f.on.search(line)), None)

    def refusal(self, line: str) -> str | None:
        """Return why this configuration line is not taken."""
        return next((f.text for f in self._of(RefusedLine) if f.on.search(line)), None)

    def interruption(self) -> str | None:
        """Return the message that is printed at this chance, if any is."""
        noise = next(self._of(LogLines), None)
        if noise is None:
            return None
        self._chances += 1
        return None if self._chances % max(noise.every, 1) else noise.text

    def locked_by(self) -> str | None:
        """Return the user who holds the configuration lock."""
        return next((fault.user for fault in self._of(ConfigLocked)), None)

    def flash_full(self) -> bool:
        """Tell whether nothing can be written."""
        return any(self._of(FlashFull))

    def deletion_s(self) -> float:
        """Return how long a VRF takes to go."""
        return max((fault.seconds for fault in self._of(SlowDeletion)), default=DELETION_S)
