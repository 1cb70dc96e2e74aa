"""kill -9 at any moment of a rollout, then --resume: every router ends confirmed, pushed once.

The sample is small and always the same; the soak has 200 kills of a rollout of 20 routers, each
kept in `.fuzz/` by a hash of the source, so that it goes on where it was. `KILLS=0:50` takes some.
"""

import os
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fuzz_shards import Record
from kill_fleet import Fleet, fleet
from soaks import Counts, soaked

# What a router goes through, a letter each: a timer is started, then it strikes or is reverted, or
# the change is confirmed and then saved.
STORY = {
    "timer-started": "S",
    "timer-expired": "E",
    "reverted": "R",
    "confirmed": "C",
    "saved": "V",
}
ONE_PUSH_AT_A_TIME = re.compile(r"(?:S[ER])*SCV")
# What an undisturbed rollout does, by the journal and the lab, for each of its routers.
MOMENTS = 270
# Logins have real time-outs: many at once must not last as long as a revert timer.
SPEED, SPEED_OF_MANY = 60.0, 20.0
SAMPLE, SOAK = 5, 200
ATTEMPTS = 5
FIRST, LAST = map(int, os.environ.get("KILLS", f"0:{SOAK}").split(":"))


@pytest.mark.parametrize("number", range(SAMPLE))
def test_killed_twice_and_resumed_every_router_is_confirmed(tmp_path: Path, number: int) -> None:
    survives(tmp_path, Kill(number=number, of=SAMPLE, routers=2, kills=2, speed=SPEED))


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", range(FIRST, LAST))
def test_twenty_routers_survive_a_kill(
    tmp_path: Path, number: int, record_property: Record
) -> None:
    # Of three, one has its resume killed, too.
    kills = 2 if number % 3 == 0 else 1
    kill = Kill(number=number, of=SOAK, routers=20, kills=kills, speed=SPEED_OF_MANY)

    def run() -> Counts:
        survives(tmp_path, kill, verified=True)
        return {"kills": kills, "routers": kill.routers}

    record_property("counts", soaked("kills", f"{number:03}", ("bench", "tests/kills"), run))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One of so many kills, which share the moments of a rollout among them."""

    number: int
    of: int
    routers: int
    kills: int
    speed: float


def survives(folder: Path, kill: Kill, *, verified: bool = False) -> dict[str, Any]:
    """Kill a rollout, resume it and hold what must be; returns the moments and what was decided."""
    chance = random.Random(f"{kill}")  # noqa: S311 - no secret
    for attempt in range(ATTEMPTS):
        place = folder / str(attempt)
        place.mkdir()
        with fleet(place, kill.routers, speed=kill.speed) as lab:
            moments = killed(lab, kill, chance)
            if not moments:
                continue
            holds(lab)
            assert not verified or lab.verify() == 0
            return {"at": moments, "examined": decided(lab)}
    raise AssertionError("every rollout ended before it was killed")


def killed(lab: Fleet, kill: Kill, chance: random.Random) -> list[int]:
    """Kill a rollout and its resumes; return the moments, none if it ended before."""
    moments: list[int] = []
    while len(moments) < kill.kills and not lab.ended():
        # The first within its own share of the rollout; a resume has less to do.
        share = (kill.number + chance.random()) / kill.of if not moments else chance.random() / 2
        moment = lab.done() + int(MOMENTS * kill.routers * share)
        if lab.killed(moment, pause_s=chance.random() * 0.1):
            moments.append(moment)
    return moments


def holds(lab: Fleet) -> None:
    """Resume to the end, and hold what the lab itself saw against what must be."""
    report = lab.finish()
    assert {router["host"]: router["outcome"] for router in report["routers"]} == dict.fromkeys(
        lab.status(), "confirmed"
    ), {router["host"]: router["reason"] for router in report["routers"]}
    events = lab.events()
    stories = {host: story(events, host) for host in lab.status()}
    assert {h: s for h, s in stories.items() if not ONE_PUSH_AT_A_TIME.fullmatch(s)} == {}
    assert unguarded(events) == []
    assert lab.left()
    assert {
        host: (found["timer"], found["saved"]) for host, found in lab.status().items()
    } == dict.fromkeys(stories, (None, True))
    begun = Counter(e["host"] for e in lab.journal() if e["step"] == "timer_started")
    assert {host for host, told in stories.items() if told.count("S") > begun[host]} == set()


def story(events: list[dict[str, Any]], host: str) -> str:
    """Return what a router went through."""
    return "".join(STORY.get(event["kind"], "") for event in events if event["end"] == host)


def unguarded(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines that were typed into a router while no timer guarded it."""
    guarded: set[str] = set()
    found = []
    for event in events:
        if event["kind"] == "timer-started":
            guarded.add(event["end"])
        elif event["kind"] in STORY:
            guarded.discard(event["end"])
        elif event["kind"] == "line" and event["end"] not in guarded:
            found.append(event)
    return found


def decided(lab: Fleet) -> dict[str, int]:
    """Return how often each examination found what, and what was done."""
    return Counter(event["detail"] for event in lab.journal() if event["step"] == "examine")
