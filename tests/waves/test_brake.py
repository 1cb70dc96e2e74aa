"""What ends a run early: signals, a file, too many failures; and what is said when it leaves."""

import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from fvrf.journal import Outcome
from fvrf.waves import WaveRules
from tasks.processors.progress import Progress
from tasks.run import Run
from tasks.stop import Brake, Stopped, interruptible, stoppable

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_lets_nothing_new_begin_and_breaks_nothing_off(number: int) -> None:
    brake = Brake()

    with stoppable(brake):
        os.kill(os.getpid(), number)
        assert brake.pulled

    assert brake.reason == "stopped by the operator"


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_interrupts_a_question(number: int) -> None:
    brake = Brake()
    with stoppable(brake):
        with pytest.raises(Stopped, match="at the question"), interruptible():
            os.kill(os.getpid(), number)
        assert not brake.pulled
        os.kill(os.getpid(), number)
        assert brake.pulled


def test_a_stop_file_stops_from_elsewhere(tmp_path: Path) -> None:
    brake = Brake(file=tmp_path / "stop")
    assert not brake.pulled

    (tmp_path / "stop").touch()

    assert brake.pulled
    assert brake.reason == f"stopped by {tmp_path}/stop"


@pytest.mark.parametrize(
    ("waves", "reason"),
    [
        ([[Outcome.ROLLED_BACK], [Outcome.UNKNOWN]], ""),
        ([[Outcome.SKIPPED, Outcome.CONFIRMED_UNSAVED, Outcome.UNCHANGED]], ""),
        (
            [[Outcome.ROLLED_BACK, Outcome.UNREACHABLE]],
            "2 failed in this wave, the budget is 1",
        ),
        (
            [[Outcome.ROLLED_BACK], [Outcome.UNKNOWN], [Outcome.UNREACHABLE]],
            "3 failed in all, the budget is 2",
        ),
        ([[Outcome.FAILED]], "r1 could not be taken back"),
    ],
    ids=str,
)
def test_too_many_failures_stop_it(waves: list[list[Outcome]], reason: str) -> None:
    brake = Brake(rules=WaveRules(budget=2, budget_wave=1))

    for outcomes in waves:
        brake.new_wave()
        for outcome in outcomes:
            brake.count("r1", outcome)

    assert (brake.pulled, brake.reason) == (bool(reason), reason)


def test_the_last_words_name_the_routers_that_wait_for_their_timers() -> None:
    """One that was given up still waits for its own; a confirmed or reverted one has none."""
    project = SimpleNamespace(secrets=SimpleNamespace(mask=str))
    until = datetime(2026, 11, 25, 1, 49, 3, tzinfo=UTC)
    hosts = ("r1", "r2", "r3", "r4")
    run = Run(project, Progress(hosts), timers=dict.fromkeys(hosts, until))  # type: ignore[arg-type] # only its secrets are used

    run.outcome("r1", Outcome.CONFIRMED, "")
    run.outcome("r2", Outcome.UNKNOWN, "")
    run.outcome("r3", Outcome.ROLLED_BACK, "")

    assert run.last_words() == (
        "Left at once; these routers wait for their own timers:\n"
        "  r2 goes back at 2026-11-25T01:49:03.000Z\n"
        "  r4 goes back at 2026-11-25T01:49:03.000Z\n"
    )
