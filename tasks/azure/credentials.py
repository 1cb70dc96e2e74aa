"""Who we are to Azure, by the identity of a gateway."""

from typing import TYPE_CHECKING, Any

from fvrf.errors import CannotLook
from fvrf.intent.model import Identity
from fvrf.secrets import Resolve
from tasks.azure.access import Endpoints

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential


def credential(identity: Identity, endpoints: Endpoints, resolve: Resolve) -> "TokenCredential":
    """Return the SDK's credential; a client's secret is resolved here, when it is used.

    Raises CannotLook where something is missing, or is nothing that the SDK takes.
    """
    try:
        return _credential(identity, endpoints, resolve)
    except ValueError as error:
        raise CannotLook(
            f"the identity {identity.kind} cannot be used: {error}",
            remedy="correct data.identity of the gateway in the inventory",
            code="F230",
        ) from error


def _credential(identity: Identity, endpoints: Endpoints, resolve: Resolve) -> "TokenCredential":
    from azure import identity as sdk  # noqa: PLC0415 # the SDK is slow to import

    own = _own_cloud(endpoints)
    if identity.kind == "cli":
        return sdk.AzureCliCredential(tenant_id=identity.tenant or "")
    if identity.kind == "managed_identity":
        return sdk.ManagedIdentityCredential(client_id=identity.client)
    if identity.kind == "default":
        return sdk.DefaultAzureCredential(
            authority=endpoints.authority,
            **({"managed_identity_client_id": identity.client} if identity.client else {}),
            **own,
        )
    if identity.tenant is None or identity.client is None or identity.secret is None:
        raise ValueError("it needs tenant, client and secret")
    return sdk.ClientSecretCredential(
        identity.tenant,
        identity.client,
        resolve(identity.secret).reveal(),
        authority=endpoints.authority,
        **own,
    )


def _own_cloud(endpoints: Endpoints) -> dict[str, Any]:
    """Return what a cloud that Microsoft does not know of needs besides its authority."""
    own: dict[str, Any] = {"disable_instance_discovery": True} if endpoints.is_own else {}
    if endpoints.ca_bundle is not None:
        own["connection_verify"] = str(endpoints.ca_bundle)
    return own
