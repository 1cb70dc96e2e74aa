"""When a fault begins, and at which of the events that set it off it acts."""

import re
from collections.abc import Callable
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

    @property
    def is_next(self) -> bool:
        """Whether the fault may act on the next event."""
        return self.events + 1 >= self.at and self.acted != self.times

    @property
    def is_always(self) -> bool:
        """Whether the fault acts on every event."""
        return self.at == 1 and self.times is None and self.chance == 1


@dataclass(slots=True, kw_only=True)
class Fuse:
    """A fault that is yet to begin: `begin` is called once, when the `trigger` fires.

    Its events are what happens at an `end`, a router's name or `azure`, as a text in which `on`
    is found: a line that is typed, `connect`, or the method and path of a request.
    """

    end: str
    on: re.Pattern[str]
    trigger: Trigger
    begin: Callable[[], None]
    burnt: bool = False

    def notice(self, end: str, text: str) -> None:
        """Take notice of something that happens."""
        if self.burnt or end != self.end or not self.on.search(text) or not self.trigger.fires():
            return
        self.burnt = True
        self.begin()
