"""The run of a runbook: what its tasks share, and where they say what they are doing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fvrf.approval import Approved
from fvrf.journal import Outcome, Step, timestamp
from fvrf.trace import Trace
from fvrf.window import Window
from tasks.journal import Journal
from tasks.plugins.runner import PacedRunner, PassedDeadline
from tasks.processors.progress import Progress
from tasks.project import Project
from tasks.stop import Brake


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """A project with its progress and, for a change, its journal.

    `traces` has what earlier runs of the change left, by host, `timers` when the routers whose
    timers run take the change back. `approved` is the plan that is applied as it is, if one was.
    `only_in` is the window of the command line, which goes before the routers' own. The sites in
    `allow_outage` may lose their last path.

    It travels to the tasks as one argument; its representation holds nothing of its content.
    """

    project: Project
    progress: Progress
    journal: Journal | None = None
    stop: Brake = field(default_factory=Brake)
    traces: Mapping[str, Trace] = field(default_factory=dict)
    timers: dict[str, datetime] = field(default_factory=dict)
    approved: Approved | None = None
    only_in: Window | None = None
    allow_outage: frozenset[str] = frozenset()

    def trace(self, host: str) -> Trace:
        """Return what earlier runs left on a host."""
        return self.traces.get(host, Trace())

    @contextmanager
    def step(
        self,
        host: str,
        step: Step,
        note: str = "",
        *,
        lines: int | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> Iterator[None]:
        """Show and record a step: begun, with the facts for a resume, then finished or failed.

        Raises PassedDeadline for a host that was given up: nothing of it may go on.
        """
        if step is Step.CONFIRM:
            self.wait_for(host)
        self.check_deadline(host, f"`{step.words}`")
        self.progress.update(host, step.words, self.project.secrets.mask(note))
        if self.journal is None:
            yield
            return
        self.journal.started(host, step, note, lines=lines, facts=facts)
        try:
            yield
        except BaseException as error:
            self.journal.failed(host, step, str(error))
            raise
        self.journal.finished(host, step, note)

    @property
    def stopped(self) -> bool:
        """Whether the run is to stop: then nothing new is begun."""
        return self.stop.pulled

    def window(self, host: str) -> Window | None:
        """Return when a router may be changed, None for always."""
        return self.only_in or self.project.intent.routers[host].window

    def last_words(self) -> str:
        """Say which routers wait for their own timers, and until when."""
        waiting = sorted(self.timers.items())
        lines = [f"  {host} goes back at {timestamp(until)}\n" for host, until in waiting]
        resume = f"`--resume {self.journal.path.parent.name}` goes on\n" if self.journal else ""
        head = "Left at once; these routers wait for their own timers:\n" if lines else ""
        return head + "".join(lines) + resume

    @property
    def _runner(self) -> PacedRunner | None:
        runner = self.project.nornir.runner
        return runner if isinstance(runner, PacedRunner) else None

    def is_given_up(self, host: str) -> bool:
        """Whether nobody waits for this host any more."""
        runner = self._runner
        return runner is not None and runner.is_given_up(host)

    def wait_for(self, host: str) -> None:
        """Never give a host up from now on, unless it was: its steps have their own deadlines."""
        if self._runner is not None:
            self._runner.commit(host)

    @contextmanager
    def waiting(self, host: str, what: str) -> Iterator[None]:
        """Show that a host waits for its turn; while turns come, it does not pass its deadline."""
        self.progress.update(host, "waiting", what)
        with nullcontext() if self._runner is None else self._runner.waiting(host):
            yield

    def check_deadline(self, host: str, before: str) -> None:
        """Let nothing more happen to a host that was given up; raises PassedDeadline."""
        if self.is_given_up(host):
            raise PassedDeadline(f"{host}: passed its deadline before {before}")

    def timer(self, host: str, minutes: int, router_time: datetime | None) -> datetime:
        """Record and return when the router takes the change back by itself.

        `router_time` is now by the router's own clock: by it the timer is known again.
        """
        until = self.project.clock.utc() + timedelta(minutes=minutes)
        self.timers[host] = until
        if self.journal is not None:
            told = router_time.isoformat() if router_time else None
            self.journal.timer(host, until, {"minutes": minutes, "router_time": told})
        return until

    def outcome(
        self, host: str, outcome: Outcome, reason: str, *, connection: str | None = None
    ) -> None:
        """Record what became of a router, which is shown too, or of one connection of it."""
        if connection is None:
            if outcome is not Outcome.UNKNOWN:
                self.timers.pop(host, None)
            self.stop.count(host, outcome)
            self.progress.done(host, outcome, self.project.secrets.mask(reason))
        if self.journal is not None:
            self.journal.outcome(host, outcome, reason, connection=connection)
