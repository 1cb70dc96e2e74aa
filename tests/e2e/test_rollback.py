"""A finished change is taken back: both ends are what they were before it, and proven so."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from noe import STRONG, Done, Operator, operating

NEU, SITE = ("--site", "neu"), ("--allow-outage", "neu")


@pytest.fixture(scope="module")
def noe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator with an inventory of their own, whose site stands."""
    folder = tmp_path_factory.mktemp("rollback")
    with operating(folder, speed=40) as operator:
        config = yaml.safe_load(operator.config.read_text())
        shipped = config["inventory"]["options"]["host_file"]
        config["inventory"]["options"]["host_file"] = str(folder / "hosts.yaml")
        (folder / "hosts.yaml").write_text(Path(shipped).read_text())
        operator.config.write_text(yaml.safe_dump(config))
        password = (operator.run / "secrets" / "router-password").read_text().strip()
        login = f"username netops privilege 15 secret {password}"
        operator.type(STRONG, login, "ip scp server enable")
        assert operator.rollout(*NEU, "--change", "FIRST").code == 0
        yield operator


def intend(noe: Operator, *, more: bool = False, less: bool = False) -> None:
    """Change the intent of the site: another prefix, or one connection less."""
    path = noe.folder / "hosts.yaml"
    hosts = yaml.safe_load(path.read_text())
    data = hosts[STRONG]["data"]
    if more:
        data["inside"]["INSIDE_VRF"]["prefixes"]["192.168.77.0/24"] = "172.20.2.1"
    if less:
        del data["outside"]["OUTSIDE_TWO"], data["uplinks"]["GigabitEthernet2"]
    path.write_text(yaml.safe_dump(hosts, sort_keys=False))


def ends(done: Done) -> tuple[int, str]:
    return done.code, done.outcome(STRONG)


def in_any_order(text: str) -> list[str]:
    """Return the lines sorted: what is typed again stands after what stayed."""
    return sorted(text.splitlines())


@pytest.fixture
def inventory(noe: Operator) -> Iterator[None]:
    """Put the inventory back as it was, and both ends with it."""
    path = noe.folder / "hosts.yaml"
    text = path.read_text()
    yield
    path.write_text(text)
    assert noe.rollout(*NEU, *SITE).code == 0


@pytest.mark.usefixtures("inventory")
def test_a_change_of_the_router_is_taken_back_and_saved(noe: Operator) -> None:
    before = noe.running(STRONG)
    intend(noe, more=True)
    assert ends(noe.rollout(*NEU, "--change", "MORE")) == (0, "confirmed")
    assert noe.running(STRONG) != before

    done = noe.do("rollback", "MORE", "--yes")

    assert ends(done) == (0, "confirmed")
    assert noe.running(STRONG) == noe.startup(STRONG) == before
    assert {finding["verdict"] for finding in done.router(STRONG)["post"]} == {"passed"}
    checks = {finding["check"] for finding in done.router(STRONG)["post"]}
    assert checks == {"configuration", "child_sa", "bgp", "connection"}


@pytest.mark.usefixtures("inventory")
def test_what_a_change_removed_is_there_again_with_its_key(noe: Operator) -> None:
    before = noe.running(STRONG)
    intend(noe, less=True)
    assert ends(noe.rollout(*NEU, "--change", "LESS")) == (0, "confirmed")
    assert "OUTSIDE_TWO" not in noe.running(STRONG)

    done = noe.do("rollback", "LESS", "--yes")

    assert ends(done) == (0, "confirmed")
    assert in_any_order(noe.running(STRONG)) == in_any_order(before)


@pytest.mark.usefixtures("inventory")
def test_a_new_site_is_taken_back_at_both_ends_only_by_its_name(noe: Operator) -> None:
    refused = noe.do("rollback", "FIRST", "--yes")

    assert ends(refused) == (2, "skipped")
    assert "the last working path of site neu" in refused.reason(STRONG)

    done = noe.do("rollback", "FIRST", "--yes", *SITE)

    assert ends(done) == (0, "confirmed")
    assert [name for name in noe.connections() if "neu" in name] == []
    running = noe.running(STRONG)
    assert [word for word in ("OUTSIDE", "Tunnel", "keyring") if word in running] == []


@pytest.mark.usefixtures("inventory")
def test_what_came_since_is_not_overwritten(noe: Operator) -> None:
    intend(noe, more=True)
    assert noe.rollout(*NEU, "--change", "BASE").code == 0
    noe.type(STRONG, "interface Tunnel1", "ip tcp adjust-mss 1300")
    before = len(noe.events())

    refused = noe.do("rollback", "BASE", "--yes")

    assert ends(refused) == (2, "skipped")
    assert "it is not as change BASE left it" in refused.reason(STRONG)
    assert "ip tcp adjust-mss 1300" in refused.reason(STRONG)
    assert noe.writes(before) == []


