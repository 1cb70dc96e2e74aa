"""How long a change takes, judged by the journals of earlier ones."""

from datetime import UTC, datetime, timedelta

import pytest

from fvrf.estimate import estimate, experience
from fvrf.journal import Event, Outcome, State, Step, fold

BEGIN = datetime(2026, 11, 25, 7, tzinfo=UTC)


def events(host: str, outcome: Outcome, steps: dict[Step, float]) -> list[Event]:
    """Return the journal of a host: each step as long as that, with waits between them."""
    made, now = [], BEGIN
    for step, seconds in steps.items():
        made.append(Event(time=now, host=host, step=step, state=State.STARTED))
        now += timedelta(seconds=seconds)
        made.append(Event(time=now, host=host, step=step, state=State.FINISHED))
        now += timedelta(minutes=10)
    made.append(
        Event(time=now, host=host, step=Step.OUTCOME, state=State.FINISHED, outcome=outcome)
    )
    return made


def test_only_routers_that_were_pushed_and_confirmed_count() -> None:
    journal = fold(
        [
            *events("r1", Outcome.CONFIRMED, {Step.PREFLIGHT: 9, Step.PUSH: 2, Step.VERIFY: 30}),
            *events("r2", Outcome.ROLLED_BACK, {Step.PUSH: 2, Step.VERIFY: 300}),
            *events("r3", Outcome.UNCHANGED, {Step.PREFLIGHT: 9}),
            *events("r4", Outcome.CONFIRMED, {Step.AZURE_APPLY: 40, Step.VERIFY: 30}),
        ]
    )

    assert experience([journal, journal]) == (32.0, 32.0)


@pytest.mark.parametrize(
    ("samples", "routers", "workers", "said"),
    [
        ((60.0,), 0, 20, ""),
        ((), 3, 20, "no earlier change tells how long this takes"),
        (
            (30.0, 60.0, 300.0),
            20,
            20,
            (
                "about 1 min 00 s a router, 1 min 00 s in all;"
                " the longest of 3 earlier ones took 5 min 00 s"
            ),
        ),
        (
            (60.0,),
            50,
            20,
            (
                "about 1 min 00 s a router, 3 min 00 s in all;"
                " the longest of 1 earlier ones took 1 min 00 s"
            ),
        ),
    ],
)
def test_rounds_of_workers_make_the_whole(
    samples: tuple[float, ...], routers: int, workers: int, said: str
) -> None:
    assert estimate(samples, routers=routers, workers=workers) == said
