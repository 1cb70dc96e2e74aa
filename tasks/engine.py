"""The stages of the runbooks, in order: what is opened, run, written and closed around them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nornir.core.task import Result, Task
from nornir_utils.plugins.tasks.files import write_file

from fvrf.azure.az import az_commands
from fvrf.checks.finding import Finding
from fvrf.errors import InputError, Problem, Refused
from fvrf.report.model import ChangeReport, from_json
from tasks import rollout as stages
from tasks.changes import ChangeFolder, write_report
from tasks.prepare import PrepareOptions
from tasks.processors.progress import Progress
from tasks.project import Project
from tasks.record import make_report, plan_text, write_after, write_before
from tasks.render import TEMPLATES, render
from tasks.run import Run


def rollout(
    project: Project,
    options: PrepareOptions,
    *,
    command: str,
    agree: Callable[[str], bool],
) -> tuple[ChangeReport, Path]:
    """Change the selection and return the report with the path of its page.

    `agree` is shown the plan and asked before the first write; raises Refused without its yes.
    """
    started = project.clock.utc()
    folder = ChangeFolder.create(
        project.settings.changes, lambda: project.secrets.resolved, now=started
    )
    progress = Progress((*project.gateways, *project.routers), now=project.clock.utc)
    with folder.journal(project.clock.utc) as journal, sessions_closed(project):
        run = Run(project, progress, journal)
        with progress:
            prepared = stages.prepare(run, options)
            write_before(folder, run, prepared)
            records = stages.records(run, prepared)
        if any(record.change for record in records.values()):
            if not agree(plan_text(prepared)):
                raise Refused("nothing was written: the plan was not agreed to", code="F330")
            with progress:
                stages.change(run, prepared, records)
        write_after(folder, records.values())
        report = make_report(run, folder, records, prepared, command=command, started=started)
    return report, write_report(folder, report, TEMPLATES)


@contextmanager
def sessions_closed(project: Project) -> Iterator[None]:
    """Leave no session open behind, however the run ends."""
    try:
        yield
    finally:
        stages.close_sessions(project, project.routers)


def compare(project: Project, *, adopt: bool) -> stages.Prepared:
    """Read both ends and compare them with the plan; writes nothing at all."""
    progress = Progress((*project.gateways, *project.routers), now=project.clock.utc)
    with progress, sessions_closed(project):
        return stages.prepare(Run(project, progress), PrepareOptions(adopt=adopt, store=False))


def verify(project: Project, *, wait_s: float) -> dict[str, tuple[Finding, ...]]:
    """Look at both ends of each selected router, until all is as expected or `wait_s` is over."""
    progress = Progress(project.routers, now=project.clock.utc)
    with progress:
        return stages.verify(Run(project, progress), wait_s=wait_s)


def write_offline(project: Project, folder: Path) -> list[Path]:
    """Write each router's text, keys as placeholders, and each gateway's `az` commands."""
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

    done = stages.run_all(project, (*project.routers, *project.gateways), write)
    return list(done.values())


def list_changes(folder: Path) -> list[str]:
    """Return the ids of all changes that have a report, the newest last."""
    return sorted(path.parent.name for path in folder.glob("*/report.json"))


def read_change(folder: Path, change: str) -> tuple[ChangeReport, Path]:
    """Return a change's report and its page; raises InputError for an unknown id."""
    path = folder / change / "report.json"
    if change not in list_changes(folder):
        known = ", ".join(list_changes(folder)[-5:]) or "there is none yet"
        problem = Problem(
            file="command line",
            host="",
            path="change",
            message="no such change",
            value=change,
            remedy=f"the latest: {known}",
        )
        raise InputError([problem])
    return from_json(path.read_text(encoding="utf-8"), file=str(path)), path.with_suffix(".html")
