"""What must hold in every cell, whatever the fault and whatever the outcome."""

from collections.abc import Iterator, Mapping
from typing import Any

from matrix_field import Rollout, Site

WRITTEN = {"failed", "rolled_back", "unknown", "confirmed_unsaved"}
# What the lab saw of the router, and the step of the journal that must say so.
EXPLAINED = {
    "timer-started": "timer_started",
    "confirmed": "confirm",
    "saved": "save",
    "reverted": "revert",
}


def exit_code(rollout: Rollout) -> int:
    """Return the exit code that a rollout must have, by the outcomes of its sites."""
    outcomes = {site.outcome for site in rollout.sites}
    if any("F340" in site.reason for site in rollout.sites):
        return 3
    if outcomes & WRITTEN:
        return 1
    return 2 if outcomes & {"unreachable", "skipped"} else 0


def is_stopped(site: Site) -> bool:
    """Tell whether a router was not begun because the run was stopped for another one.

    What cannot be taken back stops a run: nothing new is begun, Azure's additions are undone.
    """
    was_stopped = "F340" in site.reason or "before its turn came" in site.reason
    return site.outcome in {"skipped", "rolled_back"} and was_stopped


def wrong(site: Site) -> Iterator[str]:
    """Yield what must not be at a site after the rollout."""
    yield from _configuration(site)
    yield from _saving(site)
    yield from _keys(site)
    yield from _journal(site)
    if site.cell is None and site.outcome != "confirmed" and not is_stopped(site):
        yield f"nothing was wrong here, and it is {site.outcome}: {site.reason}"
    elif not site.met and site.outcome != "confirmed" and not is_stopped(site):
        yield f"the fault was never met, and it is {site.outcome}: {site.reason}"


def _configuration(site: Site) -> Iterator[str]:
    is_old = site.running == site.old
    if not is_old and not site.in_sync:
        yield "the router has neither its old nor its new configuration"
    if site.outcome in {"confirmed", "confirmed_unsaved"} and is_old:
        yield f"it is {site.outcome} and has its old configuration"
    if site.outcome in {"rolled_back", "skipped", "unreachable"} and not is_old:
        yield f"it is {site.outcome} and has not its old configuration"


def _saving(site: Site) -> Iterator[str]:
    kinds = [event["kind"] for event in site.events]
    if "saved" in kinds and "confirmed" not in kinds[: kinds.index("saved")]:
        yield "it was saved before it was confirmed"
    if site.outcome == "confirmed" and not site.saved:
        yield "it is confirmed and not saved"
    if site.outcome not in {"confirmed", "confirmed_unsaved", "unknown"} and (
        site.startup != site.old
    ):
        yield "it is not confirmed, and startup is not the old configuration"


def _keys(site: Site) -> Iterator[str]:
    """A router that has its tunnels must have the keys of Azure, or the report says which not."""
    has_tunnels = "tunnel protection" in site.running
    if has_tunnels and not site.keys_agree and "Azure keeps" not in site.reason:
        yield "the ends have different keys, and the report does not say so"


def _journal(site: Site) -> Iterator[str]:
    steps = {line["step"] for line in site.journal}
    kinds = {event["kind"] for event in site.events if event.get("user") != "colleague"}
    for kind in kinds & EXPLAINED.keys():
        if EXPLAINED[kind] not in steps:
            yield f"the lab saw `{kind}`, and the journal has no {EXPLAINED[kind]}"
    ends = [line["outcome"] for line in site.journal if _closes(line)]
    if ends[-1:] != [site.outcome]:
        yield f"the journal ends with {ends[-1:]}, the report with {site.outcome}"
    if site.outcome != "confirmed" and not site.reason:
        yield f"it is {site.outcome}, and no reason is given"


def _closes(line: Mapping[str, Any]) -> bool:
    return line["step"] == "outcome" and "connection" not in line