@pytest.mark.usefixtures("inventory")
def test_a_line_that_is_refused_on_the_way_back_leaves_the_change_standing(noe: Operator) -> None:
    intend(noe, more=True)
    assert noe.rollout(*NEU, "--change", "STAYS").code == 0
    after = noe.running(STRONG)
    fault = noe.fault("refuse-line", router=STRONG, on="^no ip route vrf INSIDE_VRF", times=1)

    done = noe.do("rollback", "STAYS", "--yes")
    noe.heal(fault)

    assert ends(done) == (1, "rolled_back")
    assert noe.running(STRONG) == noe.startup(STRONG) == after


@pytest.mark.usefixtures("inventory")
def test_a_killed_one_is_finished_by_a_resume(noe: Operator) -> None:
    before = noe.running(STRONG)
    intend(noe, less=True)
    assert noe.rollout(*NEU, "--change", "KILLED").code == 0
    since = len(noe.events())
    command = noe.command("rollback", "KILLED", "--yes", "--change", "BACK")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:  # noqa: S603
        noe.wait(lambda: any(e["kind"] == "line" for e in noe.events(since)))
        run.kill()

    done = noe.do("rollback", "--yes", "--resume", "BACK")

    assert done.code == 0, done.err
    assert noe.running(STRONG) == noe.startup(STRONG)
    assert in_any_order(noe.running(STRONG)) == in_any_order(before)


def flash(noe: Operator) -> str:
    return "\n".join(noe.type(STRONG, "do dir bootflash:", save=False))


@pytest.mark.usefixtures("inventory")
def test_the_whole_backup_is_put_back_and_what_came_since_is_lost_by_name_only(
    noe: Operator,
) -> None:
    before = noe.running(STRONG)
    intend(noe, less=True)
    assert noe.rollout(*NEU, "--change", "WHOLE").code == 0
    noe.type(STRONG, "interface Loopback77", "description of a colleague")
    since = len(noe.events())

    refused = noe.do("rollback", "WHOLE", "--whole", "--yes")

    assert ends(refused) == (2, "skipped")
    assert "F338" in refused.reason(STRONG)
    assert "description of a colleague" in refused.reason(STRONG)
    assert "--overwrite 'interface Loopback77'" in refused.reason(STRONG)
    assert noe.writes(since) == []

    named = ("--overwrite", "interface Loopback77")
    after = noe.running(STRONG)
    fault = noe.fault("revert-aborts", router=STRONG, share=0.5, times=1)

    failed = noe.do("rollback", "WHOLE", "--whole", "--yes", *named)
    noe.heal(fault)

    assert ends(failed) == (1, "rolled_back"), failed.reason(STRONG)
    assert "the configuration was not replaced" in failed.reason(STRONG)
    assert in_any_order(noe.running(STRONG)) == in_any_order(after)
    assert "fvrf-whole" not in flash(noe)

    done = noe.do("rollback", "WHOLE", "--whole", "--yes", *named)

    assert ends(done) == (0, "confirmed"), done.reason(STRONG)
    assert noe.running(STRONG) == noe.startup(STRONG)
    assert in_any_order(noe.running(STRONG)) == in_any_order(before)
    subjects = {finding["subject"] for finding in done.router(STRONG)["post"]}
    assert any(subject.startswith("the whole configuration") for subject in subjects)
    assert {finding["verdict"] for finding in done.router(STRONG)["post"]} == {"passed"}
    assert "fvrf-whole" not in flash(noe)


@pytest.mark.usefixtures("inventory")
def test_a_whole_backup_that_nobody_confirms_goes_again_by_the_routers_own_timer(
    noe: Operator,
) -> None:
    before = noe.running(STRONG)
    intend(noe, more=True)
    assert noe.rollout(*NEU, "--change", "DEAD").code == 0
    after, since = noe.running(STRONG), len(noe.events())
    command = noe.command("rollback", "DEAD", "--whole", "--yes", "--change", "REPLACED")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:  # noqa: S603
        noe.wait(lambda: any(e["kind"] == "timer-started" for e in noe.events(since)))
        run.kill()
    assert in_any_order(noe.running(STRONG)) == in_any_order(before)
    noe.advance(120 * 60)
    assert in_any_order(noe.running(STRONG)) == in_any_order(after)

    done = noe.do("rollback", "--yes", "--resume", "REPLACED")

    assert done.code == 0, done.err
    assert in_any_order(noe.running(STRONG)) == in_any_order(before)
    assert "fvrf-whole" not in flash(noe)


def test_an_unknown_change_and_a_router_that_it_did_not_change_are_named(noe: Operator) -> None:
    unknown = noe.do("rollback", "NOSUCH", "--yes")
    other = noe.do("rollback", "FIRST", "--yes", "--host", "sea-branch-csr")

    assert (unknown.code, "no such change" in unknown.err) == (2, True)
    assert (other.code, "left nothing on it to take back" in other.err) == (2, True)
