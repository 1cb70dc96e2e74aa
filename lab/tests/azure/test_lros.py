"""Long-running operations on the wire: headers of each kind of call, and what goes wrong."""

from ipaddress import IPv4Address
from typing import Any

import pytest

from lab.azure.faults import (
    AnnounceNextHop,
    AzureError,
    LockAs429,
    OperationFails,
    PollError,
    Throttled,
)
from lab.tests.azure.simulated import (
    GROUP,
    Site,
    connection_body,
    create_connection,
    create_local,
    local_body,
)
from lab.tests.azure.wire import Answer, Wire
from lab.trigger import Trigger

GATEWAY = "virtualNetworkGateways/azure-vng"
NIC = "networkInterfaces/azure-vm961"
OPERATION, LOCATION = "azure-asyncoperation", "location"


@pytest.fixture
def wire(wire: Wire) -> Wire:
    """Let `c1` stand, and time pass by `advance` alone."""
    create_local(wire.site)
    create_connection(wire.site)
    wire.site.freeze()
    return wire


CALLS: list[tuple[str, str, object, int, set[str]]] = [
    ("PUT", "localNetworkGateways/two", local_body("198.51.100.11"), 201, {OPERATION}),
    ("PUT", "localNetworkGateways/one", local_body(), 200, {OPERATION}),
    ("PATCH", "connections/c1", {"tags": {}}, 200, {OPERATION}),
    ("PATCH", "localNetworkGateways/one", {"tags": {}}, 200, set()),
    ("PUT", "connections/c1/sharedkey", {"value": "azure456"}, 200, {OPERATION}),
    ("DELETE", "connections/c1", None, 202, {OPERATION, LOCATION}),
    ("DELETE", "connections/none", None, 204, set()),
    ("POST", "connections/c1/sharedkey/reset", {"keyLength": 9}, 202, {OPERATION, LOCATION}),
    ("POST", "connections/c1/resetconnection", None, 202, {OPERATION, LOCATION}),
    ("POST", f"{GATEWAY}/reset", None, 202, {OPERATION, LOCATION}),
    ("POST", "connections/c1/getikesas", None, 202, {LOCATION}),
    ("POST", f"{GATEWAY}/getBgpPeerStatus", None, 202, {LOCATION}),
    ("POST", f"{GATEWAY}/getLearnedRoutes", None, 202, {LOCATION}),
    ("POST", f"{NIC}/effectiveRouteTable", None, 202, {LOCATION}),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "headers"), CALLS)
def test_each_kind_of_call_names_its_operation(
    wire: Wire, method: str, path: str, body: object, status: int, headers: set[str]
) -> None:
    answer = wire(method, path, body)
    polled = [wire.poll(answer.headers[name]).status for name in sorted(headers)]
    wire.site.advance(60)
    ended = [wire.poll(answer.headers[name]).body for name in sorted(headers)]

    assert (answer.status, headers) == (status, headers & answer.headers.keys())
    assert not (answer.headers.keys() & {OPERATION, LOCATION}) - headers
    assert ("x-ms-retry-after-ms" in answer.headers) == bool(headers)
    assert polled == [{OPERATION: 200, LOCATION: 202}[name] for name in sorted(headers)]
    if OPERATION in headers:
        assert ended[0] == {"status": "Succeeded"}


def test_a_nics_result_is_under_the_nic(wire: Wire) -> None:
    answer = wire("POST", f"{NIC}/effectiveRouteTable")

    assert f"{wire.site.id_of(NIC)}/operationResults/" in answer.headers["location"]


@pytest.mark.parametrize("state", ["Failed", "Canceled"])
def test_an_operation_that_ends_badly_says_so_in_both_places(wire: Wire, state: str) -> None:
    fault = OperationFails(path="c1$", code="InternalServerError", state=state)
    wire.site.faults.add("f1", fault)

    answer = wire("DELETE", "connections/c1")
    wire.site.advance(60)
    operation, result = (wire.poll(answer.headers[name]) for name in (OPERATION, LOCATION))

    assert (operation.status, operation.body["status"]) == (200, state)
    assert operation.code == result.code == "InternalServerError"
    assert (result.status, shown_state(wire)) == (400, "Failed")


def shown_state(wire: Wire) -> Any:  # noqa: ANN401 - JSON
    return wire("GET", "connections/c1").body["properties"]["provisioningState"]


def test_a_lost_operation_runs_on(wire: Wire) -> None:
    wire.site.faults.add("f1", PollError(path="connections/c1"), Trigger(times=1))

    answer = wire("PATCH", "connections/c1", {"tags": {"a": "b"}})
    lost = wire.poll(answer.headers[OPERATION])
    wire.site.advance(60)
    found = wire.poll(answer.headers[OPERATION])

    assert (lost.status, lost.code) == (404, "OperationNotFound")
    assert (found.body, shown_state(wire)) == ({"status": "Succeeded"}, "Succeeded")


def second_write(wire: Wire) -> Answer:
    wire("PATCH", "connections/c1", {"tags": {}})
    return wire("PUT", "connections/c1", connection_body(wire.site))


def test_a_lock_is_a_conflict_that_names_the_other_operation(wire: Wire) -> None:
    refused = second_write(wire)

    assert (refused.status, refused.code) == (409, "AnotherOperationInProgress")
    assert "/providers/Microsoft.Network/locations/" in refused.body["error"]["message"]
    assert not {"retry-after", "x-ms-retry-after-ms"} & refused.headers.keys()


