"""Change one router: the whole chain, on one worker, from the revert timer to the outcome.

push under the timer -> Azure's steps of this window -> new session -> verify -> confirm and
save, or revert and undo. Whatever happens, the router is confirmed only after both ends were
proven, and never saved before it is confirmed.
"""

import math
from dataclasses import dataclass, field

from nornir.core.task import Task

from fvrf.checks.finding import Finding
from fvrf.errors import CannotLook, ChangeFailed, FvrfError, Refused, Unknown
from fvrf.iosxe.effects import clears
from fvrf.journal import Outcome, Step
from tasks.confirm import confirm, save
from tasks.console import Console
from tasks.observe import Observatory
from tasks.prepare import PreparedRouter
from tasks.push import GARBLED, Typist, begin, push_blocks
from tasks.reconcile import SiteWriter
from tasks.revert import revert, running
from tasks.run import Run
from tasks.session import close_session, session
from tasks.settings import Pacing
from tasks.verify import Verification, verify
from tasks.wire import looking, writing

TIMER_MIN, TIMER_MAX = 10, 120
_SPARE_S = 60.0


@dataclass(slots=True, kw_only=True)
class RouterChange:
    """One router's change while it runs; `typed` and `findings` are what it leaves behind."""

    run: Run
    prepared: PreparedRouter
    azure: SiteWriter
    observatory: Observatory
    typed: list[str] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()
    running_after: str | None = None
    timer_started: bool = False

    @property
    def host(self) -> str:
        """The router's name."""
        return self.prepared.host

    @property
    def changes_router(self) -> bool:
        """Whether anything is typed into the router."""
        return bool(self.prepared.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a router's change ended."""

    outcome: Outcome
    reason: str


def change_router(task: Task, change: RouterChange) -> Ended:
    """Run the chain; every way out is an outcome, and the session is closed."""
    try:
        return _change(task, change)
    except Unknown as error:
        remedy = f"; {error.remedy}" if error.remedy else ""
        return Ended(outcome=Outcome.UNKNOWN, reason=f"{error.message}{remedy}")
    except FvrfError as error:
        return Ended(outcome=_nothing_written(error), reason=str(error))
    finally:
        close_session(task.host)


def _change(task: Task, change: RouterChange) -> Ended:
    try:
        with change.azure.locked():
            if change.changes_router:
                _push(task, change)
            _azure_window(change)
        close_session(task.host)
    except Unknown:
        raise
    except FvrfError as error:
        if not change.timer_started and not change.azure.wrote:
            raise
        return take_back(task, change, error.message)
    with change.run.step(change.host, Step.VERIFY):
        result = verify(
            task,
            change.run,
            change.prepared.plan,
            change.observatory,
            deadline_s=change.run.project.settings.timing.verify_deadline_s,
        )
    change.findings = result.findings
    if not result.passed:
        return _not_proven(task, change, result)
    return _confirm(task, change)


def _nothing_written(error: FvrfError) -> Outcome:
    """Return the outcome of a chain that ended before its first write, or in its revert."""
    if isinstance(error, ChangeFailed):
        return Outcome.FAILED
    return Outcome.UNREACHABLE if isinstance(error, CannotLook) else Outcome.SKIPPED


def _azure_window(change: RouterChange) -> None:
    """Do Azure's steps of this window; one that cannot be seen is as bad as a failed one."""
    try:
        for gateway, step in change.azure.window:
            change.azure.apply(gateway, [step])
    except Unknown as error:
        raise ChangeFailed(error.message, remedy=error.remedy, code=error.code) from error


def _push(task: Task, change: RouterChange) -> None:
    """Type everything under the revert timer; what came back garbled is tried again by line."""
    pacing = change.run.project.settings.pacing
    try:
        _push_paced(task, change, pacing)
    except ChangeFailed as error:
        if error.code != GARBLED or pacing.kind == "line":
            raise
        with change.run.step(change.host, Step.REVERT, error.message):
            revert(change.run, change.prepared, _session(task, change))
        close_session(task.host)
        change.timer_started = False
        _push_paced(task, change, pacing.model_copy(update={"kind": "line"}))


def _push_paced(task: Task, change: RouterChange, pacing: Pacing) -> None:
    run, prepared = change.run, change.prepared
    minutes = timer_minutes(change)
    typist = Typist(
        console=session(run.project, task.host),
        resolve=run.project.secrets.resolve,
        clock=run.project.clock,
        timing=run.project.settings.timing,
        pacing=pacing,
        typed=change.typed,
        until=run.project.clock.now() + minutes * 60 - _SPARE_S,
    )
    try:
        with run.step(change.host, Step.PUSH, lines=prepared.lines), writing(change.host):
            _begin(change, typist, minutes)
            push_blocks(typist, prepared.blocks)
            for command in clears(prepared.diff):
                typist.type_lines([command], "")
    finally:
        # A refused line leaves this session in configuration mode; and what was written is
        # proven over a new one.
        close_session(task.host)


def _begin(change: RouterChange, typist: Typist, minutes: int) -> None:
    """Start the timer; only a clear no of the router means that none runs."""
    change.timer_started = True
    change.run.timer(change.host, minutes)
    try:
        begin(typist, minutes)
    except Refused:
        change.timer_started = False
        raise


def timer_minutes(change: RouterChange) -> int:
    """Return the revert timer: half as much again as all that it must outlast.

    Raises Refused where IOS has no timer that long.
    """
    timing = change.run.project.settings.timing
    needed_s = 1.5 * (
        len(change.azure.window) * timing.azure_step_s
        + change.prepared.lines * timing.push_line_s
        + timing.verify_deadline_s
        + _SPARE_S
    )
    minutes = max(TIMER_MIN, math.ceil(needed_s / 60))
    if minutes > TIMER_MAX:
        raise Refused(
            f"{change.host}: the change needs a revert timer of {minutes} minutes,"
            f" the longest is {TIMER_MAX}",
            remedy="shorten verify_deadline_s, or change fewer connections at once",
            code="F321",
        )
    return minutes


def _confirm(task: Task, change: RouterChange) -> Ended:
    if not change.changes_router:
        return Ended(outcome=Outcome.CONFIRMED, reason="")
    run, console = change.run, _session(task, change)
    timeout_s = run.project.settings.timing.read_timeout_s
    with run.step(change.host, Step.CONFIRM):
        confirm(console, change.host, timeout_s=timeout_s)
    with run.step(change.host, Step.SAVE):
        try:
            refused = save(console, change.host, timeout_s=timeout_s)
        except Unknown as error:
            refused = error.message
    if refused:
        return Ended(outcome=Outcome.CONFIRMED_UNSAVED, reason=f"not saved: {refused}")
    return Ended(outcome=Outcome.CONFIRMED, reason=_post_snapshot(change, console))


def _post_snapshot(change: RouterChange, console: Console) -> str:
    """Read the configuration once more for the record; a failure changes no outcome."""
    try:
        with change.run.step(change.host, Step.POST_SNAPSHOT), looking(change.host):
            change.running_after = running(change.run, console)
    except CannotLook as error:
        return f"saved; the configuration could not be read afterwards: {error.message}"
    return ""


def _not_proven(task: Task, change: RouterChange, result: Verification) -> Ended:
    if not result.seen and change.changes_router:
        raise _unseen(change, result.reason)
    return take_back(task, change, result.reason)


def take_back(task: Task, change: RouterChange, why: str) -> Ended:
    """Revert the router, then undo Azure; what cannot be taken back is a failure."""
    how = "nothing was written to the router"
    if change.timer_started:
        with change.run.step(change.host, Step.REVERT):
            console = _session(task, change)
            how = f"the router: {revert(change.run, change.prepared, console)}"
        _post_snapshot(change, console)
    left = change.azure.undo() if change.azure.wrote else ()
    if left:
        reason = f"{why}; {how}; Azure keeps: {'; '.join(left)}"
        return Ended(outcome=Outcome.FAILED, reason=reason)
    return Ended(outcome=Outcome.ROLLED_BACK, reason=f"{why}; {how}")


def _session(task: Task, change: RouterChange) -> Console:
    """Return the session that verified; else a new one, as after a refused line."""
    try:
        return session(change.run.project, task.host)
    except CannotLook as error:
        raise _unseen(change, error.message) from error


def _unseen(change: RouterChange, reason: str) -> Unknown:
    return Unknown(
        f"{change.host}: cannot be seen since it was written to: {reason}",
        remedy="nothing is saved; the router's own timer takes the change back",
        code="F594",
    )
