"""Settling one router: looked at as often as need be, and never acted on before it is known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from fvrf.errors import CannotLook, ChangeFailed, Unknown
from fvrf.journal import Outcome
from fvrf.resume import Facts, Running, Timer
from fvrf.trace import Push, Trace
from fvrf.trace import Timer as Started
from tasks import settle as module
from tasks.clock import Clock
from tasks.examine import Examined
from tasks.prepare import PrepareOptions
from tasks.processors.progress import Progress
from tasks.project import Project
from tasks.router_change import Ended
from tasks.run import Run

HOST = "scus-onprem-csr"
GONE = CannotLook(f"{HOST}: no session: refused")
CONFIRMED = Ended(outcome=Outcome.CONFIRMED, reason="")
Found = Facts | Exception


class Slept:
    """A clock that moves in sleep only."""

    def __init__(self) -> None:
        self.slept = 0.0

    def now(self) -> float:
        """Return the seconds that were slept."""
        return self.slept

    def utc(self) -> datetime:
        """Return the time of day."""
        return datetime(2026, 11, 25, tzinfo=UTC) + timedelta(seconds=self.slept)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept += seconds


class Router:
    """A router whose examinations are given beforehand; `did` has what was done to it."""

    def __init__(self, *found: Found, revert: Exception | None = None) -> None:
        self.found = list(found)
        self.revert = revert
        self.did: list[str] = []

    def examine(self, *_: Any, **__: Any) -> Examined:  # noqa: ANN401 - whatever the seam has
        """Return what is found next."""
        found = self.found.pop(0)
        if isinstance(found, Exception):
            raise found
        seen = SimpleNamespace(
            host=HOST, backup=None, findings=(), preflight=SimpleNamespace(saved=False)
        )
        return Examined(prepared=seen, facts=found, left_s=30.0)  # type: ignore[arg-type] # read only

    def doing(self, what: str, ended: Ended | None) -> Callable[..., Any]:
        """Return what does something to it, and says so."""

        def act(*_: Any, **__: Any) -> Ended | None:  # noqa: ANN401 - whatever the seam has
            self.did.append(what)
            if what == "revert" and self.revert is not None:
                raise self.revert
            return ended

        return act


def settled(
    router: Router, project: Project, monkeypatch: pytest.MonkeyPatch, left: timedelta
) -> Ended | None:
    """Settle a router by what is found on it; its timer runs yet for `left` by the journal."""
    clock = cast("Clock", Slept())
    timer = Started(minutes=10, until=clock.utc() + left, router_time=None)
    push = Push(backup="a.cfg", sha256="0", timer=timer, finished=True)
    one = replace(project.narrowed([HOST]), gateways=(), clock=clock)
    run = Run(one, Progress((HOST,), now=clock.utc), traces={HOST: Trace(push=push, pushes=1)})
    empty = module.Settling(
        run=run,
        options=PrepareOptions(),
        gateways={},
        errors={},
        observatory=SimpleNamespace(),  # type: ignore[arg-type] # never looked through
    )
    seams = {
        "_settling": lambda *_: empty,
        "_gateways": lambda *_: (),
        "examine": router.examine,
        "session": lambda *_: None,
        "close_session": lambda *_: None,
        "revert": router.doing("revert", None),
        "change_router": router.doing("prove and confirm", CONFIRMED),
        "prove": router.doing("prove", None),
        "save_proven": router.doing("save", CONFIRMED),
    }
    for name, seam in seams.items():
        monkeypatch.setattr(module, name, seam)
    return module.settle(run, PrepareOptions(), [HOST]).records[HOST].ended


def facts(timer: Timer, running: Running, *, provable: bool = True) -> Facts:
    return Facts(timer=timer, running=running, provable=provable)


NONE, OURS, ENDING, FOREIGN = Timer.NONE, Timer.OURS, Timer.ENDING, Timer.FOREIGN
BACKUP, INTENDED, OTHER = Running.BACKUP, Running.INTENDED, Running.OTHER
Case = tuple[list[Found], list[str], Outcome | None]
CASES: dict[str, Case] = {
    "gone back": ([facts(NONE, BACKUP)], [], None),
    "under our timer, half typed": ([facts(OURS, OTHER)], ["revert"], None),
    "under our timer, whole": (
        [facts(OURS, INTENDED)],
        ["prove and confirm"],
        Outcome.CONFIRMED,
    ),
    "confirmed": ([facts(NONE, INTENDED)], ["prove", "save"], Outcome.CONFIRMED),
    "about to strike": ([facts(ENDING, INTENDED), facts(NONE, BACKUP)], [], None),
    "about to strike, and confirmed by somebody": (
        [facts(ENDING, INTENDED), facts(NONE, INTENDED)],
        ["prove", "save"],
        Outcome.CONFIRMED,
    ),
    "somebody's": ([facts(NONE, OTHER)], [], Outcome.UNKNOWN),
    "somebody's timer": ([facts(FOREIGN, INTENDED)], [], Outcome.UNKNOWN),
    "out of reach until the timer struck": ([GONE, facts(NONE, BACKUP)], [], None),
}


@pytest.mark.parametrize(("found", "did", "outcome"), CASES.values(), ids=CASES)
def test_router_is_settled_by_what_it_shows(
    found: list[Found],
    did: list[str],
    outcome: Outcome | None,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Router(*found)
    ended = settled(router, project, monkeypatch, timedelta(seconds=30))
    assert (router.did, router.found) == (did, [])
    assert (ended and ended.outcome) is outcome


def test_router_that_stays_out_of_reach_stays_unknown(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = settled(Router(GONE), project, monkeypatch, timedelta(seconds=-1))
    assert ended == Ended(outcome=Outcome.UNKNOWN, reason="F200 no session: refused")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ChangeFailed(f"{HOST}: it differs"), Outcome.FAILED),
        (Unknown(f"{HOST}: lost"), Outcome.UNKNOWN),
    ],
)
def test_revert_that_does_not_succeed_ends_the_router(
    error: Exception, outcome: Outcome, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = Router(facts(OURS, OTHER), revert=error)
    ended = settled(router, project, monkeypatch, timedelta(seconds=30))
    assert ended is not None
    assert ended.outcome is outcome
