"""Change one router: the whole chain, on one worker, from the revert timer to the outcome.

push under the timer -> Azure's steps of this window -> new session -> verify -> confirm and
save, or revert and undo. Whatever happens, the router is confirmed only after both ends were
proven, and never saved before it is confirmed.
"""

import math
from hashlib import sha256

from nornir.core.task import Task

from fvrf.errors import ChangeFailed, FvrfError, Refused, Unknown
from fvrf.intent.pacing import Pacing
from fvrf.iosxe.effects import clears
from fvrf.iosxe.preflight import LAST_CHANGE, last_change
from fvrf.journal import Outcome, Step
from tasks.confirm import confirm, save
from tasks.console import Console
from tasks.guard import guard_now
from tasks.prepare import PreparedRouter
from tasks.push import GARBLED, Typist, begin, push_blocks
from tasks.reconcile import SiteWriter
from tasks.revert import revert
from tasks.router_change import Ended, RouterChange, in_one_line, not_begun, unseen
from tasks.run import Run
from tasks.session import (
    close_session,
    end_sessions,
    is_one_time,
    reserve_session,
    session,
)
from tasks.stop import Stopped
from tasks.take_back import (
    post_snapshot,
    session_since_written,
    still_stands,
    take_back,
    undo,
    unseen_since,
)
from tasks.verify import verify, verify_back
from tasks.whole import replace, tidy, upload
from tasks.wire import looking, writing

TIMER_MIN, TIMER_MAX = 10, 120
_SPARE_S = 60.0


def change_router(task: Task, change: RouterChange) -> Ended:
    """Run the chain; every way out is an outcome, and the session is closed."""
    try:
        return _change(task, change)
    except Unknown as error:
        return unseen(change, error)
    except FvrfError as error:
        return not_begun(error)
    finally:
        if change.uploaded:
            tidy(task, change.run)
        end_sessions(task.host)


def _change(task: Task, change: RouterChange) -> Ended:
    try:
        with change.azure.locked():
            _check_begin(change)
            if not change.stands:
                guard_now(task, change)
            if change.first == "azure":
                _remove(change)
            if change.changes_router and not change.stands:
                _push(task, change)
            _azure_window(change)
        prove(task, change)
        ended = _confirm(task, change)
    except Unknown:
        raise
    except FvrfError as error:
        if not change.wrote:
            raise
        return take_back(task, change, error.message)
    return ended if change.first == "azure" else removed(change, ended)


def removed(change: RouterChange, ended: Ended) -> Ended:
    """Delete in Azure what the router no longer has; it stays confirmed if that fails."""
    if ended.outcome is not Outcome.CONFIRMED or not change.azure.removals:
        return ended
    try:
        with change.azure.locked():
            _remove(change)
    except FvrfError as error:
        reason = f"the router is confirmed and saved; in Azure: {in_one_line(error)}"
        return Ended(outcome=Outcome.FAILED, reason=reason)
    return ended


def _remove(change: RouterChange) -> None:
    for gateway, step in change.azure.removals:
        change.azure.apply(gateway, [step])


def _check_begin(change: RouterChange) -> None:
    """Refuse to begin where the run was stopped or the window closed, maybe while it waited."""
    change.run.check_deadline(change.host, "its turn came")
    if change.run.stopped:
        raise Stopped(f"{change.run.stop.reason} before its turn came")
    check_window(change)


def _azure_window(change: RouterChange) -> None:
    """Do Azure's steps of this window; one that cannot be seen is as bad as a failed one."""
    try:
        for gateway, step in change.azure.window:
            change.azure.apply(gateway, [step])
    except Unknown as error:
        raise ChangeFailed(error.message, remedy=error.remedy, code=error.code) from error


def prove(task: Task, change: RouterChange) -> None:
    """Look at both ends until all is as expected; raises ChangeFailed with what is not.

    Raises Unknown where a router that was written to cannot be looked at.
    """
    run = change.run
    deadline_s = run.project.settings.timing.verify_deadline_s
    with run.step(change.host, Step.VERIFY):
        plan, observatory = change.prepared.plan, change.observatory
        before = change.prepared.seen
        if change.host in run.project.back:
            result = verify_back(task, run, plan, observatory, deadline_s=deadline_s)
        else:
            result = verify(task, run, plan, observatory, deadline_s=deadline_s, before=before)
        change.findings, change.seen = result.findings, result.seen
        if result.seen is None and change.changes_router:
            raise unseen_since(change, result.reason)
        if not result.passed:
            raise ChangeFailed(result.reason)


def _push(task: Task, change: RouterChange) -> None:
    """Type everything under the revert timer; what came back garbled is tried again by line."""
    pacing = change.run.project.pacing(change.host)
    _check_unchanged(session(change.run.project, task.host), change)
    reserve_session(change.run.project, task.host)
    if change.prepared.replacement is not None:
        upload(task, change, change.prepared.replacement)
    once = is_one_time(change.run.project, task.host)
    try:
        _push_paced(task, change, pacing)
    except ChangeFailed as error:
        if error.code != GARBLED or pacing.kind == "line" or once:
            raise
        with change.run.step(change.host, Step.REVERT, error.message):
            revert(change.run, change.prepared, session_since_written(task, change))
        close_session(task.host)
        change.timer_until = None
        _push_paced(task, change, pacing.model_copy(update={"kind": "line"}))


