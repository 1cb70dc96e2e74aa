"""Observe a gateway: asked once for all who wait, and never twice at the same time.

The first router that needs an observation newer than its own last write makes it; the others
that ask meanwhile wait for that one and share it, also where Azure would not answer: each of many
routers trying in its turn would outlast their timers. No thread of its own is needed, so a single
worker cannot starve it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from fvrf.checks.observation import GatewayObservation
from fvrf.errors import CannotLook
from tasks.clock import Clock

Look = Callable[[], GatewayObservation]


@dataclass(slots=True)
class _Watch:
    """The newest observation of one gateway, or why there is none, and when it was begun."""

    look: Look
    lock: Lock = field(default_factory=Lock)
    begun: float = float("-inf")
    seen: GatewayObservation | CannotLook | None = None


class Observatory:
    """Fresh observations of gateways, shared among the routers' chains."""

    def __init__(self, looks: Mapping[str, Look], clock: Clock) -> None:
        self._clock = clock
        self._watches = {gateway: _Watch(look=look) for gateway, look in looks.items()}

    def fresh(self, gateway: str, *, after: float) -> GatewayObservation:
        """Return an observation begun at `after` or later; raises CannotLook if Azure will not."""
        watch = self._watches[gateway]
        with watch.lock:
            if watch.seen is None or watch.begun < after:
                watch.begun = self._clock.now()
                watch.seen = _looked(watch.look)
            seen = watch.seen
        if isinstance(seen, CannotLook):
            raise CannotLook(seen.message, remedy=seen.remedy, code=seen.code)
        return seen

    def last(self, gateway: str) -> GatewayObservation | None:
        """Return the newest observation made here, None where there is none."""
        seen = self._watches[gateway].seen
        return None if isinstance(seen, CannotLook) else seen


def _looked(look: Look) -> GatewayObservation | CannotLook:
    try:
        return look()
    except CannotLook as error:
        return error
