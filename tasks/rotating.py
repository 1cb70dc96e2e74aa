"""A rotation of many keys while it runs: its folder, its journal, and its report."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from fvrf.journal import Outcome
from fvrf.report.model import ChangeReport, RouterReport, from_json, to_json
from fvrf.rotation import Rotation
from fvrf.trace import Begun
from tasks.changes import ChangeFolder, write_report
from tasks.files import writable
from tasks.journal import Journal
from tasks.locks import Owner, hold
from tasks.opening import ChangeOptions, recorded
from tasks.project import Project
from tasks.record import exit_code
from tasks.render import TEMPLATES
from tasks.waves import Writing


@dataclass(slots=True, kw_only=True)
class Rotating:
    """A rotation of many connections while it runs; `reports` gathers what became of each."""

    project: Project
    folder: ChangeFolder
    journal: Journal
    writing: Writing
    generate: bool
    command: str
    allow_outage: tuple[str, ...] = ()
    rounds: int = 0
    stopped: bool = False
    reports: list[RouterReport] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)

    def leave(self, one: Rotation, outcome: Outcome, reason: str = "") -> None:
        """Report a connection whose key stays as it is."""
        self.reports.append(
            RouterReport(
                host=one.router,
                site=one.site,
                outcome=outcome,
                reason=reason and f"{one.connection}: {reason}",
            )
        )


@contextmanager
def opened(
    project: Project,
    named: str,
    change: ChangeOptions,
    started: datetime,
    first: Begun | None,
) -> Iterator[tuple[ChangeFolder, Journal]]:
    """Open the folder of the whole rotation; the ends themselves are locked round by round."""
    root = project.settings.changes

    with hold(root, [f"change {named}"], Owner.current(named), broken=change.break_lock):
        with writable("the change's folder"):
            folder = (
                ChangeFolder.reopen(root, lambda: project.secrets.resolved, named)
                if first is None
                else ChangeFolder.create(
                    root, lambda: project.secrets.resolved, now=started, change_id=named
                )
            )
            journal = folder.journal(project.clock.utc)
        facts = None if first is None else first.facts()
        with journal, recorded(journal, "" if first else "resumed", facts=facts):
            yield folder, journal


def reported(rotating: Rotating, started: datetime) -> tuple[ChangeReport, Path]:
    """Write the report of the whole rotation; each round has one of its own."""
    report = ChangeReport(
        change_id=rotating.folder.change_id,
        command=rotating.command,
        tool_version=version("fvrf"),
        started=started,
        finished=rotating.project.clock.utc(),
        exit_code=exit_code(rotating.reports, stopped=rotating.stopped),
        routers=tuple(rotating.reports),
    )
    masked = from_json(rotating.folder.mask(to_json(report)))
    return masked, write_report(rotating.folder, masked, TEMPLATES)
