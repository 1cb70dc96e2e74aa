"""A plan that was approved is applied as it is, or not at all, router by router."""

import json
import stat
from pathlib import Path

import pytest
from noe import ARTICLE, STRONG, WEU, Operator, operating


@pytest.fixture
def planned(tmp_path: Path) -> Path:
    return tmp_path / "plans" / "tonight.json"


def test_an_approved_plan_is_applied_and_what_drifted_is_refused(
    tmp_path: Path, planned: Path
) -> None:
    """Of three routers one is changed meanwhile, one in Azure only, and one is as it was."""
    with operating(tmp_path) as noe:
        sites = ("--site", "scus", "--site", "weu", "--site", "neu")
        assert noe.rollout("--site", "weu").code == 0
        assert noe.do("plan", *sites, "--out", str(planned)).code == 1
        noe.type(STRONG, "ip vrf OUTSIDE_ONE", "description fvrf outside of INSIDE_VRF")
        noe.azure.edit(
            "WEU_OUTSIDE_1_LNG", lambda body: body["properties"]["bgpSettings"].update(asn=64999)
        )

        done = noe.rollout("--plan", str(planned))

        outcomes = {router["host"]: router["outcome"] for router in done.report["routers"]}
        assert outcomes == {ARTICLE: "confirmed", WEU: "skipped", STRONG: "skipped"}
        assert done.code == 2
        assert "+WEU_OUTSIDE_1_LNG: bgpSettings.asn: 64999" in done.reason(WEU)
        assert "F372 it is not as it was approved" in done.reason(STRONG)
        assert "description fvrf outside of INSIDE_VRF" in done.reason(STRONG)
        again = noe.rollout("--resume", noe.changes()[-1].name)
        assert again.code == 2
        assert again.out.count("F372 it is not as it was approved") == 2
        assert stat.S_IMODE(planned.stat().st_mode) == 0o600
        assert set(json.loads(planned.read_text())["routers"]) == {ARTICLE, WEU, STRONG}


def test_another_intent_or_another_key_is_not_what_was_approved(
    settled: Operator, planned: Path
) -> None:
    settled.type(ARTICLE, "interface Tunnel1", "ip tcp adjust-mss 1300")
    assert settled.do("plan", "--site", "scus", "--out", str(planned)).code == 1
    with settled.secret("psk-article", "AnotherKeyForBothEnds123"):
        other_key = settled.rollout("--plan", str(planned))
    approved = json.loads(planned.read_text())
    planned.write_text(json.dumps({**approved, "intent": "0" * 64}))
    other_intent = settled.rollout("--plan", str(planned))
    planned.write_text(json.dumps({**approved, "schema": 99}))
    other_version = settled.rollout("--plan", str(planned))
    planned.write_text(json.dumps(approved))
    as_approved = settled.rollout("--plan", str(planned))

    assert "the key file:psk-article is another one" in other_key.reason(ARTICLE)
    assert (other_intent.code, other_version.code) == (2, 2)
    assert "F371 the intent or the templates are not those" in other_intent.err
    assert "is of a version that is not known here (value: 99)" in other_version.err
    assert (as_approved.code, as_approved.outcome(ARTICLE)) == (0, "confirmed")


def test_outside_its_window_a_router_is_not_changed(settled: Operator) -> None:
    """The lab's clock is the real one, so the window is made from it."""
    settled.type(ARTICLE, "interface Tunnel1", "ip tcp adjust-mss 1300")
    since = len(settled.events())
    hour = settled.now().hour
    later = f"{(hour + 2) % 24:02}:00-{(hour + 5) % 24:02}:00@UTC"
    whole_day = f"{(hour - 1) % 24:02}:00-{(hour + 22) % 24:02}:00@UTC"

    closed = settled.rollout("--site", "scus", "--window", later)
    no_window = settled.rollout("--site", "scus", "--window", "tonight")
    writes = settled.writes(since)
    opened = settled.rollout("--site", "scus", "--window", whole_day)

    assert (closed.code, closed.outcome(ARTICLE)) == (2, "skipped")
    assert "F342 its window is closed, and opens at 2" in closed.reason(ARTICLE)
    assert no_window.code == 2
    assert "--window: a window is written [DAYS ]HH:MM-HH:MM@ZONE" in no_window.err
    assert writes == []
    assert (opened.code, opened.outcome(ARTICLE)) == (0, "confirmed")
