"""The real SDK against the lab's Azure over HTTPS: read, step, write, prove, take back."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import azure_builders as build
import pytest
from azure_fakes import KEYS
from azure_lab import Lab, running_lab

from fvrf.azure.resources import Json, desired, writable
from fvrf.checks.observation import Unreadable
from fvrf.errors import CannotLook, ChangeFailed
from fvrf.intent.model import Identity
from fvrf.secrets import Secret
from tasks.azure.observe import observe
from tasks.azure.read import read_state
from tasks.azure.rest import Ref
from tasks.azure.trouble import Trouble
from tasks.azure.undo import undo
from tasks.azure.writes import Writes

WANTED = desired(build.plan(build.ONE))
CONNECTION = Ref.of(WANTED.pairs[0].connection.id)
LOCAL_GATEWAY = Ref.of(WANTED.pairs[0].local_gateway.id)
KEY = KEYS[build.ONE.key]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab") / "run") as lab:
        yield lab


@pytest.fixture
def empty(lab: Lab) -> Lab:
    """The gateway without our connections."""
    everything = desired(build.plan())
    for pair in everything.pairs:
        for resource in (pair.connection, pair.local_gateway):
            if lab.client.get(Ref.of(resource.id)) is not None:
                _writes(lab).delete(Ref.of(resource.id))
    return lab


@pytest.fixture
def site(lab: Lab) -> Lab:
    """The gateway with one connection as planned."""
    lab.apply(WANTED)
    return lab


def _writes(lab: Lab) -> Writes:
    return Writes(client=lab.client, patience=lab.patience)


def _colleague(lab: Lab, ref: Ref, **properties: object) -> None:
    """Let someone else change a resource."""
    body = lab.client.get(ref)
    assert body is not None
    changed = writable(body)
    changed["properties"].update(properties)
    _writes(lab).put(ref, changed, None)


def test_both_connections_are_built_and_the_second_run_writes_nothing(empty: Lab) -> None:
    wanted = desired(build.plan())
    writer = empty.apply(wanted)
    since = empty.events()

    assert [(entry.step.kind, entry.key) for entry in writer.applied] == [
        ("create_local_gateway", None),
        ("create_connection", "equal"),
    ] * 2
    assert empty.diff(wanted).in_sync
    assert empty.apply(wanted).applied == []
    assert empty.writes(since) == []


DRIFTS: list[tuple[Ref, Json]] = [
    (LOCAL_GATEWAY, {"gatewayIpAddress": "203.0.113.77"}),
    (LOCAL_GATEWAY, {"bgpSettings": {"asn": 64999, "bgpPeeringAddress": "192.168.255.254"}}),
    (LOCAL_GATEWAY, {"bgpSettings": {"asn": 64900, "bgpPeeringAddress": "192.168.255.9"}}),
    (LOCAL_GATEWAY, {"localNetworkAddressSpace": {"addressPrefixes": ["10.77.0.0/16"]}}),
    (CONNECTION, {"enableBgp": False}),
    (CONNECTION, {"usePolicyBasedTrafficSelectors": True}),
    (CONNECTION, {"ipsecPolicies": []}),
    *(
        (
            CONNECTION,
            {
                "ipsecPolicies": [
                    {**WANTED.pairs[0].connection.declared["ipsecPolicies"][0], **field}
                ]
            },
        )
        for field in (
            {"ikeEncryption": "AES256"},
            {"ikeIntegrity": "SHA256"},
            {"dhGroup": "DHGroup14"},
            {"ipsecEncryption": "AES256", "ipsecIntegrity": "SHA256"},
            {"pfsGroup": "None"},
            {"saLifeTimeSeconds": 3600},
            {"saDataSizeKilobytes": 2048},
        )
    ),
]


@pytest.mark.parametrize(("ref", "drift"), DRIFTS, ids=range(len(DRIFTS)))
def test_drift_is_one_step_and_its_write_repairs_it(site: Lab, ref: Ref, drift: Json) -> None:
    _colleague(site, ref, **drift)
    since = site.events()

    (step,) = site.diff(WANTED).steps
    site.apply(WANTED)

    assert (step.resource, step.interrupts) == (ref.name, True)
    assert site.writes(since) == [f"PUT {ref.kind}/{ref.name}"]
    assert site.diff(WANTED).in_sync


def test_what_we_do_not_declare_is_sent_back_as_it_was(site: Lab) -> None:
    _colleague(site, CONNECTION, dpdTimeoutSeconds=20, enableBgp=False)

    site.apply(WANTED)

    body = site.client.get(CONNECTION)
    assert body is not None
    assert body["properties"]["dpdTimeoutSeconds"] == 20


def test_a_wrong_key_is_repaired_though_azure_ignores_it_in_a_put(site: Lab) -> None:
    _writes(site).set_key(CONNECTION, Secret("SomeoneElsesKey"))
    _colleague(site, CONNECTION, sharedKey=KEY.reveal(), enableBgp=False)

    assert [step.kind for step in site.diff(WANTED).steps] == ["update_connection", "set_key"]
    site.apply(WANTED)

    assert site.diff(WANTED).in_sync
    assert site.client.key(CONNECTION) == KEY


def test_undo_brings_body_and_key_back(site: Lab) -> None:
    _writes(site).set_key(CONNECTION, Secret("SomeoneElsesKey"))
    _colleague(site, CONNECTION, ipsecPolicies=[])
    before = site.diff(WANTED)

    writer = site.apply(WANTED)
    undone = undo(writer, writer.applied)

    assert [entry.outcome for entry in undone] == ["undone", "undone"]
    assert site.diff(WANTED) == before
    assert site.client.key(CONNECTION) == Secret("SomeoneElsesKey")


def test_undo_deletes_what_was_created(empty: Lab) -> None:
    before = empty.diff(WANTED)
    writer = empty.apply(WANTED)

    undone = undo(writer, writer.applied)

    assert [entry.outcome for entry in undone] == ["undone", "undone"]
    assert empty.diff(WANTED) == before


def test_another_operation_on_the_gateway_is_waited_for(empty: Lab) -> None:
    both = desired(build.plan())
    empty.apply(both)
    _colleague(empty, CONNECTION, enableBgp=False)
    (step,) = empty.diff(both).steps
    writer = empty.writer(both)
    other = Ref.of(both.pairs[1].connection.id)
    body = empty.client.get(other)
    assert body is not None

    theirs = empty.client.put(other, writable(body), None)
    writer.apply(step)

    assert theirs.done()
    assert empty.diff(both).in_sync


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (409, "AnotherOperationInProgress"),
        (429, "RetryableErrorDueToAnotherOperation"),
        (503, "ServiceUnavailable"),
    ],
)
def test_a_refusal_that_passes_is_tried_again(site: Lab, status: int, code: str) -> None:
    _colleague(site, CONNECTION, enableBgp=False)

    with site.fault(
        "azure-error", method="PUT", path="/connections/", status=status, code=code, times=2
    ):
        site.apply(WANTED)

    assert site.diff(WANTED).in_sync


def test_a_failed_operation_is_reported_and_the_next_run_repairs_it(site: Lab) -> None:
    _colleague(site, CONNECTION, enableBgp=False)

    with (
        site.fault("operation-fails", path="/connections/", code="InternalServerError", times=1),
        pytest.raises(ChangeFailed, match="InternalServerError") as caught,
    ):
        site.apply(WANTED)

    assert caught.value.code == "F531"
    site.apply(WANTED)
    assert site.diff(WANTED).in_sync


def test_a_stuck_operation_ends_at_the_deadline(empty: Lab) -> None:
    with (
        empty.fault("operation-stuck", path="/localNetworkGateways/"),
        pytest.raises(ChangeFailed, match="still Updating after 60 s") as caught,
    ):
        empty.apply(WANTED)

    assert caught.value.code == "F532"


@pytest.mark.parametrize(("status", "code"), [(403, "AuthorizationFailed"), (500, "Internal")])
def test_without_the_right_to_read_keys_there_is_a_warning_and_no_step(
    site: Lab, status: int, code: str
) -> None:
    with site.fault(
        "azure-error", method="GET", path="/sharedkey$", status=status, code=code, times=1
    ):
        diff = site.diff(WANTED)

    assert diff.in_sync
    assert "sharedKey/action" in diff.warnings[0]


def test_an_untagged_connection_of_our_name_is_left_alone(site: Lab) -> None:
    body = site.client.get(CONNECTION)
    assert body is not None
    _writes(site).put(CONNECTION, {**writable(body), "tags": {}}, None)

    diff = site.diff(WANTED)

    assert ([c.subject for c in diff.conflicts], diff.steps) == (["owner"], ())
    _writes(site).put(CONNECTION, writable(body), None)


def test_a_wrong_client_secret_cannot_look(lab: Lab) -> None:
    identity = lab.client.access.identity
    wrong = Identity.model_validate({**identity.model_dump(), "secret": "file:control"})

    with pytest.raises(CannotLook) as caught:
        read_state(lab.with_access(identity=wrong), WANTED, lab.resolve, lab.patience)

    assert caught.value.code == "F230"
    assert (lab.run / "secrets" / "control").read_text() not in str(caught.value)


def test_a_gateway_that_is_not_there_cannot_be_looked_at(lab: Lab) -> None:
    with pytest.raises(CannotLook, match="404") as caught:
        read_state(lab.with_access(gateway="nope"), WANTED, lab.resolve, lab.patience)

    assert caught.value.code == "F233"


def test_a_gateway_is_observed_at_once_and_what_is_not_there_says_so(site: Lab) -> None:
    seen = observe(
        "azure-vng",
        site.client,
        site.patience,
        connections={
            build.ONE.name: WANTED.pairs[0].connection.id,
            "nope": f"{WANTED.pairs[0].connection.id}-nope",
        },
        nics=["azure-vm961", "no-nic"],
        deadline_s=60,
    )

    one = seen.connections[build.ONE.name]
    assert one is not None
    assert not isinstance(one, Unreadable)
    assert one.provisioning_state == "Succeeded"
    assert seen.connections["nope"] is None
    assert not isinstance(seen.peers, Unreadable)
    assert {peer.neighbor for peer in seen.peers} >= {str(build.ONE.bgp_address)}
    assert not isinstance(seen.learned, Unreadable)
    assert "10.0.0.0/16" in {route.network for route in seen.learned}
    assert not isinstance(seen.effective["azure-vm961"], Unreadable)
    assert isinstance(seen.effective["no-nic"], Unreadable)


def test_no_secret_is_logged_or_shown(empty: Lab, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = empty.with_access()
    fresh = replace(empty, client=client)
    writer = fresh.apply(WANTED)
    state = fresh.read(WANTED)

    told = "\n".join([caplog.text, repr(state), repr(writer.applied), str(writer.applied)])
    secrets = [KEY.reveal(), (empty.run / "secrets" / "azure-client-secret").read_text()]

    assert "azure" in caplog.text
    assert [secret for secret in secrets if secret in told] == []


def test_an_error_about_a_key_does_not_repeat_it(site: Lab) -> None:
    with (
        site.fault(
            "azure-error", method="PUT", path="/sharedkey$", status=400, code="Bad", times=1
        ),
        pytest.raises(Trouble) as caught,
    ):
        site.client.set_key(CONNECTION, KEY)

    assert caught.value.__cause__ is None
    assert KEY.reveal() not in str(caught.value)