def test_a_lock_may_be_a_429_that_is_no_quota(wire: Wire) -> None:
    wire.site.faults.add("f1", LockAs429())

    refused = second_write(wire)

    assert (refused.status, refused.code) == (429, "RetryableError")
    (detail,) = refused.body["error"]["details"]
    assert detail["code"] == "RetryableErrorDueToAnotherOperation"
    assert "retry-after" not in refused.headers


def test_writes_and_reads_are_counted_in_windows_of_five_minutes(wire: Wire) -> None:
    wire.site.advance(300)
    wire.site.faults.add("f1", Throttled(writes=2, reads=3))

    def patch() -> Answer:
        return wire("PATCH", "localNetworkGateways/one", {"tags": {}})

    writes = [patch() for _ in range(3)]
    reads = [wire("GET", "connections/c1") for _ in range(4)]
    group = wire("GET", f"/subscriptions/{wire.site.world.subscription}/resourceGroups/{GROUP}")
    wire.site.advance(299)
    still = patch().status
    wire.site.advance(1)
    again = patch()

    assert [one.status for one in writes] == [200, 200, 429]
    assert [one.status for one in reads] == [200, 200, 200, 429]
    assert (group.status, still, again.status) == (200, 429, 200)
    assert (writes[2].code, writes[2].headers["retry-after"]) == ("TooManyRequests", "3")
    assert writes[2].headers["x-ms-retry-after-ms"] == "3000"
    assert again.headers["x-ms-ratelimit-remaining-subscription-writes"] == "1"


def test_a_throttled_answer_may_not_say_when_to_come_again(wire: Wire) -> None:
    wire.site.faults.add("f1", Throttled(writes=0, told=False))

    refused = wire("DELETE", "connections/c1")

    assert (refused.status, refused.code) == (429, "TooManyRequests")
    assert not {"retry-after", "x-ms-retry-after-ms"} & refused.headers.keys()


def test_the_thousandth_write_is_the_last(wire: Wire) -> None:
    wire.site.advance(300)
    path = wire.site.id_of("connections/c1")

    def use() -> list[str]:
        answers = [wire.site.azure.throttle.take("PUT", path) for _ in range(1000)]
        return [answer["x-ms-ratelimit-remaining-subscription-writes"] for answer in answers]

    assert wire.site.call(use) == [str(left) for left in reversed(range(1000))]
    assert wire("DELETE", "connections/c1").status == 429


def test_an_injected_error_may_say_when_to_come_again(wire: Wire) -> None:
    fault = AzureError(
        method="GET", path="connections", status=503, code="ServerTimeout", retry_after=200
    )
    wire.site.faults.add("f1", fault)

    refused = wire("GET", "connections/c1")

    assert (refused.status, refused.code) == (503, "ServerTimeout")
    assert (refused.headers["retry-after"], refused.headers["x-ms-retry-after-ms"]) == ("2", "2000")


def test_a_key_is_made_of_the_length_asked_for(wire: Wire) -> None:
    wire("POST", "connections/c1/sharedkey/reset", {"keyLength": 77})
    wire.site.advance(60)

    key = wire("GET", "connections/c1/sharedkey").body["value"]

    (seen,) = wire.site.azure.gateways["azure-vng"].view().connections
    assert (len(key), seen.key) == (77, key)


@pytest.mark.parametrize("body", [None, {}, {"keyLength": 0}, {"keyLength": 129}, {"length": 5}])
def test_a_key_length_is_between_1_and_128(wire: Wire, body: object) -> None:
    assert wire("POST", "connections/c1/sharedkey/reset", body).status == 400


def test_a_reset_of_the_gateway_takes_an_instance_down_while_it_runs(wire: Wire) -> None:
    site: Site = wire.site
    gateway = site.azure.gateways["azure-vng"]

    wire("POST", f"{GATEWAY}/reset", query="&gatewayVip=23.98.148.37")
    down = (gateway.view().instances[0].public_address, gateway.state)
    refused = wire("PATCH", "connections/c1", {"tags": {}}).code
    site.advance(60)
    up = (gateway.view().instances[0].public_address, gateway.state)

    assert down == (IPv4Address(0), "Updating")
    assert up == (IPv4Address("23.98.148.37"), "Succeeded")
    assert refused == "AnotherOperationInProgress"


@pytest.mark.parametrize(
    ("vip", "status"), [("None", 202), ("", 202), ("192.0.2.1", 400), ("one", 400)]
)
def test_a_reset_names_one_of_the_gateways_addresses(wire: Wire, vip: str, status: int) -> None:
    assert wire("POST", f"{GATEWAY}/reset", query=f"&gatewayVip={vip}").status == status


def test_a_gateway_announces_another_next_hop_while_the_fault_stands(wire: Wire) -> None:
    site, gateway = wire.site, wire.site.azure.gateways["azure-vng"]
    before = site.network.changes

    site.call(
        lambda: site.faults.add(
            "f1", AnnounceNextHop(gateway="Azure-VNG", next_hop=IPv4Address("10.0.255.5"))
        )
    )
    seen = gateway.view().next_hop
    site.call(lambda: site.faults.remove("f1"))

    assert (seen, gateway.view().next_hop) == (IPv4Address("10.0.255.5"), None)
    assert site.network.changes == before + 2
