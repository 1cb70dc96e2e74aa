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


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """What is waited for at an `end`, a router's name or `azure`: a text in which `on` is found.

    The texts are the lines that are typed, `connect`, and the methods and paths of requests.
    """

    end: str
    on: re.Pattern[str]
    trigger: Trigger

    def is_struck_by(self, end: str, text: str) -> bool:
        """Tell whether something that happens is what was waited for."""
        return end == self.end and self.on.search(text) is not None and self.trigger.fires()


@dataclass(slots=True, kw_only=True)
class Fuse:
    """A fault that is yet to begin: `begin` is called once the last of the sparks was struck.

    They are waited for one after the other.
    """

    sparks: list[Spark]
    begin: Callable[[], None]

    @property
    def is_burnt(self) -> bool:
        """Whether the fault has begun."""
        return not self.sparks

    def notice(self, end: str, text: str) -> None:
        """Take notice of something that happens."""
        if self.is_burnt or not self.sparks[0].is_struck_by(end, text):
            return
        self.sparks.pop(0)
        if self.is_burnt:
            self.begin()
