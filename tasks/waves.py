"""Carry a change out, wave by wave: prepare, ask and change, each wave before the next is read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from fvrf.errors import ChangeFailed, FvrfError, Refused
from fvrf.waves import waves
from tasks import rollout as stages
from tasks.changes import ChangeFolder
from tasks.experience import how_long
from tasks.files import writable
from tasks.many import unexpected
from tasks.plan_text import archive_text, plan_text
from tasks.prepare import PrepareOptions
from tasks.processors.progress import Progress
from tasks.project import Project
from tasks.record import write_after, write_before
from tasks.router_change import in_one_line
from tasks.run import Run
from tasks.stop import Stopped, interruptible, stoppable

Agree = Callable[[str], None]
"""Is shown what will be written and asked before it is; raises Refused for a no."""

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
    run.progress.say(f"change {folder.change_id}: Ctrl-C stops it, or a file {run.stop.file}")
    with stoppable(run.stop, run.last_words):
        for number, hosts in enumerate(planned, start=1):
            title = f"wave {number} of {len(planned)}" if len(planned) > 1 else ""
            if number > 1:
                _pause(run)
            if run.stopped:
                records = stages.not_reached(run, hosts)
                made = replace(made, records={**made.records, **records})
            else:
                run.stop.new_wave()
                ask = _headed(run, agree, title, hosts)
                part = narrowed(run, hosts, title)
                made = _wave(run, part, folder, options, ask, writing, made)
            for host in hosts if title else ():
                made.records[host].wave = number
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


def _headed(run: Run, agree: Agree, title: str, hosts: Sequence[str]) -> Agree:
    """Say which routers are in a wave, and say it again where that is asked for."""
    if not title:
        return agree
    head = f"{title}: {', '.join(hosts)}"
    run.progress.say(head)
    return lambda text: agree(f"{head}\n{text}")


def _pause(run: Run) -> None:
    """Wait between two waves, as long as nobody stops the run."""
    clock = run.project.clock
    until = clock.now() + run.stop.rules.pause_s
    if run.stop.rules.pause_s and not run.stopped:
        run.progress.say(f"pause of {run.stop.rules.pause_s:g} s before the next wave")
    while not run.stopped and (left_s := until - clock.now()) > 0:
        clock.sleep(min(left_s, _PAUSE_SLICE_S))


def narrowed(run: Run, hosts: Sequence[str], title: str = "") -> Run:
    """Return the run of some of its routers; all else is the same."""
    project = run.project.narrowed(hosts)
    return replace(run, project=project, progress=progress(project, title))


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
    reason = _not_agreed(
        run, agree, plan_text(prepared, run.project.warnings) + how_long(run.project, prepared)
    )
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
        with interruptible():
            agree(run.project.secrets.mask(text))
    except Stopped as error:
        run.stop.pull()
        return in_one_line(error)
    except Refused as error:
        return in_one_line(error)
    return ""


def progress(project: Project, title: str = "") -> Progress:
    """Return the view of the selection's progress."""
    return Progress((*project.gateways, *project.routers), title=title, now=project.clock.utc)


@contextmanager
def working(run: Run) -> Iterator[None]:
    """Show the progress of what runs meanwhile, and let the operator stop it."""
    with run.progress, stoppable(run.stop, run.last_words):
        yield
