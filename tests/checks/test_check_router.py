"""The router's checks: the article's router passes, and each thing wrong is named."""

from fvrf.checks.router import check_router
from fvrf.checks.verdict import progress, verdict
from fvrf.expected import expected_router
from fvrf.iosxe.parse.observe import observe_router
from fvrf.plan.model import RouterPlan


def test_the_articles_router_passes_every_check(plan: RouterPlan, outputs: dict[str, str]) -> None:
    findings = check_router(expected_router(plan), observe_router(plan, outputs))

    assert [str(f) for f in findings if f.verdict != "passed"] == []
    assert verdict(findings) == "passed"
    assert progress(findings) == "ike 2/2 sa 2/2 bgp 2/2 paths 1/1 adv 2/2"
