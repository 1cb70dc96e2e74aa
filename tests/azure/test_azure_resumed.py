"""What an earlier run of a change began in Azure: waited for, taken over, and taken back."""

import json
from dataclasses import replace

import azure_builders as build
import pytest
from azure_fakes import patience
from azure_site import Site, built_site, empty_site

from fvrf.azure.resources import Json, writable
from fvrf.secrets import Secret
from tasks.azure.apply import Applied, GatewayWriter
from tasks.azure.in_flight import wait_for_operations
from tasks.azure.trouble import Trouble
from tasks.azure.undo import undo

ONE = build.ONE.name


def journaled(body: Json | None) -> Json | None:
    """Return a body as a journal brings it back."""
    found: Json | None = json.loads(json.dumps(None if body is None else writable(body)))
    return found


def taken_over(site: Site, applied: list[Applied]) -> GatewayWriter:
    """Return the writer of a next run, with what the journal has of the writes."""
    writer = site.writer()
    for entry in applied:
        writer.recall(entry.step, journaled(entry.prior), journaled(entry.written))
    return writer


@pytest.mark.parametrize("seen", [True, False])
def test_what_an_earlier_run_created_is_deleted(seen: bool) -> None:  # noqa: FBT001 - a case
    """Also where that run died before it saw what it had written."""
    site = empty_site()
    applied = site.apply().applied
    site.azure.calls.clear()
    writer = taken_over(site, applied if seen else [replace(e, written=None) for e in applied])

    assert [entry.outcome for entry in undo(writer, writer.applied)] == ["undone", "undone"]
    assert site.azure.calls == ["DELETE conn-scus-one", "DELETE lng-scus-one"]


def test_what_an_earlier_run_changed_gets_its_former_body_and_not_its_former_key() -> None:
    site = built_site()
    site.drift(ipsecPolicies=[])
    site.azure.keys[ONE] = Secret("TheOldKey")
    writer = taken_over(site, site.apply().applied)

    undone = undo(writer, writer.applied)

    assert [(entry.step.kind, entry.outcome, entry.reason) for entry in undone] == [
        ("set_key", "kept", "the former key could not be read"),
        ("update_connection", "undone", None),
    ]
    assert {change.field.split(".")[0] for change in site.steps()[0].changes} == {"ipsecPolicies"}


def test_what_somebody_changed_since_is_kept() -> None:
    site = empty_site()
    applied = [replace(entry, written=None) for entry in site.apply().applied]
    site.drift(routingWeight=5, enableBgp=False)
    writer = taken_over(site, applied)

    assert next(entry.outcome for entry in undo(writer, writer.applied)) == "kept"


def test_an_operation_under_way_is_waited_for() -> None:
    site = built_site()
    site.drift(provisioningState="Updating")
    azure, clock = site.azure, site.azure.clock
    name, get = ONE, azure.get

    def settles(ref: object) -> Json | None:
        if clock.now() >= 30:
            azure.resources[name]["properties"]["provisioningState"] = "Succeeded"
        return get(ref)  # type: ignore[arg-type] # a Ref, as the client's

    azure.get = settles  # type: ignore[method-assign] # the fake's own
    wait_for_operations(azure, site.wanted, patience(clock))
    assert clock.now() == 30


@pytest.mark.parametrize("state", ["Succeeded", "Failed", "Canceled"])
def test_what_has_ended_is_not_waited_for(state: str) -> None:
    site = built_site()
    site.drift(provisioningState=state)
    wait_for_operations(site.azure, site.wanted, patience(site.azure.clock))
    assert site.azure.clock.now() == 0


def test_waiting_ends_at_the_deadline_and_where_azure_does_not_answer() -> None:
    site = built_site()
    site.drift(provisioningState="Updating")
    wait_for_operations(site.azure, site.wanted, patience(site.azure.clock))
    assert site.azure.clock.now() >= 600

    def refused(_ref: object) -> Json | None:
        raise Trouble("no", code="AuthorizationFailed", status=403)

    site.azure.get = refused  # type: ignore[method-assign] # the fake's own
    wait_for_operations(site.azure, site.wanted, patience(site.azure.clock))
