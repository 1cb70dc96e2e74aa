"""The journal of a change: what was done to each host, one JSON line an event, and its reading.

A line counts once its newline is on the disk. What stands after the last newline was torn by a
crash and was never acknowledged, so whatever it announces had not begun.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from fvrf.errors import InputError, Problem

# 2: `facts`, and the steps `change` and `azure_write`, without which no change is resumed.
SCHEMA = 2


class Outcome(StrEnum):
    """What became of a router or an Azure connection in a change."""

    UNCHANGED = "unchanged"
    CONFIRMED = "confirmed"
    CONFIRMED_UNSAVED = "confirmed_unsaved"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """The outcome as it is read aloud."""
        return self.value.replace("_", " ")


class Step(StrEnum):
    """A stage of the change on one host; `OUTCOME` closes the host.

    `CHANGE` is the whole change's, on no host: begun, or resumed. `AZURE_WRITE` is one request
    within `AZURE_APPLY`: started with what stood before, finished with what stands since. `ROTATE`
    is one connection's key, with the references of the old one and the new.
    """

    CHANGE = "change"
    EXAMINE = "examine"
    ROTATE = "rotate"
    PREFLIGHT = "preflight"
    SNAPSHOT = "snapshot"
    BACKUP = "backup"
    RENDER = "render"
    DIFF = "diff"
    AZURE_READ = "azure_read"
    AZURE_APPLY = "azure_apply"
    AZURE_WRITE = "azure_write"
    TIMER_STARTED = "timer_started"
    PUSH = "push"
    VERIFY = "verify"
    CONFIRM = "confirm"
    SAVE = "save"
    REVERT = "revert"
    AZURE_UNDO = "azure_undo"
    POST_SNAPSHOT = "post_snapshot"
    OUTCOME = "outcome"

    @property
    def words(self) -> str:
        """The step as it is read aloud."""
        return self.value.replace("_", " ")


WRITES = frozenset({Step.AZURE_APPLY, Step.PUSH})
# On no host, or within another step: what `fvrf/trace.py` reads.
_UNTIMED = frozenset({Step.CHANGE, Step.AZURE_WRITE})


class State(StrEnum):
    """How far a step is; an event without a beginning of its own is just `finished`."""

    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the journal; `time` and `deadline` are aware and in UTC.

    `deadline` is when the router's own timer takes the change back, `lines` how many a push
    types, `connection` the Azure connection the event is about where it is about one alone.
    `facts` is what a resume needs, of JSON's own types and never a key's value: `fvrf/trace.py`.
    A `timer_started` has a deadline and an `outcome` an outcome, or ValueError is raised.
    """

    time: datetime
    host: str
    step: Step
    state: State = State.FINISHED
    detail: str = ""
    lines: int | None = None
    deadline: datetime | None = None
    outcome: Outcome | None = None
    connection: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.step is Step.TIMER_STARTED) != (self.deadline is not None):
            raise ValueError("a deadline belongs to timer_started, and to nothing else")
        if (self.step is Step.OUTCOME) != (self.outcome is not None):
            raise ValueError("an outcome belongs to the step outcome, and to nothing else")

    def to_line(self) -> str:
        """Write the event as one JSON line, its newline included; what is absent is left out."""
        record = {
            "schema": SCHEMA,
            "time": timestamp(self.time),
            "host": self.host,
            "connection": self.connection,
            "step": self.step,
            "state": self.state,
            "outcome": self.outcome,
            "lines": self.lines,
            "deadline": timestamp(self.deadline) if self.deadline else None,
            "detail": self.detail or None,
            "facts": dict(self.facts) or None,
        }
        present = {key: value for key, value in record.items() if value is not None}
        return json.dumps(present) + "\n"

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read a decoded line; raises KeyError, TypeError or ValueError if it is no event."""
        deadline, outcome = record.get("deadline"), record.get("outcome")
        return cls(
            time=datetime.fromisoformat(record["time"]),
            host=record["host"],
            step=Step(record["step"]),
            state=State(record["state"]),
            detail=record.get("detail", ""),
            lines=record.get("lines"),
            deadline=datetime.fromisoformat(deadline) if deadline else None,
            outcome=Outcome(outcome) if outcome else None,
            connection=record.get("connection"),
            facts=dict(record.get("facts", {})),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One run of one step; `finished` is None while it runs, or where the run was cut off."""

    step: Step
    started: datetime
    finished: datetime | None
    failed: bool = False
    connection: str | None = None

    @property
    def duration_s(self) -> float:
        """How long it took; 0 where no end was recorded."""
        return (self.finished - self.started).total_seconds() if self.finished else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What the journal says about one host.

    `outcome` is None until one was recorded, and again once a resumed change writes on;
    `connections` holds those of Azure connections.
    """

    last: Event
    outcome: Outcome | None = None
    reason: str = ""
    deadline: datetime | None = None
    timings: tuple[Timing, ...] = ()
    connections: Mapping[str, Outcome] = field(default_factory=dict)

    @property
    def written(self) -> bool:
        """Whether a write was begun, however it went."""
        return any(timing.step in WRITES for timing in self.timings)

    @property
    def timer_open(self) -> bool:
        """Whether the router may still take the change back by itself at `deadline`."""
        return self.deadline is not None

    @property
    def standing(self) -> Outcome:
        """The recorded outcome; without one, a host that was written to is `unknown`."""
        return self.outcome or (Outcome.UNKNOWN if self.written else Outcome.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalView:
    """A folded journal: the state of each host, in the order of their first events."""

    hosts: Mapping[str, HostState]


def timestamp(moment: datetime) -> str:
    """Write an aware time as UTC ISO 8601 with milliseconds: `2026-11-25T01:49:03.120Z`."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def check_schema(found: object, *, known: int, file: str) -> None:
    """Refuse a file that a newer version wrote, or that says nothing of its schema: InputError."""
    if type(found) is int and 1 <= found <= known:
        return
    newer = type(found) is int and found > known
    message = f"this version reads schema {known} and older" if newer else "not a schema version"
    problem = Problem(
        file=file,
        host="",
        path="schema",
        message=message,
        value=repr(found),
        remedy="use the version that wrote the file, or a newer one" if newer else None,
    )
    raise InputError([problem])


