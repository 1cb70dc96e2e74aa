"""The report as one HTML page that needs nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from jinja2 import BaseLoader, Environment, StrictUndefined

from fvrf.journal import Timing
from fvrf.report.columns import COLUMNS
from fvrf.report.model import ChangeReport
from fvrf.report.summary import compare, failures_first, row, span_s, verdict
from fvrf.report.words import GOOD, ORDER, QUIET, SIGNS, duration

TEMPLATE = "report.html.j2"
_NARROWEST_PERCENT = 0.4  # a shorter bar could not be seen
_DIFF_SIGNS = {"+": "add", "-": "remove", "@": "place"}

DiffKind = Literal["add", "remove", "place", "same"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A timing, drawn: from `left` over `width`, both in percent of the whole time."""

    timing: Timing
    left: float
    width: float


def environment(loader: BaseLoader) -> Environment:
    """Make the environment of the page; `loader` finds `report.html.j2`."""
    env = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "duration": duration,
        "moment": moment,
        "row": row,
        "compare": compare,
        "bars": bars,
        "diff_lines": diff_lines,
        "tone": tone,
        "failures_first": failures_first,
        "span_s": span_s,
    }
    env.globals |= {"columns": COLUMNS, "order": ORDER, "signs": SIGNS, "good": GOOD}
    return env


def to_html(report: ChangeReport, env: Environment) -> str:
    """Render the report; raises UndefinedError if template and model disagree."""
    return env.get_template(TEMPLATE).render(report=report, verdict=verdict(report))


def moment(time: datetime) -> str:
    """Write a time for reading: `2026-11-25 01:49:03 UTC`."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def tone(outcome: str) -> str:
    """Say which of the page's three colours an outcome has."""
    if outcome in GOOD:
        return "good"
    return "quiet" if outcome in QUIET else "bad"


def bars(timings: Iterable[Timing]) -> tuple[Bar, ...]:
    """Draw timings on one common scale, from the first beginning to the last end."""
    timings = tuple(timings)
    whole_s = span_s(timings)
    if not whole_s:
        return ()
    start = min(timing.started for timing in timings)
    return tuple(_bar(timing, start, whole_s) for timing in timings)


def diff_lines(diff: str) -> tuple[tuple[DiffKind, str], ...]:
    """Tell the lines of a unified diff apart."""
    return tuple((_kind(line), line) for line in diff.splitlines())


def _bar(timing: Timing, start: datetime, whole_s: float) -> Bar:
    left = 100 * (timing.started - start).total_seconds() / whole_s
    width = max(100 * timing.duration_s / whole_s, _NARROWEST_PERCENT)
    left = min(left, 100 - width)
    return Bar(timing=timing, left=round(left, 2), width=round(width, 2))


def _kind(line: str) -> DiffKind:
    if line.startswith(("+++", "---")):
        return "place"
    return _DIFF_SIGNS.get(line[:1], "same")  # type: ignore[return-value] # the table holds only kinds
