"""The gateway's checks: the article's gateway passes, and each thing wrong is named."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from ipaddress import IPv4Address
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from fvrf.checks.finding import Finding
from fvrf.checks.gateway import check_gateway
from fvrf.checks.observation import GatewayObservation, Unreadable
from fvrf.checks.verdict import progress, verdict
from fvrf.expected import expected_gateway
from fvrf.plan.model import GatewayPlan

See = Callable[[dict[str, Any]], GatewayObservation]

# Each case: edits of the article's REST bodies as [path, value], and every finding that does not
# pass then.
CASES = json.loads((Path(__file__).parents[1] / "fixtures" / "checks" / "gateway.json").read_text())


def wrong(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{f.verdict} {f.check}: {f}" for f in findings if f.verdict != "passed"]


def edit(bodies: dict[str, Any], path: list[Any], value: object) -> None:
    place = reduce(getitem, path[:-1], bodies)
    place[path[-1]] = value


def test_the_articles_gateway_passes_every_check(
    gateway_plan: GatewayPlan, gateway_bodies: dict[str, Any], see_gateway: See
) -> None:
    findings = check_gateway(expected_gateway(gateway_plan), see_gateway(gateway_bodies))

    assert wrong(findings) == []
    assert verdict(findings) == "passed"
    assert progress(findings) == "conn 2/2 peer 2/2 learned 2/2 nic 1/1"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_one_thing_wrong_is_named(
    case: dict[str, Any],
    gateway_plan: GatewayPlan,
    gateway_bodies: dict[str, Any],
    see_gateway: See,
) -> None:
    for path, value in case["edits"]:
        edit(gateway_bodies, path, value)

    findings = check_gateway(expected_gateway(gateway_plan), see_gateway(gateway_bodies))

    assert wrong(findings) == case["found"]
    assert verdict(findings) == "failed"


def test_one_effective_route_will_do_where_azure_does_not_balance(
    gateway_plan: GatewayPlan, gateway_bodies: dict[str, Any], see_gateway: See
) -> None:
    del gateway_bodies["effective"]["value"][4]

    findings = check_gateway(expected_gateway(gateway_plan), see_gateway(gateway_bodies))

    assert findings[-1].actual == "Active by VirtualNetworkGateway (1 x)"
    assert verdict(findings) == "passed"


def test_what_azure_did_not_answer_is_an_error(gateway_plan: GatewayPlan) -> None:
    late = Unreadable(what="getBgpPeerStatus", reason="no answer in 60 s")
    seen = GatewayObservation(
        host="azure-vng",
        connections={"CSR_OUTSIDE_1": late, "CSR_OUTSIDE_2": late},
        peers=late,
        learned=late,
        effective={},
    )

    findings = check_gateway(expected_gateway(gateway_plan), seen)

    assert verdict(findings) == "error"
    assert [finding.actual for finding in findings] == [
        *["could not look: getBgpPeerStatus: no answer in 60 s"] * 9,
        "could not look: azure-vm961: its routes were not read",
    ]


def test_each_gateway_instance_must_have_its_session_and_its_route(
    gateway_plan: GatewayPlan, gateway_bodies: dict[str, Any], see_gateway: See
) -> None:
    second = IPv4Address("10.0.255.5")
    connection = replace(
        gateway_plan.connections[0], speakers=(*gateway_plan.connections[0].speakers, second)
    )
    expected = expected_gateway(replace(gateway_plan, connections=(connection,), nics=()))

    findings = check_gateway(expected, see_gateway(gateway_bodies))

    assert wrong(findings) == [
        (
            "failed peer: CSR_OUTSIDE_1 BGP peer 192.168.255.254: expected 2 x Connected with"
            " AS 64900, at least 1 route received, actual Connected with AS 64900, 1 received"
            " (on 10.0.255.254)"
        ),
        (
            "failed learned: CSR_OUTSIDE_1 route to 172.16.0.0/16 learned from 192.168.255.254:"
            " expected 2 x, actual 1 x"
        ),
    ]
