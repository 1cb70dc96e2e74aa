"""What is done with a router whose run broke off: the whole table, and what comes before it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from fvrf.iosxe.preflight import Archive, PendingTimer
from fvrf.journal import Outcome
from fvrf.preflight import Preflight
from fvrf.resume import Action, Facts, Running, Standing, Timer, decide, pending, standing
from fvrf.trace import Push, Trace
from fvrf.trace import Timer as Started

NOW = datetime(2026, 11, 25, 14, 5, 35, tzinfo=UTC)
A, R, T = Action, Running, Timer
EITHER = (False, True)

# timer, running, provable, then
TABLE = [
    (T.NONE, R.BACKUP, EITHER, A.REDO),
    (T.NONE, R.INTENDED, EITHER, A.SAVE),
    (T.NONE, R.OTHER, EITHER, A.LEAVE),
    (T.OURS, R.BACKUP, EITHER, A.REVERT),
    (T.OURS, R.INTENDED, (False,), A.REVERT),
    (T.OURS, R.INTENDED, (True,), A.PROVE),
    (T.OURS, R.OTHER, EITHER, A.REVERT),
    (T.ENDING, R.BACKUP, EITHER, A.WAIT),
    (T.ENDING, R.INTENDED, EITHER, A.WAIT),
    (T.ENDING, R.OTHER, EITHER, A.WAIT),
    (T.FOREIGN, R.BACKUP, EITHER, A.REDO),
    (T.FOREIGN, R.INTENDED, EITHER, A.LEAVE),
    (T.FOREIGN, R.OTHER, EITHER, A.LEAVE),
]
CASES = {
    (timer, running, provable): action
    for timer, running, when, action in TABLE
    for provable in when
}


def test_the_table_has_every_combination() -> None:
    assert set(CASES) == set(product(Timer, Running, EITHER))


@pytest.mark.parametrize(("facts", "action"), CASES.items(), ids=str)
def test_what_was_found_decides(facts: tuple[Timer, Running, bool], action: Action) -> None:
    timer, running, provable = facts
    assert decide(Facts(timer=timer, running=running, provable=provable)) is action


def test_nothing_is_pushed_again_while_an_earlier_push_may_stand() -> None:
    again = {(timer, running) for (timer, running, _), then in CASES.items() if then is A.REDO}
    assert {running for _, running in again} == {R.BACKUP}


def test_nothing_of_ours_is_touched_under_a_timer_that_is_not_ours() -> None:
    acted = {then for (timer, _, _), then in CASES.items() if timer is T.FOREIGN}
    assert acted == {A.LEAVE, A.REDO}


PUSH = Push(backup="backups/r1/a.cfg", sha256="0")
S = Standing
STANDINGS: list[tuple[Outcome | None, Push | None, int, Standing]] = [
    (None, None, 0, S.OPEN),
    (None, PUSH, 1, S.UNKNOWN),
    (None, None, 1, S.OPEN),
    (Outcome.UNCHANGED, None, 0, S.FINISHED),
    (Outcome.CONFIRMED, PUSH, 1, S.FINISHED),
    (Outcome.CONFIRMED, None, 0, S.FINISHED),
    (Outcome.CONFIRMED_UNSAVED, PUSH, 1, S.UNKNOWN),
    (Outcome.ROLLED_BACK, None, 1, S.FINISHED),
    (Outcome.ROLLED_BACK, None, 0, S.OPEN),
    (Outcome.FAILED, PUSH, 1, S.FINISHED),
    (Outcome.FAILED, None, 0, S.FINISHED),
    (Outcome.UNREACHABLE, None, 0, S.OPEN),
    (Outcome.SKIPPED, None, 0, S.OPEN),
    (Outcome.UNKNOWN, PUSH, 1, S.UNKNOWN),
    (Outcome.UNKNOWN, None, 0, S.OPEN),
]


@pytest.mark.parametrize(("outcome", "push", "pushes", "expected"), STANDINGS)
def test_a_journal_tells_what_is_finished_open_or_unknown(
    outcome: Outcome | None, push: Push | None, pushes: int, expected: Standing
) -> None:
    assert standing(Trace(outcome=outcome, push=push, pushes=pushes)) is expected


def test_every_outcome_has_a_standing() -> None:
    assert {outcome for outcome, *_ in STANDINGS} == {None, *Outcome}


def router(started_s: float | None, *, minutes: int = 10, user: str = "netops") -> Preflight:
    """A router on which a timer was started so many seconds ago, or none."""
    since = NOW - timedelta(seconds=started_s or 0)
    timer = PendingTimer(
        user=user,
        minutes=minutes,
        type="absolute",
        configured_at=since.strftime("%H:%M:%S UTC %a %b %d %Y"),
    )
    return Preflight(
        archive=Archive(enabled=True),
        timer=None if started_s is None else timer,
        saved=True,
        free_bytes=None,
        clock=NOW,
    )


def pushed(started_s: float, minutes: int = 10) -> Push:
    """A push whose timer was started so many seconds ago, by the journal."""
    began = NOW - timedelta(seconds=started_s)
    timer = Started(minutes=minutes, until=NOW + timedelta(days=9), router_time=began)
    return replace(PUSH, timer=timer)


IDLE = router(100)
assert IDLE.timer is not None
UNTIMED = replace(pushed(100), timer=Started(minutes=10, until=NOW, router_time=None))
WHOSE: dict[str, tuple[Preflight, Push, Timer, float]] = {
    "none": (router(None), pushed(100), T.NONE, 0),
    "ours": (router(100), pushed(101), T.OURS, 500),
    "ours, typed a little later": (router(100), pushed(220), T.OURS, 500),
    "ours, about to strike": (router(511), pushed(511), T.ENDING, 89),
    "begun later than ours": (router(100), pushed(221), T.FOREIGN, 500),
    "begun earlier than ours": (router(221), pushed(100), T.FOREIGN, 379),
    "of another length": (router(100, minutes=20), pushed(100), T.FOREIGN, 1100),
    "of another user": (router(100, user="jane"), pushed(100), T.FOREIGN, 500),
    "of another kind": (
        replace(IDLE, timer=replace(IDLE.timer, type="idle")),
        pushed(100),
        T.FOREIGN,
        500,
    ),
    "a router that does not tell its time": (
        replace(router(100), clock=None),
        pushed(100),
        T.FOREIGN,
        0,
    ),
    "a router that did not tell it then": (router(100), UNTIMED, T.FOREIGN, 500),
    "a push before its timer": (router(100), PUSH, T.FOREIGN, 500),
}


@pytest.mark.parametrize(("found", "push", "whose", "left_s"), WHOSE.values(), ids=WHOSE)
def test_a_timer_is_ours_by_user_length_and_the_router_s_own_clock(
    found: Preflight, push: Push, whose: Timer, left_s: float
) -> None:
    assert pending(found, push, "netops") == (whose, left_s)
