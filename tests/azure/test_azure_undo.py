"""Taking applied steps back, where nobody else has changed anything since."""

import azure_builders as build
import pytest
from azure_site import Site, built_site, empty_site

from fvrf.errors import ChangeFailed
from fvrf.secrets import Secret
from tasks.azure.trouble import Trouble
from tasks.azure.undo import undo

ONE = build.ONE.name
FORBIDDEN = Trouble("no permission", code="AuthorizationFailed", status=403)


@pytest.fixture
def empty() -> Site:
    return empty_site()


@pytest.fixture
def site() -> Site:
    return built_site()


def test_undo_deletes_what_was_created_connection_first(empty: Site) -> None:
    writer = empty.apply()
    empty.azure.calls.clear()

    undone = undo(writer, writer.applied)

    assert [entry.outcome for entry in undone] == ["undone", "undone"]
    assert empty.azure.calls == ["DELETE conn-scus-one", "DELETE lng-scus-one"]


def test_undo_puts_body_and_key_back(site: Site) -> None:
    old = Secret("TheOldKey")
    site.drift(ipsecPolicies=[])
    site.azure.keys[ONE] = old
    before = site.steps()
    writer = site.apply()

    undone = undo(writer, writer.applied)

    assert [(entry.step.kind, entry.outcome) for entry in undone] == [
        ("set_key", "undone"),
        ("update_connection", "undone"),
    ]
    assert site.azure.keys[ONE] == old
    assert site.steps() == before


def test_undo_takes_back_a_write_that_failed(site: Site) -> None:
    site.drift(enableBgp=False)
    writer = site.writer()
    site.azure.failure = Trouble("boom", code="InternalServerError", status=200)
    with pytest.raises(ChangeFailed):
        writer.apply(site.steps()[0])
    site.azure.failure = None

    (undone,) = undo(writer, writer.applied)

    assert undone.outcome == "undone"
    assert site.azure.resources[ONE]["properties"]["enableBgp"] is False


def test_undo_leaves_what_someone_else_changed_since(empty: Site) -> None:
    writer = empty.apply()
    empty.azure.resources[ONE]["properties"]["dpdTimeoutSeconds"] = 9
    empty.azure.resources["lng-scus-one"]["tags"] = {}

    undone = undo(writer, writer.applied)

    assert [(entry.outcome, entry.reason) for entry in undone] == [
        ("kept", "someone else has changed it since"),
        ("kept", "it no longer bears our tags"),
    ]


def test_undo_leaves_a_key_that_someone_else_set_since(site: Site) -> None:
    site.azure.keys[ONE] = Secret("old")
    writer = site.apply()
    site.azure.keys[ONE] = Secret("theirs")

    (undone,) = undo(writer, writer.applied)

    assert undone.reason == "someone else has set another key since"


def test_undo_does_not_call_a_key_undone_while_its_operation_may_yet_set_it(site: Site) -> None:
    site.azure.keys[ONE] = Secret("old")
    writer = site.apply()
    site.azure.keys[ONE] = Secret("old")  # shown still, and not for good
    site.drift(provisioningState="Updating")

    (undone,) = undo(writer, writer.applied)

    assert (undone.outcome, undone.reason) == (
        "kept",
        "an operation on it has not ended (Updating)",
    )


def test_undo_says_what_it_could_not_do(empty: Site) -> None:
    writer = empty.apply()
    empty.azure.refusals = [FORBIDDEN]

    undone = undo(writer, writer.applied)

    assert [(entry.outcome, entry.reason) for entry in undone] == [
        ("kept", "403 AuthorizationFailed: no permission"),
        ("undone", None),
    ]
