"""Preflight: whether a router is in a state in which a change may begin, and if not, why."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from fvrf.algorithms import UNSHIELDED
from fvrf.errors import FvrfError, Refused
from fvrf.iosxe.licence import UNTOLD, Licence, licence
from fvrf.iosxe.preflight import (
    Archive,
    PendingTimer,
    archive,
    is_saved,
    last_change,
    missing_in_view,
    pending_timer,
    privilege,
    router_time,
    shield,
    view,
)

# A backup of the running configuration is written to flash when the timer starts.
MIN_FREE_BYTES = 1_000_000
FULL_PRIVILEGE = 15

_FREE = re.compile(r"\((?P<free>\d+) bytes free\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """The state of a router before a change; `free_bytes` is None where flash does not tell.

    `last_change` is the router's own word on when it was changed last; `clock` its time when it
    was asked, None where it does not tell; `privilege` the user's own, None likewise. `view` is the
    parser view that the session is in, `view_lacks` what a change needs and the view does not have,
    None where that cannot be read. `shield` is the release that refuses weak algorithms, None where
    it does not. `licence` is what it was booted with.
    """

    archive: Archive
    timer: PendingTimer | None
    saved: bool
    free_bytes: int | None
    last_change: str = ""
    clock: datetime | None = None
    privilege: int | None = FULL_PRIVILEGE
    view: str | None = None
    view_lacks: tuple[str, ...] | None = ()
    shield: str | None = None
    licence: Licence = UNTOLD


def read_preflight(  # noqa: PLR0913 - one for each command
    *,
    show_archive: str,
    timer: str,
    startup: str,
    running: str,
    directory: str,
    clock: str,
    show_privilege: str,
    parser_view: str,
    version: str,
) -> Preflight:
    """Read what the router says of its archive, timer, startup, flash, and of our rights."""
    match, active = _FREE.search(directory), view(parser_view)
    return Preflight(
        archive=archive(show_archive),
        timer=pending_timer(timer),
        saved=is_saved(running, startup),
        free_bytes=int(match["free"]) if match else None,
        last_change=last_change(running),
        clock=router_time(clock),
        privilege=privilege(show_privilege),
        view=active,
        view_lacks=() if active is None else missing_in_view(active, running),
        shield=shield(running),
        licence=licence(version),
    )


def refusal(
    host: str,
    state: Preflight,
    conflicts: Sequence[str],
    *,
    weak: Collection[str] = (),
    save_foreign: bool,
) -> FvrfError | None:
    """Return why no change may begin on this router, with all reasons, or None.

    `weak` is what the plan has that newer releases refuse.
    """
    reasons = list(_reasons(state, save_foreign=save_foreign))
    if state.shield and weak:
        reasons.append(
            (
                f"IOS-XE {state.shield} refuses {', '.join(weak)} (field notice FN72510)",
                f"a stronger `crypto`; or `{UNSHIELDED}` and a reload",
            )
        )
    reasons += [(f"conflict: {conflict}", "--adopt, or mend it by hand") for conflict in conflicts]
    if not reasons:
        return None
    return Refused(
        f"{host}: " + "; ".join(reason for reason, _ in reasons),
        remedy="; ".join(remedy for _, remedy in reasons),
    )


def not_ours(host: str, strangers: Sequence[str]) -> Refused:
    """Return why a BGP process of another AS is not removed: it would take these along."""
    return Refused(
        f"{host}: the BGP process of the other AS has what is not ours: {'; '.join(strangers)}",
        remedy="remove it by hand first, or keep the AS in the intent",
        code="F336",
    )


def _reasons(state: Preflight, *, save_foreign: bool) -> Iterator[tuple[str, str]]:
    if not state.archive.enabled:
        yield (
            "the archive has no path, so no revert timer can be started",
            "--enable-archive, or type: archive / path bootflash:backup- / maximum 10",
        )
    if state.timer is not None:
        yield (
            f"a revert timer of user {state.timer.user} pends since {state.timer.configured_at}",
            "wait for it, or let that user type `configure confirm` or `configure revert now`",
        )
    if not state.saved and not save_foreign:
        yield (
            "the running configuration is not saved: somebody's work would be saved with ours",
            "`write memory` if it is wanted, `reload` if not; --save-foreign takes it along",
        )
    yield from _rights(state)
    if state.licence.lacks_crypto:
        yield (
            f"it was booted with licence level {state.licence.level}, which has no crypto",
            "type `license boot level ax` (or another that has security), save, and reload",
        )
    if state.free_bytes is not None and state.free_bytes < MIN_FREE_BYTES:
        yield (f"flash has {state.free_bytes} bytes free", "delete what is not needed there")


def _rights(state: Preflight) -> Iterator[tuple[str, str]]:
    """Yield what the user may not do; what only use can show is handled in use."""
    if state.privilege is not None and state.privilege < FULL_PRIVILEGE:
        yield (
            f"the user has privilege {state.privilege}, a change needs {FULL_PRIVILEGE}",
            f"type: username NAME privilege {FULL_PRIVILEGE}; or give `secret`, the enable secret",
        )
    if state.view_lacks is None:
        yield (
            f"the session is in parser view {state.view}, and what it has cannot be read",
            "log in as a user of no view, or of the view root",
        )
    elif state.view_lacks:
        lines = " / ".join(f"commands exec include all {line}" for line in state.view_lacks)
        yield (
            f"parser view {state.view} lacks {', '.join(f'`{line}`' for line in state.view_lacks)}",
            f"log in as a user of no view, or type: parser view {state.view} / {lines}",
        )
