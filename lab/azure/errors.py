"""Azure's refusals, in the envelope of Azure Resource Manager.

Codes come from Microsoft's documents and from public issues. Where none was found, the code
follows the naming of its neighbours; those are marked "unconfirmed" where they are raised.
"""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

BAD_REQUEST = 400
UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_FOUND = 404
CONFLICT = 409
PRECONDITION_FAILED = 412
TOO_LARGE = 413
TOO_MANY = 429


class ArmError(Exception):
    """A refusal: HTTP status, code and message; `body` is the envelope that clients read.

    `details` are refusals inside it, `retry_after_s` is when to come again, in lab seconds.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: tuple["ArmError", ...] = (),
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.retry_after_s = retry_after_s

    @property
    def error(self) -> Json:
        """Return the inner object, as an operation's body holds it."""
        details = [one.error for one in self.details]
        return {"code": self.code, "message": self.message, "details": details}

    @property
    def body(self) -> Json:
        """Return the envelope."""
        return {"error": self.error}


def bad_request(code: str, message: str) -> ArmError:
    """Return a 400."""
    return ArmError(BAD_REQUEST, code, message)


def not_found(resource_id: str) -> ArmError:
    """Return the 404 of a resource that is not there; `resource_id` is its full id."""
    parts = resource_id.strip("/").split("/")
    group, name, kind = parts[3], parts[-1], "/".join(parts[5:-1])
    return ArmError(
        NOT_FOUND,
        "ResourceNotFound",
        f"The Resource '{kind}/{name}' under resource group '{group}' was not found.",
    )
