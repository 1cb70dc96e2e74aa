"""The data plane: the packet counts of every tunnel rise, either way, between two looks."""

import re

import pytest

from fvrf.checks.finding import Finding
from fvrf.checks.traffic import began_anew, check_traffic
from fvrf.expected import expected_router
from fvrf.iosxe.parse.observe import observe_router
from fvrf.plan.model import RouterPlan

DETAIL = "show crypto session detail"
SUBJECT = "expected encapsulated and decapsulated packets rise, actual"
# The counts that the article's router shows: in and out of Tunnel0, then of Tunnel1.
SHOWN = (1312, 1290), (1287, 1266)
STILL_OUT = "nothing is sent: see its BGP session and the routes into it"
STILL_IN = "nothing that arrives is decrypted: see Azure's end, and what filters ESP"
BOTH = f"{STILL_OUT}, {STILL_IN}"

Counts = tuple[tuple[int, int], tuple[int, int]]


def counted(outputs: dict[str, str], counts: Counts) -> dict[str, str]:
    """Return the outputs with other counts in them."""
    numbers = iter([number for tunnel in counts for number in tunnel])
    detail = re.sub(r"(?<=c'ed )\d+", lambda _: str(next(numbers)), outputs[DETAIL])
    return {**outputs, DETAIL: detail}


def judged(
    plan: RouterPlan, outputs: dict[str, str], before: dict[str, str]
) -> tuple[Finding, ...]:
    seen, earlier = (observe_router(plan, each) for each in (outputs, before))
    return check_traffic(expected_router(plan), seen, earlier)


@pytest.mark.parametrize(
    ("before", "found"),
    [
        (((1311, 1289), (1286, 1265)), []),
        (((0, 0), (0, 0)), []),
        (((9999, 9999), (9999, 9999)), []),
        (
            ((1312, 1289), (1286, 1265)),
            [f"failed: Tunnel0 traffic: {SUBJECT} out 1289 -> 1290, in 1312 -> 1312, {STILL_IN}"],
        ),
        (
            ((1311, 1289), (1286, 1266)),
            [f"failed: Tunnel1 traffic: {SUBJECT} out 1266 -> 1266, in 1286 -> 1287, {STILL_OUT}"],
        ),
        (
            SHOWN,
            [
                f"failed: Tunnel0 traffic: {SUBJECT} out 1290 -> 1290, in 1312 -> 1312, {BOTH}",
                f"failed: Tunnel1 traffic: {SUBJECT} out 1266 -> 1266, in 1287 -> 1287, {BOTH}",
            ],
        ),
    ],
    ids=["they rose", "new", "counted anew", "nothing comes", "nothing leaves", "all stands still"],
)
def test_counts_must_rise_each_way(
    plan: RouterPlan, outputs: dict[str, str], before: Counts, found: list[str]
) -> None:
    findings = judged(plan, outputs, counted(outputs, before))

    assert [f"{f.verdict}: {f}" for f in findings if f.verdict != "passed"] == found
    assert len(findings) == len(SHOWN)


def test_a_tunnel_without_a_session_carries_nothing(
    plan: RouterPlan, outputs: dict[str, str]
) -> None:
    none = {**outputs, DETAIL: ""}

    assert {finding.verdict for finding in judged(plan, none, outputs)} == {"failed"}
    assert {finding.verdict for finding in judged(plan, outputs, none)} == {"passed"}


@pytest.mark.parametrize("spoiled", ["now", "before"])
def test_counts_that_cannot_be_read_are_an_error(
    plan: RouterPlan, outputs: dict[str, str], spoiled: str
) -> None:
    cut = {**outputs, DETAIL: re.sub(r"\n +Inbound.*", "", outputs[DETAIL], count=1)}
    now, before = (cut, outputs) if spoiled == "now" else (outputs, cut)

    findings = judged(plan, now, before)

    assert {finding.verdict for finding in findings} == {"error"}
    assert "a flow without its counts" in findings[0].actual


@pytest.mark.parametrize(
    ("before", "now", "anew"),
    [
        (SHOWN, ((0, 0), (1287, 1266)), True),
        (SHOWN, ((1, 0), (1287, 1266)), True),
        (SHOWN, ((1, 1), (2, 2)), False),
        (SHOWN, SHOWN, False),
        (((0, 0), (0, 0)), ((0, 0), (0, 0)), False),
    ],
    ids=["rekeyed", "half a keepalive since", "has carried since", "the same", "never anything"],
)
def test_sas_that_are_new_and_have_counted_nothing_are_told(
    plan: RouterPlan, outputs: dict[str, str], before: Counts, now: Counts, *, anew: bool
) -> None:
    seen = observe_router(plan, counted(outputs, now))
    earlier = observe_router(plan, counted(outputs, before))

    assert began_anew(expected_router(plan), seen, earlier) == anew
