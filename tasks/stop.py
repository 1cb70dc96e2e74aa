"""Stop: what ends a run early, and how what is under way is brought to a safe end.

The first Ctrl-C lets what is under way finish, the second leaves it to the routers' timers. A
stop file and a spent budget do what the first one does.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from types import FrameType

from fvrf.errors import Refused
from fvrf.journal import Outcome
from fvrf.waves import FAILURES, WaveRules, over_budget

# A closed terminal and a service manager's stop must not break a change off either.
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STDERR = 2
_STOPPING = b"""
Stopping: what is under way is finished, nothing new is begun.
Again to leave at once: routers that were written to then go back by their own timers.
"""
_SHOW_CURSOR = b"\x1b[?25h"

BY_HAND = "stopped by"
LastWords = Callable[[], str]


class Stopped(Refused):
    """The run was stopped before this was begun."""

    code = "F340"
    exit_code = 3


@dataclass(slots=True, kw_only=True)
class Brake:
    """Whether something new may still be begun, and why not; for any thread.

    `file` stops the run once it is there.
    """

    rules: WaveRules = field(default_factory=WaveRules)
    file: Path | None = None
    _pulled: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)
    _in_wave: int = 0
    _in_all: int = 0
    _reason: str = ""

    def pull(self, reason: str = f"{BY_HAND} the operator") -> None:
        """Let nothing new begin; the first reason stands. A signal's handler may call it."""
        if not self._pulled.is_set():
            self._reason = reason
            self._pulled.set()

    @property
    def pulled(self) -> bool:
        """Whether nothing new may begin."""
        if not self._pulled.is_set() and self.file is not None and self.file.exists():
            self.pull(f"{BY_HAND} {self.file}")
        return self._pulled.is_set()

    @property
    def reason(self) -> str:
        """Why nothing new may begin, empty while it may."""
        return self._reason

    def new_wave(self) -> None:
        """Begin to count the failures of another wave."""
        with self._lock:
            self._in_wave = 0

    def count(self, host: str, outcome: Outcome) -> None:
        """Take notice of a router's outcome: too many failures stop the run, as does the worst.

        `failed` is a router that could not be taken back: whatever follows might be worse.
        """
        if outcome not in FAILURES:
            return
        with self._lock:
            self._in_wave += 1
            self._in_all += 1
            spent = over_budget(self.rules, self._in_wave, self._in_all)
        if spent:
            self.pull(spent)
        elif outcome is Outcome.FAILED:
            self.pull(f"{host} could not be taken back")


@contextmanager
def stoppable(brake: Brake, last_words: LastWords = str) -> Iterator[None]:
    """Pull the brake at the first signal to end, and end the process at the second.

    `last_words` are said then. Only for the main thread, the only one that may handle signals.
    """

    def asked(_number: int, _frame: FrameType | None) -> None:
        if brake.pulled:
            _leave(last_words())
        brake.pull()
        _say(_STOPPING)

    with _handled_by(asked):
        yield


@contextmanager
def interruptible() -> Iterator[None]:
    """Let a signal to end interrupt a question: nothing is under way then. Raises Stopped."""
    with _handled_by(signal.default_int_handler):
        try:
            yield
        except KeyboardInterrupt as error:
            raise Stopped("stopped at the question") from error


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _leave(last_words: str) -> None:
    """End without waiting for any thread; the journal is on the disk already."""
    if os.isatty(_STDERR):
        _say(_SHOW_CURSOR)
    _say(last_words.encode())
    os._exit(Stopped.exit_code)


def _say(text: bytes) -> None:
    """Write without a lock that the interrupted thread may hold."""
    try:
        os.write(_STDERR, text)
    except OSError:
        return
