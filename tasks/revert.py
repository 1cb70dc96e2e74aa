"""Revert: take the change back at once and prove that the router is as it was backed up."""

from fvrf.errors import ChangeFailed
from fvrf.intent.pacing import Pacing
from fvrf.iosxe.emit import inverse
from fvrf.iosxe.text import check_whole, keys_of, mask_keys, same_configuration
from fvrf.secrets import SecretRef
from tasks.backup import StoredBackup
from tasks.console import Console
from tasks.prepare import PreparedRouter
from tasks.push import Typist, push_blocks
from tasks.run import Run
from tasks.wire import writing


def revert(run: Run, prepared: PreparedRouter, console: Console) -> str:
    """Take back what the timer guards; return how in words.

    Raises ChangeFailed if a difference from the backup is left, Unknown if the session is lost.
    """
    timing = run.project.settings.timing
    with writing(prepared.host):
        console.read(["configure revert now"], timeout_s=timing.deletion_timeout_s)
        if _as_backed_up(run, prepared, console):
            return "reverted, and equal to the backup"
        _type_inverse(run, prepared, console)
        if _as_backed_up(run, prepared, console):
            return "reverted with the computed inverse, and equal to the backup"
    raise ChangeFailed(
        f"{prepared.host}: after the revert the running configuration differs from the backup",
        remedy=f"compare it with {_backup(prepared).path}; startup is still the old one",
        code="F540",
    )


def running(run: Run, console: Console) -> str:
    """Return the running configuration, proven whole."""
    timeout_s = run.project.settings.timing.read_timeout_s
    return check_whole(*console.read(["show running-config"], timeout_s=timeout_s))


def _as_backed_up(run: Run, prepared: PreparedRouter, console: Console) -> bool:
    return same_configuration(running(run, console), _backup(prepared).text.reveal())


def _type_inverse(run: Run, prepared: PreparedRouter, console: Console) -> None:
    """Type what leads from the running configuration back to the backup, its keys included."""
    backup = _backup(prepared).text.reveal()
    keys = {_reference(*place): key for place, key in keys_of(backup).items()}
    known = {reference.placeholder: key for reference, key in keys.items()}
    places = {place: _reference(*place).placeholder for place in keys_of(backup)}
    blocks = inverse(
        prepared.plan,
        mask_keys(backup, known, places),
        mask_keys(running(run, console), known, places),
    )
    typist = Typist(
        console=console,
        resolve=keys.__getitem__,
        clock=run.project.clock,
        timing=run.project.settings.timing,
        pacing=Pacing(kind="line"),
    )
    typist.type_lines(["configure terminal"], "")
    push_blocks(typist, blocks)


def _reference(keyring: str, peer: str) -> SecretRef:
    """Name a key of the backup, so that an inverse holds no key either."""
    return SecretRef("file", f"backup/{keyring}/{peer}")


def _backup(prepared: PreparedRouter) -> StoredBackup:
    if prepared.backup is None:
        raise ChangeFailed(f"{prepared.host}: there is no backup to go back to", code="F541")
    return prepared.backup
