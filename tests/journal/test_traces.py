"""What a resume reads from a journal, also from one that breaks off at any line."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fvrf.journal import Event, Outcome, State, Step, read
from fvrf.trace import AzureWrite, Begun, Push, Timer, Trace, begun, traces

START = datetime(2026, 11, 25, 1, 49, 3, tzinfo=UTC)
BEGUN = Begun(
    command="rollout --site scus",
    routers=("r1", "r2"),
    intent="5a4e",
    options={"adopt": True, "save_foreign": False, "enable_archive": False},
)
BACKUP = {"backup": "backups/r1/a.cfg", "sha256": "b0"}
TIMER = Timer(minutes=10, until=START + timedelta(minutes=10), router_time=START)
PUSHED = Push(**BACKUP, timer=TIMER, finished=True)
LNG = {"properties": {"gatewayIpAddress": "198.51.100.10"}}


def event(step: Step, state: State = State.FINISHED, **more: Any) -> Event:  # noqa: ANN401 - the keywords of an Event
    return Event(time=START, host="r1", step=step, state=state, **more)


def written(state: State, **facts: Any) -> Event:  # noqa: ANN401 - JSON
    return event(Step.AZURE_WRITE, state, connection="c1", facts=facts)


BEGIN_LNG = written(
    State.STARTED, gateway="g1", kind="create_local_gateway", resource="l1", prior=None
)
BEGIN_KEY = written(State.STARTED, gateway="g1", kind="set_key", resource="c1", prior=LNG)
PUSH = (
    event(Step.PUSH, State.STARTED, facts=BACKUP),
    event(
        Step.TIMER_STARTED,
        deadline=TIMER.until,
        facts={"minutes": 10, "router_time": START.isoformat()},
    ),
    event(Step.PUSH),
)
CREATED = AzureWrite(
    gateway="g1",
    kind="create_local_gateway",
    resource="l1",
    connection="c1",
    prior=None,
    written=LNG,
)

CASES: dict[str, tuple[Sequence[Event], Trace]] = {
    "only read": ([event(Step.PREFLIGHT)], Trace()),
    "a push begins": (PUSH[:1], Trace(push=Push(**BACKUP), pushes=1)),
    "its timer runs": (PUSH[:2], Trace(push=Push(**BACKUP, timer=TIMER), pushes=1)),
    "it is typed": (PUSH, Trace(push=PUSHED, pushes=1)),
    "confirmed": ([*PUSH, event(Step.CONFIRM)], Trace(push=PUSHED, pushes=1)),
    "ended": (
        [*PUSH, event(Step.OUTCOME, outcome=Outcome.UNKNOWN, detail="lost")],
        Trace(push=PUSHED, pushes=1, outcome=Outcome.UNKNOWN, reason="lost"),
    ),
    "a revert that failed": (
        [*PUSH, event(Step.REVERT, State.FAILED, detail="lost")],
        Trace(push=PUSHED, pushes=1),
    ),
    "reverted": ([*PUSH, event(Step.REVERT)], Trace(pushes=1)),
    "reverted and pushed again": (
        [*PUSH, event(Step.REVERT), *PUSH[:1]],
        Trace(push=Push(**BACKUP), pushes=2),
    ),
    "an outcome holds until something is written": (
        [event(Step.OUTCOME, outcome=Outcome.SKIPPED, detail="so"), *PUSH[:1]],
        Trace(push=Push(**BACKUP), pushes=1),
    ),
    "a write to Azure begins": (
        [BEGIN_LNG],
        Trace(azure=(AzureWrite.from_event(BEGIN_LNG),)),
    ),
    "it stands": ([BEGIN_LNG, written(State.FINISHED, written=LNG)], Trace(azure=(CREATED,))),
    "it was not seen": (
        [BEGIN_LNG, written(State.FINISHED, written=None)],
        Trace(azure=(AzureWrite.from_event(BEGIN_LNG),)),
    ),
    "it was never sent": ([BEGIN_LNG, written(State.FAILED)], Trace()),
    "the second was never sent": (
        [BEGIN_LNG, written(State.FINISHED, written=LNG), BEGIN_KEY, written(State.FAILED)],
        Trace(azure=(CREATED,)),
    ),
    "undone": ([BEGIN_LNG, event(Step.AZURE_UNDO)], Trace()),
    "a connection ends": (
        [event(Step.OUTCOME, outcome=Outcome.CONFIRMED, connection="c1")],
        Trace(connections={"c1": Outcome.CONFIRMED}),
    ),
}


@pytest.mark.parametrize(("events", "expected"), CASES.values(), ids=CASES)
def test_a_journal_folds_to_what_may_stand(events: Sequence[Event], expected: Trace) -> None:
    lines = read("".join(event.to_line() for event in events))
    assert traces(lines) == {"r1": expected}


def test_a_change_is_what_its_first_line_says_however_often_it_is_resumed() -> None:
    first = Event(time=START, host="", step=Step.CHANGE, state=State.STARTED, facts=BEGUN.facts())
    again = Event(time=START, host="", step=Step.CHANGE, state=State.STARTED, detail="resumed")
    lines = read("".join(line.to_line() for line in (first, *PUSH, again)))
    assert begun(lines) == BEGUN
    assert traces(lines).keys() == {"r1"}


def test_a_journal_of_a_version_that_could_not_resume_tells_nothing() -> None:
    assert begun(PUSH) is None
