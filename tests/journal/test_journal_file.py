"""The journal on the disk: whole lines from many threads, each one synced."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fvrf.journal import Outcome, Step, read
from tasks.journal import Journal, load

NOW = datetime(2026, 11, 25, 1, 49, 3, tzinfo=UTC)


def open_journal(path: Path) -> Journal:
    return Journal(path, lambda: NOW)


def test_eight_threads_append_whole_lines_and_each_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    path = tmp_path / "journal.jsonl"
    with open_journal(path) as journal, ThreadPoolExecutor(8) as pool:
        for thread in range(8):
            pool.submit(
                lambda host: [journal.started(host, Step.PUSH, "x" * 999) for _ in range(25)],
                f"r{thread}",
            )
    events = read(path.read_text())
    assert sorted(e.host for e in events) == sorted(f"r{n}" for n in range(8) for _ in range(25))
    assert len(synced) == 1 + 8 * 25


def test_the_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    open_journal(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_opening_again_cuts_the_torn_line_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with open_journal(path) as journal:
        first = journal.timer("r1", NOW)
    with path.open("a") as file:
        file.write('{"schema": 1, "ti')
    with open_journal(path) as journal:
        second = journal.outcome("r1", Outcome.UNKNOWN, "lost")
    assert read(path.read_text()) == (first, second)
    assert load(path).hosts["r1"].standing is Outcome.UNKNOWN


def test_details_are_redacted_before_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path, lambda: NOW, redact=lambda text: text.replace("hunter2", "***")) as journal:
        journal.failed("r1", Step.PUSH, "refused: key hunter2")
    assert "hunter2" not in path.read_text()


def test_a_closed_journal_refuses_instead_of_writing_elsewhere(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.jsonl")
    journal.close()
    with pytest.raises(ValueError, match="closed file"):
        journal.started("r1", Step.PUSH)
