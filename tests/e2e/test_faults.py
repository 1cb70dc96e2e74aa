"""What acts after the product's last write is found, taken back, and hurts no other site."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from noe import ARTICLE, STRONG, Done, Operator, operating

EUS, WEU, SEA = "eus-onprem-csr", "weu-onprem-csr", "sea-branch-csr"
SPEAKER = "10.0.255.254/32"


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One rollout over five sites, four of which meet a fault."""

    operator: Operator
    done: Done
    before: dict[str, str]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Azure negotiates another key, a route has no effect, a session is lost, a router hangs."""
    folder = tmp_path_factory.mktemp("night")
    with operating(folder, verify_deadline_s=160) as operator:
        operator.fault("wrong-key", connection="CSR_OUTSIDE_1", key="Another123")
        operator.fault("route-dropped", router=STRONG, vrf="OUTSIDE_ONE", prefix=SPEAKER)
        operator.fault("ssh-lost", router=EUS, after_lines=30)
        operator.fault("hang", router=WEU, on="^ *router bgp")
        before = {host: operator.running(host) for host in (ARTICLE, EUS, WEU, STRONG, SEA)}
        yield Night(operator=operator, done=operator.rollout(), before=before)


@pytest.mark.parametrize(
    ("host", "outcome", "reason"),
    [
        (ARTICLE, "rolled_back", "IKEv2"),
        (STRONG, "rolled_back", "BGP"),
        (EUS, "unknown", "the session was lost"),
        (WEU, "unknown", "stopped answering"),
        (SEA, "confirmed", ""),
    ],
)
def test_each_site_ends_by_its_own_fault(
    night: Night, host: str, outcome: str, reason: str
) -> None:
    assert night.done.code == 1
    assert night.done.outcome(host) == outcome, night.done.reason(host)
    assert reason in night.done.reason(host)


@pytest.mark.parametrize("host", [ARTICLE, STRONG])
def test_what_was_not_proven_is_taken_back_at_both_ends(night: Night, host: str) -> None:
    assert night.operator.running(host) == night.before[host]
    assert night.operator.startup(host) == night.before[host]
    assert night.operator.status(host)["timer"] is None
    assert {step["result"] for step in night.done.router(host)["azure"]} == {"undone"}
    mine = {connection["name"] for connection in night.done.router(host)["connections"]}
    assert not mine & set(night.operator.connections())


@pytest.mark.parametrize("host", [EUS, WEU])
def test_router_that_cannot_be_seen_goes_back_by_its_own_timer(night: Night, host: str) -> None:
    assert "takes the change back by 2" in night.done.reason(host)
    if night.operator.status(host)["timer"] is not None:
        night.operator.advance(1500)
    assert night.operator.running(host) == night.before[host]
    assert night.operator.startup(host) == night.before[host]


def test_no_session_is_left_open(night: Night) -> None:
    """One whose fault is that the router hangs may be cut without a word."""
    open_sessions = {host: night.operator.status(host)["logins"] for host in night.before}
    assert open_sessions == dict.fromkeys(night.before, 0)


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """A router is off, another refuses a line, Azure fails one operation and is busy for one."""
    folder = tmp_path_factory.mktemp("morning")
    with operating(folder) as operator:
        operator.fault("ssh-refused", router=ARTICLE)
        operator.type(STRONG, "ip vrf COLLEAGUE", "rd 64903:2")
        operator.fault("operation-fails", path="connections/EUS_OUTSIDE_2", code="InternalError")
        busy: dict[str, Any] = {"method": "PUT", "path": "connections/WEU_OUTSIDE_1", "times": 3}
        operator.fault("azure-error", status=409, code="AnotherOperationInProgress", **busy)
        before = {host: operator.running(host) for host in (ARTICLE, EUS, WEU, STRONG, SEA)}
        yield Night(operator=operator, done=operator.rollout(), before=before)


@pytest.mark.parametrize(
    ("host", "outcome", "reason"),
    [
        (ARTICLE, "unreachable", "no session"),
        (STRONG, "rolled_back", "refused `rd 64903:2`"),
        (EUS, "rolled_back", "InternalError"),
        (WEU, "confirmed", ""),
        (SEA, "confirmed", ""),
    ],
)
def test_refusals_end_the_site_that_meets_them(
    morning: Night, host: str, outcome: str, reason: str
) -> None:
    assert morning.done.code == 1
    assert morning.done.outcome(host) == outcome, morning.done.reason(host)
    assert reason in morning.done.reason(host).replace(" rd", "rd")


@pytest.mark.parametrize("host", [ARTICLE, STRONG, EUS])
def test_refused_site_is_as_it_was_at_both_ends(morning: Night, host: str) -> None:
    assert morning.operator.running(host) == morning.before[host]
    mine = {connection["name"] for connection in morning.done.router(host)["connections"]}
    assert not mine & set(morning.operator.connections())


def test_only_unreachable_routers_exit_2_and_nothing_is_written(morning: Night) -> None:
    before = len(morning.operator.events())

    done = morning.operator.rollout("--site", "scus")

    assert (done.code, done.outcome(ARTICLE)) == (2, "unreachable")
    assert morning.operator.writes(before) == []
