"""What a change wrote in Azure is taken back by steps, unless somebody has changed it since."""

from typing import Any

import azure_builders as build
import pytest

from fvrf.azure.resources import Desired, Json, Resource, desired, writable
from fvrf.azure.restore import restored
from fvrf.trace import AzureWrite

WANTED: Desired = desired(build.plan(build.ONE))
(PAIR,) = WANTED.pairs
CONNECTION, LOCAL = build.built(PAIR.connection), build.built(PAIR.local_gateway)


def write(kind: str, resource: Resource, prior: Json | None, written: Json | None) -> AzureWrite:
    return AzureWrite(
        gateway="azure-vng",
        kind=kind,
        resource=resource.name,
        connection=PAIR.connection.name,
        prior=None if prior is None else writable(prior),
        written=None if written is None else writable(written),
    )


def former(**properties: Any) -> Json:  # noqa: ANN401 - any JSON values
    return build.built(PAIR.connection, **properties)


CREATED = (
    write("create_local_gateway", PAIR.local_gateway, None, LOCAL),
    write("create_connection", PAIR.connection, None, CONNECTION),
)


def test_what_was_created_is_deleted_the_connection_first() -> None:
    _, diff = restored(WANTED, build.state(WANTED), CREATED)

    assert [(step.kind, step.target, step.key) for step in diff.steps] == [
        ("delete_connection", PAIR.connection.id, build.ONE.key),
        ("delete_local_gateway", PAIR.local_gateway.id, None),
    ]
    assert diff.window(build.ONE.router) == diff.steps


def test_what_is_gone_since_needs_no_step() -> None:
    state = build.state(WANTED, connections=[], local_gateways=[])

    _, diff = restored(WANTED, state, CREATED)

    assert (diff.steps, diff.conflicts) == ((), ())


def test_what_was_changed_gets_the_body_from_before_its_first_write() -> None:
    first, second = former(enableBgp=False), former(routingWeight=7)
    writes = (
        write("update_connection", PAIR.connection, first, second),
        write("update_connection", PAIR.connection, second, CONNECTION),
    )

    wanted, diff = restored(WANTED, build.state(WANTED), writes)

    (step,) = diff.steps
    assert (step.kind, [str(change) for change in step.changes]) == (
        "update_connection",
        ["enableBgp: found true, wanted false"],
    )
    body = wanted.pair(step.connection).connection.body(CONNECTION, location=build.LOCATION)
    assert body["properties"] == writable(first)["properties"]


def test_what_a_change_added_to_a_body_goes_again() -> None:
    added = former(routingWeight=7)
    writes = (write("update_connection", PAIR.connection, CONNECTION, added),)

    wanted, diff = restored(WANTED, build.state(WANTED, connections=[added]), writes)

    assert [str(change) for step in diff.steps for change in step.changes] == [
        "routingWeight: found 7, wanted none"
    ]
    body = wanted.pairs[0].connection.body(added, location=build.LOCATION)
    assert "routingWeight" not in body["properties"]


REFUSED: list[tuple[tuple[AzureWrite, ...], Json, str]] = [
    (CREATED, former(routingWeight=9), "changed since"),
    (
        (write("update_connection", PAIR.connection, former(enableBgp=False), None),),
        CONNECTION,
        "not seen after the change",
    ),
    ((write("set_key", PAIR.connection, CONNECTION, CONNECTION),), CONNECTION, "set key"),
]


@pytest.mark.parametrize(("writes", "shown", "why"), REFUSED)
def test_what_cannot_be_taken_back_is_a_conflict_and_nothing_is_done(
    writes: tuple[AzureWrite, ...], shown: Json, why: str
) -> None:
    _, diff = restored(WANTED, build.state(WANTED, connections=[shown]), writes)

    assert diff.steps == ()
    assert [why in conflict.actual for conflict in diff.conflicts] == [True]
