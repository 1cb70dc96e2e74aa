"""A small client of the control interface, for the lab's own tests and for playing."""

import json
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any


class LabClient:
    """Speaks to the lab of a run folder."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.description: dict[str, Any] = json.loads((run / "lab.json").read_text())
        self.token = (run / "secrets" / "control").read_text()
        self._tls = ssl.create_default_context(cafile=run / "ca.pem")

    def get(self, path: str) -> Any:  # noqa: ANN401 - the shape is the call's
        """Return the answer of a GET."""
        return self.send("GET", path, None)

    def post(self, path: str, /, **body: object) -> Any:  # noqa: ANN401 - likewise
        """Return the answer of a POST."""
        return self.send("POST", path, body)

    def delete(self, path: str) -> Any:  # noqa: ANN401 - likewise
        """Return the answer of a DELETE."""
        return self.send("DELETE", path, None)

    def status(self) -> dict[str, Any]:
        """Return the status of everything."""
        status: dict[str, Any] = self.get("/status")
        return status

    def advance(self, seconds: float) -> None:
        """Move the clock."""
        self.post("/clock", advance=seconds)

    def events(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the events from number `since` on."""
        events: list[dict[str, Any]] = self.get(f"/events?since={since}")
        return events

    def config(self, router: str, which: str = "running") -> str:
        """Return the running or startup configuration of a router."""
        return str(self.get(f"/routers/{router}/config?which={which}"))

    def type(self, router: str, *lines: str, save: bool = False) -> list[str]:
        """Type configuration lines on a router's console; return each line's reply."""
        answer = self.post(f"/routers/{router}/type", lines=list(lines), save=save)
        return [str(reply) for reply in answer]

    def fault(self, kind: str, /, **details: object) -> str:
        """Set a fault; return its id."""
        return str(self.post("/faults", kind=kind, **details)["id"])

    def stop(self) -> None:
        """End the lab."""
        self.post("/stop")

    def send(self, method: str, path: str, body: object) -> Any:  # noqa: ANN401 - see get
        """Return the answer of a call; LabClientError where it is refused."""
        request = urllib.request.Request(  # noqa: S310 - the address is https
            self.description["control"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, context=self._tls, timeout=30) as answer:  # noqa: S310
                return json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            raise LabClientError(refused.code, refused.read().decode()) from refused


class LabClientError(Exception):
    """The lab refused a call: HTTP status and text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status
