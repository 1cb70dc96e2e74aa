"""Earlier changes: their list, their reports, and what the journal knows where there is none."""

from collections.abc import Iterator
from pathlib import Path

from fvrf.errors import ChangeFailed, InputError, Problem
from fvrf.journal import HostState, Step, timestamp
from fvrf.report.model import ChangeReport, from_json
from fvrf.trace import begun, broke_off, runbook_of
from tasks.journal import events, load

JOURNAL, REPORT = "journal.jsonl", "report.json"


def list_changes(folder: Path) -> list[str]:
    """Return the ids of all changes, the newest last; also of those that have no report."""
    return sorted(path.parent.name for path in folder.glob(f"*/{JOURNAL}"))


def read_change(folder: Path, change: str) -> tuple[ChangeReport, Path]:
    """Return a change's report and its page.

    Raises InputError for an unknown id, ChangeFailed with what the journal says where the run
    did not end.
    """
    if change not in list_changes(folder):
        raise _unknown(folder, change)
    path = folder / change / REPORT
    if not path.exists() or broke_off(events(path.with_name(JOURNAL))):
        raise _unfinished(path.with_name(JOURNAL))
    return from_json(path.read_text(encoding="utf-8"), file=str(path)), path.with_suffix(".html")


def _unknown(folder: Path, change: str) -> InputError:
    known = ", ".join(list_changes(folder)[-5:]) or "there is none yet"
    problem = Problem(
        file="command line",
        host="",
        path="change",
        message="no such change",
        value=change,
        remedy=f"the latest: {known}",
    )
    return InputError([problem])


def _unfinished(journal: Path) -> ChangeFailed:
    hosts, first = load(journal).hosts, begun(events(journal))
    by = "rollout" if first is None else runbook_of(first)
    known = [f"{host}: {words}" for host, state in hosts.items() for words in _standing(state)]
    return ChangeFailed(
        f"{journal.parent.name} has no report of its last run, which broke off or runs still"
        + "".join(f"\n  {line}" for line in known or ["nothing was written"]),
        remedy=f"`{by} --resume {journal.parent.name}`; every step is in {journal}",
        code="F544",
    )


def _standing(state: HostState) -> Iterator[str]:
    """Yield how a host stands, nothing for one that was only read."""
    done = {timing.step for timing in state.timings if timing.finished and not timing.failed}
    if state.outcome is not None:
        yield state.outcome.words
    elif state.deadline is not None:
        yield f"unknown; nothing is saved, its timer takes it back at {timestamp(state.deadline)}"
    elif Step.CONFIRM in done:
        yield "confirmed and saved" if Step.SAVE in done else "confirmed: type `write memory`"
    elif Step.REVERT in done:
        yield "taken back; what was written in Azure may stand"
    elif state.written:
        yield "not written to; Azure was, and a next rollout goes on from there"
