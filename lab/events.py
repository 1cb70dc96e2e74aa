"""What the ends saw, in order, for tests and for the curious; without secrets."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lab.clock import Clock


class Events:
    """An append-only list of events, kept beside the run as one JSON object a line."""

    def __init__(self, clock: Clock, path: Path | None = None) -> None:
        self._clock = clock
        self._file = path.open("a", buffering=1) if path else None
        self._all: list[dict[str, Any]] = []

    def emit(self, end: str, kind: str, /, **details: object) -> None:
        """Record an event of an end: a router's name, `azure` or `lab`."""
        when = datetime.fromtimestamp(self._clock.now(), UTC).isoformat(timespec="milliseconds")
        event = {"time": when, "end": end, "kind": kind, **details}
        self._all.append(event)
        if self._file:
            self._file.write(self.dumps(event) + "\n")

    @staticmethod
    def dumps(value: object) -> str:
        """Return JSON; what has no JSON of its own, e.g. an address, as text."""
        return json.dumps(value, default=str)

    def since(self, number: int) -> list[dict[str, Any]]:
        """Return the events from number `number` on; the first one is number 0."""
        return self._all[max(number, 0) :]

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
