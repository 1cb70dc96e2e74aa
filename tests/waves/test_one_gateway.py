"""Twenty sites on one gateway that does one thing at a time, half a minute each."""

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from kill_fleet import Fleet, fleet
from soaks import Counts, soaked

Record = Callable[[str, object], None]

COUNT = 20


def rolled_out(noe: Fleet, change: str) -> dict[str, int]:
    """Roll the fleet out and return how often each outcome came."""
    command = noe.command("--change", change)
    subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own runbook
    report = noe.report(change)
    return Counter(router["outcome"] for router in report["routers"])


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_no_timer_runs_out_while_its_router_waits_for_the_gateway(
    tmp_path: Path, record_property: Record
) -> None:
    def run() -> Counts:
        return slow_gateway(tmp_path)

    more = ("bench", "tests/kills", "tests/waves")
    record_property("counts", soaked("one gateway", "slow", more, run))


def slow_gateway(tmp_path: Path) -> Counts:
    """At first everything is added; then every key changes, within each router's window."""
    with fleet(tmp_path, COUNT, speed=20, operation_s=30) as noe:
        assert rolled_out(noe, "CHG1") == {"confirmed": COUNT}
        key = tmp_path / "lab/secrets/psk-article"
        key.write_text("AnotherKeyForEverySite123", encoding="utf-8")
        assert rolled_out(noe, "CHG2") == {"confirmed": COUNT}
        kinds = Counter(event["kind"] for event in noe.events())

    assert kinds["timer-started"] == kinds["confirmed"] == 2 * COUNT
    assert kinds["timer-expired"] == 0
    return {"routers": COUNT, "timers confirmed": kinds["confirmed"]}
