"""A rollout as an NOE runs it: what it leaves, what it repairs, and that it writes no more."""

import json
import stat

from noe import ARTICLE, GATEWAY, STRONG, Operator

SITES = ("--site", "scus", "--site", "neu")


def test_first_rollout_proves_and_saves_both_sites(blank: Operator) -> None:
    done = blank.rollout(*SITES)

    assert (done.code, done.outcome(ARTICLE), done.outcome(STRONG)) == (0, "confirmed", "confirmed")
    for router in done.report["routers"]:
        assert {finding["verdict"] for finding in router["post"]} == {"passed"}
        assert "failed" in {finding["verdict"] for finding in router["pre"]}
        assert blank.startup(router["host"]) == blank.running(router["host"])
    assert blank.status("eus-onprem-csr")["logins"] == 0
    assert sorted(blank.connections()) == [
        "CSR_OUTSIDE_1",
        "CSR_OUTSIDE_2",
        "fvrf-neu-branch-csr-0",
        "fvrf-neu-branch-csr-1",
    ]


def test_change_folder_holds_the_record_and_is_private(settled: Operator) -> None:
    folder = settled.changes()[0]

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "journal.jsonl",
        "plan.json",
        "plan.txt",
        "report.json",
        "report.html",
        ARTICLE,
        STRONG,
        GATEWAY,
    }
    assert {path.name for path in (folder / GATEWAY).iterdir()} == {"pre.json", "post.json"}
    after = json.loads((folder / ARTICLE / "post.json").read_text())
    assert [s["status"] for s in after["seen"]["crypto_sessions"]] == ["UP-ACTIVE", "UP-ACTIVE"]
    assert {path.name for path in (folder / ARTICLE).iterdir()} == {
        "intended.cfg",
        "running-pre.cfg",
        "running-post.cfg",
        "diff.txt",
        "pre.json",
        "post.json",
    }


def test_second_rollout_writes_nothing_at_either_end(settled: Operator) -> None:
    before = len(settled.events())

    done = settled.rollout(*SITES, "--json")

    assert (done.code, done.json["counts"]) == (0, {"unchanged": 2})
    assert settled.writes(before) == []


def test_unsaved_drift_is_left_to_its_owner_at_both_ends(settled: Operator) -> None:
    settled.type(
        ARTICLE, "no ip route vrf INSIDE_VRF 172.16.0.0 255.255.0.0 172.16.2.1", save=False
    )
    settled.azure.edit("CSR_OUTSIDE_1", lambda body: body["properties"].update(enableBgp=False))
    before = len(settled.events())

    done = settled.rollout("--site", "scus")

    assert (done.code, done.outcome(ARTICLE)) == (2, "skipped")
    assert "not saved" in done.reason(ARTICLE)
    assert "write memory" in done.reason(ARTICLE)
    assert settled.writes(before) == []

    taken = settled.rollout("--site", "scus", "--save-foreign")

    assert (taken.code, taken.outcome(ARTICLE)) == (0, "confirmed")
    assert {step["result"] for step in taken.router(ARTICLE)["azure"]} == {"done"}
    assert settled.startup(ARTICLE) == settled.running(ARTICLE)
