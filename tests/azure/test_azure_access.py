"""Clouds, identities and what the SDK's errors mean."""

import json
from pathlib import Path

import pytest
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
)
from azure.identity import (
    AzureCliCredential,
    ClientSecretCredential,
    DefaultAzureCredential,
    ManagedIdentityCredential,
)

from fvrf.errors import CannotLook
from fvrf.intent.model import Identity
from fvrf.secrets import Secret, SecretRef
from tasks.azure.access import Endpoints
from tasks.azure.credentials import credential
from tasks.azure.trouble import LOGIN, UNREACHABLE, Trouble, cannot_look, trouble

SECRET = Secret("TheClientsSecret")
TENANT = "99999999-8888-7777-6666-555555555555"


def _resolve(_: SecretRef) -> Secret:
    return SECRET


@pytest.mark.parametrize(
    ("cloud", "resource_manager", "scope", "authority", "key_vault"),
    [
        (
            "public",
            "https://management.azure.com",
            "https://management.azure.com/.default",
            "https://login.microsoftonline.com",
            "https://{vault}.vault.azure.net",
        ),
        (
            "china",
            "https://management.chinacloudapi.cn",
            "https://management.chinacloudapi.cn/.default",
            "https://login.chinacloudapi.cn",
            "https://{vault}.vault.azure.cn",
        ),
        (
            "usgov",
            "https://management.usgovcloudapi.net",
            "https://management.core.usgovcloudapi.net/.default",
            "https://login.microsoftonline.us",
            "https://{vault}.vault.usgovcloudapi.net",
        ),
    ],
)
def test_known_clouds_have_their_own_endpoints(
    cloud: str, resource_manager: str, scope: str, authority: str, key_vault: str
) -> None:
    assert Endpoints.of(cloud) == Endpoints(
        resource_manager=resource_manager, scope=scope, authority=authority, key_vault=key_vault
    )


def test_a_cloud_file_names_its_bundle_relative_to_itself(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    file = tmp_path / "cloud.json"
    file.write_text(
        json.dumps(
            {
                "resource_manager": "https://127.0.0.1:8443/",
                "authority": "https://127.0.0.1:8444",
                "ca_bundle": "ca.pem",
            }
        )
    )

    assert Endpoints.of(file) == Endpoints(
        resource_manager="https://127.0.0.1:8443",
        scope="https://127.0.0.1:8443/.default",
        authority="https://127.0.0.1:8444",
        is_own=True,
        ca_bundle=tmp_path / "ca.pem",
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"authority": "https://x"}',
        '{"resource_manager": "https://x", "authority": "https://x", "ca_bundle": "none.pem"}',
    ],
)
def test_a_cloud_file_that_cannot_be_used_says_what_it_needs(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cloud.json"
    file.write_text(text)

    with pytest.raises(CannotLook, match="cannot be used") as caught:
        Endpoints.of(file)
    assert caught.value.code == "F234"


@pytest.mark.parametrize(
    ("identity", "kind"),
    [
        (Identity(), DefaultAzureCredential),
        (Identity(kind="cli", tenant=TENANT), AzureCliCredential),
        (Identity(kind="managed_identity"), ManagedIdentityCredential),
        (
            Identity.model_validate(
                {
                    "kind": "client_secret",
                    "tenant": TENANT,
                    "client": "app",
                    "secret": "file:azure-client-secret",
                }
            ),
            ClientSecretCredential,
        ),
    ],
)
def test_each_identity_is_the_sdks_own(identity: Identity, kind: type) -> None:
    assert isinstance(credential(identity, Endpoints.of("public"), _resolve), kind)


def test_an_identity_that_cannot_be_used_is_said_before_anything_is_sent() -> None:
    identity = Identity.model_construct(
        kind="client_secret", tenant="a tenant", client="app", secret=SecretRef.parse("file:x")
    )

    with pytest.raises(CannotLook) as caught:
        credential(identity, Endpoints.of("public"), _resolve)
    assert caught.value.code == "F230"
    assert SECRET.reveal() not in str(caught.value)


def test_errors_of_the_sdk_are_told_apart() -> None:
    assert trouble(ServiceRequestError("no route")).code == UNREACHABLE
    assert trouble(ClientAuthenticationError("who?")).code == LOGIN
    assert trouble(HttpResponseError("odd")).code is None
    assert trouble(AzureError(f"key {SECRET.reveal()} is bad"), SECRET).message == (
        "key ******** is bad"
    )


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (Trouble("x", code=LOGIN, status=401), "F230"),
        (Trouble("x", code="AuthorizationFailed", status=403), "F231"),
        (Trouble("x", code=UNREACHABLE), "F232"),
        (Trouble("x", code="ResourceNotFound", status=404), "F233"),
        (Trouble("x", code="InternalServerError", status=500), "F234"),
    ],
)
def test_a_read_that_fails_has_a_code_by_its_cause(found: Trouble, code: str) -> None:
    assert cannot_look(found, "azure-vng", "virtualNetworkGateways/read").code == code
