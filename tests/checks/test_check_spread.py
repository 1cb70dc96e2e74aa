"""How the traffic of an inside VRF spreads over its tunnels is told and warned of, never failed."""

import re

import pytest

from fvrf.checks.finding import Finding
from fvrf.checks.spread import check_spread
from fvrf.checks.verdict import verdict
from fvrf.expected import expected_router
from fvrf.iosxe.parse.commands import COUNTERS
from fvrf.iosxe.parse.observe import observe_router
from fvrf.plan.model import RouterPlan
from tasks.record import findings_exit_code, findings_text

SUBJECT = "INSIDE_VRF traffic over Tunnel0, Tunnel1: expected about 50 % of the bytes on each"
EARLIER = {"Tunnel0": 600_000_000, "Tunnel1": 500_000_000}


def counted(outputs: dict[str, str], sent: dict[str, int]) -> dict[str, str]:
    """Return the outputs with other bytes in the counters of some tunnels."""
    text = outputs[COUNTERS]
    for name, count in sent.items():
        text = re.sub(
            rf"(?<={name} is up, line protocol is up \n     ).*",
            f"1 packets output, {count} bytes",
            text,
        )
    return {**outputs, COUNTERS: text}


def judged(plan: RouterPlan, now: dict[str, str], before: dict[str, str]) -> tuple[Finding, ...]:
    seen, earlier = (observe_router(plan, each) for each in (now, before))
    return check_spread(expected_router(plan), seen, earlier)


@pytest.mark.parametrize(
    ("before", "warns", "told"),
    [
        (EARLIER, False, "Tunnel0 50 % (100000000 bytes), Tunnel1 50 % (100000000 bytes)"),
        (
            EARLIER | {"Tunnel1": 567_000_000},
            True,
            "Tunnel0 75 % (100000000 bytes), Tunnel1 25 % (33000000 bytes)",
        ),
        (
            EARLIER | {"Tunnel1": 599_999_999},
            True,
            "Tunnel0 100 % (100000000 bytes), Tunnel1 0 % (1 bytes)",
        ),
        (
            EARLIER | {"Tunnel1": 999_999_999},
            True,
            "Tunnel0 14 % (100000000 bytes), Tunnel1 86 % (600000000 bytes)",
        ),
        (
            {"Tunnel0": 695_000_001, "Tunnel1": 595_000_000},
            False,
            "too little to tell: 9999999 bytes",
        ),
    ],
    ids=["even", "skewed", "one alone", "cleared in between", "quiet"],
)
def test_shares_are_told_and_a_skew_is_warned_of(
    plan: RouterPlan, outputs: dict[str, str], before: dict[str, int], told: str, *, warns: bool
) -> None:
    (finding,) = judged(plan, outputs, counted(outputs, before))

    assert (str(finding), finding.warns) == (f"{SUBJECT}, actual {told}", warns)
    assert verdict([finding]) == "passed"


def test_a_tunnel_that_is_new_has_had_no_time_for_its_share(
    plan: RouterPlan, outputs: dict[str, str]
) -> None:
    before = counted(outputs, EARLIER)
    before[COUNTERS] = before[COUNTERS].partition("Tunnel1")[0]

    (finding,) = judged(plan, outputs, before)

    assert finding.actual == "not to be told yet: Tunnel1 has no earlier count"
    assert (finding.verdict, finding.warns) == ("passed", False)


def test_counters_that_cannot_be_read_fail_nothing(
    plan: RouterPlan, outputs: dict[str, str]
) -> None:
    unread = {**outputs, COUNTERS: "% Invalid input detected at '^' marker.\n"}
    found = [*judged(plan, unread, outputs), *judged(plan, outputs, unread)]

    assert {finding.verdict for finding in found} == {"passed"}
    assert all(finding.actual.startswith(f"could not look: {COUNTERS}: ") for finding in found)


def test_the_console_says_a_warning_and_exits_0(plan: RouterPlan, outputs: dict[str, str]) -> None:
    findings = {"r1": judged(plan, outputs, counted(outputs, EARLIER | {"Tunnel1": 600_000_000}))}

    assert "\n  warning: scus-onprem-csr: INSIDE_VRF traffic" in findings_text(findings)
    assert findings_exit_code(findings) == 0
