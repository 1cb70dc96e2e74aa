"""The stages of the runbooks, in order: what is opened, run, written and closed around them."""

from collections.abc import Callable
from pathlib import Path

from fvrf.errors import Refused
from fvrf.report.model import ChangeReport
from tasks import rollout as stages
from tasks.changes import ChangeFolder, write_report
from tasks.prepare import PrepareOptions
from tasks.processors.progress import Progress
from tasks.project import Project
from tasks.record import make_report, plan_text, write_after, write_before
from tasks.render import TEMPLATES
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
    with folder.journal(project.clock.utc) as journal:
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
