"""The folder of a change, `changes/<id>/`: private, written atomically, without any secret."""

import os
import re
import tempfile
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

from jinja2 import FileSystemLoader

from fvrf.errors import FvrfError, InputError, Problem
from fvrf.report.model import ChangeReport, to_json
from fvrf.report.page import environment, to_html
from fvrf.secrets import Secret
from tasks.journal import Journal, sync_folder
from tasks.masking import mask, patterns

ChangeFile = Literal["approved.json", "plan.json", "plan.txt", "report.json", "report.html"]
HostFile = Literal[
    "intended.cfg", "running-pre.cfg", "running-post.cfg", "diff.txt", "pre.json", "post.json"
]
JOURNAL = "journal.jsonl"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


class SecretLeak(FvrfError):
    """A text that was about to be written holds a secret; nothing of it was written."""

    code = "F001"


class ChangeFolder:
    """The files of one change; everything it is given is already masked.

    `secrets` returns what the run has resolved so far and is asked at each write: a text that
    holds one of them is refused with SecretLeak, which is a mistake of ours, never the NOE's.
    """

    def __init__(self, path: Path, secrets: Callable[[], Collection[Secret]]) -> None:
        self.path = path
        self._secrets = secrets

    @classmethod
    def create(
        cls,
        root: Path,
        secrets: Callable[[], Collection[Secret]],
        *,
        now: datetime,
        change_id: str | None = None,
    ) -> Self:
        """Make `root/<change_id>`; the id comes from `now` where none is given.

        An id whose run died before the first line of its journal counts as new. Raises InputError
        if the given id is taken or is no plain name.
        """
        if change_id is not None:
            _plain(change_id, "change id")
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = _make_new(root, now) if change_id is None else _make(root / change_id)
        sync_folder(root)
        return cls(path, secrets)

    @classmethod
    def reopen(cls, root: Path, secrets: Callable[[], Collection[Secret]], change_id: str) -> Self:
        """Open the folder of a change that was begun; raises InputError where there is none."""
        _plain(change_id, "change id")
        if not (root / change_id / JOURNAL).is_file():
            raise _problem(str(root), "no such change", change_id, "`report` lists what there is")
        return cls(root / change_id, secrets)

    @property
    def change_id(self) -> str:
        """The name of the change, and of its folder."""
        return self.path.name

    def journal(self, now: Callable[[], datetime]) -> Journal:
        """Open the journal of the change; secrets in a detail are masked, not refused.

        A change under way must not fail for the wording of a message.
        """
        return Journal(self.path / JOURNAL, now, redact=self.mask)

    def write(self, name: ChangeFile, text: str) -> Path:
        """Write a file of the whole change; raises SecretLeak, OSError."""
        return self._write(self.path / name, text)

    def write_host(self, host: str, name: HostFile, text: str) -> Path:
        """Write a file of one host; raises SecretLeak, OSError, InputError for an odd name."""
        _plain(host, "host name")
        folder = self.path / host
        folder.mkdir(mode=0o700, exist_ok=True)
        return self._write(folder / name, text)

    def mask(self, text: str) -> str:
        """Put a mask in place of every secret of the run, longest first."""
        return mask(text, self._secrets())

    def _write(self, path: Path, text: str) -> Path:
        for pattern in patterns(self._secrets()):
            found = pattern.search(text)
            if found:
                line = text.count("\n", 0, found.start()) + 1
                raise SecretLeak(
                    f"{path.name}, line {line}: a secret of this run stands there; not written",
                    remedy="report this as a fault of the program, without the file",
                )
        write_atomically(path, text)
        return path


def write_report(change: ChangeFolder, report: ChangeReport, templates: Path) -> Path:
    """Write `report.json`, then `report.html` from the templates' folder; returns the page."""
    change.write("report.json", to_json(report))
    page = to_html(report, environment(FileSystemLoader(templates / "report")))
    return change.write("report.html", page)


def new_id(now: datetime) -> str:
    """Name a change after its time: `20261125T014903Z`."""
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def write_atomically(path: Path, text: str) -> None:
    """Write a 0600 file that is there whole or not at all, also after a power cut."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _make(path: Path) -> Path:
    try:
        path.mkdir(mode=0o700)
    except FileExistsError as error:
        if any(entry.name != JOURNAL for entry in path.iterdir()) or _has_lines(path / JOURNAL):
            remedy = f"`--resume {path.name}` goes on with it, another id begins a new one"
            raise _problem(str(path), "a change of this id exists", None, remedy) from error
    return path


def _has_lines(journal: Path) -> bool:
    return journal.is_file() and b"\n" in journal.read_bytes()


def _make_new(root: Path, now: datetime) -> Path:
    """Make a folder named for the time, numbered where two changes began in one second."""
    number = 1
    while True:
        path = root / (new_id(now) if number == 1 else f"{new_id(now)}-{number}")
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            number += 1
        else:
            return path


def _plain(name: str, what: str) -> None:
    if _NAME.fullmatch(name):
        return
    remedy = "use letters, digits, dots, dashes and underscores, no dot or dash first"
    raise _problem("", "cannot name a folder", repr(name), remedy, path=what)


def _problem(
    file: str, message: str, value: str | None, remedy: str, *, path: str = ""
) -> InputError:
    return InputError(
        [Problem(file=file, host="", path=path, message=message, value=value, remedy=remedy)]
    )
