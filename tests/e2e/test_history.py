"""A change whose run did not end has no report: its journal says how each router stands."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fvrf.errors import ChangeFailed
from fvrf.journal import Outcome, Step
from tasks.changes import ChangeFolder
from tasks.history import list_changes, read_change
from tasks.journal import Journal

NOW = datetime(2026, 11, 25, 1, 49, 3, tzinfo=UTC)
CHANGE = "20261125T014903Z"
Write = Callable[[Journal], object]


def read_only(journal: Journal) -> None:
    journal.started("r1", Step.SNAPSHOT)
    journal.finished("r1", Step.SNAPSHOT)


def only_azure(journal: Journal) -> None:
    journal.started("r1", Step.AZURE_APPLY, "create connection A")
    journal.finished("r1", Step.AZURE_APPLY, "create connection A")


def pushed(journal: Journal) -> None:
    journal.started("r1", Step.PUSH, lines=9)
    journal.timer("r1", NOW)


def after(*steps: Step) -> Write:
    def write(journal: Journal) -> None:
        pushed(journal)
        for step in steps:
            journal.started("r1", step)
            journal.finished("r1", step)

    return write


CASES: dict[str, tuple[Write, str]] = {
    "only-read": (read_only, "nothing was written"),
    "azure": (only_azure, "r1: not written to; Azure was, and a next rollout goes on from there"),
    "pushing": (
        pushed,
        "r1: unknown; nothing is saved, its timer takes it back at 2026-11-25T01:49:03.000Z",
    ),
    "confirmed": (after(Step.CONFIRM), "r1: confirmed: type `write memory`"),
    "saved": (after(Step.CONFIRM, Step.SAVE), "r1: confirmed and saved"),
    "reverted": (after(Step.REVERT), "r1: taken back; what was written in Azure may stand"),
    "ended": (lambda journal: journal.outcome("r1", Outcome.SKIPPED, "so"), "r1: skipped"),
}


@pytest.mark.parametrize(("write", "words"), CASES.values(), ids=CASES)
def test_change_without_a_report_is_listed_and_told(
    tmp_path: Path, write: Write, words: str
) -> None:
    folder = ChangeFolder.create(tmp_path, set, now=NOW)
    with folder.journal(lambda: NOW) as journal:
        write(journal)

    assert list_changes(tmp_path) == [CHANGE]
    with pytest.raises(ChangeFailed) as told:
        read_change(tmp_path, CHANGE)
    assert told.value.message.splitlines() == [
        f"{CHANGE} has no report of its last run, which broke off or runs still",
        f"  {words}",
    ]
