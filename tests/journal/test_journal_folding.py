"""What a journal says, and what it may be read from."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fvrf.errors import InputError
from fvrf.journal import (
    Event,
    HostState,
    JournalView,
    Outcome,
    State,
    Step,
    Timing,
    fold,
    read,
    timestamp,
)

START = datetime(2026, 11, 25, 1, 49, 3, 120_000, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def event(seconds: float, step: Step, state: State = State.FINISHED, **more: Any) -> Event:  # noqa: ANN401 -- the keywords of an Event
    return Event(time=at(seconds), host="r1", step=step, state=state, **more)


PUSHED = (
    event(0, Step.PREFLIGHT, State.STARTED),
    event(2, Step.PREFLIGHT),
    event(3, Step.TIMER_STARTED, deadline=at(603)),
    event(4, Step.PUSH, State.STARTED, lines=42),
)
CONFIRMED = (
    *PUSHED,
    event(9, Step.PUSH, lines=42),
    event(10, Step.VERIFY, State.STARTED),
    event(70, Step.VERIFY),
    event(71, Step.CONFIRM),
    event(72, Step.SAVE),
    event(73, Step.OUTCOME, outcome=Outcome.CONFIRMED, detail="proven"),
)


def test_a_line_says_schema_time_host_step_and_outcome() -> None:
    assert event(1, Step.OUTCOME, outcome=Outcome.FAILED, detail="no").to_line() == (
        '{"schema": 2, "time": "2026-11-25T01:49:04.120Z", "host": "r1", "step": "outcome", '
        '"state": "finished", "outcome": "failed", "detail": "no"}\n'
    )


@pytest.mark.parametrize("written", CONFIRMED, ids=lambda e: f"{e.step}-{e.state}")
def test_an_event_is_read_back_as_it_was_written(written: Event) -> None:
    assert read(written.to_line()) == (written,)


def test_a_finished_journal_folds_to_the_outcome_and_the_timing_of_each_step() -> None:
    expected = HostState(
        last=CONFIRMED[-1],
        outcome=Outcome.CONFIRMED,
        reason="proven",
        deadline=None,
        timings=(
            Timing(step=Step.PREFLIGHT, started=at(0), finished=at(2)),
            Timing(step=Step.PUSH, started=at(4), finished=at(9)),
            Timing(step=Step.VERIFY, started=at(10), finished=at(70)),
            Timing(step=Step.CONFIRM, started=at(71), finished=at(71)),
            Timing(step=Step.SAVE, started=at(72), finished=at(72)),
        ),
    )
    assert fold(CONFIRMED) == JournalView(hosts={"r1": expected})


@pytest.mark.parametrize(
    ("events", "standing", "timer_open"),
    [
        (PUSHED[:2], Outcome.SKIPPED, False),
        (PUSHED, Outcome.UNKNOWN, True),
        (CONFIRMED, Outcome.CONFIRMED, False),
        ((*PUSHED, event(5, Step.REVERT, State.STARTED)), Outcome.UNKNOWN, True),
        ((*PUSHED, event(5, Step.REVERT, State.FAILED, detail="lost")), Outcome.UNKNOWN, True),
        ((*PUSHED, event(5, Step.REVERT)), Outcome.UNKNOWN, False),
        ((*CONFIRMED, event(99, Step.POST_SNAPSHOT)), Outcome.CONFIRMED, False),
        ((*CONFIRMED, event(99, Step.PUSH, State.STARTED)), Outcome.UNKNOWN, False),
    ],
)
def test_a_host_that_was_written_to_and_has_no_outcome_is_unknown(
    events: tuple[Event, ...],
    standing: Outcome,
    timer_open: bool,  # noqa: FBT001 -- a parametrised expectation
) -> None:
    state = fold(events).hosts["r1"]
    assert (state.standing, state.timer_open) == (standing, timer_open)


def test_a_failed_step_is_timed_and_marked() -> None:
    events = (event(0, Step.PUSH, State.STARTED), event(3, Step.PUSH, State.FAILED, detail="% no"))
    assert fold(events).hosts["r1"].timings == (
        Timing(step=Step.PUSH, started=at(0), finished=at(3), failed=True),
    )


def test_connections_have_outcomes_and_timings_of_their_own() -> None:
    events = (
        event(0, Step.AZURE_APPLY, State.STARTED, connection="one"),
        event(1, Step.AZURE_APPLY, State.STARTED, connection="two"),
        event(5, Step.AZURE_APPLY, connection="one"),
        event(6, Step.OUTCOME, outcome=Outcome.CONFIRMED, connection="one"),
    )
    state = fold(events).hosts["r1"]
    assert state.connections == {"one": Outcome.CONFIRMED}
    assert [timing.duration_s for timing in state.timings] == [5.0, 0.0]
    assert state.outcome is None


def test_a_torn_last_line_is_left_out() -> None:
    whole = "".join(e.to_line() for e in PUSHED)
    torn = event(5, Step.PUSH).to_line()
    assert [read(whole + torn[:length]) for length in (0, 1, 30, len(torn) - 1)] == [PUSHED] * 4


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"schema": 3}', "this version reads schema 2 and older"),
        ('{"schema": true}', "not a schema version"),
        ('{"schema": "1"}', "not a schema version"),
        ("{}", "not an event"),
        ("[]", "not an event"),
        ("{torn", "not an event"),
        ('{"schema": 1, "time": "soon", "host": "r1", "step": "push"}', "not an event"),
        ('{"schema": 1, "host": "r1"}', "not an event"),
    ],
)
def test_a_newer_or_damaged_line_is_refused_and_named(line: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(PUSHED[0].to_line() + line + "\n")
    assert caught.value.problems[0].file == "journal.jsonl:2"


@pytest.mark.parametrize(
    ("step", "more"),
    [
        (Step.PUSH, {"deadline": START}),
        (Step.TIMER_STARTED, {}),
        (Step.OUTCOME, {}),
        (Step.SAVE, {"outcome": Outcome.FAILED}),
    ],
)
def test_deadlines_and_outcomes_stand_where_they_belong(step: Step, more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="belongs to"):
        event(0, step, **more)


def test_times_are_written_in_utc_with_milliseconds() -> None:
    berlin = datetime.fromisoformat("2026-11-25T02:49:03.1234+01:00")
    assert timestamp(berlin) == "2026-11-25T01:49:03.123Z"
