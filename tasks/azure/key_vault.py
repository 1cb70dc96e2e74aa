"""Secrets in Azure Key Vault, through azure-keyvault-secrets, which is imported when it is used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from fvrf.errors import CannotLook
from fvrf.intent.model import Gateway, Identity
from fvrf.secrets import Resolve, Secret, SecretRef
from tasks.azure.access import Endpoints, PublicCloud
from tasks.azure.credentials import credential
from tasks.azure.patience import Patience
from tasks.azure.rest import troubles
from tasks.azure.trouble import LOGIN, UNREACHABLE, Trouble
from tasks.secret_sources import Read

if TYPE_CHECKING:
    from pathlib import Path

    from azure.keyvault.secrets import SecretClient

T = TypeVar("T")

# Data actions, as roles of the vault's access control grant them (built-in: Key Vault Secrets
# User reads, Key Vault Secrets Officer writes).
GET = "Microsoft.KeyVault/vaults/secrets/getSecret/action"
LIST = "Microsoft.KeyVault/vaults/secrets/readMetadata/action"
SET = "Microsoft.KeyVault/vaults/secrets/setSecret/action"
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a vault is reached: a cloud, by name or file, and who we are there."""

    cloud: "PublicCloud | Path" = "public"
    identity: Identity = field(default_factory=Identity)


Ways = Callable[[str], Way]


def ways(
    gateways: Mapping[str, Gateway], vaults: Mapping[str, str], way: Callable[[Gateway], Way]
) -> Ways:
    """Return which way leads to a vault.

    It is that of the gateway which `vaults` names for it; else of all gateways, where they share
    one; else DefaultAzureCredential in the public cloud.
    """
    common: list[Way] = []
    for gateway in gateways.values():
        if way(gateway) not in common:
            common.append(way(gateway))
    usual = common[0] if len(common) == 1 else Way()
    named = {vault.casefold(): way(gateways[host]) for vault, host in vaults.items()}
    return lambda vault: named.get(vault.casefold(), usual)


class KeyVaults:
    """Reads, lists and writes secrets of any vault; safe to use from several threads."""

    def __init__(self, ways: Ways, resolve: Resolve, patience: Patience) -> None:
        self._ways = ways
        self._resolve = resolve
        self._patience = patience
        self._clients: dict[str, SecretClient] = {}
        self._guard = Lock()

    def read(self, reference: SecretRef) -> Read:
        """Read a version of a secret; raises CannotLook, but for one that is not there."""
        vault, name, version = reference.in_vault
        client = self._client(reference)
        try:
            found = self._tried(reference, GET, lambda: client.get_secret(name, version))
        except _Absent:
            return Read(value="", where=f"the secret {name} of the key vault {vault}")
        return Read(
            value=found.value or "",
            where=f"the secret {name} of the key vault {vault}",
            version=found.properties.version,
        )

    def versions(self, reference: SecretRef) -> tuple[SecretRef, ...]:
        """Return the enabled versions of a secret, the newest first; raises CannotLook."""
        client, name = self._client(reference), reference.in_vault[1]
        try:
            found = self._tried(
                reference, LIST, lambda: list(client.list_properties_of_secret_versions(name))
            )
        except _Absent:
            return ()
        usable = [
            (one.created_on, one.version)
            for one in found
            if one.enabled and one.created_on and one.version
        ]
        return tuple(reference.at(version) for _, version in sorted(usable, reverse=True))

    def write(self, reference: SecretRef, secret: Secret) -> SecretRef:
        """Make a value the newest version and return its reference; raises CannotLook."""
        client, name = self._client(reference), reference.in_vault[1]
        made = self._tried(
            reference, SET, lambda: client.set_secret(name, secret.reveal()), secret=secret
        )
        return reference.at(made.properties.version)

    def _tried(
        self, reference: SecretRef, action: str, call: Callable[[], T], secret: Secret | None = None
    ) -> T:
        def once() -> T:
            with troubles(secret):
                return call()

        try:
            return self._patience.retried(once, self._patience.until())
        except Trouble as found:
            if found.is_absent:
                raise _Absent from None
            raise _failed(reference, found, action) from None

    def _client(self, reference: SecretRef) -> "SecretClient":
        """Return the vault's client, made once; nothing is sent yet."""
        vault = reference.in_vault[0].casefold()
        with self._guard:
            if vault not in self._clients:
                self._clients[vault] = self._made(reference, vault)
            return self._clients[vault]

    def _made(self, reference: SecretRef, vault: str) -> "SecretClient":
        try:
            from azure.keyvault.secrets import SecretClient  # noqa: PLC0415 # slow to import
        except ModuleNotFoundError as error:
            raise _unusable(reference, f"{error.name} is not installed", "install it") from None
        way = self._ways(vault)
        endpoints = Endpoints.of(way.cloud)
        if endpoints.key_vault is None:
            remedy = "name key_vault in the cloud's file"
            raise _unusable(reference, f"the cloud {way.cloud} has no key vaults", remedy)
        verify = (
            {} if endpoints.ca_bundle is None else {"connection_verify": str(endpoints.ca_bundle)}
        )
        return SecretClient(
            endpoints.key_vault.replace("{vault}", vault),
            credential(way.identity, endpoints, self._resolve),
            # The resource of the challenge must be in the vault's domain, which an own cloud's
            # need not be.
            verify_challenge_resource=not endpoints.is_own,
            retry_total=0,
            logging_enable=False,
            connection_timeout=_TIMEOUT_S,
            read_timeout=_TIMEOUT_S,
            **verify,
        )


class _Absent(Exception):
    """There is no such secret."""


def _failed(reference: SecretRef, found: Trouble, action: str) -> CannotLook:
    vault = reference.in_vault[0]
    remedy = {
        LOGIN: "check the identity: user_defined.vaults, data.identity of the gateway",
        UNREACHABLE: f"check the vault's name {vault}, its firewall, the network and the proxy",
    }.get(found.code or "", "run again later")
    if found.is_forbidden:
        remedy = f"grant {action} on the key vault {vault} to this identity"
    return _unusable(reference, str(found), remedy)


def _unusable(reference: SecretRef, reason: str, remedy: str) -> CannotLook:
    return CannotLook(f"the secret {reference}: Key Vault: {reason}", remedy=remedy, code="F219")
