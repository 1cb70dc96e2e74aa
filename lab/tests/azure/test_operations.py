"""Long-running operations: locks, waits, failures, versions."""

from collections.abc import Mapping
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError

from lab.azure.faults import (
    AzureError,
    KeyUnreadable,
    OperationFails,
    OperationStuck,
    WrongKey,
)
from lab.tests.azure.simulated import (
    GROUP,
    Site,
    as_connection,
    as_local,
    connection_body,
    create_connection,
    create_local,
    local_body,
)
from lab.trigger import Trigger


def states(site: Site) -> tuple[str, str]:
    """Return the provisioning state and the connection status of `c1`."""
    shown = site.client().virtual_network_gateway_connections.get(GROUP, "c1").as_dict()
    properties: dict[str, Any] = shown["properties"]
    return properties["provisioningState"], properties["connectionStatus"]


def headers_of(refused: HttpResponseError) -> Mapping[str, str]:
    """Return the headers of an answer, which the SDK's protocol leaves out."""
    response: Any = refused.response
    headers: Mapping[str, str] = response.headers
    return headers


def test_a_new_connection_is_updating_and_unknown_until_its_operation_ends(site: Site) -> None:
    create_local(site)
    site.freeze()

    created = site.put("connections/c1", connection_body(site))
    meanwhile = states(site)
    unseen = site.azure.gateways["azure-vng"].view().connections
    site.advance(10)

    assert created[0] == 201
    assert created[1]["properties"]["provisioningState"] == "Updating"
    assert "connectionStatus" not in created[1]["properties"]
    assert (meanwhile, unseen) == (("Updating", "Unknown"), ())
    assert states(site) == ("Succeeded", "Connecting")


def test_a_second_write_on_the_gateway_is_refused_meanwhile(site: Site) -> None:
    create_local(site)
    create_local(site, "two", local_body("198.51.100.11", "172.16.1.4"))
    site.freeze()
    site.put("connections/c1", connection_body(site))
    connections = site.client().virtual_network_gateway_connections

    with pytest.raises(ResourceExistsError) as refused:
        connections.begin_create_or_update(GROUP, "c2", as_connection(connection_body(site, "two")))
    site.advance(10)
    status, _ = site.put("connections/c2", connection_body(site, "two"))

    assert refused.value.error is not None
    assert refused.value.error.code == "AnotherOperationInProgress"
    assert "Retry-After" not in headers_of(refused.value)
    assert status == 201


def test_the_connection_stays_updating_after_its_key_was_set(site: Site) -> None:
    create_local(site)
    create_connection(site)
    site.freeze()
    connections = site.client().virtual_network_gateway_connections
    poller = connections.begin_set_shared_key(GROUP, "c1", {"value": "second2"}, polling=False)
    poller.result()

    site.advance(8.5)
    meanwhile = states(site)[0]
    refused, body = site.put("connections/c1", connection_body(site))
    site.advance(2)

    assert (meanwhile, refused, body["error"]["code"]) == (
        "Updating",
        409,
        "AnotherOperationInProgress",
    )
    assert states(site)[0] == "Succeeded"


@pytest.mark.parametrize(
    ("speed", "least_ms", "most_ms", "whole"),
    [
        (1, 1_000, 2_000, "2"),
        (0.1, 10_000, 20_000, "20"),
        (10, 100, 200, None),
        (1000, 20, 20, None),
    ],
)
def test_the_wait_that_is_told_is_real_time(
    site: Site, speed: float, least_ms: int, most_ms: int, whole: str | None
) -> None:
    site.call(lambda: site.azure.clock.set_speed(speed))

    response = site.client().local_network_gateways.begin_create_or_update(
        GROUP, "one", as_local(local_body()), polling=False, cls=lambda pipeline, _, __: pipeline
    )

    headers: Any = response.result().http_response.headers
    assert least_ms <= int(headers["x-ms-retry-after-ms"]) <= most_ms
    assert headers.get("Retry-After") == whole


