"""Whatever stands in Azure's place: no crash, no passed check, nothing in sync that is not."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

from fuzz_outputs import FIXTURES, ROOT
from fuzz_shards import fuzzed
from hypothesis import strategies as st

from fvrf.azure.diff import reconcile
from fvrf.azure.resources import Desired, Json, Resource, desired
from fvrf.azure.shapes import CONNECTION, GATEWAY, LOCAL_GATEWAY, Misshapen, Shape, shaped
from fvrf.azure.state import AzureState
from fvrf.checks.gateway import check_gateway
from fvrf.checks.observation import GatewayObservation
from fvrf.expected import expected_gateway
from fvrf.plan.model import GatewayPlan
from tasks.project import Selection, open_project

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ["Connected", "10.0.0.0/16", "172.16.0.0/16", "Succeeded", "Network", "/a/b", 64900, "1"]
    )
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@cache
def article_gateway() -> GatewayPlan:
    """Return the plan of the gateway that the article's router is connected to."""
    project = open_project(ROOT / "config.yaml", Selection(), offline=True)
    return project.plan.gateways["azure-vng"]


@cache
def article_bodies() -> dict[str, Any]:
    """Return what the article's gateway answers when all is well."""
    return {
        file.stem: json.loads(file.read_text(encoding="utf-8"))
        for file in sorted((FIXTURES / "article" / "azure").glob("*.json"))
    }


