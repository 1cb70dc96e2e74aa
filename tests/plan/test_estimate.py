"""The time of a change, judged by earlier ones: what counts, and what is said."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from fvrf.estimate import Pace, estimate, pace
from fvrf.journal import Event, State, Step

START = datetime(2026, 11, 25, 7, tzinfo=UTC)
KNOWN = Pace(line_s=0.5, proof_s=70.0, azure_step_s=20.0)
BLANK = Pace(line_s=None, proof_s=None, azure_step_s=None)


def took(
    step: Step, seconds: float, *, lines: int | None = None, end: State = State.FINISHED
) -> tuple[Event, Event]:
    return (
        Event(time=START, host="r1", step=step, state=State.STARTED, lines=lines),
        Event(time=START + timedelta(seconds=seconds), host="r1", step=step, state=end),
    )


@pytest.mark.parametrize(
    ("journals", "known"),
    [
        ([], BLANK),
        ([took(Step.PUSH, 50, lines=100), took(Step.PUSH, 30, lines=20)], (1.0, None, None)),
        ([took(Step.PUSH, 50, lines=100, end=State.FAILED)], BLANK),
        ([took(Step.PUSH, 50, lines=100)[:1]], BLANK),
        ([(*took(Step.VERIFY, 60), *took(Step.CONFIRM, 2), *took(Step.SAVE, 8))], (None, 70, None)),
        ([took(Step.CONFIRM, 2)], BLANK),
        ([took(Step.AZURE_APPLY, 3), took(Step.AZURE_APPLY, 25)], (None, None, 14.0)),
    ],
    ids=["none", "push", "failed", "cut off", "proof", "no look", "azure"],
)
def test_only_what_ended_well_tells_how_long_it_takes(
    journals: list[Sequence[Event]], known: Pace | tuple[float | None, ...]
) -> None:
    made = pace(journals)

    assert (known if isinstance(known, Pace) else Pace(**dict(_named(known)))) == made


def _named(values: tuple[float | None, ...]) -> Iterable[tuple[str, float | None]]:
    return zip(("line_s", "proof_s", "azure_step_s"), values, strict=True)


@pytest.mark.parametrize(
    ("known", "lines", "steps", "said"),
    [
        (KNOWN, [], [0], None),
        (BLANK, [4], [], "time: no earlier change to judge by"),
        (
            Pace(line_s=0.5, proof_s=70.0, azure_step_s=None),
            [4],
            [1],
            "time: no earlier change to judge by",
        ),
        (
            Pace(line_s=0.5, proof_s=70.0, azure_step_s=None),
            [4],
            [0],
            ("time: about 72 s a router, 72 s in all with 2 workers, judged by earlier changes"),
        ),
        (
            KNOWN,
            [100, 20, 20],
            [4, 10],
            ("time: about 2 min a router, 8 min in all with 2 workers, judged by earlier changes"),
        ),
    ],
    ids=["nothing", "first change", "Azure unknown", "no step", "rounds"],
)
def test_the_time_is_said_or_that_it_is_not_known(
    known: Pace, lines: list[int], steps: list[int], said: str | None
) -> None:
    assert estimate(known, lines=lines, steps=steps, workers=2) == said
