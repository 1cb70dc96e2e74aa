"""The gateway's checks: the article's gateway passes, and each thing wrong is named."""

from collections.abc import Callable
from typing import Any

from fvrf.checks.gateway import check_gateway
from fvrf.checks.observation import GatewayObservation
from fvrf.checks.verdict import progress, verdict
from fvrf.expected import expected_gateway
from fvrf.plan.model import GatewayPlan

See = Callable[[dict[str, Any]], GatewayObservation]


def test_the_articles_gateway_passes_every_check(
    gateway_plan: GatewayPlan, gateway_bodies: dict[str, Any], see_gateway: See
) -> None:
    findings = check_gateway(expected_gateway(gateway_plan), see_gateway(gateway_bodies))

    assert [str(f) for f in findings if f.verdict != "passed"] == []
    assert verdict(findings) == "passed"
    assert progress(findings) == "conn 2/2 peer 2/2 learned 2/2 nic 1/1"
