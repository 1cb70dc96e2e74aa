"""The configuration archive and Rollback Confirmed Change: the router's own dead man's switch."""

from dataclasses import dataclass
from typing import Protocol

from lab.clock import Clock, Timer
from lab.router import times
from lab.router.flash import Flash, NoSpace
from lab.router.replace import Outcome
from lab.router.tree import Config

ARCHIVE_OFF = "%Turn config archive on before using Rollback Confirmed Change"
NOTHING_PENDING = "%No Rollback Confirmed Change pending"
# The wordings of the next two are not documented.
PENDING = "%Rollback Confirmed Change is already pending"
NO_SPACE = "%Error writing {} (No space left on device)"
NO_FILE = "%Error opening {} (No such file or directory)"
NOT_YOURS = "%Only the user who started the Rollback Confirmed Change can do this"
WARNING = (
    "Rollback Confirmed Change: Rollback will begin in one minute.\n"
    'Enter "configure confirm" if you wish to keep what you\'ve configured'
)

_MINUTE = 60
_LOG = "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_"


class Box(Protocol):
    """What the archive needs of the router."""

    clock: Clock
    flash: Flash

    @property
    def config(self) -> Config:
        """The running configuration."""
        ...

    def running_text(self) -> str:
        """Return the running configuration from its first line to `end`."""
        ...

    def roll_back(self, text: str) -> Outcome:
        """Make the running configuration that of a text, unless a fault ends it half-way."""
        ...

    def log(self, message: str) -> None:
        """Take a log line."""
        ...

    def broadcast(self, text: str) -> None:
        """Print into every open session."""
        ...

    def event(self, kind: str, **data: object) -> None:
        """Report to the event sink."""
        ...

    def archive_missing(self) -> bool:
        """Tell whether a fault has the archive off for who uses it now."""
        ...


@dataclass(slots=True, kw_only=True)
class Pending:
    """A change that waits for its confirmation, by the user who started it."""

    user: str
    minutes: int
    idle: bool
    file: str
    since: float
    timers: tuple[Timer, ...] = ()