def places(body: object, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value of a body."""
    yield way
    children: Any = body.items() if isinstance(body, dict) else ()
    for step, child in enumerate(body) if isinstance(body, list) else children:
        yield from places(child, (*way, step))


def altered(body: Any, draw: st.DataObject) -> Any:  # noqa: ANN401 - any JSON
    """Return a body with something else at a few places: garbage, nothing, or a neighbour."""
    body = deepcopy(body)
    for _ in range(draw.draw(st.integers(1, 3))):
        way = draw.draw(st.sampled_from(list(places(body))))
        if not way:
            return draw.draw(JSON)
        *above, last = way
        parent = body
        for step in above:
            parent = parent[step]
        kind = draw.draw(st.sampled_from(["other", "gone", "again"]))
        if kind == "other":
            parent[last] = draw.draw(JSON)
        elif kind == "gone":
            del parent[last]
        elif isinstance(parent, list):
            parent.append(deepcopy(parent[last]))
    return body


def rows(body: object) -> list[Json]:
    """Return the rows of an answer that has some."""
    found = body.get("value") if isinstance(body, dict) else None
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def stands(check: str, subject: str, bodies: dict[str, Any]) -> bool:
    """Tell, without the product, whether what a check says stands in the bodies."""
    if check in ("connection", "pfs"):
        name = subject.split()[1]
        properties = bodies["connections"][name]["properties"]
        policies = properties.get("ipsecPolicies")
        if check == "pfs":
            return not policies or str(policies[0].get("pfsGroup") or "None").casefold() == "none"
        tunnels = properties.get("tunnelConnectionStatus") or []
        return {properties["connectionStatus"], *(t.get("connectionStatus") for t in tunnels)} == {
            "Connected"
        }
    if check == "peer":
        address = subject.rsplit(maxsplit=1)[-1]
        return any(
            (row.get("neighbor"), row.get("state"), row.get("asn")) == (address, "Connected", 64900)
            and row.get("routesReceived", 0) > 0
            for row in rows(bodies["peers"])
        )
    if check == "learned":
        address = subject.rsplit(maxsplit=1)[-1]
        found = [("172.16.0.0/16", address)]
        return found == [
            pair
            for row in rows(bodies["learned"])
            if (pair := (row.get("network"), row.get("sourcePeer"))) == found[0]
        ]
    if check == "effective":
        return any(
            (row.get("state"), row.get("nextHopType")) == ("Active", "VirtualNetworkGateway")
            and "172.16.0.0/16" in row["addressPrefix"]
            for row in rows(bodies["effective"])
            if row.get("addressPrefix")
        )
    return not any(
        row.get("origin") == "Network" and str(row.get("network")).startswith("172.16.0.0/16")
        for row in rows(bodies["learned"])
    )


@fuzzed(sample=300)
def test_no_check_of_a_gateway_passes_without_its_evidence(draw: st.DataObject) -> None:
    bodies = dict(article_bodies())
    for name in sorted(draw.draw(st.sets(st.sampled_from(sorted(bodies)), min_size=1))):
        bodies[name] = (
            altered(bodies[name], draw)
            if name != "connections"
            else {key: altered(body, draw) for key, body in bodies[name].items()}
        )
    seen = GatewayObservation.from_rest(
        "azure-vng",
        connections=bodies["connections"],
        peers=bodies["peers"],
        learned=bodies["learned"],
        effective={"azure-vm961": bodies["effective"]},
    )

    findings = check_gateway(expected_gateway(article_gateway(), {"scus-onprem-csr"}), seen)

    passed = [finding for finding in findings if finding.verdict == "passed"]
    assert [str(f) for f in passed if not stands(f.check, f.subject, bodies)] == []


def test_the_articles_gateway_passes() -> None:
    bodies = article_bodies()
    seen = GatewayObservation.from_rest(
        "azure-vng",
        connections=bodies["connections"],
        peers=bodies["peers"],
        learned=bodies["learned"],
        effective={"azure-vm961": bodies["effective"]},
    )

    findings = check_gateway(expected_gateway(article_gateway(), {"scus-onprem-csr"}), seen)

    assert {finding.verdict for finding in findings} == {"passed"}
    assert all(stands(finding.check, finding.subject, bodies) for finding in findings)


@cache
def wanted() -> Desired:
    """Return what is wanted of the gateway for its first two connections."""
    plan = article_gateway()
    return desired(replace(plan, connections=plan.connections[:2]))


def built(resource: Resource) -> Json:
    """Return the body of a GET of a resource that was built as wanted."""
    body = resource.body(None, location="southcentralus")
    properties = {**body["properties"], "provisioningState": "Succeeded"}
    return {**body, "id": resource.id, "name": resource.name, "etag": "1", "properties": properties}


def gateway_body() -> Json:
    """Return the gateway as the plan expects it."""
    instance = {
        "defaultBgpIpAddresses": ["10.0.255.254"],
        "customBgpIpAddresses": [],
        "tunnelIpAddresses": ["23.98.148.37"],
    }
    bgp = {"asn": 65515, "bgpPeeringAddress": "10.0.255.254", "bgpPeeringAddresses": [instance]}
    properties = {"enableBgp": True, "activeActive": False, "bgpSettings": bgp}
    return {"id": wanted().gateway_id, "location": "southcentralus", "properties": properties}


def state(gateway: Json, local_gateways: list[Json], connections: list[Json]) -> AzureState:
    keys = {pair.connection.name: "equal" for pair in wanted().pairs}
    return AzureState(
        gateway=gateway,
        local_gateways=tuple(local_gateways),
        connections=tuple(connections),
        keys=keys,  # type: ignore[arg-type]  # the literal is one of the states
    )


def equal(found: object, declared: object) -> bool:
    """Tell, without the product, whether what is found may stand for what is declared."""
    if isinstance(declared, Mapping):
        return all(
            equal(found.get(key) if isinstance(found, dict) else None, value)
            for key, value in declared.items()
        )
    if isinstance(declared, list) and declared:
        return isinstance(found, list) and len(found) == 1 and equal(found[0], declared[0])
    if isinstance(declared, str):
        return str(found).casefold() == declared.casefold() or (found, declared) == (None, "IKEv2")
    if isinstance(declared, bool):
        return found is declared or (found is None and not declared)
    if isinstance(declared, int):
        return str(found) == str(declared)
    return not found


def is_read(body: object, shape: Shape) -> Json | None:
    """Return a body as the client hands it on, None where it refuses it."""
    with suppress(Misshapen):
        return shaped(body, shape)
    return None


@fuzzed(sample=300)
def test_nothing_is_in_sync_that_is_not_as_declared(draw: st.DataObject) -> None:
    pairs = wanted().pairs
    which = draw.draw(st.sampled_from(["gateway", "local_gateway", "connection"]))
    healthy = {
        "gateway": gateway_body(),
        "local_gateway": built(pairs[0].local_gateway),
        "connection": built(pairs[0].connection),
    }
    shape = {"gateway": GATEWAY, "local_gateway": LOCAL_GATEWAY, "connection": CONNECTION}[which]
    body = is_read(altered(healthy[which], draw), shape)
    if body is None:
        return
    found = {**healthy, which: body}
    actual = state(
        found["gateway"],
        [found["local_gateway"], built(pairs[1].local_gateway)],
        [found["connection"], built(pairs[1].connection)],
    )

    diff = reconcile(wanted(), actual, adopt=draw.draw(st.booleans()))

    for name, resource in (
        ("local_gateway", pairs[0].local_gateway),
        ("connection", pairs[0].connection),
    ):
        assert not diff.in_sync or equal(found[name].get("properties"), resource.declared)


def test_what_was_built_as_wanted_is_in_sync() -> None:
    pairs = wanted().pairs
    actual = state(
        gateway_body(),
        [built(pair.local_gateway) for pair in pairs],
        [built(pair.connection) for pair in pairs],
    )

    assert reconcile(wanted(), actual).in_sync
    for pair in pairs:
        assert equal(built(pair.connection)["properties"], pair.connection.declared)
