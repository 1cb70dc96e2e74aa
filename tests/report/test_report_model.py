"""The report's JSON, and what it says at a glance."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fvrf.checks.finding import Finding, Verdict
from fvrf.errors import InputError
from fvrf.journal import Outcome
from fvrf.report.columns import COLUMNS, tally
from fvrf.report.model import ChangeReport, RouterReport, from_json, to_json
from fvrf.report.summary import Compared, compare, failures_first, row, verdict
from fvrf.report.words import duration

Edit = Callable[[dict[str, object]], object]


def finding(
    subject: str,
    actual: str = "up",
    verdict: Verdict = "passed",
    *,
    check: str = "line_protocol",
    end: str = "r1",
    connection: str | None = None,
    expected: str = "up",
) -> Finding:
    return Finding(
        end=end,
        check=check,
        subject=subject,
        expected=expected,
        actual=actual,
        verdict=verdict,
        connection=connection,
    )


def test_a_report_is_read_back_as_it_was_written(sample: ChangeReport) -> None:
    assert from_json(to_json(sample)) == sample


def test_the_json_carries_schema_and_counts(sample: ChangeReport) -> None:
    record = json.loads(to_json(sample))
    assert record["schema"] == 1
    assert record["counts"] == {"confirmed": 3, "rolled_back": 1, "unknown": 1}
    assert record["started"] == "2026-11-25T01:49:03Z"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda record: record.update(schema=2), "schema 1 and older"),
        (lambda record: record.pop("schema"), "not a schema version"),
        (lambda record: record.pop("routers"), "routers: Field required"),
        (lambda record: record.update(exit_code="x"), "exit_code: Input should be"),
    ],
)
def test_a_newer_or_damaged_report_is_refused(
    sample: ChangeReport, edit: Edit, message: str
) -> None:
    record = json.loads(to_json(sample))
    edit(record)
    with pytest.raises(InputError, match=message):
        from_json(json.dumps(record))


@pytest.mark.parametrize(("text", "message"), [("{", "not JSON"), ("[]", "not a report")])
def test_what_is_no_report_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_json(text)


def test_the_worst_routers_come_first(sample: ChangeReport) -> None:
    assert [router.host for router in failures_first(sample.routers)] == [
        "jpe-onprem-csr",
        "weur-onprem-csr",
        "eastus-onprem-csr",
        "neur-onprem-csr",
        "scus-onprem-csr",
    ]


def test_a_row_counts_things_and_names_the_one_finding_that_matters(sample: ChangeReport) -> None:
    rows = {router.site: row(router) for router in sample.routers}
    shown = {site: [str(t) for _, t in found.columns] for site, found in rows.items()}
    assert shown == {
        "scus": ["2/2", "2/2", "2/2", "2/2"],
        "neur": ["2/2", "2/2", "2/2", "2/2"],
        "weur": ["1/2", "1/2", "1/2", "1/2"],
        "eastus": ["2/2", "2/2", "2/2", "2/2"],
        "jpe": ["?/2", "?/2", "?/2", "1/2"],
    }
    keys = {site: str(found.key) for site, found in rows.items() if found.key}
    assert keys == {
        "weur": "Tunnel1 IKEv2 session 172.16.1.4 -> 23.98.148.37: "
        "expected READY, actual IN-NEG, retransmitting",
        "jpe": "connection jpe-1: expected Connected, actual NotConnected",
    }
    assert round(rows["weur"].duration_s, 1) == 365.8


@pytest.mark.parametrize(
    ("findings", "shown", "good"),
    [
        ([], "-", True),
        ([finding("a, paths", "3 paths: x", check="paths", expected="3 paths: x")], "3/3", True),
        (
            [
                finding("a, paths", "2 paths: x", check="paths", expected="2 paths: x"),
                finding("b, paths", "no such route", "failed", check="paths", expected="2 paths"),
            ],
            "0/2",
            False,
        ),
        (
            [
                finding("a, paths", "2 paths: x", check="paths", expected="2 paths: x"),
                finding("a, egress tunnels", "Tunnel0 x2", "failed", check="egress"),
            ],
            "2/2",
            False,
        ),
    ],
)
def test_paths_are_those_of_the_prefix_that_lacks_most(
    findings: list[Finding],
    shown: str,
    good: bool,  # noqa: FBT001 -- a parametrised expectation
) -> None:
    counted = tally(findings, "Paths", "r1")
    assert (str(counted), counted.good) == (shown, good)


def test_a_tunnel_of_which_one_check_fails_is_not_up() -> None:
    findings = [
        finding("Tunnel0 interface", check="interface"),
        finding("Tunnel0 child SA a -> b", "none", "failed", check="child_sa"),
        finding("Tunnel1 interface", check="interface"),
        finding("a check of a later version", check="weather"),
        finding("connection c", end="gw", check="connection", connection="c"),
        finding("c BGP peer", "none", "failed", end="gw", check="peer", connection="c"),
    ]
    assert [str(tally(findings, name, "r1")) for name in COLUMNS] == ["1/2", "-", "-", "0/1"]


def test_an_uplink_is_no_tunnel_but_spoils_them() -> None:
    findings = [
        finding("GigabitEthernet2 interface", "down", "failed", check="interface"),
        finding("Tunnel0 interface", check="interface", connection="c"),
        finding("Tunnel0 traffic", check="traffic", connection="c"),
        finding("NIC nic route to 172.16.0.0/16", "none", "failed", end="gw", check="effective"),
        finding("connection c", end="gw", check="connection", connection="c"),
    ]
    tunnels, azure = (tally(findings, name, "r1") for name in ("Tunnels", "Azure"))
    assert [(str(each), each.good) for each in (tunnels, azure)] == [("1/1", False), ("1/1", False)]


def test_both_looks_are_paired_and_what_failed_comes_first() -> None:
    up, down = finding("a"), finding("a", "down", "failed")
    lost, gone, new = finding("b", "lost", "error"), finding("c"), finding("d")
    assert compare([down, new, gone], [up, lost, new]) == (
        Compared(pre=None, post=lost),
        Compared(pre=down, post=up),
        Compared(pre=new, post=new),
        Compared(pre=gone, post=None),
    )
    pairs = compare([down, finding("b"), new], [up, lost, new])
    assert [pair.changed for pair in pairs] == [False, True, False]


def test_findings_about_the_same_thing_are_kept_apart() -> None:
    one, two = finding("a", "1"), finding("a", "2")
    pairs = compare([one], [one, two])
    assert pairs == (Compared(pre=one, post=one), Compared(pre=None, post=two))


ROUTER = RouterReport(host="r1", site="s", outcome=Outcome.UNCHANGED)
NOW = datetime(2026, 11, 25, tzinfo=UTC)
REPORT = ChangeReport(
    change_id="c",
    command="fvrf rollout",
    tool_version="0.1.0",
    started=NOW,
    finished=NOW,
    exit_code=0,
    routers=(ROUTER,),
)


@pytest.mark.parametrize(
    ("exit_code", "outcome", "word", "sentence"),
    [
        (0, Outcome.UNCHANGED, "In sync", "Both ends are as intended on 1 router;"),
        (0, Outcome.CONFIRMED, "Proven", "Verified on both ends, confirmed and saved"),
        (1, Outcome.UNKNOWN, "Not as intended", "Of 1 router: 1 unknown."),
        (1, Outcome.UNCHANGED, "Not as intended", "Of 1 router: see below."),
        (2, Outcome.UNREACHABLE, "Not run", "It could not run or look, and nothing was written."),
        (3, Outcome.SKIPPED, "Stopped", "Stopped before the end. Of 1 router: 1 skipped."),
    ],
)
def test_the_verdict_says_the_exit_code_in_words(
    exit_code: int, outcome: Outcome, word: str, sentence: str
) -> None:
    report = replace(REPORT, exit_code=exit_code, routers=(replace(ROUTER, outcome=outcome),))
    judged = verdict(report)
    assert (judged.word, judged.good) == (word, exit_code == 0)
    assert judged.sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (102, "1 min 42 s"),
        (7500, "2 h 05 min"),
    ],
)
def test_durations_are_worded_for_reading(seconds: float, words: str) -> None:
    assert duration(seconds) == words