def _check_unchanged(console: Console, change: RouterChange) -> None:
    """Raise Refused if somebody changed the router since it was read, maybe long ago."""
    timeout_s = change.run.project.settings.timing.read_timeout_s
    with looking(change.host):
        (shown,) = console.read([LAST_CHANGE], timeout_s=timeout_s)
    now, then = last_change(shown), change.prepared.preflight.last_change
    if now != then:
        raise Refused(
            f"{change.host}: somebody changed the configuration since it was read: {now}",
            remedy="run again: a new plan takes that into account",
            code="F322",
        )


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
        pushing = run.step(change.host, Step.PUSH, lines=prepared.lines, facts=_facts(prepared))
        with pushing, writing(change.host):
            if prepared.replacement is not None:
                replace(change, typist, minutes)
            else:
                _begin(change, typist, minutes)
                push_blocks(typist, prepared.blocks)
            for command in clears(prepared.diff):
                typist.type_lines([command], "")
    finally:
        # A refused line leaves this session in configuration mode; and what was written is
        # proven over a new one.
        close_session(task.host)


def _facts(prepared: PreparedRouter) -> dict[str, str]:
    """Return what tells later whether this push stands: by what it was made, what was before."""
    backup = prepared.backup
    before = {"backup": str(backup.path), "sha256": backup.sha256} if backup else {}
    return {**before, "intended": sha256(prepared.intended.encode()).hexdigest()}


def _begin(change: RouterChange, typist: Typist, minutes: int) -> None:
    """Start the timer; only a clear no of the router means that none runs."""
    router_time = change.prepared.router_time(change.run.project.clock.now())
    change.timer_until = change.run.timer(change.host, minutes, router_time)
    try:
        begin(typist, minutes)
    except Refused:
        change.timer_until = None
        raise


def check_window(change: RouterChange) -> None:
    """Raise Refused where the change would not end, revert included, while its window is open."""
    window = change.run.window(change.host)
    if window is None:
        return
    minutes = timer_minutes(change) if change.changes_router else _minutes(change)
    reason = window.refusal(change.run.project.clock.utc(), minutes)
    if reason:
        raise Refused(f"{change.host}: {reason}", remedy="run again then", code="F342")


def _minutes(change: RouterChange) -> int:
    return math.ceil(proof_s(change.run, change.azure) / 60)


def timer_minutes(change: RouterChange) -> int:
    """Return the revert timer: half as much again as all that it must outlast.

    Raises Refused where IOS has no timer that long.
    """
    push_s = change.prepared.lines * change.run.project.settings.timing.push_line_s
    needed_s = 1.5 * (push_s + proof_s(change.run, change.azure))
    minutes = max(TIMER_MIN, math.ceil(needed_s / 60))
    if minutes > TIMER_MAX:
        raise Refused(
            f"{change.host}: the change needs a revert timer of {minutes} minutes,"
            f" the longest is {TIMER_MAX}",
            remedy="shorten verify_deadline_s, or change fewer connections at once",
            code="F321",
        )
    return minutes


def proof_s(run: Run, azure: SiteWriter) -> float:
    """Return how long proving may take, Azure's steps of the window included."""
    timing = run.project.settings.timing
    return len(azure.window) * timing.azure_step_s + timing.verify_deadline_s + _SPARE_S


def _confirm(task: Task, change: RouterChange) -> Ended:
    if not change.changes_router:
        return Ended(outcome=Outcome.CONFIRMED, reason="")
    run, console = change.run, session_since_written(task, change)
    timeout_s = run.project.settings.timing.read_timeout_s
    with run.step(change.host, Step.CONFIRM):
        confirm(console, change.host, timeout_s=timeout_s)
    # From here on no timer takes the change back.
    change.timer_until = None
    run.timers.pop(change.host, None)
    return save_proven(task, change)


def save_proven(task: Task, change: RouterChange, *, saved: bool = False) -> Ended:
    """Save what was proven and confirmed, unless it is saved already."""
    run, console = change.run, session_since_written(task, change)
    timeout_s, refused = run.project.settings.timing.read_timeout_s, None
    with run.step(change.host, Step.SAVE):
        try:
            refused = None if saved else save(console, change.host, timeout_s=timeout_s)
        except Unknown as error:
            if not still_stands(task, change, error):
                return undo(change, f"confirmed, and gone before it was saved: {error.message}")
            refused = error.message
    if refused:
        reason = f"not saved: {refused} -> `write memory` on the router"
        return Ended(outcome=Outcome.CONFIRMED_UNSAVED, reason=reason)
    note = post_snapshot(change, console)
    return Ended(outcome=Outcome.CONFIRMED, reason=f"saved{note}" if note else "")
