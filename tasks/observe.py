"""Observe a gateway: asked once for all who wait, and never twice at the same time.

The first router that needs an observation newer than its own last write makes it; the others
that ask meanwhile wait for that one and share it. No thread of its own is needed, so a single
worker cannot starve it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from fvrf.checks.observation import GatewayObservation
from tasks.clock import Clock

Look = Callable[[], GatewayObservation]


@dataclass(slots=True)
class _Watch:
    """The newest observation of one gateway and when its making began."""

    look: Look
    lock: Lock = field(default_factory=Lock)
    begun: float = float("-inf")
    seen: GatewayObservation | None = None


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
                begun = self._clock.now()
                watch.seen = watch.look()
                watch.begun = begun
            return watch.seen
