"""Whole: a backup put back as it is, by `configure replace` under the router's own revert timer.

The file goes to bootflash: by SCP and is proven there by its MD5 before anything is replaced; it
is removed at the end, whatever came of it. `revert trigger error timer N` has the router go back by
itself where a line fails or nobody confirms (vendor guide "Configuration Rollback Confirmed
Change"; NAPALM types the same).
"""

from hashlib import md5
from pathlib import Path

from nornir.core.task import Task

from fvrf.errors import CannotLook, ChangeFailed, Refused
from fvrf.iosxe.text import redact
from fvrf.iosxe.whole import REMOTE, REPLACE, replaced
from tasks.push import Typist
from tasks.router_change import RouterChange
from tasks.run import Run
from tasks.session import put_file, session
from tasks.wire import looking

_REMOVE = f"delete /force {REMOTE}"


def upload(task: Task, change: RouterChange, file: Path) -> None:
    """Copy a backup to the router; raises Refused, nothing replaced, unless it stands there whole.

    Raises CannotLook where the session breaks.
    """
    run = change.run
    console = session(run.project, task.host)
    change.uploaded = True
    reason = put_file(run.project, task.host, file, REMOTE)
    digest = md5(file.read_bytes(), usedforsecurity=False).hexdigest()
    if reason is None:
        with looking(change.host):
            command = f"verify /md5 {REMOTE} {digest}"
            (reply,) = console.read([command], timeout_s=run.project.settings.timing.read_timeout_s)
        reason = None if "Verified" in reply else "the router's MD5 of it is another"
    if reason is not None:
        raise Refused(
            f"{change.host}: the backup did not reach {REMOTE}: {reason}",
            remedy="see `ip scp server enable` and the user's privilege at login, which must be 15",
            code="F339",
        )


def replace(change: RouterChange, typist: Typist, minutes: int) -> None:
    """Replace the running configuration by the file; the timer runs from its first line on.

    Raises ChangeFailed unless the router says that it is done.
    """
    told = change.prepared.router_time(change.run.project.clock.now())
    change.timer_until = change.run.timer(change.host, minutes, told)
    command = f"{REPLACE} revert trigger error timer {minutes}"
    typist.typed.append(command)
    timing = typist.timing
    timeout_s = timing.deletion_timeout_s + change.prepared.lines * timing.push_line_s
    (answer,) = typist.console.ask([command], timeout_s=timeout_s)
    if not replaced(answer.reply):
        said = " / ".join(
            line.strip() for line in redact(answer.reply).splitlines() if line.strip()
        )
        raise ChangeFailed(
            f"the configuration was not replaced: {change.run.project.secrets.mask(said)}",
            code="F514",
        )


def tidy(task: Task, run: Run) -> None:
    """Remove the file; one that cannot be removed holds no more than the router's own archive."""
    host, timeout_s = task.host.name, run.project.settings.timing.read_timeout_s
    try:
        with looking(host):
            session(run.project, task.host).read([_REMOVE], timeout_s=timeout_s)
    except CannotLook as error:
        run.progress.say(f"{host}: {REMOTE} is left there: {error.message}")
