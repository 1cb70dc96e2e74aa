"""Steps applied, proven and taken back, on an Azure in memory and a clock that does not wait."""

import azure_builders as build
import pytest
from azure_fakes import KEYS
from azure_site import Site, built_site, empty_site

from fvrf.azure.resources import Json
from fvrf.errors import CannotLook, ChangeFailed, Conflict, Unknown
from fvrf.secrets import Secret
from tasks.azure.apply import writer_lock
from tasks.azure.rest import Ref
from tasks.azure.trouble import UNREACHABLE, Trouble
from tasks.azure.undo import undo

ONE = build.ONE.name
KEY = KEYS[build.ONE.key]
BUSY = Trouble("in progress", code="AnotherOperationInProgress", status=409)
THROTTLED = Trouble("locked", code="RetryableErrorDueToAnotherOperation", status=429)
FORBIDDEN = Trouble("no permission", code="AuthorizationFailed", status=403)
OUTAGE = Trouble("unavailable", status=503)


@pytest.fixture
def empty() -> Site:
    return empty_site()


@pytest.fixture
def site() -> Site:
    return built_site()


def test_a_new_connection_gets_its_key_and_then_nothing_is_left_to_do(empty: Site) -> None:
    writer = empty.apply()

    assert empty.azure.calls == [
        "PUT lng-scus-one",
        "PUT conn-scus-one",
        "PUT conn-scus-one/sharedkey",
    ]
    assert [applied.key for applied in writer.applied] == [None, "equal"]
    assert empty.azure.keys[ONE] == KEY
    assert empty.steps() == ()


def test_a_site_in_sync_has_no_step(site: Site) -> None:
    assert site.steps() == ()


def test_a_new_connections_key_is_not_written_twice_where_it_is_right_already(empty: Site) -> None:
    (pair,) = empty.wanted.pairs
    empty.azure.add(build.built(pair.local_gateway))
    writer = empty.writer()
    (step,) = empty.steps()
    empty.azure.made_up_key = KEY

    assert writer.apply(step).key == "equal"
    assert empty.azure.calls == ["PUT conn-scus-one"]


def test_an_update_sends_back_the_whole_body_and_leaves_a_right_key_alone(site: Site) -> None:
    site.drift(ipsecPolicies=[], dpdTimeoutSeconds=20)

    site.apply()

    assert site.azure.calls == ["PUT conn-scus-one"]
    assert site.azure.resources[ONE]["properties"]["dpdTimeoutSeconds"] == 20
    assert site.steps() == ()


def test_a_key_that_an_update_lost_is_set_again(site: Site) -> None:
    site.drift(enableBgp=False)

    def forget(body: Json) -> Json:
        site.azure.keys[ONE] = Secret("other")
        return body

    site.azure.on_put = forget
    site.apply()

    assert site.azure.calls == ["PUT conn-scus-one", "PUT conn-scus-one/sharedkey"]


@pytest.mark.parametrize("refusals", [[BUSY] * 9, [THROTTLED] * 9, [OUTAGE] * 3])
def test_locks_are_waited_for_and_faults_tried_again(site: Site, refusals: list[Trouble]) -> None:
    site.drift(enableBgp=False)
    site.azure.refusals = list(refusals)

    site.apply()

    assert site.steps() == ()


def test_a_lock_that_stays_ends_with_the_deadline(site: Site) -> None:
    site.drift(enableBgp=False)
    site.azure.refusals = [BUSY] * 1000

    with pytest.raises(ChangeFailed, match="AnotherOperationInProgress"):
        site.apply()
    assert site.azure.clock.now() < 700


def test_retry_after_is_kept_to(site: Site) -> None:
    site.drift(enableBgp=False)
    site.azure.refusals = [Trouble("quota", status=429, retry_after_s=446)]

    site.apply()

    assert site.azure.clock.now() >= 446


def test_an_operation_that_never_ends_fails_at_its_deadline(site: Site) -> None:
    site.drift(enableBgp=False)
    site.azure.stuck = True

    with pytest.raises(ChangeFailed, match="still Updating after 600 s") as caught:
        site.apply()
    assert caught.value.code == "F532"


def test_an_operation_that_hangs_though_the_resource_is_done_is_not_waited_for(site: Site) -> None:
    site.drift(enableBgp=False)
    site.azure.hung = True

    site.apply()

    assert site.azure.clock.now() < 200


@pytest.mark.parametrize("lost", [Trouble("gone", status=404), Trouble("no body"), OUTAGE])
def test_a_forgotten_operation_is_judged_by_the_resource(site: Site, lost: Trouble) -> None:
    site.drift(enableBgp=False)
    writer = site.writer()
    (step,) = site.steps()
    begun = site.azure._begun  # noqa: SLF001 # the fake's own

    def forgotten(ref: object) -> object:
        operation = begun(ref)
        operation.failure = lost
        return operation

    site.azure._begun = forgotten  # noqa: SLF001

    assert writer.apply(step).written is not None


def test_a_failed_operation_is_reported_with_azures_code_and_repeated_next_time(
    site: Site,
) -> None:
    site.drift(enableBgp=False)
    site.azure.failure = Trouble("boom", code="InternalServerError", status=200)

    with pytest.raises(ChangeFailed, match="InternalServerError: boom") as caught:
        site.apply()

    assert caught.value.code == "F531"
    site.azure.failure = None
    assert [change.field for step in site.steps() for change in step.changes] == [
        "provisioningState"
    ]
    site.apply()
    assert site.steps() == ()


