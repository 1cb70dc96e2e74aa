"""The run of a runbook: what its tasks share, and where they say what they are doing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from fvrf.journal import Outcome, Step
from fvrf.trace import Trace
from tasks.journal import Journal
from tasks.processors.progress import Progress
from tasks.project import Project


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """A project with its progress and, for a change, its journal.

    `traces` has what earlier runs of the change left, by host.

    It travels to the tasks as one argument; its representation holds nothing of its content.
    """

    project: Project
    progress: Progress
    journal: Journal | None = None
    stop: Event = field(default_factory=Event)
    traces: Mapping[str, Trace] = field(default_factory=dict)

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
        """Show and record a step: begun, with the facts for a resume, then finished or failed."""
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
        """Whether the operator asked to stop: then nothing new is begun."""
        return self.stop.is_set()

    def timer(self, host: str, minutes: int, router_time: datetime | None) -> datetime:
        """Record and return when the router takes the change back by itself.

        `router_time` is now by the router's own clock: by it the timer is known again.
        """
        until = self.project.clock.utc() + timedelta(minutes=minutes)
        if self.journal is not None:
            told = router_time.isoformat() if router_time else None
            self.journal.timer(host, until, {"minutes": minutes, "router_time": told})
        return until

    def outcome(
        self, host: str, outcome: Outcome, reason: str, *, connection: str | None = None
    ) -> None:
        """Record what became of a router, which is shown too, or of one connection of it."""
        if connection is None:
            self.progress.done(host, outcome, self.project.secrets.mask(reason))
        if self.journal is not None:
            self.journal.outcome(host, outcome, reason, connection=connection)
