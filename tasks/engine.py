"""The stages of the runbooks, in order: what is opened, run, written and closed around them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from nornir.core.task import Result, Task
from nornir_utils.plugins.tasks.files import write_file

from fvrf.azure.az import az_commands
from fvrf.azure.az_hub import hub_commands
from fvrf.checks.finding import Finding
from fvrf.report.model import ChangeReport, RouterReport, from_json, to_json
from tasks import rollout as stages
from tasks.approval import keep_approval
from tasks.changes import write_report
from tasks.files import writable
from tasks.many import run_all
from tasks.opening import ChangeOptions, OpenChange, how_it_begins, new_change
from tasks.prepare import PrepareOptions
from tasks.processors.progress import Progress
from tasks.project import Project
from tasks.record import make_report
from tasks.render import TEMPLATES, render
from tasks.run import Run
from tasks.stop import Brake, Stopped
from tasks.waves import Agree, Made, Writing, carry_out, progress, working

# A file of this name in the change's folder stops the run, from wherever it is put there.
STOP = "stop"


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
    project.check_sites("--allow-outage", options.allow_outage)
    started = project.clock.utc()
    first = how_it_begins(project, options, command=command)
    with (
        new_change(project, first, change, started=started) as opened,
        sessions_closed(project),
        Writing(opened.journal.path) as writing,
    ):
        if change.approved is not None:
            keep_approval(opened.folder, change.approved)
        run = Run(
            project,
            progress(project),
            opened.journal,
            brake(project, opened, change),
            approved=change.approved,
            only_in=change.window,
            allow_outage=frozenset(options.allow_outage),
        )
        made = carry_out(run, opened.folder, options, agree, writing)
        return reported(run, opened, made, command=command, started=started)


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


def brake(project: Project, opened: OpenChange, change: ChangeOptions) -> Brake:
    """Return what may stop a change early; a stop file of an earlier run is spent."""
    file = opened.folder.path / STOP
    file.unlink(missing_ok=True)
    return Brake(rules=change.waves or project.settings.waves, file=file)


@contextmanager
def sessions_closed(project: Project) -> Iterator[None]:
    """Leave no session open behind, however the run ends."""
    try:
        yield
    finally:
        stages.close_sessions(project, project.routers)


def compare(project: Project, *, adopt: bool, from_asn: int | None = None) -> stages.Prepared:
    """Read both ends and compare them with the plan; writes nothing at all."""
    run = Run(project, progress(project))
    with working(run), sessions_closed(project):
        options = PrepareOptions(adopt=adopt, from_asn=from_asn, store=False)
        prepared = stages.prepare(run, options)
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
            plan = project.gateway(host)
            commands = az_commands if plan.hub is None else hub_commands
            path, text = folder / f"{host}.az.sh", commands(plan)
        else:
            path = folder / f"{host}.cfg"
            text = str(render(task, project.plan.routers[host]).result)
        task.run(write_file, filename=str(path), content=text)
        return Result(host=task.host, result=path)

    done = run_all(project, (*project.routers, *project.gateways), write)
    return list(done.values())
