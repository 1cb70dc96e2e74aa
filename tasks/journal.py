"""The journal's file: one fsynced line an event, from any thread."""

import os
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fvrf.journal import Event, JournalView, Outcome, State, Step, fold, read


class Journal:
    """An open journal; every method that writes returns once the line is on the disk.

    `now` gives the aware UTC time of an event; `redact` masks what an event's detail may carry.
    Opening cuts off a last line that a crash left torn. Raises OSError if the disk refuses.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        *,
        redact: Callable[[str], str] = str,
    ) -> None:
        self.path = path
        self._now = now
        self._redact = redact
        self._lock = threading.Lock()
        self._file = FileIO(path, "a+", opener=_private)
        _cut_torn(self._file)
        sync_folder(path.parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was appended is on the disk already, later appends are refused."""
        with self._lock:
            self._file.close()

    def started(
        self,
        host: str,
        step: Step,
        detail: str = "",
        *,
        lines: int | None = None,
        connection: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> Event:
        """Record that a step begins; `lines` is how many a push types."""
        return self._record(
            host, step, State.STARTED, detail, lines=lines, connection=connection, facts=facts
        )

    def finished(
        self,
        host: str,
        step: Step,
        detail: str = "",
        *,
        lines: int | None = None,
        connection: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> Event:
        """Record that a step ended well, or something that has no beginning of its own."""
        return self._record(
            host, step, State.FINISHED, detail, lines=lines, connection=connection, facts=facts
        )

    def failed(self, host: str, step: Step, detail: str, *, connection: str | None = None) -> Event:
        """Record that a step ended badly, and why."""
        return self._record(host, step, State.FAILED, detail, connection=connection)

    def timer(self, host: str, deadline: datetime, facts: Mapping[str, Any] | None = None) -> Event:
        """Record that the router takes the change back at `deadline` unless it is confirmed."""
        return self._record(
            host, Step.TIMER_STARTED, State.FINISHED, "", deadline=deadline, facts=facts
        )

    def outcome(
        self, host: str, outcome: Outcome, reason: str, *, connection: str | None = None
    ) -> Event:
        """Record what became of the host, or of one Azure `connection` of it."""
        return self._record(
            host, Step.OUTCOME, State.FINISHED, reason, outcome=outcome, connection=connection
        )

    def append(self, event: Event) -> None:
        """Write any event; raises ValueError once the journal is closed."""
        line = event.to_line().encode()
        with self._lock:
            _write_whole(self._file, line)
            os.fsync(self._file.fileno())

    def _record(  # noqa: PLR0913 -- one keyword for each field that an event may have
        self,
        host: str,
        step: Step,
        state: State,
        detail: str,
        *,
        lines: int | None = None,
        deadline: datetime | None = None,
        outcome: Outcome | None = None,
        connection: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> Event:
        event = Event(
            time=self._now(),
            host=host,
            step=step,
            state=state,
            detail=self._redact(detail),
            lines=lines,
            deadline=deadline,
            outcome=outcome,
            connection=connection,
            facts=_redacted(facts or {}, self._redact),
        )
        self.append(event)
        return event


def events(path: Path) -> tuple[Event, ...]:
    """Read the journal at `path`; raises InputError as `fvrf.journal.read` does."""
    return read(path.read_text(encoding="utf-8", errors="replace"), file=str(path))


def load(path: Path) -> JournalView:
    """Read and fold the journal at `path`; raises InputError as `events` does."""
    return fold(events(path))


def sync_folder(folder: Path) -> None:
    """Put the folder's entries on the disk, so that a new name in it outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _redacted(value: Any, redact: Callable[[str], str]) -> Any:  # noqa: ANN401 - any JSON
    """Mask every text within a JSON value, the names of its members aside."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {key: _redacted(item, redact) for key, item in value.items()}
    if isinstance(value, list):
        return [_redacted(item, redact) for item in value]
    return value


def _cut_torn(file: FileIO) -> None:
    """Cut what stands after the last newline: it was never acknowledged."""
    file.seek(0)
    file.truncate(file.readall().rfind(b"\n") + 1)


def _write_whole(file: FileIO, data: bytes) -> None:
    while data:
        data = data[file.write(data) :]
