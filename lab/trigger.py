"""When a fault acts: at which of the events that set it off, how often, how likely."""

from dataclasses import dataclass, field
from random import Random


@dataclass(slots=True, kw_only=True)
class Trigger:
    """Counts the events that may set a fault off, and says which of them do.

    It acts from event number `at` on (counted from 1), so many `times` (None: without end), at
    each event with the probability `chance`.
    """

    at: int = 1
    times: int | None = None
    chance: float = 1.0
    dice: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - no secret
    events: int = 0
    acted: int = 0

    def fires(self) -> bool:
        """Count an event; tell whether the fault acts on it."""
        self.events += 1
        if self.events < self.at or self.acted == self.times:
            return False
        if self.chance < 1 and self.dice.random() >= self.chance:
            return False
        self.acted += 1
        return True
