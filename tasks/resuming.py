"""Resume a change: what is finished is left, what may stand is settled, the rest is changed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from fvrf.errors import Refused
from fvrf.journal import Outcome
from fvrf.report.model import Backup, ChangeReport, ConnectionReport, RouterReport, from_json
from fvrf.resume import Standing, standing
from fvrf.trace import Trace, runbook_of, traces
from tasks import engine
from tasks.approval import kept_approval
from tasks.changes import ChangeFolder
from tasks.history import REPORT
from tasks.journal import load
from tasks.opening import ChangeOptions, earlier_change, how_begun, recorded
from tasks.prepare import PrepareOptions
from tasks.project import Project, Selection, open_project
from tasks.record import router_report, write_after
from tasks.router_change import Ended
from tasks.run import Run
from tasks.settings import read_config
from tasks.settle import Settled, settle
from tasks.waves import Agree, Writing, carry_out, narrowed, progress, working

_NOT_CHANGED = frozenset({Outcome.SKIPPED, Outcome.UNREACHABLE})
_WORDS = {
    Standing.FINISHED: "finished, left alone",
    Standing.UNKNOWN: "may have been written to: proven and confirmed, or taken back",
    Standing.OPEN: "not changed yet",
}


def open_earlier(config: Path, change_id: str, *, runbook: str) -> Project:
    """Open the project with the routers that a change was begun with.

    Raises InputError for an unknown id, Refused where its journal does not tell, and where another
    runbook began it.
    """
    first = how_begun(read_config(config)[1].changes, change_id)
    by = runbook_of(first)
    if by != runbook:
        raise Refused(
            f"change {change_id} was begun by {by}, which means other steps",
            remedy=f"`{by} --resume {change_id}`",
            code="F353",
        )
    return open_project(config, Selection(hosts=first.routers))


def open_whole(config: Path, change_id: str) -> Project:
    """Open the project with the routers that a change was begun with, whoever began it.

    Raises InputError for an unknown id, Refused where its journal does not tell.
    """
    first = how_begun(read_config(config)[1].changes, change_id)
    return open_project(config, Selection(hosts=first.routers))


def resume(
    project: Project, *, command: str, agree: Agree, change: ChangeOptions
) -> tuple[ChangeReport, Path]:
    """Go on with a change whose run broke off or was stopped; `project` selects its routers.

    The report and its exit code are those of the whole change. Raises what `rollout` does, Refused
    where the intent is another by now, and for a no before anything was written.
    """
    started = project.clock.utc()
    with (
        earlier_change(project, change) as opened,
        engine.sessions_closed(project),
        Writing(opened.journal.path) as writing,
    ):
        options = PrepareOptions(**opened.begun.options)
        run = Run(
            project,
            progress(project),
            opened.journal,
            engine.brake(project, opened, change),
            traces=traces(opened.events),
            approved=kept_approval(opened.folder),
            only_in=change.window,
            allow_outage=frozenset(options.allow_outage),
        )
        stands = {host: standing(run.trace(host)) for host in project.routers}
        unknown = [host for host, found in stands.items() if found is Standing.UNKNOWN]
        if unknown:
            agree("".join(_lines(stands)))
            writing.begun = True
        with recorded(opened.journal, "resumed"):
            with working(run):
                settled = settle(run, options, unknown)
            earlier = [
                *_finished(run, opened.folder, stands),
                *_settled(run, opened.folder, settled),
            ]
            done = {report.host for report in earlier}
            rest = narrowed(run, [host for host in project.routers if host not in done])
            made = carry_out(rest, opened.folder, options, agree, writing)
            for record in made.records.values():
                record.ended = still_kept(record.ended, run.trace(record.host))
            return engine.reported(run, opened, made, earlier, command=command, started=started)


def still_kept(ended: Ended | None, trace: Trace) -> Ended | None:
    """Add to the end of a router that was not changed now what earlier runs left in Azure."""
    if ended is None or not trace.azure or ended.outcome not in _NOT_CHANGED:
        return ended
    kept = ", ".join(f"{write.kind.replace('_', ' ')} {write.resource}" for write in trace.azure)
    return replace(ended, reason=f"{ended.reason}; Azure keeps what an earlier run wrote: {kept}")


def _lines(stands: Mapping[str, Standing]) -> Iterator[str]:
    for host, found in stands.items():
        yield f"{host}: {_WORDS[found]}\n"


def _finished(
    run: Run, folder: ChangeFolder, stands: Mapping[str, Standing]
) -> Iterator[RouterReport]:
    """Yield the reports of routers that earlier runs finished: as reported then, or journaled."""
    path = folder.path / REPORT
    known = from_json(path.read_text(encoding="utf-8"), file=str(path)) if path.exists() else None
    reported = {report.host: report for report in known.routers} if known else {}
    for host, found in stands.items():
        if found is not Standing.FINISHED:
            continue
        trace, report = run.trace(host), reported.get(host)
        if report is not None and report.outcome is trace.outcome:
            yield report
        else:
            yield _journaled(run, folder, host, trace)


def _journaled(run: Run, folder: ChangeFolder, host: str, trace: Trace) -> RouterReport:
    """Return the report of a router by its journal alone, since its run wrote none."""
    plan, outcome = run.project.plan.routers[host], trace.outcome or Outcome.UNKNOWN
    diff = folder.path / host / "diff.txt"
    push = trace.push
    return RouterReport(
        host=host,
        site=plan.site,
        outcome=outcome,
        reason=trace.reason,
        diff=diff.read_text(encoding="utf-8") if diff.exists() else "",
        connections=tuple(
            ConnectionReport(
                name=connection.name,
                gateway=connection.gateway,
                outcome=trace.connections.get(connection.name, outcome),
            )
            for connection in plan.connections
        ),
        timings=load(folder.path / "journal.jsonl").hosts[host].timings,
        backup=Backup(path=push.backup, sha256=push.sha256) if push else None,
    )


def _settled(run: Run, folder: ChangeFolder, settled: Settled) -> Iterator[RouterReport]:
    """Write down and yield what became of the routers that were settled, not begun anew."""
    ended = [record for record in settled.records.values() if record.ended is not None]
    write_after(folder, run, settled.prepared, ended)
    timings = load(folder.path / "journal.jsonl").hosts
    for record in ended:
        yield router_report(run, settled.prepared, record, timings[record.host].timings)
