"""The standing faults of one router: which of them acts on an event."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import TypeVar

from lab.router.faults import (
    ArchiveMissing,
    Busy,
    ConfigLocked,
    ConnectFault,
    Deaf,
    Fault,
    FlashFull,
    Hang,
    InputBuffer,
    LogLines,
    Motd,
    PowerCycle,
    Question,
    RefusedLine,
    RevertAborts,
    RouteDropped,
    SlowDeletion,
    SlowEcho,
    SlowLines,
    SshDropped,
    SshLost,
    SshRefused,
    SshSilent,
    WrongBanner,
)
from lab.trigger import Trigger

INPUT_BYTES = 4096
"""How much a line holds that was typed ahead; the real number is published nowhere."""
DELETION_S = 3.0
"""How long a VRF is deleted; NSO's driver tries again for up to 70 s."""

_F = TypeVar("_F", bound=Fault)
_L = TypeVar("_L", Hang, PowerCycle, SshDropped, SlowLines, Question, RefusedLine)


@dataclass(slots=True)
class Faults:
    """The faults of one router.

    `changed` is called with one that comes or goes, `noticed` with what may let one begin.
    """

    changed: Callable[[Fault, bool], None] = field(default=lambda _fault, _begins: None)
    noticed: Callable[[str], None] = field(default=lambda _text: None)
    _active: dict[int, tuple[Fault, Trigger]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _chances: int = 0

    def add(self, fault: Fault, trigger: Trigger | None = None) -> int:
        """Let a fault act, without a trigger on every event; return its number."""
        number = next(self._numbers)
        self._active[number] = (fault, trigger or Trigger())
        self.changed(fault, True)  # noqa: FBT003 - it begins
        return number

    def remove(self, number: int) -> None:
        """End a fault; KeyError where there is none."""
        fault, _ = self._active.pop(number)
        self.changed(fault, False)  # noqa: FBT003 - it ends

    # --- what stands ------------------------------------------------------------------------

    def refuses_ssh(self) -> bool:
        """Tell whether all new connections are refused."""
        return any(trigger.is_always for _, trigger in self._with(SshRefused))

    def drops(self, vrf: str, prefix: IPv4Network) -> bool:
        """Tell whether this static route has no effect."""
        return RouteDropped(vrf=vrf, prefix=prefix) in self._of(RouteDropped)

    def is_deaf(self, interface: str) -> bool:
        """Tell whether nothing that comes over this tunnel is decrypted."""
        return Deaf(interface=interface) in self._of(Deaf)

    def loads(self) -> dict[str, float]:
        """Return how many kilobytes a second hosts send through each tunnel."""
        return {fault.interface: fault.kilobytes for fault in self._of(Busy)}

    def input_bytes(self) -> int:
        """Return how much a session holds that it has not worked off."""
        return min((fault.bytes for fault in self._of(InputBuffer)), default=INPUT_BYTES)

    def deletion_s(self) -> float:
        """Return how long a VRF takes to go."""
        return max((fault.seconds for fault in self._of(SlowDeletion)), default=DELETION_S)

    def flash_full(self) -> bool:
        """Tell whether there is no room on flash."""
        return any(trigger.is_next for _, trigger in self._with(FlashFull))

    # --- what an event sets off -------------------------------------------------------------

    def on_connect(self) -> ConnectFault | None:
        """Return what is wrong with a new connection."""
        self.noticed("connect")
        return self._set_off(SshRefused) or self._set_off(SshSilent) or self._set_off(WrongBanner)

    def motd(self) -> str:
        """Return the text that greets a session."""
        fault = self._set_off(Motd)
        return "" if fault is None else fault.text

    def loses_after(self, lines: int) -> bool:
        """Tell whether a session that typed so many configuration lines ends now."""
        return any(
            lines >= fault.after_lines and trigger.fires() for fault, trigger in self._with(SshLost)
        )

    def drop(self, line: str) -> SshDropped | None:
        """Return how this line ends its session."""
        return self._on_line(SshDropped, line)

    def hang(self, line: str) -> Hang | None:
        """Return how this line is answered with silence."""
        return self._on_line(Hang, line)

    def power_cut(self, line: str) -> PowerCycle | None:
        """Return how the power goes at this line."""
        return self._on_line(PowerCycle, line)

    def delay(self, line: str) -> float:
        """Return how many lab seconds this line takes."""
        slow = self._on_line(SlowLines, line)
        return 0.0 if slow is None else slow.seconds

    def echo_delay(self) -> float:
        """Return how many lab seconds it takes until a write is echoed."""
        slow = self._set_off(SlowEcho)
        return 0.0 if slow is None else slow.seconds

    def question(self, line: str) -> str | None:
        """Return what this line asks first."""
        fault = self._on_line(Question, line)
        return None if fault is None else fault.text

    def refusal(self, line: str) -> str | None:
        """Return why this line is not taken."""
        fault = self._on_line(RefusedLine, line)
        return None if fault is None else fault.text

    def interruption(self) -> str | None:
        """Return the message that is printed at this chance, if any is."""
        noise = self._set_off(LogLines)
        if noise is None:
            return None
        self._chances += 1
        return None if self._chances % max(noise.every, 1) else noise.text

    def locked_by(self) -> str | None:
        """Return the user who holds the configuration lock."""
        fault = self._set_off(ConfigLocked)
        return None if fault is None else fault.user

    def no_room(self) -> bool:
        """Tell whether a file cannot be written."""
        return self._set_off(FlashFull) is not None

    def archive_missing(self) -> bool:
        """Tell whether the archive is off for who uses it now."""
        return self._set_off(ArchiveMissing) is not None

    def rolled_back(self) -> float:
        """Return which share of a rollback's lines is typed."""
        fault = self._set_off(RevertAborts)
        return 1.0 if fault is None else fault.share

    def _with(self, kind: type[_F]) -> Iterator[tuple[_F, Trigger]]:
        for fault, trigger in tuple(self._active.values()):
            if isinstance(fault, kind):
                yield fault, trigger

    def _of(self, kind: type[_F]) -> Iterator[_F]:
        return (fault for fault, _ in self._with(kind))

    def _set_off(self, kind: type[_F]) -> _F | None:
        """Return the first fault of a kind that an event sets off."""
        return next((fault for fault, trigger in self._with(kind) if trigger.fires()), None)

    def _on_line(self, kind: type[_L], line: str) -> _L | None:
        """Return the first fault of a kind that a line sets off."""
        return next(
            (
                fault
                for fault, trigger in self._with(kind)
                if fault.on is not None and fault.on.search(line) and trigger.fires()
            ),
            None,
        )
