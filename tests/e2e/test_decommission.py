"""Decommission: what was named goes from both ends, and what is left stays proven."""

import subprocess
from collections.abc import Iterator

import pytest
from noe import ARTICLE, STRONG, Operator, operating

NEU, SCUS = ("--host", STRONG), ("--host", ARTICLE)
TWO = ("--vrf", "OUTSIDE_TWO")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator whose two sites stand; every test leaves them so."""
    with operating(tmp_path_factory.mktemp("standing"), speed=40) as operator:
        assert operator.rollout("--site", "scus", "--site", "neu").code == 0
        yield operator


def decommission(noe: Operator, *arguments: str) -> tuple[int, str, str]:
    done = noe.do("decommission", "--yes", *arguments)
    host = next((name for name in (STRONG, ARTICLE) if name in arguments), STRONG)
    return done.code, done.outcome(host), done.reason(host)


def brought_back(noe: Operator, host: str) -> bool:
    done = noe.rollout("--host", host)
    return (done.code, done.outcome(host)) == (0, "confirmed")


@pytest.mark.parametrize(
    ("host", "connection", "lost"),
    [
        (STRONG, "fvrf-neu-branch-csr-1", ("OUTSIDE_TWO", "fvrf-azure-vng-1")),
        (ARTICLE, "CSR_OUTSIDE_2", ("ip vrf OUTSIDE_TWO", "VRF_OUTSIDE_TWO_PROFILE")),
    ],
)
def test_an_outside_vrf_goes_from_both_ends(
    standing: Operator, host: str, connection: str, lost: tuple[str, ...]
) -> None:
    before = set(standing.connections())

    done = standing.do("decommission", "--yes", "--host", host, *TWO, "--prune", "2")

    assert (done.code, done.outcome(host)) == (0, "confirmed")
    assert [(step["action"], step["result"]) for step in done.router(host)["azure"]] == [
        ("delete connection", "done"),
        ("delete local gateway", "done"),
    ]
    assert [text for text in lost if text in standing.running(host)] == []
    assert standing.startup(host) == standing.running(host)
    assert before - set(standing.connections()) == {connection}
    assert brought_back(standing, host)


def test_without_prune_azure_keeps_its_resources_and_says_so(standing: Operator) -> None:
    done = standing.do("decommission", "--yes", *NEU, "--connection", "fvrf-neu-branch-csr-1")

    assert (done.code, done.outcome(STRONG)) == (0, "confirmed")
    assert "fvrf-neu-branch-csr-1" in standing.connections()
    warnings = [text for gateway in done.report["gateways"] for text in gateway["warnings"]]
    assert any("fvrf-neu-branch-csr-1: ours by its tags" in text for text in warnings)
    assert brought_back(standing, STRONG)


def test_more_than_was_allowed_is_not_deleted(standing: Operator) -> None:
    before = len(standing.events())

    refused = standing.do("decommission", "--yes", *NEU, *TWO, "--prune", "1")

    assert (refused.code, "F333" in refused.err) == (2, True)
    assert standing.writes(before) == []


def test_nothing_chosen_is_not_everything(standing: Operator) -> None:
    refused = standing.do("decommission", "--yes")

    assert refused.code == 2
    assert "nothing was chosen" in refused.err


def test_what_is_not_ours_in_azure_is_not_deleted(standing: Operator) -> None:
    name = "fvrf-neu-branch-csr-1"
    tags = dict(standing.azure.body(name)["tags"])
    standing.azure.edit(name, lambda body: body.update(tags={"owner": "somebody"}))
    before = len(standing.events())

    code, outcome, reason = decommission(standing, *NEU, *TWO, "--prune", "2")

    assert (code, outcome) == (2, "skipped")
    assert "not ours" in reason
    assert standing.writes(before) == []
    standing.azure.edit(name, lambda body: body.update(tags=tags))


def test_azure_first_is_made_anew_where_the_router_does_not_follow(standing: Operator) -> None:
    refused = standing.fault("refuse-line", router=STRONG, on="^no ip vrf OUTSIDE_TWO", times=1)

    code, outcome, reason = decommission(standing, *NEU, *TWO, "--prune", "2", "--first", "azure")
    standing.heal(refused)

    assert (code, outcome) == (1, "rolled_back")
    assert "Azure: taken back" in reason
    standing.advance(120)
    assert standing.do("plan", *NEU).code == 0
    assert standing.do("verify", *NEU, "--wait", "300").code == 0


def test_a_killed_one_goes_on_where_it_broke_off(standing: Operator) -> None:
    since = len(standing.events())
    command = standing.command("decommission", "--yes", *NEU, *TWO, "--prune", "2")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:  # noqa: S603
        standing.wait(lambda: any(e["kind"] == "confirmed" for e in standing.events(since)))
        run.kill()

    done = standing.do("decommission", "--yes", "--resume", standing.changes()[-1].name)

    assert done.code == 0, done.err
    assert "fvrf-neu-branch-csr-1" not in standing.connections()
    assert "OUTSIDE_TWO" not in standing.startup(STRONG)
    assert sum(e["kind"] == "timer-started" for e in standing.events(since)) == 1
    assert brought_back(standing, STRONG)


def test_a_whole_site_goes_only_by_its_name(standing: Operator) -> None:
    refused = decommission(standing, *NEU, "--prune", "4")

    assert refused[:2] == (2, "skipped")
    assert "the last working path of site neu" in refused[2]

    done = decommission(standing, *NEU, "--prune", "4", "--allow-outage", "neu")

    assert done[:2] == (0, "confirmed")
    assert [name for name in standing.connections() if "neu" in name] == []
    running = standing.running(STRONG)
    assert [word for word in ("OUTSIDE", "Tunnel", "keyring", "ikev2 p") if word in running] == []
    assert "ip vrf INSIDE_VRF" in running
    assert brought_back(standing, STRONG)
