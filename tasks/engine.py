"""The stages of the runbooks, in order: what is opened, run, written and closed around them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from nornir.core.task import Result, Task
from nornir_utils.plugins.tasks.files import write_file

from fvrf.azure.az import az_commands
from fvrf.checks.finding import Finding
from fvrf.errors import ChangeFailed, FvrfError, Refused
from fvrf.report.model import ChangeReport, RouterReport, from_json, to_json
from tasks import rollout as stages
from tasks.changes import ChangeFolder, write_report
from tasks.files import writable
from tasks.many import run_all, unexpected
from tasks.opening import ChangeOptions, OpenChange, how_it_begins, new_change
from tasks.plan_text import archive_text, plan_text
from tasks.prepare import PrepareOptions
from tasks.processors.progress import Progress
from tasks.project import Project
from tasks.record import make_report, write_after, write_before
from tasks.render import TEMPLATES, render
from tasks.router_change import in_one_line
from tasks.run import Run
from tasks.stop import Stopped, stoppable

Agree = Callable[[str], None]


class Writing:
    """Makes of whatever ends a run that has `begun` to write a ChangeFailed, hence exit code 1."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self.begun = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self.begun or not isinstance(error, Exception) or isinstance(error, ChangeFailed):
            return
        known = error if isinstance(error, FvrfError) else unexpected(error, ChangeFailed)
        remedy = f"what became of each router is in {self._journal}"
        raise ChangeFailed(known.message, remedy=remedy, code=known.code) from error


def rollout(
    project: Project,
    options: PrepareOptions,
    *,
    command: str,
    agree: Agree,
    change: ChangeOptions,
) -> tuple[ChangeReport, Path]:
    """Change the selection and return the report with the path of its page.

    `agree` is shown what will be written and asked before it is; it raises Refused for a no, and
    then nothing is written. Once something was, whatever ends the run early is ChangeFailed.
    """
    started = project.clock.utc()
    first = how_it_begins(project, options, command=command)
    with (
        new_change(project, first, change, started=started) as opened,
        sessions_closed(project),
        Writing(opened.journal.path) as writing,
    ):
        run = Run(project, progress(project), opened.journal)
        made = carry_out(run, opened.folder, options, agree, writing)
        return reported(run, opened, made, command=command, started=started)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of the routers that were changed."""

    prepared: stages.Prepared
    records: Mapping[str, stages.RouterRecord]


def carry_out(
    run: Run, folder: ChangeFolder, options: PrepareOptions, agree: Agree, writing: Writing
) -> Made:
    """Prepare, ask and change the selection of the run."""
    if not run.project.routers:
        return Made(prepared=stages.Prepared(routers={}, gateways={}, errors={}), records={})
    with working(run):
        prepared = stages.prepare(run, options)
    prepared = _with_archives(run, prepared, options, agree, writing)
    with writable("the plan"):
        write_before(folder, run, prepared)
    records = stages.records(run, prepared)
    _change(run, prepared, records, agree, writing)
    write_after(folder, run, prepared, records.values())
    return Made(prepared=prepared, records=records)


def reported(
    run: Run,
    opened: OpenChange,
    made: Made,
    earlier: Sequence[RouterReport] = (),
    *,
    command: str,
    started: datetime,
) -> tuple[ChangeReport, Path]:
    """Write the report of the whole change; returns it and its page."""
    folder = opened.folder
    whole = make_report(
        run, folder, made.records, made.prepared, earlier, command=command, started=started
    )
    # What a router prints may hold a secret anywhere, a key in a description, say.
    report = from_json(folder.mask(to_json(whole)))
    return report, write_report(folder, report, TEMPLATES)


def _with_archives(
    run: Run, prepared: stages.Prepared, options: PrepareOptions, agree: Agree, writing: Writing
) -> stages.Prepared:
    """Enable the archives that are missing, if that was asked for and is agreed to."""
    hosts = stages.without_archive(prepared, options) if options.enable_archive else ()
    if not hosts or _not_agreed(run, agree, archive_text(hosts)):
        return prepared
    writing.begun = True
    with working(run):
        return stages.enable_archives(run, prepared, options, hosts)


def _change(
    run: Run,
    prepared: stages.Prepared,
    records: Mapping[str, stages.RouterRecord],
    agree: Agree,
    writing: Writing,
) -> None:
    """Change what is ready, once it is agreed to; else every record says why not."""
    if not any(record.change for record in records.values()):
        return
    reason = _not_agreed(run, agree, plan_text(prepared))
    if reason:
        stages.skip(run, records, reason)
        return
    writing.begun = True
    with working(run):
        stages.change(run, prepared, records)


def _not_agreed(run: Run, agree: Agree, text: str) -> str:
    """Ask, and return why not, nothing for a yes."""
    if run.stopped:
        return in_one_line(Stopped("stopped before anything was written"))
    try:
        agree(run.project.secrets.mask(text))
    except Stopped as error:
        run.stop.set()
        return in_one_line(error)
    except Refused as error:
        return in_one_line(error)
    return ""


def progress(project: Project) -> Progress:
    """Return the view of the selection's progress."""
    return Progress((*project.gateways, *project.routers), now=project.clock.utc)


@contextmanager
def working(run: Run) -> Iterator[None]:
    """Show the progress of what runs meanwhile, and let the operator stop it."""
    with run.progress, stoppable(run.stop):
        yield


@contextmanager
def sessions_closed(project: Project) -> Iterator[None]:
    """Leave no session open behind, however the run ends."""
    try:
        yield
    finally:
        stages.close_sessions(project, project.routers)


def compare(project: Project, *, adopt: bool) -> stages.Prepared:
    """Read both ends and compare them with the plan; writes nothing at all."""
    run = Run(project, progress(project))
    with working(run), sessions_closed(project):
        prepared = stages.prepare(run, PrepareOptions(adopt=adopt, store=False))
    if run.stopped:
        raise Stopped("stopped before everything was read")
    return prepared


def verify(project: Project, *, wait_s: float) -> dict[str, tuple[Finding, ...]]:
    """Look at both ends of each selected router, until all is as expected or `wait_s` is over."""
    run = Run(project, Progress(project.routers, now=project.clock.utc))
    with working(run):
        return stages.verify(run, wait_s=wait_s)


def write_offline(project: Project, folder: Path) -> list[Path]:
    """Write each router's text, keys as placeholders, and each gateway's `az` commands.

    Raises Refused where the folder cannot be written.
    """
    with writable("the folder of the texts"):
        folder.mkdir(parents=True, exist_ok=True)

    def write(task: Task) -> Result:
        host = task.host.name
        if host in project.gateways:
            path, text = folder / f"{host}.az.sh", az_commands(project.gateway(host))
        else:
            path = folder / f"{host}.cfg"
            text = str(render(task, project.plan.routers[host]).result)
        task.run(write_file, filename=str(path), content=text)
        return Result(host=task.host, result=path)

    done = run_all(project, (*project.routers, *project.gateways), write)
    return list(done.values())
