"""The process itself ends: killed, stopped by its operator, or short of workers."""

import re
import signal
import subprocess
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from noe import ARTICLE, OUTAGE, ROUTERS, STRONG, WEU, Operator, operating

from fvrf.journal import Outcome
from tasks.journal import load


def begun(noe: Operator, *arguments: str) -> subprocess.Popen[str]:
    """Start a rollout and return while it runs."""
    return subprocess.Popen(  # noqa: S603 - our own runbook
        noe.command("rollout", "--yes", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def typed(noe: Operator, router: str) -> int:
    """Return how many lines of a push the router took."""
    return sum(e["end"] == router and e["kind"] == "line" for e in noe.events())


def test_killed_in_mid_push_leaves_the_router_to_its_timer(tmp_path: Path) -> None:
    with operating(tmp_path) as noe:
        before = noe.running(ARTICLE)
        hang = noe.fault("hang", router=ARTICLE, on="^ *router bgp")
        with begun(noe, "--site", "scus") as process:
            noe.wait(lambda: typed(noe, ARTICLE) > 5)
            process.kill()
        assert process.returncode == -signal.SIGKILL
        assert noe.running(ARTICLE) != before
        journal = load(noe.changes()[-1] / "journal.jsonl").hosts[ARTICLE]
        assert (journal.outcome, journal.standing) == (None, Outcome.UNKNOWN)
        assert journal.timer_open
        report = noe.do("report", noe.changes()[-1].name)
        assert report.code == 1
        assert f"{ARTICLE}: unknown; nothing is saved, its timer takes it back at 2" in report.err

        noe.heal(hang)
        since = len(noe.events())
        again = noe.rollout("--site", "scus")
        assert (again.code, again.outcome(ARTICLE)) == (2, "skipped")
        assert "a revert timer of user netops pends" in again.reason(ARTICLE)
        assert noe.writes(since) == []

        noe.advance(3600)

        assert (noe.running(ARTICLE), noe.startup(ARTICLE)) == (before, before)
        assert not [event for event in noe.events() if event["kind"] == "saved"]
        assert noe.rollout("--site", "scus").outcome(ARTICLE) == "confirmed"


def test_stop_finishes_what_runs_and_begins_nothing_new(tmp_path: Path) -> None:
    with operating(tmp_path, workers=1) as noe:
        before = {host: noe.running(host) for host in (WEU, STRONG)}
        with begun(noe, "--site", "scus", "--site", "weu", "--site", "neu") as process:
            noe.wait(lambda: typed(noe, ARTICLE) > 0)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)

        report = noe.report()
        assert process.returncode == report["exit_code"] == 3
        assert "Stopping: what is under way is finished" in err
        assert {router["host"]: router["outcome"] for router in report["routers"]} == {
            ARTICLE: "confirmed",
            WEU: "rolled_back",
            STRONG: "rolled_back",
        }
        assert "stopped" in report["error"]
        assert {host: noe.running(host) for host in (WEU, STRONG)} == before
        assert set(noe.connections()) == {"CSR_OUTSIDE_1", "CSR_OUTSIDE_2"}
        assert noe.logins() == 0

        since = len(noe.events())
        assert noe.rollout("--resume", noe.changes()[-1].name).code == 0
        outcomes = {router["host"]: router["outcome"] for router in noe.report()["routers"]}
        assert outcomes == dict.fromkeys((ARTICLE, WEU, STRONG), "confirmed")
        assert {e["end"] for e in noe.writes(since) if e["kind"] == "line"} == {WEU, STRONG}


def test_stop_while_reading_writes_nothing(tmp_path: Path) -> None:
    with operating(tmp_path, workers=1, read_timeout_s=3) as noe:
        noe.fault("hang", router=ARTICLE, on="^show archive")
        with begun(noe) as process:
            noe.wait(lambda: noe.status(ARTICLE)["logins"] > 0)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)

        report = noe.report()
        assert process.returncode == report["exit_code"] == 3
        outcomes = {router["host"]: router["outcome"] for router in report["routers"]}
        assert outcomes == dict.fromkeys(ROUTERS, "skipped") | {ARTICLE: "unreachable"}
        assert (noe.writes(0), noe.logins()) == ([], 0)


def test_second_stop_leaves_at_once(tmp_path: Path) -> None:
    with operating(tmp_path) as noe:
        noe.fault("hang", router=ARTICLE, on="^ *router bgp")
        with begun(noe, "--site", "scus") as process:
            noe.wait(lambda: typed(noe, ARTICLE) > 5)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            while "Stopping" not in process.stderr.readline():
                pass
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=5)
        assert process.returncode == 3
        assert noe.status(ARTICLE)["timer"] is not None
        assert re.search(rf"wait for their own timers:\n  {ARTICLE} goes back at 2.*Z\n", err)
        assert f"`--resume {noe.changes()[-1].name}` goes on" in err


