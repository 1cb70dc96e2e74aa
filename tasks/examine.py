"""Examine a router that an earlier run of this change may have written to: by its own word.

Whose revert timer pends and how long it runs yet, and whether the configuration is the backup's or
the intended one. Reads only.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from nornir.core.task import Task

from fvrf.iosxe.diff import compare
from fvrf.iosxe.text import same_configuration
from fvrf.preflight import Preflight
from fvrf.resume import Facts, Running, Timer
from fvrf.secrets import Secret
from fvrf.trace import Push
from tasks.backup import StoredBackup
from tasks.prepare import PreparedRouter, PrepareOptions, masked, prepare_router
from tasks.run import Run
from tasks.session import user_of

# Between the journal's line and the router's taking of the command there is one network turn; the
# rest is for clocks that a boot or NTP sets meanwhile.
_SAME_TIMER = timedelta(seconds=120)
# A minute before it strikes IOS prints into the session: then nothing is typed any more.
ENDING_S = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A router as it was found, with the backup from before its push, None where that is lost.

    `left_s` is how long a pending timer runs yet, by the router's own clock; 0 without one.
    """

    prepared: PreparedRouter
    facts: Facts
    left_s: float


def examine(
    task: Task, run: Run, options: PrepareOptions, push: Push, *, proof_s: float
) -> Examined:
    """Read a router and hold it against the push that the journal knows of.

    `proof_s` is how long a proof may take: our timer must outlast it. Raises CannotLook.
    """
    found = prepare_router(task, run, replace(options, store=False))
    prepared = replace(found, backup=_backup(push))
    timer, left_s = _timer(found.preflight, push, user_of(task.host))
    facts = Facts(
        timer=timer,
        running=_running(run, prepared, adopt=options.adopt),
        provable=push.finished and left_s >= proof_s,
    )
    return Examined(prepared=prepared, facts=facts, left_s=left_s)


def _timer(found: Preflight, push: Push, user: str | None) -> tuple[Timer, float]:
    """Tell whose timer pends, and for how many seconds yet.

    Only the same user's, of the same length, that began when ours did by the router's own clock is
    ours: another run of that user, from elsewhere, may have begun one since.
    """
    pending, own = found.timer, push.timer
    if pending is None:
        return Timer.NONE, 0.0
    if found.clock is None or pending.since is None:
        return Timer.FOREIGN, 0.0
    left_s = (timedelta(minutes=pending.minutes) - (found.clock - pending.since)).total_seconds()
    ours = (
        own is not None
        and own.router_time is not None
        and (pending.user, pending.minutes, pending.type) == (user, own.minutes, "absolute")
        and abs(pending.since - own.router_time) <= _SAME_TIMER
    )
    if not ours:
        return Timer.FOREIGN, left_s
    return (Timer.OURS if left_s >= ENDING_S else Timer.ENDING), left_s


def _running(run: Run, prepared: PreparedRouter, *, adopt: bool) -> Running:
    """Tell what of ours is configured; what others changed beside it does not matter."""
    if prepared.diff.in_sync:
        return Running.INTENDED
    if prepared.backup is None:
        return Running.OTHER
    before = prepared.backup.text.reveal()
    if same_configuration(prepared.whole.reveal(), before):
        return Running.BACKUP
    plan = prepared.plan
    was = compare(plan, prepared.intended, masked(run, plan, before), adopt=adopt)
    return Running.BACKUP if was.changes == prepared.diff.changes else Running.OTHER


def _backup(push: Push) -> StoredBackup | None:
    """Read the backup from before the push; None where it is lost or no longer what it was."""
    path = Path(push.backup)
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if sha256(content).hexdigest() != push.sha256:
        return None
    return StoredBackup(path=path, sha256=push.sha256, text=Secret(content.decode()))
