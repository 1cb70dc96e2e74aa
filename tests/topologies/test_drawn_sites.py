"""Whatever shape a site has: it is planned, built from nothing, proven, and then left alone.

The tunnels that share the traffic to a gateway's prefix are all those that the intent makes equal.
"""

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from inventories import problems_of
from noe import Done, operating
from site_draws import drawn
from site_worlds import Tree, write
from soaks import Counts, soaked

Record = Callable[[str, object], None]
# Seed, number of sites.
SAMPLE = (7, 10)
SOAK = tuple((seed, 20) for seed in range(4))


def equal_paths(hosts: dict[str, Tree], router: str) -> dict[tuple[str, str], set[str]]:
    """Work out from the inventory alone which tunnels share each inside VRF's traffic."""
    found: dict[tuple[str, str], dict[int, set[str]]] = {}
    for outside in hosts[router]["data"]["outside"].values():
        for connection in outside["connections"]:
            gateway = hosts[connection["gateway"]]["data"]
            names = {
                f"Tunnel{connection['tunnel'] + 100 * k}" for k in range(len(gateway["instances"]))
            }
            for prefix in gateway["prefixes"]:
                ranks = found.setdefault((outside["inside"], prefix), {})
                ranks.setdefault(connection["prepend"], set()).update(names)
    return {key: ranks[min(ranks)] for key, ranks in found.items()}


def seen_paths(done: Done, router: str) -> dict[tuple[str, str], set[str]]:
    """Return which tunnels were seen to share it."""
    subject = re.compile(r"(\S+) route to (\S+), egress tunnels")
    return {
        (match[1], match[2]): set(found["actual"].split(", "))
        for found in done.router(router)["post"]
        if (match := subject.fullmatch(found["subject"]))
    }


def check(folder: Path, seed: int, count: int) -> Counts:
    """Draw sites, roll them out, and look at what stands; return what was counted."""
    hosts: dict[str, Tree] = {}
    platforms = {}
    rng = Random(seed)  # noqa: S311 - no secret
    for number in range(1, count + 1):
        more, platforms[f"site-{number:03}"] = drawn(rng, number)
        hosts |= more
    assert problems_of(hosts) == []
    like, world = write(folder / "drawn", hosts, platforms)
    with operating(folder, like=like, world=world, speed=10) as noe:
        done = noe.rollout()
        ends = {name: (done.outcome(name), done.reason(name)) for name in platforms}
        posts = [found for router in done.report["routers"] for found in router["post"]]
        paths = {name: seen_paths(done, name) for name in platforms}
        assert ends == dict.fromkeys(platforms, ("confirmed", ""))
        assert [found for found in posts if found["verdict"] != "passed"] == []
        assert paths == {name: equal_paths(hosts, name) for name in platforms}
        assert noe.do("plan").code == 0
        taken = noe.do("discover", *(word for name in platforms for word in ("--host", name)))
        beside = {name for name in platforms if hosts[name]["data"]["expressroute"]}
        assert {*re.findall(r"(\S+): not whole", taken.err)} == beside
        assert {*re.findall(r"FILL-IN data\.(\w+)", taken.err)} <= {"expressroute"}
    tunnels = sum(len(set().union(*each.values())) for each in paths.values())
    return {"sites": count, "tunnels proven": tunnels}


@pytest.mark.timeout(240)
def test_a_few_drawn_sites(tmp_path: Path, record_property: Record) -> None:
    record_property("counts", f"drawn sites: {check(tmp_path, *SAMPLE)}")


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("seed", "count"), SOAK)
def test_many_drawn_sites(tmp_path: Path, record_property: Record, seed: int, count: int) -> None:
    def run() -> Counts:
        return check(tmp_path, seed, count)

    record_property("counts", soaked("drawn sites", f"seed{seed}", ("tests/topologies",), run))
