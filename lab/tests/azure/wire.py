"""Bare ARM calls: every byte of an answer, without the SDK's reading of it."""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.tests.azure.simulated import Site

VERSION = "2026-03-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer: status, headers in lower case, and the body's JSON (None for an empty one)."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str | None:
        """Return the code of an error."""
        error = self.body.get("error", {}) if isinstance(self.body, dict) else {}
        return error.get("code")


@dataclass(frozen=True, slots=True)
class Wire:
    """Calls with a good token; a path that starts with no slash is under the resource group."""

    site: Site

    def __call__(self, method: str, path: str, body: object = None, query: str = "") -> Answer:
        """Send a call with the api-version and return its answer."""
        path = path if path.startswith("/") else self.site.id_of(path)
        url = f"{self.site.base}{path}?api-version={VERSION}{query}"
        return self.send(method, url, None if body is None else json.dumps(body).encode())

    def send(self, method: str, url: str, data: bytes | None, **headers: str) -> Answer:
        """Send a call to a whole address."""
        token = self.site.tokens.issue(self.site.base)
        request = urllib.request.Request(  # noqa: S310 - https
            url,
            method=method,
            data=data,
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/json",
                **headers,
            },
        )
        tls = ssl.create_default_context(cafile=self.site.ca)
        try:
            with urllib.request.urlopen(request, context=tls, timeout=10) as answer:  # noqa: S310
                return _answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return _answer(refused.code, refused.headers, refused.read())

    def poll(self, url: str) -> Answer:
        """Ask where an operation or its result is."""
        return self.send("GET", url, None)


def _answer(status: int, headers: Any, data: bytes) -> Answer:  # noqa: ANN401 - urllib's
    folded = {name.casefold(): text for name, text in headers.items()}
    return Answer(status=status, headers=folded, body=json.loads(data) if data else None)
