"""The deployment that `az network vpn-connection create` sends."""

from typing import Any

import pytest

from lab.azure.faults import OperationFails, OperationStuck
from lab.tests.azure.simulated import GROUP, Body, Site, connection_body, create_local
from lab.tests.azure.wire import Answer, Wire

KEY = "azure123"


def template(site: Site, **changes: object) -> Body:
    """Return the body that az sends; `changes` are the connection's."""
    resource = {
        "type": "Microsoft.Network/connections",
        "name": "c1",
        "apiVersion": "2025-01-01",
        "dependsOn": [],
        **connection_body(site, connectionType="IPSec", sharedKey="[parameters('sharedKey')]"),
        **changes,
    }
    output = {"type": "object", "value": "[reference('c1')]"}
    return {
        "properties": {
            "mode": "incremental",
            "parameters": {"sharedKey": {"value": KEY}},
            "template": {
                "parameters": {"sharedKey": {"type": "securestring"}},
                "variables": {},
                "resources": [resource],
                "outputs": {"resource": output},
            },
        }
    }


def path_of(site: Site, name: str = "d1") -> str:
    where = f"/subscriptions/{site.world.subscription}/resourcegroups/{GROUP}"
    return f"{where}/providers/Microsoft.Resources/deployments/{name}"


@pytest.fixture
def wire(wire: Wire) -> Wire:
    create_local(wire.site)
    wire.site.freeze()
    return wire


def deploy(wire: Wire, body: object) -> Answer:
    return wire("PUT", path_of(wire.site), body)


def states(wire: Wire, begun: Answer) -> tuple[str, str]:
    """Return the state of the operation and of the deployment."""
    shown = wire("GET", path_of(wire.site)).body["properties"]["provisioningState"]
    return wire.poll(begun.headers["azure-asyncoperation"]).body["status"], shown


def test_a_deployment_brings_its_connection_about(wire: Wire) -> None:
    begun = deploy(wire, template(wire.site))
    meanwhile = states(wire, begun)
    wire.site.advance(60)
    ended = states(wire, begun)
    shown = wire("GET", path_of(wire.site)).body

    connection = wire("GET", "connections/c1").body
    assert begun.status == 201
    assert (meanwhile, ended) == (("InProgress", "Accepted"), ("Succeeded", "Succeeded"))
    outputs = shown["properties"]["outputs"]["resource"]["value"]
    assert outputs.items() <= connection["properties"].items()
    assert outputs["connectionType"] == "IPsec"
    assert wire("GET", "connections/c1/sharedkey").body["value"] == KEY
    assert KEY not in str(shown) + str(begun.body)


def test_a_deployment_ends_with_its_connection_and_not_before(wire: Wire) -> None:
    wire.site.faults.add("f1", OperationStuck(path="connections/c1"))
    begun = deploy(wire, template(wire.site))

    wire.site.advance(600)
    stuck = states(wire, begun)
    wire.site.faults.remove("f1")
    wire.site.advance(60)

    assert (stuck[0], states(wire, begun)[0]) == ("InProgress", "Succeeded")


def test_a_connection_that_is_refused_fails_the_deployment(wire: Wire) -> None:
    properties: dict[str, Any] = connection_body(wire.site, dpdTimeoutSeconds=1)["properties"]
    begun = deploy(wire, template(wire.site, properties=properties))

    wire.site.advance(60)
    polled = wire.poll(begun.headers["azure-asyncoperation"]).body

    assert (begun.status, polled["status"], polled["error"]["code"]) == (
        201,
        "Failed",
        "DeploymentFailed",
    )
    assert [one["code"] for one in polled["error"]["details"]] == ["InvalidRequestFormat"]
    assert wire("GET", "connections/c1").status == 404


def test_a_connection_that_fails_fails_the_deployment(wire: Wire) -> None:
    wire.site.faults.add("f1", OperationFails(path="connections/c1", code="InternalServerError"))
    begun = deploy(wire, template(wire.site))

    wire.site.advance(60)

    assert states(wire, begun) == ("Failed", "Failed")


def changed(site: Site, *way: str | int, to: object) -> Body:
    """Return the body with another value at a place."""
    body = template(site)
    place: Any = body
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = to
    return body


TEMPLATE = ("properties", "template")


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("properties",), None),
        (TEMPLATE, None),
        (TEMPLATE, []),
        (("properties", "mode"), "complete"),
        (("properties", "parameters"), {}),
        (("properties", "parameters", "sharedKey"), KEY),
        ((*TEMPLATE, "resources"), {}),
        ((*TEMPLATE, "resources", 0), "c1"),
        ((*TEMPLATE, "resources", 0, "type"), "Microsoft.Network/virtualNetworks"),
        ((*TEMPLATE, "resources", 0, "name"), "[concat('c', '1')]"),
    ],
)
def test_a_template_that_the_lab_cannot_evaluate_is_refused(
    wire: Wire, way: tuple[str | int, ...], value: object
) -> None:
    answer = deploy(wire, changed(wire.site, *way, to=value))

    assert (answer.status, answer.code) in [
        (400, "InvalidTemplate"),
        (400, "InvalidRequestFormat"),
    ]
    assert wire("GET", path_of(wire.site)).code == "DeploymentNotFound"
