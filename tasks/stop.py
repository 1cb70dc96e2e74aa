"""Stop: the first Ctrl-C lets what is under way finish, the second leaves it to the timers."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

from fvrf.errors import Refused

# A closed terminal and a service manager's stop must not break a change off either.
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STDERR = 2
_STOPPING = b"""
Stopping: what is under way is finished, nothing new is begun.
Again to leave at once: routers that were written to then go back by their own timers.
"""
_SHOW_CURSOR = b"\x1b[?25h"


class Stopped(Refused):
    """The operator stopped the run before this was begun."""

    code = "F340"
    exit_code = 3


@contextmanager
def stoppable(stop: Event) -> Iterator[None]:
    """Set `stop` at the first signal to end, and end the process at the second.

    Only for the main thread, the only one that may handle signals.
    """

    def asked(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            _leave()
        stop.set()
        _say(_STOPPING)

    before = {number: signal.signal(number, asked) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave() -> None:
    """End without waiting for any thread; the journal is on the disk already."""
    if os.isatty(_STDERR):
        _say(_SHOW_CURSOR)
    os._exit(Stopped.exit_code)


def _say(text: bytes) -> None:
    """Write without a lock that the interrupted thread may hold."""
    try:
        os.write(_STDERR, text)
    except OSError:
        return
