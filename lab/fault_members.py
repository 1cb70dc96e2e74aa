"""What a kind of fault is made of: the members of its body, read and checked.

The name of a converter is the word by which `GET /faults` tells what a member must be.
"""

import inspect
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from lab.trigger import Spark, Trigger

Convert = Callable[[Any], object]


class FaultError(Exception):
    """A fault cannot be set: the message says which member is wrong."""


def text(given: object) -> str:
    """Return a text that is not empty."""
    if not isinstance(given, str) or not given:
        raise ValueError("expected a text")
    return given


def name(given: object) -> str:
    """Return a name that may be empty: the global table has no other."""
    if not isinstance(given, str):
        raise TypeError("expected a text")
    return given


def number(given: object) -> int:
    """Return a number from 0 on."""
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        raise ValueError("expected a number")
    return given


def count(given: object) -> int:
    """Return a number from 1 on."""
    found = number(given)
    if not found:
        raise ValueError("expected a number above 0")
    return found


def seconds(given: object) -> float:
    """Return lab seconds."""
    if not isinstance(given, int | float) or isinstance(given, bool) or given < 0:
        raise ValueError("expected seconds, not negative")
    return float(given)


def chance(given: object) -> float:
    """Return a probability."""
    found = seconds(given)
    if found > 1:
        raise ValueError("expected a probability, 0 to 1")
    return found


def status(given: object) -> int:
    """Return the HTTP status of an error."""
    found = number(given)
    if found not in range(400, 600):
        raise ValueError("expected the status of an error")
    return found


def flag(given: object) -> bool:
    """Return true or false."""
    if not isinstance(given, bool):
        raise TypeError("expected true or false")
    return given


def ending(given: object) -> str:
    """Return how an operation ends badly."""
    if given not in ("Failed", "Canceled"):
        raise ValueError("Failed or Canceled")
    return str(given)


def pattern(given: object) -> re.Pattern[str]:
    """Return a regular expression."""
    try:
        return re.compile(text(given))
    except re.error as bad:
        raise ValueError(f"no regular expression: {bad}") from bad


def path(given: object) -> str:
    """Return a regular expression that is searched in a path, without regard to case."""
    return pattern(given).pattern


WHEN: Mapping[str, Convert] = {"at": count, "times": number, "chance": chance}
"""When a fault acts, of every kind that an event sets off: the members of a `Trigger`."""

ARMED_BY = "armed_by"
"""The member that lets a fault of any kind begin later: `{end, on, at, chance}`, or a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of fault: what makes it, what its members are made of, and what sets it off.

    `event` names the kind of event that is counted; where it is empty the fault acts as long as
    it stands. `times` is how often it acts where the body does not say. `examples` are bodies
    that can be sent as they are, but for the router.
    """

    make: Callable[..., Any]
    members: Mapping[str, Convert] = field(default_factory=dict)
    optional: Mapping[str, Convert] = field(default_factory=dict)
    event: str = ""
    times: int | None = None
    on_router: bool = False
    examples: tuple[Mapping[str, Any], ...] = ()

    @property
    def when(self) -> Mapping[str, Convert]:
        """Return the members that say at which events it acts."""
        return WHEN if self.event else {}

    def as_json(self, kind: str) -> dict[str, Any]:
        """Return the kind as `GET /faults` shows it."""
        about = inspect.getdoc(self.make) or ""
        optional = {**self.optional, **self.when}
        return {
            "end": "router" if self.on_router else "azure",
            "about": about.partition("\n")[0],
            "event": self.event or None,
            "times": self.times,
            "members": {one: convert.__name__ for one, convert in self.members.items()},
            "optional": {one: convert.__name__ for one, convert in optional.items()},
            "examples": [{"kind": kind, **one} for one in self.examples or ({},)],
        }

    def read(self, body: Mapping[str, Any]) -> dict[str, object]:
        """Return the converted members of a body; exactly those that the kind has."""
        convert = {**self.members, **self.optional}
        common = {"kind", ARMED_BY, *(("router",) if self.on_router else ())}
        for one in body:
            if one not in convert and one not in self.when and one not in common:
                raise FaultError(f"{one}: this kind has no such member")
        return {
            one: _converted(body, one, function)
            for one, function in convert.items()
            if one in body or one in self.members
        }

    def trigger(self, body: Mapping[str, Any], dice: Random) -> Trigger:
        """Return when a fault of this body acts."""
        given = {one: _converted(body, one, WHEN[one]) for one in self.when if one in body}
        made: dict[str, Any] = {"times": self.times, **given}
        return Trigger(**made, dice=dice)


def sparks(body: Mapping[str, Any], ends: Container[str], dice: Random) -> list[Spark]:
    """Return what a fault waits for before it begins; nothing where it begins at once."""
    given = body.get(ARMED_BY, [])
    return [_spark(one, ends, dice) for one in (given if isinstance(given, list) else [given])]


def _spark(body: object, ends: Container[str], dice: Random) -> Spark:
    if not isinstance(body, dict):
        raise FaultError(f"{ARMED_BY}: expected an object")
    given = {"at": 1, "chance": 1.0, **body}
    convert: Mapping[str, Convert] = {"end": text, "on": pattern, "at": count, "chance": chance}
    for one in given.keys() - convert.keys():
        raise FaultError(f"{ARMED_BY}: {one}: no such member")
    made: dict[str, Any] = {one: _converted(given, one, read) for one, read in convert.items()}
    if made["end"] not in ends:
        raise FaultError(f"{ARMED_BY}: end: no {made['end']!r} here")
    trigger = Trigger(at=made["at"], times=1, chance=made["chance"], dice=dice)
    return Spark(end=made["end"], on=made["on"], trigger=trigger)


def _converted(body: Mapping[str, Any], one: str, function: Convert) -> object:
    try:
        return function(body[one])
    except KeyError as missing:
        raise FaultError(f"{one}: missing") from missing
    except (ValueError, TypeError) as bad:
        raise FaultError(f"{one}: {bad}") from bad
