"""When a client is told to come again: real time, in the two headers that clients read."""

import math
from dataclasses import dataclass

from lab.clock import Clock

SHORTEST_WAIT_S = 0.02
STANDSTILL_SPEED = 100.0  # a clock that is only advanced is asked ten times a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Turns lab seconds into headers.

    The SDK reads whole seconds from Retry-After first and does without it where it is 0; `az`
    then waits half a minute. Both take milliseconds from the other header.
    """

    clock: Clock

    def headers(self, lab_s: float) -> dict[str, str]:
        """Return the headers for a wait of so many lab seconds."""
        wait_s = max(lab_s / (self.clock.speed or STANDSTILL_SPEED), SHORTEST_WAIT_S)
        headers = {"x-ms-retry-after-ms": str(round(1000 * wait_s))}
        if wait_s >= 1:
            headers["Retry-After"] = str(math.ceil(wait_s))
        return headers
