"""The limits of the network resource provider: requests of a subscription in five minutes.

"Understand how Azure Resource Manager throttles requests", section on network throttling. It
names PUT and GET alone; PATCH and DELETE are counted with PUT, POST with neither.
"""

import math
from dataclasses import dataclass, field
from typing import Protocol

from lab.azure.errors import TOO_MANY, ArmError
from lab.clock import Clock

WINDOW_S = 300.0
KINDS = {"PUT": "writes", "PATCH": "writes", "DELETE": "writes", "GET": "reads"}
LIMITS = {"writes": 1000, "reads": 10_000}
PROVIDER = "/providers/microsoft.network/"


class ThrottleFaults(Protocol):
    """What makes the limits narrower."""

    def limit(self, kind: str) -> int | None:
        """Return another limit for `writes` or `reads`."""
        ...

    def wait_is_told(self) -> bool:
        """Tell whether a refusal says when to come again."""
        ...


@dataclass(slots=True)
class Window:
    """Requests of one kind since a moment."""

    began: float
    used: int = 0


@dataclass(slots=True, kw_only=True)
class Throttle:
    """Counts requests in windows of lab time."""

    clock: Clock
    faults: ThrottleFaults
    _windows: dict[str, Window] = field(default_factory=dict)

    def take(self, method: str, path: str) -> dict[str, str]:
        """Count a request; return what its answer says of it. ArmError where it is one too many."""
        kind = KINDS.get(method)
        if kind is None or PROVIDER not in path.casefold():
            return {}
        window = self._window(kind)
        limit = self.faults.limit(kind)
        left = (LIMITS[kind] if limit is None else limit) - window.used
        if left <= 0:
            raise self._refusal(kind, window)
        window.used += 1
        return {f"x-ms-ratelimit-remaining-subscription-{kind}": str(left - 1)}

    def _window(self, kind: str) -> Window:
        now = self.clock.now()
        window = self._windows.setdefault(kind, Window(now))
        if now - window.began >= WINDOW_S:
            window = self._windows[kind] = Window(now)
        return window

    def _refusal(self, kind: str, window: Window) -> ArmError:
        """Return the 429; the words are those of a public report (azure-sdk-for-net 45317)."""
        wait_s = window.began + WINDOW_S - self.clock.now()
        return ArmError(
            TOO_MANY,
            "TooManyRequests",  # code unconfirmed
            f"The number of {kind} of the subscription exceeded throttling limit. The request can "
            f"be retried in {math.ceil(wait_s)} seconds.",
            retry_after_s=wait_s if self.faults.wait_is_told() else None,
        )
