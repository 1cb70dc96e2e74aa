"""The other runbooks as an NOE types them: exit codes, what stands on stdout, what is written."""

from pathlib import Path

import pytest
from noe import ARTICLE, EUS, ROUTERS, STRONG, Operator, operating

# Of the chosen site's intent: the others are not spoken of.
WARNED = (
    (
        f"warning: {ARTICLE}: crypto policy article-legacy is weak: 3DES, SHA-1 and DH group 2;"
        " no PFS. Catalyst 8000V 17.11 and later refuses it"
    ),
    f"warning: {ARTICLE}: one keyring for all connections: their keys cannot be rotated singly",
)


def test_plan_names_the_difference_and_writes_nothing(settled: Operator) -> None:
    settled.type(ARTICLE, "interface Tunnel1", "ip tcp adjust-mss 1300")
    before, files = len(settled.events()), settled.files()

    text = settled.do("plan", "--site", "scus")
    machine = settled.do("plan", "--site", "scus", "--json")

    assert text.code == machine.code == 1
    assert text.out.splitlines() == [
        f"{ARTICLE}: 1 objects, 2 lines",
        "    interface Tunnel1",
        "  -  ip tcp adjust-mss 1300",
        "  +  ip tcp adjust-mss 1350",
        "azure-vng: in sync",
        *WARNED,
    ]
    assert machine.json["warnings"] == [text.removeprefix("warning: ") for text in WARNED]
    router = machine.json["routers"][ARTICLE]
    assert router["lines"] == ["interface Tunnel1", "ip tcp adjust-mss 1350"]
    assert settled.writes(before) == []
    assert settled.files() == files
    assert settled.rollout("--site", "scus").code == 0


def test_plan_of_one_site_does_not_call_another_site_foreign(settled: Operator) -> None:
    plan = settled.do("plan", "--site", "scus")

    lines = [f"{ARTICLE}: in sync", "azure-vng: in sync", *WARNED]
    assert (plan.code, plan.out.splitlines()) == (0, lines)


def test_plan_says_what_a_rollout_would_refuse(settled: Operator) -> None:
    settled.type(ARTICLE, "interface Tunnel1", "ip tcp adjust-mss 1300", save=False)

    plan = settled.do("plan", "--site", "scus", "--json")

    assert "write memory" in plan.json["routers"][ARTICLE]["refused"]
    assert settled.rollout("--site", "scus", "--save-foreign").code == 0


def test_plan_that_cannot_read_a_router_is_no_plan_in_sync(settled: Operator) -> None:
    refused = settled.fault("ssh-refused", router=STRONG)
    plan = settled.do("plan", "--site", "scus", "--site", "neu")
    machine = settled.do("plan", "--site", "scus", "--site", "neu", "--json")
    settled.heal(refused)

    assert plan.code == machine.code == 2
    why = "[Errno 111] Connection refused -> check the address, the port and the way there"
    assert plan.out.splitlines() == [
        f"{STRONG}: cannot be read: F201 no session: {why}",
        f"{ARTICLE}: in sync",
        "azure-vng: in sync",
        *WARNED,
    ]
    assert machine.json["errors"][STRONG].startswith("F201")
    assert not machine.json["in_sync"]


def test_verify_tells_a_network_that_is_hurt_from_one_that_cannot_be_seen(
    settled: Operator,
) -> None:
    sound = settled.do("verify", "--site", "scus", "--wait", "60")
    settled.type(ARTICLE, "interface Tunnel1", "shutdown")
    settled.advance(200)
    hurt = settled.do("verify", "--site", "scus")
    settled.type(ARTICLE, "interface Tunnel1", "no shutdown")
    settled.advance(200)
    refused = settled.fault("ssh-refused", router=ARTICLE)
    unseen = settled.do("verify", "--site", "scus", "--json")
    settled.heal(refused)

    assert sound.code == 0, sound.out
    assert hurt.code == 1
    assert "failed: scus-onprem-csr: Tunnel1" in hurt.out
    assert unseen.code == 2, unseen.out
    assert "error" in {finding["verdict"] for finding in unseen.json[ARTICLE]}
    assert settled.do("verify", "--site", "scus", "--wait", "60").code == 0


def test_report_lists_changes_and_shows_one_with_its_exit_code(settled: Operator) -> None:
    listed = settled.do("report", "--json").json["changes"]
    one = settled.do("report", listed[0])
    machine = settled.do("report", listed[0], "--json")

    assert settled.do("report").out.split() == listed
    assert one.code == machine.code == machine.json["exit_code"] == 0
    assert f"confirmed  {ARTICLE}" in one.out
    assert one.out.splitlines()[-1] == f"report: {settled.changes()[0] / 'report.html'}"
    assert settled.do("report", "20200101T000000Z").code == 2


