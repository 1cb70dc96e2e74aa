"""How a gateway's subscription is reached: cloud, identity and patience, as settings."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from fvrf.errors import CannotLook
from fvrf.intent.model import Identity

PublicCloud = Literal["public", "china", "usgov"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureAccess:
    """One gateway and the way to it; `is_hub`: of a virtual WAN.

    `cloud` is a known name or a file (see `Endpoints.read`).

    Timeouts of a single request are in real seconds, as the network counts them; deadlines and
    polls are in seconds of the product's clock.
    """

    subscription: str
    resource_group: str
    gateway: str
    is_hub: bool = False
    cloud: PublicCloud | Path = "public"
    identity: Identity = field(default_factory=Identity)
    connect_timeout_s: float = 10
    read_timeout_s: float = 60
    operation_deadline_s: float = 1800
    poll_s: float = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The addresses of a cloud; `is_own` is one that Microsoft does not know of.

    `key_vault` is the address of a vault, with `{vault}` in place of its name; None where the
    cloud has none.
    """

    resource_manager: str
    scope: str
    authority: str
    key_vault: str | None = None
    is_own: bool = False
    ca_bundle: Path | None = None

    @classmethod
    def of(cls, cloud: PublicCloud | Path) -> "Endpoints":
        """Return a cloud's endpoints; raises CannotLook for a file that cannot be used."""
        return cls.read(cloud) if isinstance(cloud, Path) else _public(cloud)

    @classmethod
    def read(cls, path: Path) -> "Endpoints":
        """Read `{resource_manager, authority, key_vault, ca_bundle}` of a file.

        The bundle is relative to the file; it and `key_vault` may be left out.
        """
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
            base = str(facts["resource_manager"]).rstrip("/")
            authority, bundle = str(facts["authority"]), facts.get("ca_bundle")
            key_vault = facts.get("key_vault")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _unusable(path, repr(error)) from error
        ca_bundle = None if bundle is None else path.resolve().parent / bundle
        if ca_bundle is not None and not ca_bundle.is_file():
            raise _unusable(path, f"there is no {ca_bundle}")
        return cls(
            resource_manager=base,
            scope=f"{base}/.default",
            authority=authority,
            key_vault=None if key_vault is None else str(key_vault),
            is_own=True,
            ca_bundle=ca_bundle,
        )


def _unusable(path: Path, reason: str) -> CannotLook:
    return CannotLook(
        f"the cloud file {path} cannot be used: {reason}",
        remedy="it needs resource_manager and authority, and ca_bundle for an own CA",
        code="F234",
    )


def _public(cloud: PublicCloud) -> Endpoints:
    from azure.core import AzureClouds  # noqa: PLC0415 # the SDK is slow to import
    from azure.identity import AzureAuthorityHosts  # noqa: PLC0415
    from azure.mgmt.core.tools import get_arm_endpoints  # noqa: PLC0415

    setting, authority, vaults = {
        "public": (
            AzureClouds.AZURE_PUBLIC_CLOUD,
            AzureAuthorityHosts.AZURE_PUBLIC_CLOUD,
            "vault.azure.net",
        ),
        "china": (
            AzureClouds.AZURE_CHINA_CLOUD,
            AzureAuthorityHosts.AZURE_CHINA,
            "vault.azure.cn",
        ),
        "usgov": (
            AzureClouds.AZURE_US_GOVERNMENT,
            AzureAuthorityHosts.AZURE_GOVERNMENT,
            "vault.usgovcloudapi.net",
        ),
    }[cloud]
    endpoints = get_arm_endpoints(setting)
    (scope,) = endpoints["credential_scopes"]
    return Endpoints(
        resource_manager=endpoints["resource_manager"].rstrip("/"),
        scope=scope,
        authority=f"https://{authority}",
        key_vault=f"https://{{vault}}.{vaults}",
    )
