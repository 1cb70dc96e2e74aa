"""A router that bites: locked, full, asking, dropping input, gone or restarted in mid-change."""

import subprocess
from pathlib import Path

import yaml
from noe import ARTICLE, EUS, ROUTERS, SEA, STRONG, WEU, Done, Operator, operating

BGP = "^ *router bgp"
TIMER = {"timer-started", "timer-expired", "reverted", "confirmed"}
QUESTION = "`router bgp 64904` asks: Are you sure? [confirm]; nothing was answered"


def test_router_that_is_not_fit_or_not_willing_is_left_as_it_was(tmp_path: Path) -> None:
    """Another's timer, full flash, another's lock, a line not taken, a line that asks."""
    expected = {
        ARTICLE: ("skipped", "a revert timer of user colleague pends"),
        EUS: ("skipped", "flash has 0 bytes free -> delete what is not needed there"),
        WEU: ("rolled_back", "Configuration mode is locked by process '1' user 'colleague'"),
        STRONG: ("rolled_back", "the router refused `router bgp 64903`"),
        SEA: ("unknown", QUESTION),
    }
    with operating(tmp_path, read_timeout_s=2) as noe:
        noe.fault("foreign-timer", router=ARTICLE, minutes=60)
        noe.fault("flash-full", router=EUS)
        noe.fault("config-locked", router=WEU)
        noe.fault("refuse-line", router=STRONG, on=BGP)
        noe.fault("question", router=SEA, on=BGP)
        before = {host: noe.running(host) for host in ROUTERS}

        done = noe.rollout()

        assert done.code == 1
        assert done.ends(expected) == expected
        assert noe.status(ARTICLE)["timer"] == {"user": "colleague", "minutes": 60}
        assert set(noe.connections()) == done.connections(SEA)
        kept = done.reason(SEA).partition("Azure keeps what was written: ")[2].split(", ")
        assert len(set(kept)) == len(kept) == 4
        noe.advance(3000)
        assert {host: noe.running(host) for host in ROUTERS} == before
        assert {host: noe.startup(host) for host in ROUTERS} == before


def test_input_that_a_router_drops_is_typed_again_line_by_line(tmp_path: Path) -> None:
    with operating(tmp_path, read_timeout_s=3) as noe:
        config = yaml.safe_load(noe.config.read_text())
        config["user_defined"]["pacing"] = {"kind": "block", "lines": 50, "bytes": 2000}
        noe.config.write_text(yaml.safe_dump(config))
        noe.fault("input-buffer", router=STRONG, bytes=1100)

        done = noe.rollout("--site", "neu")

        assert (done.code, done.outcome(STRONG)) == (0, "confirmed"), done.reason(STRONG)
        kinds = [event["kind"] for event in noe.events() if event["end"] == STRONG]
        assert [kind for kind in kinds if kind in TIMER] == [
            "timer-started",
            "reverted",
            "timer-started",
            "confirmed",
        ]
        assert noe.startup(STRONG) == noe.running(STRONG)


def test_router_that_is_gone_after_the_push_is_unknown_until_its_timer_strikes(
    tmp_path: Path,
) -> None:
    """A change that cuts off its own way in, a power cut in mid-push, one in mid-verification."""
    expected = {
        ARTICLE: ("unknown", "cannot be seen since it was written to: "),
        EUS: ("unknown", "the session was lost while it was written to"),
        WEU: ("rolled_back", "the router: reverted, and equal to the backup; Azure: taken back"),
    }
    with operating(tmp_path, verify_deadline_s=100) as noe:
        noe.fault("slow-lines", router=ARTICLE, on=BGP, seconds=20)
        noe.fault("hang", router=EUS, on=BGP)
        noe.fault("wrong-key", connection="WEU_OUTSIDE_1", key="Another123")
        before = {host: noe.running(host) for host in expected}
        arguments = [word for site in ("scus", "eus", "weu") for word in ("--site", site)]
        with subprocess.Popen(  # noqa: S603 - our own runbook
            noe.command("rollout", "--yes", *arguments),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            noe.wait(lambda: seen(noe, ARTICLE, "line") > 5)
            noe.fault("ssh-refused", router=ARTICLE)
            noe.wait(lambda: seen(noe, EUS, "line") > 5)
            noe.call("POST", f"/routers/{EUS}/power", {"on": False})
            noe.wait(lambda: seen(noe, WEU, "login") > 1)
            noe.call("POST", f"/routers/{WEU}/power", {"on": False})
            noe.call("POST", f"/routers/{WEU}/power", {"on": True})

        done = Done(code=process.returncode, out="", err="", report=noe.report())
        assert done.code == 1
        assert done.ends(expected) == expected
        assert "its timer runs until" in done.reason(ARTICLE)
        noe.advance(3600)
        noe.call("POST", f"/routers/{EUS}/power", {"on": True})
        assert {host: noe.running(host) for host in expected} == before
        assert {host: noe.startup(host) for host in expected} == before


def seen(noe: Operator, router: str, kind: str) -> int:
    """Return how many events of a kind a router had."""
    return sum(event["end"] == router and event["kind"] == kind for event in noe.events())
