"""The router's checks: the article's router passes, and each thing wrong is named."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fvrf.checks.finding import Finding
from fvrf.checks.router import check_router
from fvrf.checks.verdict import progress, verdict
from fvrf.expected import expected_router
from fvrf.iosxe.parse.observe import observe_router
from fvrf.plan.model import RouterPlan

INTERFACES = "show ip interface brief"
SUMMARY_TWO = "show ip bgp vpnv4 vrf OUTSIDE_TWO summary"
ENTRY = "show ip route vrf INSIDE_VRF 10.0.0.0 255.255.0.0"
REFUSED = "        ^\n% Invalid input detected at '^' marker.\n"


# Each case: edits of the article's outputs as [command, pattern, replacement], and every finding
# that does not pass then.
CASES = json.loads((Path(__file__).parents[1] / "fixtures" / "checks" / "router.json").read_text())


def judged(plan: RouterPlan, outputs: dict[str, str]) -> tuple[Finding, ...]:
    return check_router(expected_router(plan), observe_router(plan, outputs))


def wrong(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{f.verdict} {f.check}: {f}" for f in findings if f.verdict != "passed"]


def test_the_articles_router_passes_every_check(plan: RouterPlan, outputs: dict[str, str]) -> None:
    findings = judged(plan, outputs)

    assert wrong(findings) == []
    assert verdict(findings) == "passed"
    assert progress(findings) == "ike 2/2 sa 2/2 bgp 2/2 paths 1/1 adv 2/2"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_one_thing_wrong_is_named(
    case: dict[str, Any], plan: RouterPlan, outputs: dict[str, str]
) -> None:
    for command, pattern, replacement in case["edits"]:
        outputs[command], count = re.subn(pattern, replacement, outputs[command])
        assert count, f"the edit of {command} meets nothing"

    findings = judged(plan, outputs)

    assert wrong(findings) == case["found"]
    assert verdict(findings) == case["found"][0].split()[0]


def test_a_command_that_was_not_run_is_an_error(plan: RouterPlan, outputs: dict[str, str]) -> None:
    del outputs[INTERFACES]

    findings = judged(plan, outputs)

    assert verdict(findings) == "error"
    assert wrong(findings)[0] == (
        "error interface: GigabitEthernet1 interface: expected up, 172.16.0.5, actual could not"
        " look: show ip interface brief: the command was not run"
    )


def test_findings_name_their_router_and_connection(
    plan: RouterPlan, outputs: dict[str, str]
) -> None:
    findings = judged(plan, outputs)

    assert {f.end for f in findings} == {"scus-onprem-csr"}
    assert {(f.check, f.connection) for f in findings if f.check == "bgp"} == {
        ("bgp", "CSR_OUTSIDE_1"),
        ("bgp", "CSR_OUTSIDE_2"),
    }


def test_nothing_looked_at_proves_nothing() -> None:
    assert verdict(()) == "error"


def test_a_failure_outweighs_an_error(plan: RouterPlan, outputs: dict[str, str]) -> None:
    outputs[SUMMARY_TWO] = "% BGP not active\n"
    outputs[ENTRY] = REFUSED

    assert verdict(judged(plan, outputs)) == "failed"


def test_a_vrf_whose_name_begins_like_the_right_one_is_not_it(
    plan: RouterPlan, outputs: dict[str, str]
) -> None:
    sessions = "show crypto ikev2 session"
    outputs[sessions] = outputs[sessions].replace("none/OUTSIDE_ONE     ", "none/OUTSIDE         ")

    assert wrong(judged(plan, outputs))[0] == (
        "failed ikev2: Tunnel0 IKEv2 session 172.16.0.5 -> 23.98.148.37:"
        " expected UP-ACTIVE, READY in none/OUTSIDE_ONE,"
        " actual UP-ACTIVE, READY in none/OUTSIDE"
    )


def leased(plan: RouterPlan) -> RouterPlan:
    """Return the plan with an address by DHCP on the second uplink."""
    first, second = plan.connections
    interfaces = (
        replace(one, address=None) if one.name == second.uplink else one for one in plan.interfaces
    )
    return replace(
        plan,
        interfaces=tuple(interfaces),
        connections=(first, replace(second, local_address=None)),
    )


def test_any_address_will_do_that_is_leased(plan: RouterPlan, outputs: dict[str, str]) -> None:
    outputs[INTERFACES] = outputs[INTERFACES].replace("172.16.1.4 ", "172.16.1.9 ")
    for command, text in outputs.items():
        if "crypto" in command:
            outputs[command] = re.sub(r"172\.16\.1\.4\b", "172.16.1.9", text)

    found = [f for f in wrong(judged(leased(plan), outputs)) if "Tunnel1 interface" not in f]

    assert found == []


def test_without_a_lease_there_is_no_session(plan: RouterPlan, outputs: dict[str, str]) -> None:
    outputs[INTERFACES] = re.sub(
        r"(GigabitEthernet2 +)172\.16\.1\.4 ", r"\1unassigned ", outputs[INTERFACES]
    )

    found = wrong(judged(leased(plan), outputs))

    assert [text.partition(":")[0] for text in found] == [
        "failed interface",
        "failed ikev2",
        "failed child_sa",
    ]
    assert "expected up, an address by DHCP" in found[0]


def test_sessions_of_a_leased_address_are_not_judged_unseen(
    plan: RouterPlan, outputs: dict[str, str]
) -> None:
    del outputs[INTERFACES]

    found = [text for text in wrong(judged(leased(plan), outputs)) if "Tunnel1" in text]

    assert {text.split()[0] for text in found} == {"error"}
    assert {"error ikev2", "error child_sa"} <= {text.partition(":")[0] for text in found}
