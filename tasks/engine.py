"""The stages of the runbooks, in order: what is opened, run, written and closed around them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
from fvrf.waves import waves
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
from tasks.stop import Brake, Stopped, stoppable

Agree = Callable[[str], None]
# A file of this name in the change's folder stops the run, from wherever it is put there.
STOP = "stop"
_PAUSE_SLICE_S = 1.0


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
        run = Run(project, progress(project), opened.journal, brake(project, opened, change))
        made = carry_out(run, opened.folder, options, agree, writing)
        return reported(run, opened, made, command=command, started=started)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of the routers that were changed; `refused` if that was not agreed to."""

    prepared: stages.Prepared
    records: Mapping[str, stages.RouterRecord]
    refused: bool = False

    def with_(self, prepared: stages.Prepared, records: Mapping[str, stages.RouterRecord]) -> Self:
        """Return this and what became of another wave."""
        return replace(
            self, prepared=self.prepared.with_(prepared), records={**self.records, **records}
        )


def carry_out(
    run: Run, folder: ChangeFolder, options: PrepareOptions, agree: Agree, writing: Writing
) -> Made:
    """Prepare, ask and change the selection of the run, wave by wave.

    A wave is read just before its turn: where the run stops, the later ones were not contacted.
    """
    sites = {host: run.project.plan.routers[host].site for host in run.project.routers}
    planned = waves(sites, run.stop.rules)
    made = Made(prepared=stages.Prepared(routers={}, gateways={}, errors={}), records={})
    for number, hosts in enumerate(planned, start=1):
        if number > 1:
            _pause(run)
        if run.stopped:
            records = stages.not_reached(run, hosts)
            made = replace(made, records={**made.records, **records})
            continue
        run.stop.new_wave()
        part = narrowed(run, hosts)
        ask = agree if len(planned) == 1 else _headed(agree, number, planned)
        made = _wave(run, part, folder, options, ask, writing, made)
        if made.refused:
            run.stop.pull("not agreed to")
    return made


def _wave(
    run: Run,
    part: Run,
    folder: ChangeFolder,
    options: PrepareOptions,
    agree: Agree,
    writing: Writing,
    made: Made,
) -> Made:
    """Prepare, ask and change the routers of one wave; returns that with what was made before."""
    with working(part):
        prepared = stages.prepare(part, options)
    prepared = _with_archives(part, prepared, options, agree, writing)
    with writable("the plan"):
        write_before(folder, run, prepared, whole=made.prepared.with_(prepared))
    records = stages.records(part, prepared)
    agreed = _change(part, prepared, records, agree, writing)
    write_after(folder, part, prepared, records.values())
    return replace(made.with_(prepared, records), refused=not agreed)


def _headed(agree: Agree, number: int, planned: Sequence[Sequence[str]]) -> Agree:
    """Put the number of the wave and its routers above what is asked."""
    head = f"wave {number} of {len(planned)}: {', '.join(planned[number - 1])}\n"
    return lambda text: agree(head + text)


def _pause(run: Run) -> None:
    """Wait between two waves, as long as nobody stops the run."""
    clock = run.project.clock
    until = clock.now() + run.stop.rules.pause_s
    with stoppable(run.stop, run.last_words):
        while not run.stopped and (left_s := until - clock.now()) > 0:
            clock.sleep(min(left_s, _PAUSE_SLICE_S))


def narrowed(run: Run, hosts: Sequence[str]) -> Run:
    """Return the run of some of its routers; all else is the same."""
    project = run.project.narrowed(hosts)
    return replace(run, project=project, progress=progress(project))


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
) -> bool:
    """Change what is ready, once it is agreed to; else every record says why not."""
    if not any(record.change for record in records.values()):
        return True
    reason = _not_agreed(run, agree, plan_text(prepared))
    if reason:
        stages.skip(run, records, reason)
        return False
    writing.begun = True
    with working(run):
        stages.change(run, prepared, records)
    return True


def _not_agreed(run: Run, agree: Agree, text: str) -> str:
    """Ask, and return why not, nothing for a yes."""
    if run.stopped:
        return in_one_line(Stopped(f"{run.stop.reason} before anything was written"))
    try:
        agree(run.project.secrets.mask(text))
    except Stopped as error:
        run.stop.pull()
        return in_one_line(error)
    except Refused as error:
        return in_one_line(error)
    return ""


def brake(project: Project, opened: OpenChange, change: ChangeOptions) -> Brake:
    """Return what may stop a change early; a stop file of an earlier run is spent."""
    file = opened.folder.path / STOP
    file.unlink(missing_ok=True)
    return Brake(rules=change.waves or project.settings.waves, file=file)


def progress(project: Project) -> Progress:
    """Return the view of the selection's progress."""
    return Progress((*project.gateways, *project.routers), now=project.clock.utc)


@contextmanager
def working(run: Run) -> Iterator[None]:
    """Show the progress of what runs meanwhile, and let the operator stop it."""
    with run.progress, stoppable(run.stop, run.last_words):
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
