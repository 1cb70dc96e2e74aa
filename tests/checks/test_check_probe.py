"""A probe: full packets from the inside VRF reach a host behind the gateway."""

from ipaddress import IPv4Address
from pathlib import Path

import pytest
from inventories import changed, hosts, plan_of, problems_of

from fvrf.checks.observation import Unreadable
from fvrf.checks.probe import check_probe
from fvrf.iosxe.parse.commands import ping
from fvrf.iosxe.parse.ping import parse_ping
from fvrf.plan.objects import ProbePlan

PINGS = Path(__file__).parents[1] / "fixtures" / "ping"
PROBE = ProbePlan(
    vrf="INSIDE_VRF", host=IPv4Address("10.0.0.4"), source="GigabitEthernet3", size=1400
)
EXPECTED = (
    "INSIDE_VRF probe of 10.0.0.4 from GigabitEthernet3:"
    " expected packets of 1400 bytes answered, DF set, actual"
)


@pytest.mark.parametrize(
    ("case", "verdict", "actual"),
    [
        ("all_answered", "passed", "5 of 5 answered"),
        ("first_lost", "passed", "4 of 5 answered .!!!!: no answer"),
        (
            "too_big",
            "failed",
            "0 of 5 answered M.M.M: too big for a link on the way, no answer",
        ),
        ("unreachable", "failed", "0 of 5 answered U.U.U: unreachable, no answer"),
        ("no_such_vrf", "failed", "0 of 0 answered"),
    ],
)
def test_all_but_one_packet_must_be_answered(case: str, verdict: str, actual: str) -> None:
    finding = check_probe("r1", PROBE, parse_ping((PINGS / f"{case}.txt").read_text()))

    assert (finding.verdict, str(finding)) == (verdict, f"{EXPECTED} {actual}")


def test_a_ping_that_was_not_seen_proves_nothing() -> None:
    finding = check_probe("r1", PROBE, Unreadable(what="ping", reason="cut"))

    assert finding.verdict == "error"


def test_a_gateways_probe_is_sent_once_from_each_inside_vrf_at_the_tunnels_mtu() -> None:
    plan = plan_of(changed(hosts(), ("gw data probe", "10.1.0.4")))

    probe = ProbePlan(vrf="IN", host=IPv4Address("10.1.0.4"), source="GigabitEthernet3", size=1400)
    assert [router.probes for router in plan.routers.values()] == [(probe,), (probe,)]
    assert ping(probe) == ("ping vrf IN 10.1.0.4 source GigabitEthernet3 size 1400 df-bit repeat 5")


def test_without_a_probe_nothing_is_pinged() -> None:
    assert {router.probes for router in plan_of(hosts()).routers.values()} == {()}


@pytest.mark.parametrize(
    ("edits", "problem"),
    [
        (
            [("gw data probe", "10.99.0.4")],
            "gw: data.probe: is in none of its prefixes (value: 10.99.0.4)",
        ),
        (
            [
                ("gw data probe", "10.1.0.4"),
                ("r1 data inside IN prefixes", {"172.30.0.0/16": "172.16.2.1"}),
            ],
            (
                "r1: data.inside.IN.address: is in none of its prefixes: the answer to a probe"
                " would not come back (value: 172.16.2.4/24)"
                " -> announce its network too, or leave out the gateway's `probe`"
            ),
        ),
    ],
    ids=["not behind the gateway", "no way back"],
)
def test_a_probe_that_cannot_be_answered_is_refused(
    edits: list[tuple[str, object]], problem: str
) -> None:
    assert problem in [
        line.removeprefix("hosts.yaml: ") for line in problems_of(changed(hosts(), *edits))
    ]