def test_a_missing_permission_names_the_action(site: Site) -> None:
    site.drift(enableBgp=False)
    site.azure.refusals = [FORBIDDEN]

    with pytest.raises(ChangeFailed) as caught:
        site.apply()

    assert "Microsoft.Network/connections/write" in str(caught.value)


def test_what_changed_since_it_was_read_is_not_overwritten(site: Site) -> None:
    site.drift(enableBgp=False)
    writer, (step,) = site.writer(), site.steps()
    site.azure.resources[ONE] = {
        **build.built(site.wanted.pairs[0].connection, enableBgp=False, dpdTimeoutSeconds=9),
        "etag": "new",
    }

    with pytest.raises(Conflict, match="was changed in Azure since it was read"):
        writer.apply(step)
    assert (site.azure.calls, writer.applied) == ([], [])


def test_a_new_etag_with_the_same_content_is_no_change(site: Site) -> None:
    site.drift(enableBgp=False)
    writer, (step,) = site.writer(), site.steps()
    site.azure.resources[ONE] = {**site.azure.resources[ONE], "etag": "new"}

    writer.apply(step)

    assert site.steps() == ()


def test_a_write_whose_answer_was_lost_is_no_conflict_with_itself(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.drift(enableBgp=False)
    put = site.azure.put

    def lost(ref: Ref, body: Json, etag: str | None) -> None:
        monkeypatch.setattr(site.azure, "put", put)
        put(ref, body, etag)
        raise Trouble("reset", code=UNREACHABLE)

    monkeypatch.setattr(site.azure, "put", lost)
    site.apply()

    assert site.azure.calls == ["PUT conn-scus-one"]
    assert site.steps() == ()


def test_a_write_that_overtakes_ours_is_a_conflict_and_left_standing(site: Site) -> None:
    site.drift(enableBgp=False)
    site.azure.refusals = [Trouble("etag", code="PreconditionFailed", status=412)]
    writer, (step,) = site.writer(), site.steps()

    with pytest.raises(Conflict):
        writer.apply(step)
    assert (undo(writer, writer.applied), site.azure.calls) == ((), [])


def test_a_resource_that_appeared_or_went_since_is_a_conflict(empty: Site) -> None:
    writer, steps = empty.writer(), empty.steps()
    (pair,) = empty.wanted.pairs
    empty.azure.add(build.built(pair.local_gateway))

    with pytest.raises(Conflict):
        writer.apply(steps[0])


def test_a_key_that_azure_does_not_take_is_a_failure(site: Site) -> None:
    site.azure.keys[ONE] = Secret("wrong")
    site.azure.write_key = lambda _: Secret("wrong")

    with pytest.raises(ChangeFailed, match="is not the one that was set") as caught:
        site.apply()
    assert caught.value.code == "F533"


@pytest.mark.parametrize("unreadable", [None, FORBIDDEN, Trouble("x", status=500)])
def test_a_key_that_cannot_be_read_is_no_drift(site: Site, unreadable: Trouble | None) -> None:
    site.azure.keys[ONE] = unreadable

    assert site.steps() == ()


def test_a_new_connections_unreadable_key_is_set_and_said_to_be_unproven(empty: Site) -> None:
    empty.azure.write_key = lambda _: None
    writer = empty.apply()

    assert writer.applied[-1].key == "unreadable"


def test_a_body_that_a_policy_changes_is_a_failure(site: Site) -> None:
    site.drift(enableBgp=False)
    site.azure.on_put = lambda body: {**body, "tags": {}}

    with pytest.raises(ChangeFailed, match=r"tags\.managed-by: found none, wanted fvrf"):
        site.apply()


def test_a_gateway_that_cannot_be_read_is_not_looked_at(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> Json:
        raise FORBIDDEN

    monkeypatch.setattr(site.azure, "gateway", refused)

    with pytest.raises(CannotLook, match="virtualNetworkGateways/read") as caught:
        site.steps()
    assert caught.value.code == "F231"


def test_a_resource_that_cannot_be_seen_after_a_write_is_unknown(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.drift(enableBgp=False)
    writer, (step,) = site.writer(), site.steps()
    looks = iter([site.azure.resources[ONE]])

    def blind(_ref: object) -> Json:
        try:
            return next(looks)
        except StopIteration:
            raise OUTAGE from None

    monkeypatch.setattr(site.azure, "get", blind)

    with pytest.raises(Unknown):
        writer.apply(step)
    assert writer.applied[0].written is None


def test_no_record_shows_a_key(site: Site) -> None:
    site.azure.keys[ONE] = Secret("TheOldKey")
    writer = site.apply()

    shown = f"{writer.applied!r} {writer.writes!r} {undo(writer, writer.applied)!r}"

    assert KEY.reveal() not in shown
    assert "TheOldKey" not in shown


def test_a_gateway_has_one_writer_lock_in_any_case() -> None:
    assert writer_lock("/SUB/x") is writer_lock("/sub/X")
    assert writer_lock("/sub/x") is not writer_lock("/sub/y")