def test_every_write_and_its_end_have_an_etag_of_their_own(site: Site) -> None:
    create_local(site)
    site.freeze()
    etags = [site.put("localNetworkGateways/one", local_body())[1]["etag"]]
    site.advance(10)
    etags.append(site.client().local_network_gateways.get(GROUP, "one").etag)

    stale, refusal = site.put("localNetworkGateways/one", local_body(), **{"If-Match": etags[0]})
    fresh, _ = site.put("localNetworkGateways/one", local_body(), **{"If-Match": etags[1]})

    assert etags[0] != etags[1]
    assert (stale, refusal["error"]["code"], fresh) == (412, "PreconditionFailed", 200)


def test_a_failed_operation_leaves_the_resource_failed_and_the_network_as_it_was(
    site: Site,
) -> None:
    create_local(site)
    create_connection(site, sharedKey="first1")
    fault = OperationFails(path="connections/c1$", code="GatewayWentAway")
    site.faults.add("f1", fault, Trigger(times=1))
    connections = site.client().virtual_network_gateway_connections

    with pytest.raises(HttpResponseError) as failed:
        create_connection(site, dpdTimeoutSeconds=9, enableBgp=False)

    (seen,) = site.azure.gateways["azure-vng"].view().connections
    assert failed.value.error is not None
    assert failed.value.error.code == "GatewayWentAway"
    assert states(site)[0] == "Failed"
    assert seen.enable_bgp
    connections.begin_create_or_update(GROUP, "c1", as_connection(connection_body(site))).result()
    assert states(site)[0] == "Succeeded"


def test_a_stuck_operation_ends_in_its_own_time_once_the_fault_is_gone(site: Site) -> None:
    create_local(site)
    site.freeze()
    site.faults.add("f1", OperationStuck(path="connections/C1"))
    site.put("connections/c1", connection_body(site))

    site.advance(600)
    stuck = states(site)[0]
    site.faults.remove("f1")
    site.advance(10)

    assert (stuck, states(site)[0]) == ("Updating", "Succeeded")


def test_an_injected_error_answers_as_often_as_told(site: Site) -> None:
    fault = AzureError(method="GET", path="localnetworkgateways", status=429, code="RetryableError")
    site.faults.add("f1", fault, Trigger(times=1))
    gateways = site.client().local_network_gateways

    with pytest.raises(HttpResponseError) as refused:
        list(gateways.list(GROUP))

    assert (refused.value.status_code, refused.value.error and refused.value.error.code) == (
        429,
        "RetryableError",
    )
    assert list(gateways.list(GROUP)) == []


def test_azure_negotiates_with_another_key_from_the_next_write_on(site: Site) -> None:
    create_local(site)
    create_connection(site, sharedKey="first1")
    gateway = site.azure.gateways["azure-vng"]
    connections = site.client().virtual_network_gateway_connections

    site.faults.add("f1", WrongKey(connection="C1", key="unseen"))
    before = gateway.view().connections[0].key
    connections.begin_set_shared_key(GROUP, "c1", {"value": "second2"}).result()

    assert (before, gateway.view().connections[0].key) == ("first1", "unseen")
    assert connections.get_shared_key(GROUP, "c1").value == "second2"


def test_a_key_that_may_not_be_read_is_an_empty_list(site: Site) -> None:
    create_local(site)
    create_connection(site)
    site.faults.add("f1", KeyUnreadable(connection="c1"))

    shown = site.client().virtual_network_gateway_connections.get_shared_key(GROUP, "c1")

    assert shown["value"] == []


def test_an_operation_nobody_started_is_not_found(site: Site) -> None:
    token = site.tokens.issue(site.base)
    where = f"/subscriptions/{site.world.subscription}/providers/Microsoft.Network/locations/x"

    answer = site.send("GET", f"{where}/operations/none?api-version=2024-05-01", token)

    assert (answer[0], answer[1]["error"]["code"]) == (404, "OperationNotFound")


def test_a_connection_that_is_not_there_is_not_found(site: Site) -> None:
    with pytest.raises(ResourceNotFoundError) as missing:
        site.client().virtual_network_gateway_connections.get(GROUP, "none")

    assert missing.value.error is not None
    assert missing.value.error.message == (
        "The Resource 'Microsoft.Network/connections/none' under resource group 'vpn-testing' "
        "was not found."
    )
