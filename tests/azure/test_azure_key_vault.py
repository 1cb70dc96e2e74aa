"""Key Vault: whose way leads there, which versions count, and what a refusal says."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError, ServiceRequestError

from fvrf.errors import CannotLook
from fvrf.intent.model import Gateway, Identity
from fvrf.secrets import Secret, SecretRef
from tasks.azure.key_vault import KeyVaults, Way, ways
from tasks.azure.patience import Patience
from tasks.clock import Clock
from tasks.secret_sources import Read

REFERENCE = SecretRef("keyvault", "Hub/psk")
OLD, NEW, GONE = (f"{number:032x}" for number in (1, 2, 3))
FORBIDDEN = HttpResponseError("no")
FORBIDDEN.status_code = 403
ABSENT = ResourceNotFoundError("no")
ABSENT.status_code = 404


class Client:
    """The SDK's client of one vault; `fails` is raised by every call."""

    fails: Exception | None = None
    made: list[tuple[str, dict[str, Any]]]

    def __init__(self, url: str, _credential: object, **options: object) -> None:
        self.made.append((url, options))

    def _answer(self, answer: object) -> Any:  # noqa: ANN401 - the SDK's models
        if self.fails is not None:
            raise self.fails
        return answer

    def get_secret(self, name: str, version: str | None) -> Any:  # noqa: ANN401 - likewise
        """Answer a version."""
        found = SimpleNamespace(version=version or NEW)
        return self._answer(SimpleNamespace(value=f"{name} {found.version[-1]}", properties=found))

    def set_secret(self, _name: str, _value: str) -> Any:  # noqa: ANN401 - likewise
        """Make a version."""
        return self._answer(SimpleNamespace(properties=SimpleNamespace(version=NEW)))

    def list_properties_of_secret_versions(self, _name: str) -> Any:  # noqa: ANN401 - likewise
        """List the versions, in no order."""
        at = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
        return self._answer(
            [
                SimpleNamespace(version=OLD, created_on=at[0], enabled=True),
                SimpleNamespace(version=GONE, created_on=at[2], enabled=False),
                SimpleNamespace(version=NEW, created_on=at[1], enabled=True),
            ]
        )


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Client]]:
    """Put the client in place of the SDK's."""
    Client.made, Client.fails = [], None
    module = ModuleType("azure.keyvault.secrets")
    module.SecretClient = Client  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "azure.keyvault", ModuleType("azure.keyvault"))
    monkeypatch.setitem(sys.modules, "azure.keyvault.secrets", module)
    yield Client
    Client.fails = None


@pytest.fixture
def vaults() -> KeyVaults:
    patience = Patience(clock=Clock(), operation_deadline_s=0.1, poll_s=1)
    return KeyVaults(lambda _vault: Way(identity=Identity(kind="cli")), Secret, patience)


def test_version_is_read_with_its_name(client: type[Client], vaults: KeyVaults) -> None:
    where = "the secret psk of the key vault Hub"

    assert vaults.read(REFERENCE) == Read(value="psk 2", where=where, version=NEW)
    assert vaults.read(REFERENCE.at(OLD)) == Read(value="psk 1", where=where, version=OLD)
    ((url, options),) = client.made
    assert (url, options["verify_challenge_resource"]) == ("https://hub.vault.azure.net", True)


def test_versions_that_are_enabled_come_newest_first(
    client: type[Client], vaults: KeyVaults
) -> None:
    assert client.fails is None
    assert vaults.versions(REFERENCE) == (REFERENCE.at(NEW), REFERENCE.at(OLD))
    assert vaults.write(REFERENCE, Secret("x")) == REFERENCE.at(NEW)


def test_secret_that_is_not_there_is_empty(client: type[Client], vaults: KeyVaults) -> None:
    client.fails = ABSENT

    assert (vaults.read(REFERENCE).value, vaults.versions(REFERENCE)) == ("", ())


CALLS: list[tuple[Callable[[KeyVaults], object], str]] = [
    (lambda vaults: vaults.read(REFERENCE), "getSecret/action"),
    (lambda vaults: vaults.versions(REFERENCE), "readMetadata/action"),
    (lambda vaults: vaults.write(REFERENCE, Secret("azure123")), "setSecret/action"),
]


@pytest.mark.parametrize(("call", "action"), CALLS, ids=[action for _, action in CALLS])
def test_refusal_names_the_action_to_grant(
    client: type[Client], vaults: KeyVaults, call: Callable[[KeyVaults], object], action: str
) -> None:
    client.fails = FORBIDDEN

    with pytest.raises(CannotLook) as caught:
        call(vaults)

    assert str(caught.value) == (
        "F219 the secret keyvault:Hub/psk: Key Vault: 403: no\n  remedy: grant"
        f" Microsoft.KeyVault/vaults/secrets/{action} on the key vault Hub to this identity"
    )


def test_vault_that_does_not_answer_is_named(client: type[Client], vaults: KeyVaults) -> None:
    client.fails = ServiceRequestError("Name or service not known")

    with pytest.raises(CannotLook, match="check the vault's name Hub, its firewall"):
        vaults.read(REFERENCE)


def gateway(client: str) -> Gateway:
    return Gateway(
        subscription="00000000-0000-0000-0000-000000000000",
        resource_group="g",
        asn=65515,
        prefixes=["10.0.0.0/16"],
        instances=[{"public_address": "192.0.2.4", "speakers": ["10.0.255.30"]}],
        identity=Identity(kind="managed_identity", client=client),
    )


ONE, TWO = gateway("one"), gateway("two")


@pytest.mark.parametrize(
    ("gateways", "vaults", "expected"),
    [
        ({"a": ONE, "b": ONE}, {}, Way(identity=ONE.identity)),
        ({"a": ONE, "b": TWO}, {}, Way()),
        ({"a": ONE, "b": TWO}, {"hub": "b"}, Way(identity=TWO.identity)),
        ({"a": ONE}, {"other": "a"}, Way(identity=ONE.identity)),
        ({}, {}, Way()),
    ],
)
def test_vault_is_reached_as_its_gateway_is(
    gateways: dict[str, Gateway], vaults: dict[str, str], expected: Way
) -> None:
    found = ways(gateways, vaults, lambda one: Way(identity=one.identity))

    assert found("Hub") == expected
