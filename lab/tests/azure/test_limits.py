"""What a name, a tag and a gateway's SKU have room for."""

from dataclasses import replace
from typing import Any

import pytest

from lab.tests.azure.simulated import Site, connection_body, local_body, policy, stand

WITH_A_POLICY = {"enableBgp": False, "ipsecPolicies": [policy()]}


def refusal(site: Site, path: str, body: object) -> tuple[int, str]:
    status, answer = site.put(path, body)
    return status, answer["error"]["code"]


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"a": 5}, "InvalidTagValue"),
        ({"a": "b" * 257}, "InvalidTagValue"),
        ({"": "b"}, "InvalidTagName"),
        ({str(number): "" for number in range(51)}, "TooManyTags"),
        (["a"], "InvalidRequestFormat"),
    ],
)
def test_tags_are_few_short_texts(site: Site, tags: object, code: str) -> None:
    assert refusal(site, "localNetworkGateways/one", local_body() | {"tags": tags}) == (400, code)


@pytest.mark.parametrize("name", ["-one", "one-", "a" * 81, "o%20ne", "sch%C3%B6n"])
def test_a_resource_has_a_name_that_azure_takes(site: Site, name: str) -> None:
    assert refusal(site, f"localNetworkGateways/{name}", local_body()) == (
        400,
        "InvalidResourceName",
    )


@pytest.mark.parametrize(
    ("sku", "others", "properties", "code"),
    [
        ("Basic", 0, {}, "VpnGatewaySkuNotSupported"),
        (
            "Basic",
            0,
            {"enableBgp": False, "ipsecPolicies": [policy()]},
            "VpnGatewaySkuNotSupported",
        ),
        ("Basic", 10, {"enableBgp": False}, "VpnGatewayConnectionLimitReached"),
        ("VpnGw2AZ", 30, {}, "VpnGatewayConnectionLimitReached"),
    ],
)
def test_a_gateway_has_what_its_sku_has(
    site: Site, sku: str, others: int, properties: dict[str, Any], code: str
) -> None:
    gateway = site.azure.gateways["azure-vng"]
    gateway.fact = replace(gateway.fact, sku=sku)
    for number in range(others + 1):
        local = local_body(f"198.51.100.{number}", f"172.31.0.{number + 1}")
        stand(site, f"localNetworkGateways/local-{number}", local)
    for number in range(others):
        connection = connection_body(site, f"local-{number}", enableBgp=False)
        stand(site, f"connections/c{number}", connection)
    last = connection_body(site, f"local-{others}", **properties)

    assert refusal(site, "connections/last", last) == (400, code)
