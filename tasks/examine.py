"""Examine a router that an earlier run of this change may have written to: by its own word.

Whose revert timer pends and how long it runs yet, and whether the configuration is the backup's or
the intended one. Reads only.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from nornir.core.task import Task

from fvrf.iosxe.text import same_configuration
from fvrf.resume import Facts, Running, pending
from fvrf.secrets import Secret
from fvrf.trace import Push
from tasks.backup import StoredBackup
from tasks.prepare import PreparedRouter, PrepareOptions, compared, masked, prepare_router
from tasks.run import Run
from tasks.session import user_of


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

    Of an encrypted key (type 6) only a change can be seen: it counts as the intended one, unless
    the whole configuration is still the backup's.
    """
    run = replace(run, project=replace(run.project, renew=frozenset()))
    found = prepare_router(task, run, replace(options, store=False))
    prepared = replace(found, backup=_backup(push))
    timer, left_s = pending(found.preflight, push, user_of(task.host))
    facts = Facts(
        timer=timer,
        running=_running(run, prepared, options),
        provable=push.finished and left_s >= proof_s,
    )
    return Examined(prepared=prepared, facts=facts, left_s=left_s)


def _running(run: Run, prepared: PreparedRouter, options: PrepareOptions) -> Running:
    """Tell what of ours is configured; what others changed beside it does not matter."""
    before = None if prepared.backup is None else prepared.backup.text.reveal()
    if before is not None and same_configuration(prepared.whole.reveal(), before):
        return Running.BACKUP
    if prepared.diff.in_sync:
        return Running.INTENDED
    if before is None:
        return Running.OTHER
    plan = prepared.plan
    was = compared(run, plan, prepared.intended, masked(run, plan, before), options)
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
