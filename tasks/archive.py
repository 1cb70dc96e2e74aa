"""Enable a router's archive: the one change without a revert timer, since the timer needs it."""

from nornir.core.task import Task

from fvrf.errors import ChangeFailed
from fvrf.intent.pacing import Pacing
from fvrf.journal import Step
from tasks.confirm import save
from tasks.push import Typist
from tasks.run import Run
from tasks.session import session
from tasks.wire import writing

ARCHIVE = ("archive", "path bootflash:backup-", "maximum 10")


def enable_archive(task: Task, run: Run) -> None:
    """Type the archive's lines and save at once.

    Raises ChangeFailed if the router refuses, Unknown if it cannot be seen since.
    """
    host, project = task.host.name, run.project
    console = session(project, task.host)
    typist = Typist(
        console=console,
        resolve=project.secrets.resolve,
        clock=project.clock,
        timing=project.settings.timing,
        pacing=Pacing(kind="line"),
    )
    mode = ""
    with run.step(host, Step.PUSH, "enable the archive", lines=len(ARCHIVE)), writing(host):
        for line in ("configure terminal", *ARCHIVE, "end"):
            mode = typist.type_lines([line], mode)
    with run.step(host, Step.SAVE):
        refused = save(console, host, timeout_s=project.settings.timing.read_timeout_s)
    if refused:
        raise ChangeFailed(
            f"{host}: the archive is enabled and not saved: {refused}",
            remedy="`write memory` on the router, then run again",
            code="F543",
        )
