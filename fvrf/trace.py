"""What a resume reads from a journal: how the change was begun, and what may stand of it where."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self

from fvrf.journal import Event, Outcome, State, Step

Json = dict[str, Any]
"""A body of a resource, in JSON's own types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """How a change was begun: what was typed, on which hosts, and what the intent was then.

    `options` are those an NOE allowed, by name; `intent` is the hash that `fingerprint` made;
    `gone` is what a decommission takes away, `back` the change that a rollback takes back.
    """

    command: str
    routers: tuple[str, ...]
    intent: str
    options: Mapping[str, Any]
    gone: Mapping[str, Any] | None = None
    back: str | None = None

    @property
    def runbook(self) -> str:
        """The runbook that was typed."""
        return self.command.partition(" ")[0]

    def facts(self) -> dict[str, Any]:
        """Return it as the facts of a journal's first line."""
        return {
            "command": self.command,
            "routers": list(self.routers),
            "intent": self.intent,
            "options": dict(self.options),
            **({"gone": dict(self.gone)} if self.gone is not None else {}),
            **({"back": self.back} if self.back is not None else {}),
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """Read it back; raises KeyError, TypeError for what is none."""
        return cls(
            command=facts["command"],
            routers=tuple(facts["routers"]),
            intent=facts["intent"],
            options=dict(facts["options"]),
            gone=facts.get("gone"),
            back=facts.get("back"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A revert timer that was started, or was about to be.

    `router_time` is when, by the router's own clock and without a zone; None where the router
    did not tell its time. `until` is by ours.
    """

    minutes: int
    until: datetime
    router_time: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A push that was begun; `finished` once every line was taken.

    `backup` is the file of the configuration before it, `sha256` of that file.
    """

    backup: str
    sha256: str
    timer: Timer | None = None
    finished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureWrite:
    """A write to Azure that was begun: what stood before, None for what was created.

    `written` is what stood after it, None where that was not seen any more. Of a key that was set
    no journal knows the former value.
    """

    gateway: str
    kind: str
    resource: str
    connection: str
    prior: Json | None
    written: Json | None = None

    @classmethod
    def from_event(cls, event: Event) -> Self:
        """Read the event that begins a write; raises KeyError where it is none."""
        facts = event.facts
        return cls(
            gateway=facts["gateway"],
            kind=facts["kind"],
            resource=facts["resource"],
            connection=event.connection or "",
            prior=facts["prior"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What the journal knows of one router.

    `push` is the last one that was begun and was not seen to be taken back; `pushes` counts all.
    `azure` holds what was written there and not undone.
    """

    outcome: Outcome | None = None
    reason: str = ""
    push: Push | None = None
    pushes: int = 0
    azure: tuple[AzureWrite, ...] = ()
    connections: Mapping[str, Outcome] = field(default_factory=dict)


def begun(events: Iterable[Event]) -> Begun | None:
    """Return how a change was begun; None where the journal does not tell."""
    for event in events:
        if event.step is Step.CHANGE and event.state is State.STARTED:
            return Begun.from_facts(event.facts)
    return None


def broke_off(events: Iterable[Event]) -> bool:
    """Tell whether the last run of a change did not come to its end, or runs still."""
    states = [event.state for event in events if event.step is Step.CHANGE]
    return bool(states) and states[-1] is not State.FINISHED


def runbook_of(first: Begun) -> str:
    """Return the runbook that began a change, and can go on with it."""
    return first.command.split()[0] if first.command else "rollout"


def traces(events: Iterable[Event]) -> dict[str, Trace]:
    """Fold a journal into the trace of each host that it names."""
    found: dict[str, Trace] = {}
    for event in events:
        if event.step is not Step.CHANGE:
            found[event.host] = _after(found.get(event.host, Trace()), event)
    return found


def _after(trace: Trace, event: Event) -> Trace:
    if event.step is Step.AZURE_WRITE:
        return replace(_reopened(trace), azure=_written(trace.azure, event))
    fold = _FOLDS.get((event.step, event.state))
    return fold(trace, event) if fold else trace


def _ended(trace: Trace, event: Event) -> Trace:
    if event.connection is None or event.outcome is None:
        return replace(trace, outcome=event.outcome, reason=event.detail)
    return replace(trace, connections={**trace.connections, event.connection: event.outcome})


def _reopened(trace: Trace) -> Trace:
    """Forget the outcome, which held until something was written again."""
    return replace(trace, outcome=None, reason="")


def _pushing(trace: Trace, event: Event) -> Trace:
    facts = event.facts
    push = Push(backup=facts.get("backup", ""), sha256=facts.get("sha256", ""))
    return replace(_reopened(trace), push=push, pushes=trace.pushes + 1)


def _pushed(trace: Trace, _event: Event) -> Trace:
    return replace(trace, push=replace(trace.push, finished=True)) if trace.push else trace


def _guarded(trace: Trace, event: Event) -> Trace:
    return replace(trace, push=replace(trace.push, timer=_timer(event))) if trace.push else trace


def _timer(event: Event) -> Timer | None:
    if event.deadline is None:
        return None
    told = event.facts.get("router_time")
    return Timer(
        minutes=event.facts.get("minutes", 0),
        until=event.deadline,
        router_time=datetime.fromisoformat(told) if told else None,
    )


def _written(writes: tuple[AzureWrite, ...], event: Event) -> tuple[AzureWrite, ...]:
    """Begin a write; or note on the last one of a connection how it ended.

    A write that failed before anything was sent leaves nothing to take back.
    """
    if event.state is State.STARTED:
        return (*writes, AzureWrite.from_event(event))
    of_connection = [n for n, write in enumerate(writes) if write.connection == event.connection]
    if not of_connection:
        return writes
    last = of_connection[-1]
    if event.state is State.FAILED:
        return (*writes[:last], *writes[last + 1 :])
    ended = replace(writes[last], written=event.facts.get("written"))
    return (*writes[:last], ended, *writes[last + 1 :])


_FOLDS: Mapping[tuple[Step, State], Callable[[Trace, Event], Trace]] = MappingProxyType(
    {
        (Step.OUTCOME, State.FINISHED): _ended,
        (Step.PUSH, State.STARTED): _pushing,
        (Step.PUSH, State.FINISHED): _pushed,
        (Step.TIMER_STARTED, State.FINISHED): _guarded,
        (Step.REVERT, State.FINISHED): lambda trace, _: replace(trace, push=None),
        (Step.AZURE_UNDO, State.FINISHED): lambda trace, _: replace(trace, azure=()),
    }
)
