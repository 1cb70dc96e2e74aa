"""What a rehearsal says of a router, in words, as JSON and as an exit code."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fvrf.checks.finding import Finding
from fvrf.estimate import Pace
from fvrf.journal import Outcome, Step, Timing
from fvrf.rehearsed import HostRehearsal, Rehearsal, document, host_rehearsal, text, unlike
from fvrf.report.model import RouterReport

T0 = datetime(2026, 11, 25, 10, tzinfo=UTC)
UNKNOWN = Pace(line_s=None, proof_s=None, azure_step_s=None)
KNOWN = Pace(line_s=0.5, proof_s=20.0, azure_step_s=30.0)


def took(step: Step, seconds: float) -> Timing:
    return Timing(step=step, started=T0, finished=T0 + timedelta(seconds=seconds))


def judged(
    outcome: Outcome = Outcome.CONFIRMED,
    *,
    pace: Pace = UNKNOWN,
    refusal: str = "",
    **loaded: list[Any],
) -> HostRehearsal:
    router = RouterReport(
        host="one",
        site="s",
        outcome=outcome,
        reason="",
        commands=("a", "b"),
        timings=(
            took(Step.AZURE_APPLY, 90),
            took(Step.PUSH, 2),
            took(Step.VERIFY, 7),
        ),
    )
    return host_rehearsal(
        router, interrupts=["Tunnel1: renegotiates"], loaded=loaded, pace=pace, refusal=refusal
    )


def test_an_interruption_lasts_what_the_journals_say_or_else_the_lab() -> None:
    assert (judged().lasts_s, judged().in_the_lab) == (9.0, True)
    assert (judged(pace=KNOWN).lasts_s, judged(pace=KNOWN).in_the_lab) == (21.0, False)
    assert "  for at most 9.0 s (in the lab, at its setting)\n" in said(judged())
    assert "  for at most 21 s (judged by earlier changes)\n" in said(judged(pace=KNOWN))


def test_what_refuses_the_real_router_goes_before_what_the_copy_came_to() -> None:
    found = judged(refusal="F310 unsaved work")

    assert (found.outcome, found.reason) == (Outcome.SKIPPED, "F310 unsaved work")
    assert found.interrupts == ()


def test_what_is_not_modelled_is_said_in_its_place_without_secrets() -> None:
    carried = [
        {"within": [], "lines": ["radius-server host x key hush", " deadtime 1"], "refused": ""},
        {"within": ["ip vrf B"], "lines": [" rd 1:1"], "refused": "% RD in use"},
    ]

    found = judged(opaque=carried, differences=["-enable secret 9 $9$abc$def"])

    assert found.opaque == (
        "radius-server host x key ******** (and 1 lines below)",
        "ip vrf B / rd 1:1: the copy said % RD in use",
    )
    assert found.differs == ("-enable secret 9 ********",)


def finding(subject: str, actual: str, *, passed: bool) -> Finding:
    return Finding(
        end="one",
        check="interface",
        subject=subject,
        expected="up",
        actual=actual,
        verdict="passed" if passed else "failed",
    )


def test_in_what_a_copy_is_not_like_the_router_is_said() -> None:
    real = [finding("Tunnel0", "down", passed=False), finding("Tunnel1", "up", passed=True)]
    copied = [finding("Tunnel0", "up", passed=True), finding("Tunnel1", "up", passed=True)]
    ports = [{"lines": [f"interface TenGigabitEthernet0/0/{n}"]} for n in (0, 1)]
    loaded = {"opaque": [{"within": [], "refused": "", **port} for port in ports]}

    found = unlike("one", real, copied, {"TenGigabitEthernet0/0/0"}, loaded)

    assert list(found) == [
        "one: before the change Tunnel0: expected up, actual down; on the copy up",
        "one: the lab has no TenGigabitEthernet0/0/0: what it refuses there the router may take",
    ]


@pytest.mark.parametrize(
    ("outcome", "reason", "code"),
    [
        (Outcome.CONFIRMED, "", 0),
        (Outcome.UNCHANGED, "", 0),
        (Outcome.UNCHANGED, "in sync, but not every check passes", 1),
        (Outcome.ROLLED_BACK, "a line was refused", 1),
        (Outcome.SKIPPED, "a conflict", 2),
        (Outcome.UNREACHABLE, "no session", 2),
    ],
)
def test_the_exit_code_tells_whether_it_would_be_confirmed(
    outcome: Outcome, reason: str, code: int
) -> None:
    host = HostRehearsal(host="one", outcome=outcome, reason=reason)

    assert host.exit_code == code
    assert Rehearsal(source="live", hosts=(host,)).exit_code == code


def test_what_would_go_wrong_goes_before_what_would_not_begin() -> None:
    hosts = tuple(
        HostRehearsal(host=outcome, outcome=outcome)
        for outcome in (Outcome.CONFIRMED, Outcome.SKIPPED, Outcome.ROLLED_BACK)
    )

    assert Rehearsal(source="live", hosts=hosts).exit_code == 1
    assert Rehearsal(source="live", hosts=hosts, is_stopped=True).exit_code == 3


def said(host: HostRehearsal) -> str:
    return text(Rehearsal(source="backups", hosts=(host,), notes=("a doubt",), change="page.html"))


def test_words_and_json_say_the_same() -> None:
    host = HostRehearsal(host="one", outcome=Outcome.ROLLED_BACK, reason="a\n  b", lines=3)
    rehearsal = Rehearsal(source="backups", hosts=(host,), notes=("a doubt",), change="page.html")

    assert text(rehearsal).splitlines() == [
        "rehearsed on a copy made from backups; nothing was written to the real ends",
        "one: would be rolled back: a b",
        "  3 lines typed",
        "note: a doubt",
        "report: page.html",
    ]
    found = json.loads(document(rehearsal))
    assert (found["schema"], found["exit_code"], found["source"]) == (1, 1, "backups")
    assert found["hosts"][0]["outcome"] == "rolled_back"
