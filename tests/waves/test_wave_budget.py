"""Waves on a fleet: a spent budget ends the change, and the later waves are not contacted."""

import subprocess
from pathlib import Path

from kill_fleet import fleet

from tasks import lab

COUNT, BAD = 50, ("bench-001", "bench-004", "bench-006")


def test_a_spent_budget_stops_in_its_wave(tmp_path: Path) -> None:
    """The third of three bad routers is in the second wave of four."""
    with fleet(tmp_path, COUNT, speed=20) as noe:
        for host in BAD:
            fault = {"kind": "refuse-line", "router": host, "on": "^ *router bgp"}
            lab.call(tmp_path / "lab", "POST", "/faults", fault)
        command = noe.command("--change", "CHG0012345", "--waves", "4", "--budget", "2")
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        report = noe.finished()
        contacted = {event["end"] for event in noe.events()}

    outcomes = {router["host"]: router["outcome"] for router in report["routers"]}
    first, later = list(outcomes)[:8], list(outcomes)[8:]
    assert done.returncode == report["exit_code"] == 3, done.stderr
    assert {host: outcomes[host] for host in first} == {
        host: "rolled_back" if host in BAD else "confirmed" for host in first
    }
    assert {outcomes[host] for host in later} == {"skipped"}
    assert contacted.isdisjoint(later)
    assert report["error"] == "3 failed in all, the budget is 2: nothing new was begun"
