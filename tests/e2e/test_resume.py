"""A change that broke off goes on: each router by what it shows, Azure by what was written."""

import json
import signal
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

from noe import ARTICLE, EUS, SEA, STRONG, WEU, Operator, operating

CHANGE = "CHG0012345"


def report(noe: Operator) -> dict[str, Any]:
    """Return the report of the change."""
    found: dict[str, Any] = json.loads((noe.changes()[-1] / "report.json").read_text())
    return found


def outcomes(noe: Operator) -> dict[str, str]:
    """Return the outcome of each router."""
    return {router["host"]: router["outcome"] for router in report(noe)["routers"]}


def journal(noe: Operator) -> str:
    """Return the change's journal as far as it goes."""
    path = noe.folder / "changes" / CHANGE / "journal.jsonl"
    return path.read_text() if path.exists() else ""


def examined(noe: Operator) -> dict[str, str]:
    """Return what was found on each router that was examined, and what was done."""
    lines = map(json.loads, journal(noe).splitlines())
    return {event["host"]: event["detail"] for event in lines if event["step"] == "examine"}


def decisions(noe: Operator, host: str) -> list[str]:
    """Return what was found on a router at each examination, and what was done."""
    lines = map(json.loads, journal(noe).splitlines())
    return [e["detail"] for e in lines if (e["step"], e["host"]) == ("examine", host)]


def timers(noe: Operator) -> dict[str, list[str]]:
    """Return what became of each router's timers, in order."""
    kinds = {"timer-started", "timer-expired", "reverted", "confirmed"}
    found: dict[str, list[str]] = {}
    for event in noe.events():
        if event["kind"] in kinds:
            found.setdefault(event["end"], []).append(event["kind"])
    return found


def test_every_way_to_break_off_is_settled_by_one_resume(tmp_path: Path) -> None:
    """One site was proven wrong and taken back, one is whole; three are in no known state."""
    with operating(tmp_path, read_timeout_s=4, verify_deadline_s=120) as noe:
        faults = [
            noe.fault("ssh-lost", router=EUS, after_lines=30),
            noe.fault("hang", router=WEU, on="^write"),
            noe.fault("hang", router=SEA, on="^configure confirm"),
            noe.fault("wrong-key", connection="fvrf-neu-branch-csr-1", key="Another123"),
        ]
        assert noe.rollout("--change", CHANGE).code == 1
        assert outcomes(noe) == {
            ARTICLE: "confirmed",
            EUS: "unknown",
            WEU: "confirmed_unsaved",
            SEA: "unknown",
            STRONG: "rolled_back",
        }
        for fault in faults:
            noe.heal(fault)
        since = len(noe.events())

        done = noe.rollout("--resume", CHANGE)

        assert done.code == report(noe)["exit_code"] == 1
        assert outcomes(noe) == {
            ARTICLE: "confirmed",
            EUS: "confirmed",
            WEU: "confirmed",
            SEA: "confirmed",
            STRONG: "rolled_back",
        }
        assert examined(noe) == {
            EUS: "timer ours, running other: revert",
            WEU: "timer none, running intended: save",
            SEA: "timer ours, running intended: prove",
        }
        assert timers(noe)[EUS] == ["timer-started", "reverted", "timer-started", "confirmed"]
        assert timers(noe)[SEA] == ["timer-started", "confirmed"]
        assert {e["end"] for e in noe.writes(since) if e["kind"] == "line"} == {EUS}
        assert {e["end"] for e in noe.writes(since) if e["kind"] == "saved"} == {EUS, WEU, SEA}


def test_what_an_earlier_run_wrote_in_azure_is_undone_with_the_rest(tmp_path: Path) -> None:
    with operating(tmp_path, verify_deadline_s=100) as noe:
        before = noe.running(ARTICLE)
        hang = noe.fault("hang", router=ARTICLE, on="^configure terminal revert")
        with subprocess.Popen(  # noqa: S603 - our own runbook
            noe.command("rollout", "--yes", "--site", "scus", "--change", CHANGE),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            noe.wait(lambda: "timer_started" in journal(noe))
            other = noe.rollout("--site", "scus")
            process.kill()
        assert process.returncode == -signal.SIGKILL
        assert other.code == 2
        assert f"azure-vng is locked by change {CHANGE}" in other.err
        assert set(noe.connections()) == {"CSR_OUTSIDE_1", "CSR_OUTSIDE_2"}
        noe.heal(hang)
        wrong = {"connection": "CSR_OUTSIDE_1", "key": "Another123"}
        noe.call("POST", "/azure/negotiated-key", wrong)

        assert noe.rollout("--resume", CHANGE, "--site", "scus").code == 2
        assert noe.rollout("--resume", CHANGE).code == 1

        assert examined(noe) == {ARTICLE: "timer none, running backup: redo"}
        assert outcomes(noe) == {ARTICLE: "rolled_back"}
        assert noe.running(ARTICLE) == before
        assert noe.connections() == {}


def test_a_timer_about_to_strike_is_waited_for_also_where_the_router_is_out_of_reach(
    tmp_path: Path,
) -> None:
    with operating(tmp_path, speed=60, read_timeout_s=2) as noe:
        hangs = [noe.fault("hang", router=host, on="^ *router bgp") for host in (ARTICLE, STRONG)]
        assert noe.rollout("--change", CHANGE, "--site", "scus", "--site", "neu").code == 1
        for hang in hangs:
            noe.heal(hang)
        away = noe.fault("ssh-refused", router=STRONG)
        started = next(e["time"] for e in noe.events() if e["kind"] == "timer-started")
        now = noe.call("GET", "/status")["clock"]["now"]
        minutes = noe.status(ARTICLE)["timer"]["minutes"]
        noe.advance(datetime.fromisoformat(started).timestamp() + minutes * 60 - 80 - now)

        assert noe.rollout("--resume", CHANGE).code == 1

        assert outcomes(noe) == {ARTICLE: "confirmed", STRONG: "unknown"}
        assert decisions(noe, ARTICLE)[-1] == "timer none, running backup: redo"
        noe.heal(away)
        # What a colleague changes elsewhere meanwhile leaves ours as in the backup.
        noe.type(STRONG, "interface GigabitEthernet1", "description to the provider")
        assert noe.rollout("--resume", CHANGE).code == 0
        assert decisions(noe, STRONG) == ["timer none, running backup: redo"]
        whole = ["timer-started", "timer-expired", "timer-started", "confirmed"]
        assert timers(noe) == {ARTICLE: whole, STRONG: whole}
