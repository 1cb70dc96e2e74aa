"""A hub of a virtual WAN, from the first link to the last: changed, broken off, taken back."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from noe import ROOT, Done, Operator, operating

EXAMPLE = ROOT / "examples/topologies/config.yaml"
WORLD = ROOT / "lab/world/topologies"
ROUTER = "hub-csr"
HOST = ("--host", ROUTER)
NAME = f"fvrf-{ROUTER}-hub-gw"
SITE = f"vpnSites/{NAME}"
CONNECTION = f"vpnGateways/hub-gw/vpnConnections/{NAME}"

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def noe(tmp_path: Path) -> Iterator[Operator]:
    """An operator before the hub has a site."""
    with operating(tmp_path, like=EXAMPLE, world=WORLD, speed=40) as operator:
        yield operator


def requests(noe: Operator, since: int = 0) -> list[str]:
    """Return the writes that Azure saw, without what all their paths begin with."""
    return [
        f"{event['method']} {event['path'].rpartition('/Microsoft.Network/')[2]}"
        for event in noe.writes(since)
        if "method" in event
    ]


def ends(done: Done) -> tuple[int, str]:
    return done.code, done.outcome(ROUTER)


def test_a_link_with_a_wrong_key_takes_all_back_to_the_last_link(noe: Operator) -> None:
    noe.fault("wrong-key", connection=f"{NAME}/fvrf-{ROUTER}-1", key="AnotherKey4711")

    done = noe.rollout(*HOST)

    assert ends(done) == (1, "rolled_back")
    failed = {f["subject"] for f in done.router(ROUTER)["post"] if f["verdict"] == "failed"}
    assert f"connection fvrf-{ROUTER}-1" in failed
    assert {f"DELETE {CONNECTION}", f"DELETE {SITE}"} <= set(requests(noe))


def test_a_run_that_is_killed_between_links_goes_on(noe: Operator) -> None:
    command = noe.command("rollout", "--yes", *HOST, "--change", "KILLED")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:  # noqa: S603
        noe.wait(lambda: f"PUT {CONNECTION}" in requests(noe), timeout_s=60)
        run.kill()

    done = noe.rollout("--resume", "KILLED")

    assert done.code == 0, done.err
    since = len(noe.events())
    assert noe.do("plan", *HOST).code == 0
    assert requests(noe, since) == []


def test_a_site_is_changed_rotated_taken_back_and_removed(noe: Operator) -> None:
    assert ends(noe.rollout(*HOST, "--change", "FIRST")) == (0, "confirmed")

    found = noe.do("discover", *HOST, "--gateway", "hub-gw", "--json")
    assert found.code == 0, found.out

    since = len(noe.events())
    rotated = noe.do("rotate_psk", "--generate", "--yes", *HOST)

    assert rotated.code == 0, rotated.err
    assert requests(noe, since) == [
        f"PUT {CONNECTION}/vpnLinkConnections/fvrf-{ROUTER}-{n}/sharedKeys/default"
        for n in (1, 2, 3, 4)
    ]
    assert noe.do("verify", *HOST).code == 0

    removal = ("decommission", "--yes", *HOST, "--prune", "8")
    gone = noe.do(*removal, "--allow-outage", "hub")

    assert ends(gone) == (0, "confirmed")
    assert {f"DELETE {CONNECTION}", f"DELETE {SITE}"} <= set(requests(noe, since))


def test_a_whole_change_is_rolled_back(noe: Operator) -> None:
    before = noe.running(ROUTER)
    assert ends(noe.rollout(*HOST, "--change", "FIRST")) == (0, "confirmed")
    since = len(noe.events())

    done = noe.do("rollback", "FIRST", "--yes", "--allow-outage", "hub")

    assert ends(done) == (0, "confirmed")
    assert requests(noe, since)[-1] == f"DELETE {SITE}"
    assert f"DELETE {CONNECTION}" in requests(noe, since)
    assert noe.running(ROUTER) == before


def test_what_does_not_know_hubs_says_so(noe: Operator, tmp_path: Path) -> None:
    rehearsed = noe.do("rehearse", *HOST)

    assert (rehearsed.code, "F390" in rehearsed.err) == (2, True)
    assert noe.do("plan", *HOST, "--offline", "--out", str(tmp_path / "texts")).code == 0
    assert (tmp_path / "texts/hub-gw.az.sh").read_text().count("put '") == 6
    assert noe.writes(0) == []
