"""The lab's clock: starts at the real time, runs at a multiple of it and can be advanced."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable

Callback = Callable[[], object]


class Timer:
    """A callback that waits for its time, in lab epoch seconds."""

    __slots__ = ("callback", "cancelled", "when")

    def __init__(self, when: float, callback: Callback) -> None:
        self.when = when
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        """Never call the callback; harmless once it was called."""
        self.cancelled = True


class Clock:
    """Lab time. A `speed` of 0 stands still and moves by `advance` alone.

    Due callbacks run in the order of their times, each of them seeing `now()` at its own due
    time, however many a single `advance` passes. A coroutine in `sleep` wakes after the whole
    `advance`: what must happen in steps belongs into callbacks.

    Without a running event loop the timers fall due in `advance` only.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._lab = time.time()
        self._real = time.monotonic()
        self._speed = speed
        self._due_at: float | None = None
        self._timers: list[tuple[float, int, Timer]] = []
        self._numbers = itertools.count()
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def speed(self) -> float:
        """Lab seconds in a real second."""
        return self._speed

    def now(self) -> float:
        """Return the lab time in epoch seconds."""
        if self._due_at is not None:
            return self._due_at
        return self._lab + (time.monotonic() - self._real) * self._speed

    def set_speed(self, speed: float) -> None:
        """Run at `speed` lab seconds a real second from now on."""
        self._rebase(self.now())
        self._speed = speed
        self._arm()

    def advance(self, seconds: float) -> None:
        """Move `seconds` ahead, through everything that falls due on the way."""
        target = self.now() + seconds
        self._run_due(target)
        self._rebase(target)
        self._arm()

    def call_at(self, when: float, callback: Callback) -> Timer:
        """Call `callback` at the lab time `when`; a time gone by means as soon as possible."""
        timer = Timer(when, callback)
        heapq.heappush(self._timers, (when, next(self._numbers), timer))
        self._arm()
        return timer

    def call_later(self, seconds: float, callback: Callback) -> Timer:
        """Call `callback` in `seconds` lab seconds."""
        return self.call_at(self.now() + seconds, callback)

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` lab seconds."""
        woken = asyncio.Event()
        timer = self.call_later(seconds, woken.set)
        try:
            await woken.wait()
        finally:
            timer.cancel()

    def _rebase(self, lab: float) -> None:
        self._lab = lab
        self._real = time.monotonic()

    def _run_due(self, until: float) -> None:
        while self._timers and self._timers[0][0] <= until:
            when, _, timer = heapq.heappop(self._timers)
            if timer.cancelled:
                continue
            self._due_at = when
            try:
                timer.callback()
            finally:
                self._due_at = None

    def _arm(self) -> None:
        """Set the loop's alarm to the next timer."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if not self._timers or not self._speed or self._due_at is not None:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        delay = max(0.0, self._timers[0][0] - self.now()) / self._speed
        self._alarm = loop.call_later(delay, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        try:
            self._run_due(self.now())
        finally:
            self._arm()
