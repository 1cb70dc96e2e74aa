"""The folder of a change: private, whole files only, and no secret in any of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fvrf.errors import InputError
from fvrf.journal import Step
from fvrf.secrets import Secret
from tasks.changes import ChangeFolder, SecretLeak, new_id, write_atomically
from tasks.journal import load

NOW = datetime(2026, 11, 25, 1, 49, 3, tzinfo=UTC)
ODD = 'p"s&k<long>-ü'


def folder(root: Path, *secrets: str) -> ChangeFolder:
    return ChangeFolder.create(root, lambda: {Secret(value) for value in secrets}, now=NOW)


def modes(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): oct(path.stat().st_mode & 0o777) for path in root.rglob("*")
    }


def test_everything_in_it_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    change = folder(tmp_path / "changes")
    change.write("plan.txt", "plan\n")
    change.write_host("r1", "diff.txt", "+ip vrf A\n")
    change.journal(lambda: NOW).close()
    assert modes(tmp_path) == {
        "changes": "0o700",
        "changes/20261125T014903Z": "0o700",
        "changes/20261125T014903Z/journal.jsonl": "0o600",
        "changes/20261125T014903Z/plan.txt": "0o600",
        "changes/20261125T014903Z/r1": "0o700",
        "changes/20261125T014903Z/r1/diff.txt": "0o600",
    }


def test_changes_begun_in_one_second_get_folders_of_their_own(tmp_path: Path) -> None:
    ids = [folder(tmp_path).change_id for _ in range(3)]
    assert ids == ["20261125T014903Z", "20261125T014903Z-2", "20261125T014903Z-3"]
    assert new_id(NOW) == ids[0]


def test_a_given_id_that_exists_is_refused(tmp_path: Path) -> None:
    first = ChangeFolder.create(tmp_path, set, now=NOW, change_id="friday")
    with first.journal(lambda: NOW) as journal:
        journal.started("", Step.CHANGE)
    with pytest.raises(InputError, match="a change of this id exists") as caught:
        ChangeFolder.create(tmp_path, set, now=NOW, change_id="friday")
    assert "`--resume friday` goes on with it" in str(caught.value)


@pytest.mark.parametrize("left", [None, "", '{"schema": 2, "ti'])
def test_an_id_whose_run_died_before_its_first_line_counts_as_new(
    tmp_path: Path, left: str | None
) -> None:
    first = ChangeFolder.create(tmp_path, set, now=NOW, change_id="friday")
    if left is not None:
        (first.path / "journal.jsonl").write_text(left)
    again = ChangeFolder.create(tmp_path, set, now=NOW, change_id="friday")
    with again.journal(lambda: NOW) as journal:
        journal.started("", Step.CHANGE)
    assert load(again.path / "journal.jsonl").hosts == {}


def test_only_a_change_that_has_a_journal_is_reopened(tmp_path: Path) -> None:
    change = folder(tmp_path)
    with pytest.raises(InputError, match="no such change"):
        ChangeFolder.reopen(tmp_path, set, change.change_id)
    change.journal(lambda: NOW).close()
    assert ChangeFolder.reopen(tmp_path, set, change.change_id).path == change.path


@pytest.mark.parametrize("name", ["", "..", "../up", "a/b", ".hidden", "-x", "a b", "a\n"])
def test_a_name_that_would_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot name a folder"):
        ChangeFolder.create(tmp_path, set, now=NOW, change_id=name)
    with pytest.raises(InputError, match="cannot name a folder"):
        folder(tmp_path).write_host(name, "diff.txt", "")


def test_a_text_is_written_as_it_is_and_replaces_the_one_before(tmp_path: Path) -> None:
    change = folder(tmp_path)
    change.write("plan.txt", "first\n")
    path = change.write("plan.txt", "crlf\r\nü\n")
    assert path.read_bytes() == "crlf\r\nü\n".encode()
    assert [entry.name for entry in change.path.iterdir()] == ["plan.txt"]


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("azure123", "a\n pre-shared-key azure123\n"),
        ("azure123", "a\nxazure123x"),
        ("lab", 'a\npassword "lab"'),
        (ODD, f"a\n{ODD}"),
        (ODD, r'a\n{"key": "p\"s&k<long>-\u00fc"}'.replace(r"a\n", "a\n")),
        (ODD, r'a\n{"key": "p\"s&k<long>-ü"}'.replace(r"a\n", "a\n")),
        (ODD, "a\n<td>p&#34;s&amp;k&lt;long&gt;-ü</td>"),
    ],
)
def test_a_text_with_a_secret_is_refused_without_telling_it(
    tmp_path: Path, secret: str, text: str
) -> None:
    change = folder(tmp_path, secret, "another-secret")
    with pytest.raises(SecretLeak, match=r"diff\.txt, line 2") as caught:
        change.write_host("r1", "diff.txt", text)
    assert secret not in str(caught.value)
    assert list((change.path / "r1").iterdir()) == []


@pytest.mark.parametrize(
    ("secret", "text"),
    [("lab", "available label"), ("", "anything"), ("azure123", "<<file:psk-scus>> azure12")],
)
def test_short_secrets_count_as_whole_words_only(tmp_path: Path, secret: str, text: str) -> None:
    assert folder(tmp_path, secret).write("plan.txt", text).read_text() == text


def test_a_secret_resolved_later_counts_too(tmp_path: Path) -> None:
    resolved: set[Secret] = set()
    change = ChangeFolder.create(tmp_path, lambda: resolved, now=NOW)
    change.write("plan.txt", "a-late-secret")
    resolved.add(Secret("a-late-secret"))
    with pytest.raises(SecretLeak):
        change.write("plan.txt", "a-late-secret")


def test_the_journal_masks_a_secret_and_goes_on(tmp_path: Path) -> None:
    change = folder(tmp_path, "azure123", "azure123-longer")
    with change.journal(lambda: NOW) as journal:
        journal.failed("r1", Step.PUSH, "echoed azure123-longer and azure123")
    text = (change.path / "journal.jsonl").read_text()
    assert "echoed ******** and ********" in text


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_atomically(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new \ud800")
    assert {entry.name: entry.read_text() for entry in tmp_path.iterdir()} == {"report.json": "old"}
