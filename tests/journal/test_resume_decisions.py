"""What is done with a router whose run broke off: the whole table, and what comes before it."""

from itertools import product

import pytest

from fvrf.journal import Outcome
from fvrf.resume import Action, Facts, Running, Standing, Timer, decide, standing
from fvrf.trace import Push, Trace

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