def read(text: str, *, file: str = "journal.jsonl") -> tuple[Event, ...]:
    """Read a journal; a torn last line is left out. `file` names it in the errors.

    Raises InputError for a newer schema and for a whole line that is not an event.
    """
    whole, _, _ = text.rpartition("\n")
    lines = whole.split("\n") if whole else []
    return tuple(_event(line, f"{file}:{number}") for number, line in enumerate(lines, start=1))


def fold(events: Iterable[Event]) -> JournalView:
    """Fold events, in the order they were written, into the state of each host."""
    hosts: dict[str, HostState] = {}
    for event in events:
        if event.step in _UNTIMED:
            continue
        state = hosts.get(event.host, HostState(last=event))
        hosts[event.host] = _after(state, event)
    return JournalView(hosts=hosts)


def _event(line: str, where: str) -> Event:
    try:
        record = json.loads(line)
        schema = record["schema"]
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(where) from error
    check_schema(schema, known=SCHEMA, file=where)
    try:
        return Event.from_record(record)
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(where) from error


def _damaged(where: str) -> InputError:
    problem = Problem(file=where, host="", path="", message="not an event of a journal")
    return InputError([problem])


def _after(state: HostState, event: Event) -> HostState:
    state = replace(state, last=event)
    if event.outcome and event.connection:
        return replace(state, connections={**state.connections, event.connection: event.outcome})
    if event.outcome:
        return replace(state, outcome=event.outcome, reason=event.detail)
    if event.step is Step.TIMER_STARTED:
        return replace(state, deadline=event.deadline)
    ended = event.step in (Step.CONFIRM, Step.REVERT) and event.state is State.FINISHED
    begun = event.step in WRITES and event.state is State.STARTED
    return replace(
        state,
        outcome=None if begun else state.outcome,
        deadline=None if ended else state.deadline,
        timings=_timed(state.timings, event),
    )


def _timed(timings: tuple[Timing, ...], event: Event) -> tuple[Timing, ...]:
    """Open a timing, or close the one that is open for this step and connection."""
    if event.state is State.STARTED:
        opened = Timing(
            step=event.step, started=event.time, finished=None, connection=event.connection
        )
        return (*timings, opened)
    failed = event.state is State.FAILED
    for index in reversed(range(len(timings))):
        timing = timings[index]
        same = (timing.step, timing.connection) == (event.step, event.connection)
        if same and timing.finished is None:
            closed = replace(timing, finished=event.time, failed=failed)
            return (*timings[:index], closed, *timings[index + 1 :])
    moment = Timing(
        step=event.step,
        started=event.time,
        finished=event.time,
        failed=failed,
        connection=event.connection,
    )
    return (*timings, moment)
