"""A router moves to another AS: both ends in one window, proven, and taken back as any change."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from noe import STRONG, Done, Operator, operating

NEU, SITE = ("--site", "neu"), ("--allow-outage", "neu")
OLD, NEW = 64903, 64999
MOVE = ("--from-asn", str(OLD))


@pytest.fixture(scope="module")
def noe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator whose site stands under the old AS, and whose intent has a new one."""
    folder = tmp_path_factory.mktemp("asn")
    with operating(folder, speed=40) as operator:
        config = yaml.safe_load(operator.config.read_text())
        hosts = yaml.safe_load(Path(config["inventory"]["options"]["host_file"]).read_text())
        config["inventory"]["options"]["host_file"] = str(folder / "hosts.yaml")
        operator.config.write_text(yaml.safe_dump(config))
        assert hosts[STRONG]["data"]["asn"] == OLD
        (folder / "hosts.yaml").write_text(yaml.safe_dump(hosts, sort_keys=False))
        assert operator.rollout(*NEU).code == 0
        hosts[STRONG]["data"]["asn"] = NEW
        (folder / "hosts.yaml").write_text(yaml.safe_dump(hosts, sort_keys=False))
        yield operator


def ends(done: Done) -> tuple[int, str]:
    return done.code, done.outcome(STRONG)


def in_any_order(text: str) -> list[str]:
    return sorted(text.splitlines())


def test_a_process_of_another_as_is_a_conflict_and_goes_by_its_number_only(noe: Operator) -> None:
    plan = noe.do("plan", *NEU)

    told = f"router bgp {OLD} is there, router bgp {NEW} is wanted: a router has one BGP process"
    assert (plan.code, told in plan.out) == (1, True)

    named = noe.do("plan", *NEU, *MOVE)

    assert named.code == 1
    assert "conflict" not in named.out
    assert "BGP: all sessions end" in named.out
    assert "guard: Tunnel0, Tunnel1: the last working path of site neu" in named.out


def test_what_is_not_ours_in_the_process_keeps_it(noe: Operator) -> None:
    noe.type(STRONG, f"router bgp {OLD}", "neighbor 192.0.2.77 remote-as 65001")
    before = len(noe.events())

    refused = noe.rollout(*NEU, *MOVE, *SITE)

    assert ends(refused) == (2, "skipped")
    assert "F336" in refused.reason(STRONG)
    assert "neighbor 192.0.2.77 remote-as 65001" in refused.reason(STRONG)
    assert noe.writes(before) == []
    noe.type(STRONG, f"router bgp {OLD}", "no neighbor 192.0.2.77 remote-as 65001")


def test_the_lab_refuses_a_second_process_in_the_words_of_ios(noe: Operator) -> None:
    assert f"BGP is already running; AS is {OLD}" in noe.type(STRONG, f"router bgp {NEW}")


def test_both_ends_move_in_one_window_and_go_back(noe: Operator) -> None:
    before = noe.running(STRONG)

    done = noe.rollout(*NEU, *MOVE, *SITE, "--change", "MOVE")

    assert ends(done) == (0, "confirmed")
    running = noe.running(STRONG)
    assert [line for line in running.splitlines() if f"{OLD}" in line] == []
    assert {line for line in running.splitlines() if line.startswith("router bgp")} == {
        f"router bgp {NEW}"
    }
    assert noe.startup(STRONG) == running
    assert noe.do("verify", *NEU, "--wait", "300").code == 0

    back = noe.do("rollback", "MOVE", "--yes", *SITE)

    assert ends(back) == (0, "confirmed")
    assert in_any_order(noe.running(STRONG)) == in_any_order(before)
    assert noe.startup(STRONG) == noe.running(STRONG)


def test_a_move_that_is_not_proven_is_reverted(noe: Operator) -> None:
    before = noe.running(STRONG)
    fault = noe.fault("refuse-line", router=STRONG, on=f"^router bgp {NEW}", times=1)

    done = noe.rollout(*NEU, *MOVE, *SITE)
    noe.heal(fault)

    assert ends(done) == (1, "rolled_back")
    assert in_any_order(noe.running(STRONG)) == in_any_order(before)
