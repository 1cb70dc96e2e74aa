"""What went wrong in one request or operation, classified by Azure's code before its status."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from fvrf.errors import CannotLook, ChangeFailed
from fvrf.secrets import MASK, Secret

if TYPE_CHECKING:
    from azure.core.exceptions import AzureError

LOGIN, UNREACHABLE = "LoginFailed", "Unreachable"
DEADLINE = "DeadlineExceeded"

# A lock on the gateway shows as 409 or as 429; a dependency that is still being written as 400.
BUSY_CODES = frozenset(
    {
        "AnotherOperationInProgress",
        "RetryableError",
        "RetryableErrorDueToAnotherOperation",
        "ReferencedResourceNotProvisioned",
        "ResourceNotProvisioned",
        "TooManyRequests",
        "SubscriptionRequestsThrottled",
    }
)
ACCEPTED_STATUSES = frozenset({200, 201, 202})
TRANSIENT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})


class Trouble(Exception):
    """One failed request or operation; `code` is Azure's, or one of ours where it gave none."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        head = " ".join(str(part) for part in (self.status, self.code) if part is not None)
        return f"{head}: {self.message}" if head else self.message

    @property
    def is_absent(self) -> bool:
        """There is no such thing."""
        return self.status == HTTPStatus.NOT_FOUND

    @property
    def is_forbidden(self) -> bool:
        """We lack a permission."""
        return self.status == HTTPStatus.FORBIDDEN

    @property
    def is_stale(self) -> bool:
        """Someone else wrote it since we looked (If-Match)."""
        return self.status == HTTPStatus.PRECONDITION_FAILED

    @property
    def is_busy(self) -> bool:
        """Another operation holds a lock, or Azure throttles: it will take the request later."""
        return self.code in BUSY_CODES or self.status == HTTPStatus.TOO_MANY_REQUESTS

    @property
    def is_transient(self) -> bool:
        """It may well succeed if it is tried again."""
        return self.is_busy or self.code == UNREACHABLE or self.status in TRANSIENT_STATUSES

    @property
    def is_operation_failed(self) -> bool:
        """The operation itself ended badly; the SDK reports it with the poll's status."""
        return self.code is not None and self.status in ACCEPTED_STATUSES


def trouble(error: "AzureError", secret: Secret | None = None) -> Trouble:
    """Classify an error of the SDK; a secret that was sent is masked in what it says."""
    from azure.core.exceptions import (  # noqa: PLC0415 # the SDK is slow to import
        ClientAuthenticationError,
        HttpResponseError,
        ServiceRequestError,
        ServiceResponseError,
    )

    status = code = retry_after_s = None
    message = error.message or type(error).__name__
    if isinstance(error, HttpResponseError):
        status = error.status_code
        code, message = _arm(error)
        retry_after_s = _retry_after(error)
    if isinstance(error, ClientAuthenticationError):
        code = LOGIN
    elif isinstance(error, ServiceRequestError | ServiceResponseError):
        code = UNREACHABLE
    if secret is not None:
        message = message.replace(secret.reveal(), MASK)
        code = code.replace(secret.reveal(), MASK) if code else code
    return Trouble(message, code=code, status=status, retry_after_s=retry_after_s)


def _arm(error: "AzureError") -> tuple[str | None, str]:
    """Return code and message of an ARM error; None for an answer of another shape."""
    arm = getattr(error, "error", None)
    if arm is None:
        return None, str(error.message)
    code = arm.code if isinstance(arm.code, str) else None
    return code, str(arm.message or error.message)


def _retry_after(error: "AzureError") -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    for name, unit_s in (("x-ms-retry-after-ms", 0.001), ("Retry-After", 1.0)):
        if str(headers.get(name, "")).isdecimal():
            return int(headers[name]) * unit_s
    return None


def cannot_look(found: Trouble, what: str, action: str) -> CannotLook:
    """Return the error of a read that failed; `action` is the permission it needs."""
    if found.is_forbidden:
        return CannotLook(f"{what}: Azure refuses: {found}", remedy=_grant(action), code="F231")
    code, remedy = {
        LOGIN: ("F230", "check data.identity of the gateway and its secret"),
        UNREACHABLE: ("F232", "check the network, the proxy and data.cloud of the gateway"),
    }.get(found.code or "", ("F234", "run again later"))
    if found.is_absent:
        code, remedy = "F233", "check subscription, resource group and name in the inventory"
    return CannotLook(f"{what}: {found}", remedy=remedy, code=code)


def change_failed(found: Trouble, what: str, action: str) -> ChangeFailed:
    """Return the error of a write that was refused, failed or did not end in time."""
    if found.is_forbidden:
        return ChangeFailed(f"{what}: Azure refuses: {found}", remedy=_grant(action), code="F530")
    if found.code == DEADLINE:
        remedy = "look at the resource's activity log; run again once no operation is under way"
        return ChangeFailed(f"{what}: {found.message}", remedy=remedy, code="F532")
    code = "F531" if found.is_operation_failed else "F530"
    return ChangeFailed(f"{what}: {found}", remedy="run again after mending it", code=code)


def _grant(action: str) -> str:
    return f"grant Microsoft.Network/{action} on the resource group to this identity"