class Archive:
    """Archive files and the one pending timer of a box."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._number = 0
        self.saved: list[str] = []
        self.pending: Pending | None = None

    @property
    def path(self) -> str | None:
        """The archive's path, None while the archive is off."""
        block = self._box.config.block(("archive",))
        return None if block is None else block.arg("path", "path")

    def is_off(self) -> bool:
        """Tell who uses the archive whether there is none; a fault counts this."""
        return self._box.archive_missing() or self.path is None

    @property
    def maximum(self) -> int:
        """How many files are kept."""
        block = self._box.config.block(("archive",))
        return int((block.arg("maximum", "count") if block is not None else None) or 10)

    @property
    def on_write(self) -> bool:
        """Whether `write memory` saves a file."""
        block = self._box.config.block(("archive",))
        return block is not None and "write-memory" in block.lines

    @property
    def next_name(self) -> str:
        """The name of the next file without its time."""
        return f"{self.path}-<timestamp>-{self._number}"

    def save(self) -> str:
        """Save the running configuration in the archive and return the file's name.

        Raises NoSpace where it cannot be written.
        """
        stamp = times.file_time(self._box.clock.now())
        name = f"{self.path}-{stamp}-{self._number}"
        self._box.flash.write(name, self._box.running_text())
        self._number += 1
        self.saved.append(name)
        while len(self.saved) > self.maximum:
            self._box.flash.delete(self.saved.pop(0))
        return name

    def keep(self) -> str:
        """Save the running configuration if the archive is on; return what is printed."""
        if self.is_off():
            return " Archive feature not enabled\n"
        try:
            self.save()
        except NoSpace as full:
            return NO_SPACE.format(full) + "\n"
        return ""

    def start(self, user: str, minutes: int, *, idle: bool) -> str:
        """Start the timer; return what is printed, a refusal begins with `%`."""
        if self.is_off():
            return ARCHIVE_OFF
        if self.pending is not None:
            return PENDING
        try:
            file = self.save()
        except NoSpace as full:
            return NO_SPACE.format(full)
        self.pending = Pending(
            user=user, minutes=minutes, idle=idle, file=file, since=self._box.clock.now()
        )
        self._schedule(self.pending)
        self._box.log(f"{_LOG}BACKUP: Backing up current running config to {file}")
        self._box.log(
            f"{_LOG}START_{self._kind}: User: {user}(Priv: 15, View: 0): "
            f"Scheduled to rollback to config {file} in {minutes} minutes"
        )
        self._box.event("timer-started", user=user, minutes=minutes, idle=idle)
        return f"Rollback Confirmed Change: Backing up current running config to {file}\n"

    def refusal(self, user: str) -> str | None:
        """Return why this user may not confirm, revert or reset now."""
        if self.pending is None:
            return NOTHING_PENDING
        return None if self.pending.user == user else NOT_YOURS

    def confirm(self, user: str) -> str:
        """Keep the change; return what is printed."""
        refused = self.refusal(user)
        if refused is not None:
            return refused
        self.forget()
        self._box.log(f"{_LOG}CONFIRM: User: {user}: Confirm the configuration change")
        self._box.event("confirmed", user=user)
        return ""

    def reset(self, user: str, minutes: int, *, idle: bool) -> str:
        """Run the timer anew; return what is printed."""
        refused = self.refusal(user)
        if refused is not None or self.pending is None:
            return refused or ""
        self._cancel()
        self.pending.minutes = minutes
        self.pending.idle = idle
        self.pending.since = self._box.clock.now()
        self._schedule(self.pending)
        self._box.event("timer-reset", user=user, minutes=minutes, idle=idle)
        return ""

    def revert(self, user: str) -> str:
        """Roll back at once; return what is printed."""
        refused = self.refusal(user)
        if refused is not None:
            return refused
        text = self._roll_back()
        self._box.event("reverted", user=user)
        return text

    def touch(self, user: str) -> None:
        """Begin an idle timer again: its user typed."""
        pending = self.pending
        if pending is not None and pending.idle and pending.user == user:
            self._cancel()
            self._schedule(pending)

    def forget(self) -> None:
        """Drop the timer, as a power cut does."""
        self._cancel()
        self.pending = None

    @property
    def _kind(self) -> str:
        return "IDLETIMER" if self.pending is not None and self.pending.idle else "ABSTIMER"

    def _schedule(self, pending: Pending) -> None:
        seconds = pending.minutes * _MINUTE
        clock = self._box.clock
        pending.timers = (
            clock.call_later(max(0, seconds - _MINUTE), self._warn),
            clock.call_later(seconds, self._expire),
        )

    def _cancel(self) -> None:
        for timer in self.pending.timers if self.pending is not None else ():
            timer.cancel()

    def _warn(self) -> None:
        if self.pending is None:
            return
        self._box.broadcast(WARNING + "\n")
        self._box.log(
            f"{_LOG}WARNING_{self._kind}: System will rollback to config {self.pending.file} "
            'in one minute. Enter "configure confirm" if you wish to keep what you\'ve configured'
        )
        self._box.event("timer-warning", user=self.pending.user)

    def _expire(self) -> None:
        if self.pending is None:
            return
        user = self.pending.user
        self._box.broadcast(self._roll_back() + "\n")
        self._box.event("timer-expired", user=user)

    def _roll_back(self) -> str:
        pending = self.pending
        if pending is None:
            return NOTHING_PENDING
        self.forget()
        self._box.log(f"{_LOG}ROLLBACK_START: Start rolling to: {pending.file}")
        target = self._box.flash.read(pending.file)
        head = f"Rollback Confirmed Change: rolling to:{pending.file}\n"
        if target is None:
            return head + NO_FILE.format(pending.file) + "\n"
        outcome = self._box.roll_back(target)
        lock = "Rollback:Acquired Configuration lock.\n"
        return head + lock + outcome.listing() + outcome.ending()