@pytest.mark.parametrize(
    ("arguments", "routers"),
    [
        (("--site", "neu", "--site", "scus"), {ARTICLE, STRONG}),
        (("--host", EUS), {EUS}),
        (("--gateway", "azure-vng", "--host", STRONG), {STRONG}),
        (("--host", "azure-vng"), set(ROUTERS)),
    ],
)
def test_only_the_selection_is_looked_at(
    settled: Operator, arguments: tuple[str, ...], routers: set[str]
) -> None:
    before = len(settled.events())

    plan = settled.do("plan", *arguments, "--json")

    assert set(plan.json["routers"]) == routers
    logins = {event["end"] for event in settled.events(before) if event["kind"] == "login"}
    assert logins == routers


@pytest.mark.parametrize(
    ("runbook", "arguments"),
    [
        ("plan", ("--site", "nowhere")),
        ("rollout", ("--site", "scus", "--host", STRONG)),
        ("verify", ("--gateway", "nothing")),
        ("validate", ("--host", "nobody")),
    ],
)
def test_empty_selection_is_refused_before_anything_is_opened(
    settled: Operator, runbook: str, arguments: tuple[str, ...]
) -> None:
    before = len(settled.events())

    done = settled.do(runbook, *arguments, "--json")

    assert (done.code, done.json["error"]) == (2, "F100")
    assert settled.events(before) == []


def test_nobody_to_ask_writes_nothing(tmp_path: Path) -> None:
    with operating(tmp_path) as noe:
        before = noe.running(ARTICLE)

        done = noe.do("rollout", "--site", "scus")

        assert (done.code, done.outcome(ARTICLE)) == (2, "skipped")
        assert "give --yes" in done.reason(ARTICLE)
        assert "create connection CSR_OUTSIDE_1" in done.err
        assert noe.writes(0) == []
        assert (noe.running(ARTICLE), noe.logins()) == (before, 0)
        assert noe.journal() == {ARTICLE: ["skipped"]}


@pytest.mark.parametrize("runbook", ["plan", "rollout", "verify"])
def test_without_a_lab_a_runbook_says_so(tmp_path: Path, runbook: str) -> None:
    done = Operator(tmp_path).do(runbook)

    assert (done.code, done.out) == (2, "")
    assert f"F220 no lab is running in {tmp_path / 'lab'}" in done.err
    assert "lab.py up" in done.err


def test_offline_plan_writes_both_ends_without_a_lab(tmp_path: Path) -> None:
    noe, out = Operator(tmp_path), tmp_path / "out"

    done = noe.do("plan", "--offline", "--out", str(out), "--json")

    assert done.code == 0
    assert {Path(path).name for path in done.json["written"]} == {
        "azure-vng.az.sh",
        *(f"{host}.cfg" for host in ROUTERS),
    }
    assert "pre-shared-key <<file:psk-article>>" in (out / f"{ARTICLE}.cfg").read_text()


def test_missing_archive_is_refused_until_it_may_be_enabled(tmp_path: Path) -> None:
    with operating(tmp_path) as noe:
        noe.type(ARTICLE, "no archive")

        refused = noe.rollout("--site", "scus")
        enabled = noe.rollout("--site", "scus", "--enable-archive")

        assert (refused.code, refused.outcome(ARTICLE)) == (2, "skipped")
        assert "archive / path bootflash:backup-" in refused.reason(ARTICLE)
        assert (enabled.code, enabled.outcome(ARTICLE)) == (0, "confirmed")
        assert "archive\n path bootflash:backup-\n" in noe.startup(ARTICLE)


def test_verify_sees_a_tunnel_that_is_up_and_carries_nothing(settled: Operator) -> None:
    deaf = settled.fault("deaf-tunnel", router=ARTICLE, interface="Tunnel1")
    verify = settled.do("verify", "--site", "scus")
    settled.heal(deaf)
    sound = settled.do("verify", "--site", "scus")

    assert verify.code == 1
    failed = [line.strip() for line in verify.out.splitlines() if "failed:" in line][1:]
    assert len(failed) == 1, verify.out
    assert "Tunnel1 traffic: expected encapsulated and decapsulated packets rise" in failed[0]
    assert failed[0].endswith(
        "nothing that arrives is decrypted: see Azure's end, and what filters ESP"
    )
    assert sound.code == 0, sound.out


def test_verify_sees_full_packets_that_do_not_pass(settled: Operator) -> None:
    for tunnel in ("Tunnel0", "Tunnel1"):
        settled.type(ARTICLE, f"interface {tunnel}", "ip mtu 1300")
    verify = settled.do("verify", "--site", "scus")
    for tunnel in ("Tunnel0", "Tunnel1"):
        settled.type(ARTICLE, f"interface {tunnel}", "no ip mtu")

    assert verify.code == 1
    failed = [line.strip() for line in verify.out.splitlines() if "failed:" in line][1:]
    found = "0 of 5 answered M.M.M: too big for a link on the way, no answer"
    expected = f"expected packets of 1400 bytes answered, DF set, actual {found}"
    probe = f"{ARTICLE}: INSIDE_VRF probe of 10.0.0.4 from GigabitEthernet3"
    assert failed == [f"failed: {probe}: {expected}"], verify.out
    assert settled.do("verify", "--site", "scus").code == 0