def test_a_stop_file_lets_no_further_wave_begin(tmp_path: Path) -> None:
    with operating(tmp_path) as noe:
        with begun(noe, "--canary", ARTICLE, "--site", "scus", "--site", "weu") as process:
            noe.wait(lambda: typed(noe, ARTICLE) > 0)
            (noe.changes()[-1] / "stop").touch()
            _, err = process.communicate(timeout=60)

        report = noe.report()
        contacted = {event["end"] for event in noe.events()}

    assert f"or a file {noe.changes()[-1]}/stop" in err
    assert "wave 1 of 2: scus-onprem-csr" in err
    assert [router["wave"] for router in report["routers"]] == [1, 2]
    assert process.returncode == report["exit_code"] == 3
    outcomes = {router["host"]: router["outcome"] for router in report["routers"]}
    assert outcomes == {ARTICLE: "confirmed", WEU: "skipped"}
    assert WEU not in contacted
    assert "stopped by" in report["error"]


def test_a_router_that_passes_its_deadline_is_left_to_its_timer(tmp_path: Path) -> None:
    """It is still being verified, and would be confirmed later: here nobody waits for that."""
    with operating(tmp_path) as noe:
        config = yaml.safe_load(noe.config.read_text())
        config["runner"]["options"]["host_deadline_s"] = 160
        noe.config.write_text(yaml.safe_dump(config))
        before = noe.running(ARTICLE)
        wrong = noe.fault("wrong-key", connection="CSR_OUTSIDE_1", key="Another123")

        done = noe.rollout("--site", "scus", "--site", "weu")

        assert done.code == 1
        assert (done.outcome(ARTICLE), done.outcome(WEU)) == ("unknown", "confirmed")
        assert re.search("passed its deadline.*its timer runs until 2", done.reason(ARTICLE))
        noe.heal(wrong)
        noe.advance(3600)

        assert noe.running(ARTICLE) == noe.startup(ARTICLE) == before
        ended = {e["kind"] for e in noe.events() if e["end"] == ARTICLE}
        assert "timer-expired" in ended
        assert ended.isdisjoint({"confirmed", "saved"})


def test_one_worker_and_a_slow_gateway_leave_no_timer_running_while_a_router_waits(
    tmp_path: Path,
) -> None:
    with operating(tmp_path, speed=60, operation_s=30, workers=1) as noe:
        done = noe.rollout()

        assert done.code == 0
        assert {router["outcome"] for router in done.report["routers"]} == {"confirmed"}
        assert set(under_timer(noe.events())) == set(ROUTERS)
        assert max(under_timer(noe.events()).values()) < 300


def test_window_steps_hold_no_timer_of_a_router_that_waits_for_its_gateway(tmp_path: Path) -> None:
    """Every key changes at both ends, so that all routers want the gateway's one writer at once."""
    with operating(tmp_path, speed=60, operation_s=30) as noe:
        assert noe.rollout().code == 0
        for path in (noe.run / "secrets").glob("psk-*"):
            path.write_text(path.read_text() + "Z")
        since = len(noe.events())

        with begun(noe, *OUTAGE) as process:
            noe.wait(lambda: any(e["kind"] == "timer-started" for e in noe.events(since)))
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)

        # Those that waited for their turn at the gateway were not begun when it came.
        assert process.returncode == 3
        outcomes = [router["outcome"] for router in noe.report()["routers"]]
        assert outcomes.count("skipped") == len(ROUTERS) - 1

        done = noe.rollout("--resume", noe.changes()[-1].name)

        assert done.code == 0, done.out
        assert {router["outcome"] for router in noe.report()["routers"]} == {"confirmed"}
        assert set(under_timer(noe.events(since))) == set(ROUTERS)
        assert max(under_timer(noe.events(since)).values()) < 300


def under_timer(events: list[dict[str, Any]]) -> dict[str, float]:
    """Return for how many lab seconds each router's timer ran; none may have struck."""
    times: dict[str, dict[str, datetime]] = defaultdict(dict)
    for event in events:
        assert event["kind"] != "timer-expired"
        times[event["end"]].setdefault(event["kind"], datetime.fromisoformat(event["time"]))
    return {
        end: (seen["confirmed"] - seen["timer-started"]).total_seconds()
        for end, seen in times.items()
        if "timer-started" in seen
    }
