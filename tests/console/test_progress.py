"""Progress on a terminal and without one, and the outcomes at the end."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fvrf.journal import Outcome, Step, Timing
from fvrf.report.model import ChangeReport, RouterReport
from tasks.processors.progress import Progress, SteadyConsole, print_outcomes

NOW = datetime(2026, 11, 25, 1, 49, 3, tzinfo=UTC)
SHOW_CURSOR = "\x1b[?25h"


def plain() -> SteadyConsole:
    return SteadyConsole(file=io.StringIO(), force_terminal=False, width=40)


def terminal(height: int = 12) -> SteadyConsole:
    return SteadyConsole(file=io.StringIO(), force_terminal=True, width=100, height=height)


def text_of(console: SteadyConsole) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def progress(hosts: list[str], console: SteadyConsole) -> Progress:
    return Progress(hosts, console=console, now=lambda: NOW)


def test_without_a_terminal_each_stage_is_one_line() -> None:
    console = plain()
    with progress(["r1", "azure-vng"], console) as shown:
        shown.update("r1", "push", "42 lines,\nthe second [bold]much[/bold] too long to fit")
        shown.update("azure-vng", "azure read")
        shown.done("r1", Outcome.ROLLED_BACK, "tunnel down")
    assert text_of(console).splitlines() == [
        "2026-11-25T01:49:03Z r1 push: 42 lines, the second [bold]much[/bold] too long to fit",
        "2026-11-25T01:49:03Z azure-vng azure read",
        "2026-11-25T01:49:03Z r1 rolled back: tunnel down",
    ]


def push_often(shown: Progress, host: str) -> None:
    for _ in range(25):
        shown.update(host, "push", "x" * 99)


def test_eight_threads_print_whole_lines() -> None:
    console = plain()
    with progress([], console) as shown, ThreadPoolExecutor(8) as pool:
        for thread in range(8):
            pool.submit(push_often, shown, f"r{thread}")
    lines = text_of(console).splitlines()
    expected = [f"2026-11-25T01:49:03Z r{n} push: {'x' * 99}" for n in range(8) for _ in range(25)]
    assert sorted(lines) == expected


def test_a_terminal_shows_what_went_wrong_first_and_counts_what_does_not_fit() -> None:
    console = terminal(height=8)
    hosts = [f"r{number}" for number in range(9)]
    with progress(hosts, console) as shown:
        shown.done("r0", Outcome.CONFIRMED)
        shown.update("r7", "verify", "2 of 9 checks [red]fail[/red]")
        shown.done("r8", Outcome.FAILED, "refused")
    drawn = text_of(console)
    last = drawn[drawn.rindex("2 of 9 done") :]
    assert last.startswith("2 of 9 done: 1 failed, 1 confirmed")
    assert last.index("✗ r8") < last.index("▸ r7") < last.index("· r1")
    assert "[red]fail[/red]" in last
    assert "… and 5 more" in last


def test_who_waits_is_seen_on_a_terminal_below_its_wave() -> None:
    console, lines = terminal(), plain()
    for one in (console, lines):
        with Progress(["r1"], title="wave 2 of 3", console=one, now=lambda: NOW) as shown:
            shown.say("wave 2 of 3: r1")
            shown.update("r1", "snapshot")
            shown.waits("r1")

    assert text_of(lines).splitlines() == ["wave 2 of 3: r1", "2026-11-25T01:49:03Z r1 snapshot"]
    drawn = text_of(console)
    last = drawn[drawn.rindex("wave 2 of 3: 0 of 1 done") :]
    assert "· r1  waiting" in last


def test_a_terminal_gets_its_cursor_back_when_the_run_breaks_off() -> None:
    console = terminal()
    with pytest.raises(KeyboardInterrupt), progress(["r1"], console):
        raise KeyboardInterrupt
    assert SHOW_CURSOR in text_of(console)


class Broken(io.StringIO):
    """A stream whose reader is gone."""

    def write(self, text: str, /) -> int:
        """Fail as the kernel does."""
        raise BrokenPipeError(32, "Broken pipe", text[:0])


@pytest.mark.parametrize("is_terminal", [True, False])
@pytest.mark.parametrize("closed", [True, False])
def test_a_console_that_is_gone_never_raises(*, is_terminal: bool, closed: bool) -> None:
    stream = io.StringIO() if closed else Broken()
    if closed:
        stream.close()
    console = SteadyConsole(file=stream, force_terminal=is_terminal)
    with progress(["r1"], console) as shown:
        shown.update("r1", "push")
        shown.done("r1", Outcome.CONFIRMED)


def router(host: str, outcome: Outcome, reason: str = "", took_s: float = 0) -> RouterReport:
    timing = Timing(step=Step.PUSH, started=NOW, finished=NOW + timedelta(seconds=took_s))
    timings = (timing,) if took_s else ()
    return RouterReport(host=host, site="s", outcome=outcome, reason=reason, timings=timings)


def report(*routers: RouterReport, error: str = "") -> ChangeReport:
    return ChangeReport(
        change_id="c",
        command="fvrf rollout",
        tool_version="0.1.0",
        started=NOW,
        finished=NOW,
        exit_code=1,
        routers=routers,
        error=error,
    )


def test_outcomes_are_one_line_a_router_the_worst_last_then_the_report() -> None:
    console = plain()
    changed = report(
        router("r3", Outcome.ROLLED_BACK, "tunnel 1:\nexpected READY, actual [gone]", 102),
        router("router-1", Outcome.CONFIRMED, "proven", 61),
        router("r2", Outcome.UNREACHABLE, "no route to host"),
        error="stopped by the failure budget",
    )
    print_outcomes(changed, console, Path("changes/c/report.html"))
    assert text_of(console).splitlines() == [
        "confirmed    router-1   1 min 01 s  proven",
        "unreachable  r2                  -  no route to host",
        "rolled back  r3         1 min 42 s  tunnel 1: expected READY, actual [gone]",
        "stopped by the failure budget",
        "report: changes/c/report.html",
    ]


def test_no_routers_print_no_lines() -> None:
    console = plain()
    print_outcomes(report(), console)
    assert text_of(console) == ""
