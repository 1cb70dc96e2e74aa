"""Progress on the operator's console: a live table on a terminal, plain lines elsewhere."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.errors import ConsoleError
from rich.live import Live
from rich.table import Table
from rich.text import Text

from fvrf.journal import Outcome
from fvrf.report.model import ChangeReport, RouterReport
from fvrf.report.summary import failures_first, span_s
from fvrf.report.words import GOOD, ORDER, QUIET, SIGNS, counted, duration

# A console that went away (closed pipe, full disk) must never end a change.
_CONSOLE_ERRORS = (OSError, ValueError, ConsoleError)
_ROOM = 4  # rows of a terminal that are not for hosts: the heading, the rest, the prompt


class SteadyConsole(Console):
    """A console that falls silent where rich's own ends the process: when its reader is gone."""

    def on_broken_pipe(self) -> None:
        """Say nothing more."""
        self.quiet = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    host: str
    since: datetime
    stage: str = "waiting"
    note: str = ""
    outcome: Outcome | None = None


class Progress:
    """Who is at which stage; call it from any thread, it never raises for its console.

    Use it as a context manager: a terminal gets its cursor back however the run ends. Without a
    `console` it goes to stderr. `title` heads the table, the wave say.
    """

    def __init__(
        self,
        hosts: Iterable[str],
        *,
        title: str = "",
        console: SteadyConsole | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._console = console or SteadyConsole(stderr=True)
        self._title = title
        self._now = now
        self._lock = threading.Lock()
        self._rows = {host: _Row(host=host, since=now()) for host in hosts}
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            with _guarded():
                live = Live(
                    console=self._console,
                    get_renderable=self._render,
                    refresh_per_second=4,
                    transient=True,
                    redirect_stdout=False,
                )
                live.start()
                self._live = live
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        live, self._live = self._live, None
        if live is not None:
            with _guarded():
                live.stop()

    def update(self, host: str, stage: str, note: str = "") -> None:
        """Show that the host is at `stage`."""
        self._set(_Row(host=host, since=self._now(), stage=stage, note=note))

    def waits(self, host: str) -> None:
        """Show that nothing happens at the host for now, which is no news without a terminal."""
        with self._lock:
            self._rows[host] = _Row(host=host, since=self._now())

    def say(self, text: str) -> None:
        """Say what concerns no single host."""
        with _guarded():
            self._console.print(Text(text), soft_wrap=True)

    def done(self, host: str, outcome: Outcome, note: str = "") -> None:
        """Show what became of the host."""
        row = _Row(host=host, since=self._now(), stage=outcome.words, note=note, outcome=outcome)
        self._set(row)

    def _set(self, row: _Row) -> None:
        with self._lock:
            self._rows[row.host] = row
        if self._live is None:
            with _guarded():
                self._console.print(_line(row), soft_wrap=True)

    def _render(self) -> RenderableType:
        with self._lock:
            rows = tuple(self._rows.values())
        shown = sorted(rows, key=_weight)
        room = max(self._console.height - _ROOM, 3)
        table = Table.grid(padding=(0, 2))
        for _ in range(3):
            table.add_column(no_wrap=True)
        table.add_column(overflow="ellipsis", no_wrap=True)
        for row in shown[:room]:
            table.add_row(*_cells(row, self._now()))
        rest = [Text(f"… and {len(shown) - room} more", style="dim")] if len(shown) > room else []
        return Group(_heading(self._title, rows), table, *rest)


def print_outcomes(report: ChangeReport, console: SteadyConsole, path: Path | None = None) -> None:
    """Print one line a router, the worst last, next to the prompt; then where the report is."""
    routers = tuple(reversed(failures_first(report.routers)))
    host = max((len(router.host) for router in routers), default=0)
    outcome = max((len(router.outcome.words) for router in routers), default=0)
    for router in routers:
        console.print(_outcome_line(router, host, outcome), soft_wrap=True)
    if report.error:
        console.print(Text(report.error, style="bold red"), soft_wrap=True)
    if path is not None:
        console.print(Text(f"report: {path}"), soft_wrap=True)


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except _CONSOLE_ERRORS:
        return


def _outcome_line(router: RouterReport, host: int, outcome: int) -> Text:
    took = duration(span_s(router.timings)) if router.timings else "-"
    return Text.assemble(
        (f"{router.outcome.words:<{outcome}}", _style(router.outcome)),
        f"  {router.host:<{host}}  {took:>11}  {_one_line(router.reason)}".rstrip(),
    )


def _line(row: _Row) -> Text:
    """Word a row as a plain line: time, host, stage, note."""
    time = row.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    note = f": {_one_line(row.note)}" if row.note else ""
    return Text(f"{time} {row.host} {row.stage}{note}")


def _cells(row: _Row, now: datetime) -> tuple[Text, ...]:
    sign = SIGNS[row.outcome] if row.outcome else "·" if row.stage == "waiting" else "▸"
    running = row.outcome is None and row.stage != "waiting"
    took = duration(max((now - row.since).total_seconds(), 0)) if running else ""
    style = _style(row.outcome)
    return (
        Text(f"{sign} {row.host}", style=style),
        Text(row.stage, style=style),
        Text(took, style="dim", justify="right"),
        Text(_one_line(row.note), style="dim"),
    )


def _heading(title: str, rows: tuple[_Row, ...]) -> Text:
    counts = Counter(row.outcome for row in rows if row.outcome)
    told = f": {counted(counts)}" if counts else ""
    head = f"{title}: " if title else ""
    return Text(f"{head}{counts.total()} of {len(rows)} done{told}", style="bold")


def _weight(row: _Row) -> tuple[int, str]:
    """Order: what went wrong, what runs, what waits, what is well."""
    if row.outcome is None:
        return (len(ORDER) + (row.stage == "waiting"), row.host)
    well = 2 * len(ORDER) if row.outcome in QUIET else 0
    return (well + ORDER.index(row.outcome), row.host)


def _style(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    if outcome in GOOD:
        return "green"
    return "dim" if outcome in QUIET else "bold red"


def _one_line(text: str) -> str:
    return " ".join(text.split())
