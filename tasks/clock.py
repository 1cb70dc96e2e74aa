"""The one clock that the product waits by.

Against the embedded lab it runs at the lab's multiple, so that a deadline of 300 s means the
same there as on a real network.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Product seconds, real ones times `speed`, from `epoch` on."""

    speed: float = 1.0
    _started: float = field(default_factory=time.monotonic)
    epoch: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> float:
        """Return seconds since the clock was made; only differences mean anything."""
        return (time.monotonic() - self._started) * self.speed

    def utc(self) -> datetime:
        """Return the time of day, UTC, as this clock counts it."""
        return self.epoch + timedelta(seconds=self.now())

    def sleep(self, seconds: float) -> None:
        """Wait for product seconds."""
        time.sleep(max(0.0, seconds) / self.speed)
