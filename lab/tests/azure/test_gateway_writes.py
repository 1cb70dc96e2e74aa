"""A gateway's owner gives it other APIPA speakers, or private addresses."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from lab.tests.azure.wire import Answer, Wire

PATH = "virtualNetworkGateways/azure-vng"
Body = dict[str, Any]


def written(wire: Wire, change: Callable[[Body], None]) -> Answer:
    """Send a gateway's own body back, changed."""
    body = wire("GET", PATH).body
    change(body["properties"])
    return wire("PUT", PATH, body)


def with_custom(*addresses: str) -> Callable[[Body], None]:
    def change(properties: Body) -> None:
        (entry,) = properties["bgpSettings"]["bgpPeeringAddresses"]
        entry["customBgpIpAddresses"] = list(addresses)

    return change


def speakers(wire: Wire) -> list[str]:
    (entry,) = wire("GET", PATH).body["properties"]["bgpSettings"]["bgpPeeringAddresses"]
    found: list[str] = entry["customBgpIpAddresses"]
    return found


def test_other_speakers_stand_once_the_operation_has_ended(wire: Wire) -> None:
    wire.site.freeze()
    answer = written(wire, with_custom("169.254.21.1", "169.254.22.1"))

    assert (answer.status, answer.body["properties"]["provisioningState"]) == (200, "Updating")
    assert speakers(wire) == []
    wire.site.advance(3600)
    assert speakers(wire) == ["169.254.21.1", "169.254.22.1"]


def test_its_tunnels_are_down_meanwhile_and_nothing_else_is_written(wire: Wire) -> None:
    wire.site.freeze()
    written(wire, with_custom("169.254.21.1"))
    gateway = wire.site.azure.gateways["azure-vng"]

    assert gateway.restarting == {0}
    assert written(wire, with_custom("169.254.21.2")).code == "AnotherOperationInProgress"
    wire.site.advance(3600)
    assert gateway.restarting == set()


def test_private_addresses_are_of_its_subnet(wire: Wire) -> None:
    wire.site.freeze()
    written(wire, lambda properties: properties.update(enablePrivateIpAddress=True))
    wire.site.advance(3600)

    shown = wire("GET", PATH).body["properties"]
    assert shown["enablePrivateIpAddress"]
    assert shown["ipConfigurations"][0]["properties"]["privateIPAddress"] == "10.0.255.4"


REFUSED: dict[str, tuple[Callable[[Body], None], str]] = {
    "out of range": (with_custom("169.254.23.1"), "CustomBgpIpAddressOutOfRange"),
    "twice": (with_custom("169.254.21.1", "169.254.21.1"), "DuplicateCustomBgpIpAddress"),
    "no entry": (
        lambda properties: properties["bgpSettings"].update(bgpPeeringAddresses=[]),
        "BgpPeeringAddressesCountNotCorrect",
    ),
    "another size": (lambda properties: properties.update(sku={"name": "VpnGw5"}), "Invalid"),
    "no IP configuration": (lambda properties: properties.pop("ipConfigurations"), "Invalid"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_azure_refuses_and_what_the_lab_has_no_model_of_changes_nothing(
    wire: Wire, case: str
) -> None:
    change, code = REFUSED[case]

    answer = written(wire, change)

    assert (answer.code or "").startswith(code)
    assert wire("GET", PATH).body["properties"]["provisioningState"] == "Succeeded"


def test_a_write_over_someone_elses_is_refused(wire: Wire) -> None:
    body = wire("GET", PATH).body
    url = f"{wire.site.base}{wire.site.id_of(PATH)}?api-version=2026-03-01"

    answer = wire.send("PUT", url, json.dumps(body).encode(), **{"If-Match": 'W/"other"'})

    assert (answer.status, answer.code) == (412, "PreconditionFailed")
