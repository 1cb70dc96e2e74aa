"""Take back: the router to its backup, then what this change wrote in Azure."""

from nornir.core.task import Task

from fvrf.errors import CannotLook, ChangeFailed, Unknown
from fvrf.iosxe.text import same_configuration
from fvrf.journal import Outcome, Step
from tasks.console import Console
from tasks.revert import revert, running
from tasks.router_change import Ended, RouterChange, in_one_line
from tasks.session import close_session, is_one_time, session
from tasks.wire import looking


def take_back(task: Task, change: RouterChange, why: str) -> Ended:
    """Revert the router, then undo Azure; what cannot be taken back is a failure.

    Raises Unknown where the router cannot be seen; Azure then keeps what was written, since
    the router may still have its part.
    """
    if change.timer_until is None:
        return undo(change, f"{why}; nothing was written to the router")
    try:
        with change.run.step(change.host, Step.REVERT):
            console = session_since_written(task, change)
            how = revert(change.run, change.prepared, console)
    except Unknown as error:
        raise Unknown(f"{why}; {error.message}", remedy=error.remedy, code=error.code) from error
    except (ChangeFailed, CannotLook) as error:
        return Ended(
            outcome=Outcome.FAILED,
            reason=f"{why}; not taken back: {in_one_line(error)}{_kept(change)}",
        )
    note = post_snapshot(change, console)
    return undo(change, f"{why}; the router: {how}{note}")


def undo(change: RouterChange, reason: str) -> Ended:
    """Undo what was written in Azure; the router is, or is again, as it was before."""
    if not change.azure.wrote:
        return Ended(outcome=Outcome.ROLLED_BACK, reason=reason)
    left = change.azure.undo()
    if left:
        return Ended(outcome=Outcome.FAILED, reason=f"{reason}; Azure keeps: {'; '.join(left)}")
    return Ended(outcome=Outcome.ROLLED_BACK, reason=f"{reason}; Azure: taken back")


def session_since_written(task: Task, change: RouterChange) -> Console:
    """Return the session that verified, else a new one; raises Unknown where there is none."""
    try:
        return session(change.run.project, task.host)
    except CannotLook as error:
        raise unseen_since(change, error.message) from error


def still_stands(task: Task, change: RouterChange, lost: Unknown) -> bool:
    """Tell by a new look whether a router whose session was lost while it saved has the change.

    One that lost its power comes back, minutes later, with its startup configuration. Raises
    Unknown where it cannot be seen before the deadline of a proof.
    """
    project, clock = change.run.project, change.run.project.clock
    until = clock.now() + project.settings.timing.verify_deadline_s
    while True:
        close_session(task.host)
        try:
            with looking(change.host):
                now = running(change.run, session(project, task.host))
        except CannotLook as error:
            if clock.now() >= until or is_one_time(project, task.host):
                raise _saved_or_not(lost, error) from error
            clock.sleep(project.settings.timing.verify_poll_s)
        else:
            backup = change.prepared.backup
            return backup is None or not same_configuration(now, backup.text.reveal())


def _saved_or_not(lost: Unknown, error: CannotLook) -> Unknown:
    return Unknown(
        f"{lost.message}, and it cannot be seen since: {error.message}",
        remedy="it was confirmed, so no timer runs: if the change is there, `write memory`;"
        " else run again",
        code="F599",
    )


def unseen_since(change: RouterChange, reason: str) -> Unknown:
    """Word that a router that was written to cannot be looked at."""
    return Unknown(
        f"{change.host}: cannot be seen since it was written to: {reason}",
        remedy="nothing is saved; the router's own timer takes the change back",
        code="F594",
    )


def post_snapshot(change: RouterChange, console: Console) -> str:
    """Read the configuration once more for the record; a failure is but a note."""
    try:
        with change.run.step(change.host, Step.POST_SNAPSHOT), looking(change.host):
            change.running_after = running(change.run, console)
    except CannotLook as error:
        return f"; the configuration could not be read afterwards: {error.message}"
    return ""


def _kept(change: RouterChange) -> str:
    written = ", ".join(change.azure.written)
    return f"; Azure keeps what was written: {written}" if written else ""
