"""The faults of Azure's end over the wire: which request, poll or tunnel meets them, and how."""

import http.client
from typing import Any

import pytest

from lab.azure.fault_kinds import AZURE_KINDS
from lab.azure.fault_set import AzureFaultSet
from lab.azure.faults import (
    AzureError,
    AzureFault,
    ConnectionStuck,
    DroppedConnection,
    LockAs429,
    PollError,
    ResultLost,
    SlowAnswer,
    TruncatedBody,
    TunnelFlaps,
)
from lab.azure.owners import owners
from lab.faults import FaultBoard
from lab.tests.azure.simulated import Site, connection_body, local_body, stand
from lab.tests.azure.wire import Wire
from lab.trigger import Trigger

GATEWAY = "virtualNetworkGateways/azure-vng"
CONNECTION = "connections/c1"


@pytest.fixture
def wire(site: Site) -> Wire:
    site.call(lambda: stand(site, "localNetworkGateways/one", local_body()))
    site.call(lambda: stand(site, CONNECTION, connection_body(site)))
    site.freeze()
    return Wire(site)


def add(site: Site, fault: AzureFault, trigger: Trigger | None = None) -> None:
    site.call(lambda: site.faults.add("f1", fault, trigger))


@pytest.mark.parametrize("body", [{"kind": n} for n in AZURE_KINDS], ids=lambda b: b["kind"])
def test_every_example_of_a_kind_can_be_set(body: dict[str, Any]) -> None:
    board = FaultBoard(azure=AzureFaultSet(), routers={})
    required = {"gateway": "g", "next_hop": "192.0.2.1", "connection": "c", "key": "k"}
    kind = AZURE_KINDS[body["kind"]]
    missing = {one: required[one] for one in kind.members if one in required}
    ids = [board.add({**body, **missing, **example}) for example in kind.examples or ({},)]
    for fault_id in ids:
        board.remove(fault_id)
    assert board.standing() == {}


def test_only_the_request_counted_meets_a_fault(wire: Wire) -> None:
    error = AzureError(method="get", path=CONNECTION, status=401, code="ExpiredAuthenticationToken")
    add(wire.site, error, Trigger(at=2, times=1))
    wire("GET", "localNetworkGateways/one")
    assert [wire("GET", CONNECTION).status for _ in range(3)] == [200, 401, 200]


def test_a_refused_write_may_have_been_carried_out(wire: Wire) -> None:
    add(wire.site, AzureError(status=500, code="X", method="DELETE", after=True), Trigger(times=1))
    assert wire("DELETE", CONNECTION).status == 500
    wire.site.advance(60)
    assert wire("GET", CONNECTION).status == 404


@pytest.mark.parametrize(("after", "gone"), [(False, 200), (True, 404)])
def test_a_connection_may_end_before_or_after_the_work(
    wire: Wire, *, after: bool, gone: int
) -> None:
    add(wire.site, DroppedConnection(method="DELETE", after=after), Trigger(times=1))
    with pytest.raises((http.client.RemoteDisconnected, OSError)):
        wire("DELETE", CONNECTION)
    wire.site.advance(60)
    assert wire("GET", CONNECTION).status == gone


def test_an_answer_may_end_in_its_middle(wire: Wire) -> None:
    add(wire.site, TruncatedBody(path=CONNECTION), Trigger(times=1))
    with pytest.raises(http.client.IncompleteRead):
        wire("GET", CONNECTION)
    assert wire("GET", CONNECTION).status == 200


def test_an_answer_may_come_late(site: Site) -> None:
    add(site, SlowAnswer(seconds=100))
    before = site.azure.clock.now()
    assert Wire(site)("GET", GATEWAY).status == 200
    assert site.azure.clock.now() - before >= 100


def test_a_poll_may_meet_any_error_while_the_operation_runs_on(wire: Wire) -> None:
    add(wire.site, PollError(status=503, code="ServerBusy", retry_after=100), Trigger(times=1))
    where = wire("PATCH", CONNECTION, {"tags": {}}).headers["azure-asyncoperation"]
    refused = wire.poll(where)
    wire.site.advance(60)
    assert (refused.status, refused.code, refused.headers["retry-after"]) == (
        503,
        "ServerBusy",
        "1",
    )
    assert wire.poll(where).body == {"status": "Succeeded"}


def test_an_operation_may_lose_its_result(wire: Wire) -> None:
    add(wire.site, ResultLost(path="azure-vng"))
    answer = wire("POST", f"{GATEWAY}/getLearnedRoutes")
    wire.site.advance(60)
    lost = wire.poll(answer.headers["location"])
    assert (lost.status, lost.code) == (404, "OperationResultNotFound")


def silent(site: Site) -> set[int]:
    (seen,) = site.call(site.azure.gateways["azure-vng"].view).connections
    return set(seen.silent)


def test_a_connection_stays_connecting_while_the_fault_stands(wire: Wire) -> None:
    add(wire.site, ConnectionStuck(connection="C1"))
    assert silent(wire.site) == {0}
    wire.site.call(lambda: wire.site.faults.remove("f1"))
    assert silent(wire.site) == set()


def test_a_tunnel_goes_down_and_up_until_the_fault_is_gone(wire: Wire) -> None:
    site = wire.site
    add(site, TunnelFlaps(connection="c1", down_s=5, up_s=10), Trigger(times=2))
    seen = []
    for seconds in (0, 5, 10, 5, 10):
        site.advance(seconds)
        seen.append(silent(site))
    assert seen == [{0}, set(), {0}, set(), set()]
    assert site.network.changes >= 4


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        (CONNECTION, "", {"azure-vng"}),
        ("localNetworkGateways/one", "", {"azure-vng"}),
        (GATEWAY, "", {"azure-vng"}),
        ("networkInterfaces/azure-vm961", "", {"azure-vng"}),
        ("connections/new", "/virtualNetworkGateways/azure-vng", {"azure-vng"}),
    ],
)
def test_a_path_tells_whose_gateway_it_is(
    wire: Wire, path: str, text: str, found: set[str]
) -> None:
    assert owners(wire.site.azure, wire.site.id_of(path), text) == found


@pytest.mark.parametrize(("gateway", "status"), [("AZURE-VNG", 503), ("other", 200)])
def test_a_fault_of_another_gateway_leaves_this_one_alone(
    wire: Wire, gateway: str, status: int
) -> None:
    add(wire.site, AzureError(gateway=gateway, status=503, code="X"), Trigger(times=1))
    assert wire("GET", CONNECTION).status == status


@pytest.mark.parametrize(("gateway", "status"), [("azure-vng", 429), ("other", 409)])
def test_a_lock_s_answer_is_its_gateway_s(wire: Wire, gateway: str, status: int) -> None:
    add(wire.site, LockAs429(gateway=gateway))
    wire("PATCH", CONNECTION, {"tags": {}})
    assert wire("PATCH", CONNECTION, {"tags": {"a": "b"}}).status == status
