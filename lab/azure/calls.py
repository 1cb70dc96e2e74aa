"""A request as the handlers see it and the answer they give: no HTTP library beyond this seam."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lab.azure.errors import Json, bad_request

API_VERSION = "2026-03-01"  # the one whose models the bodies served here follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request: `base` is scheme and host as the client wrote them, `path` starts with `/`.

    `names` are the parts of the path that the route names: `subscription`, `group`, `name`, …
    """

    method: str
    base: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    if_match: str | None = None
    body: Any = None

    @property
    def api_version(self) -> str:
        """Return the api-version; a path that needs none has the one of the lab's bodies."""
        return self.query.get("api-version", API_VERSION)

    @property
    def document(self) -> Json:
        """Return the body as an object; ArmError where it is none."""
        if not isinstance(self.body, dict):
            raise bad_request(
                "InvalidRequestContent",
                "The request content was invalid and could not be deserialized.",
            )
        return self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer; `body` None is an empty one."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
