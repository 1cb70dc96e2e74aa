"""A lab process of clones: its control interface, its Azure, and its routers' show commands."""

import asyncio
import json
import ssl
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from http import HTTPStatus
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import asyncssh
from line_clones import ROOT

PARALLEL = 20
HURRY = 20
API = "api-version=2026-03-01"


class Field:
    """A running lab in a run folder; the answers are JSON."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self._facts = json.loads((run / "lab.json").read_text())
        self._tls = ssl.create_default_context(cafile=run / "ca.pem")

    def control(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 # JSON
        """Make a call of the control interface."""
        return self._call(method, self._facts["control"] + path, self.secret("control"), body)

    def arm(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 # JSON
        """Make a call of Azure as its owner's colleague would; raises HTTPError if refused."""
        return self._call(method, f"{self._facts['azure']}{path}?{API}", self._token, body)

    def action(self, path: str) -> Any:  # noqa: ANN401 # JSON
        """POST an action of Azure and wait for its result."""
        with self._open("POST", f"{self._facts['azure']}{path}?{API}", self._token, None) as begun:
            where = begun.headers["Location"]
        while True:
            with self._open("GET", where, self._token, None) as answer:
                if answer.status == HTTPStatus.OK:
                    return json.load(answer)
            self.advance(1)

    def secret(self, name: str) -> str:
        """Return a secret of the lab."""
        return (self.run / "secrets" / name).read_text()

    def advance(self, seconds: float, step: float = 600) -> None:
        """Move the clock; a long way in steps, so that each call has its answer soon."""
        while seconds > 0:
            self.control("POST", "/clock", {"advance": min(step, seconds)})
            seconds -= step

    @contextmanager
    def hurrying(self) -> Iterator[None]:
        """Let the clock run: verification waits for a keepalive to pass each tunnel."""
        self.control("POST", "/clock", {"speed": HURRY})
        try:
            yield
        finally:
            self.control("POST", "/clock", {"speed": 1})

    def type(self, router: str, lines: Sequence[str], *, save: bool = False) -> list[str]:
        """Type configuration lines on a console; return what each printed."""
        body = {"lines": list(lines), "save": save}
        replies: list[str] = self.control("POST", f"/routers/{router}/type", body)
        return replies

    def config(self, router: str) -> str:
        """Return a router's running configuration."""
        return str(self.control("GET", f"/routers/{router}/config"))

    def shown(self, commands: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
        """Run show commands on routers; return the outputs by router and command."""
        return asyncio.run(self._shown(commands))

    async def _shown(self, commands: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
        room = asyncio.Semaphore(PARALLEL)

        async def one(router: str) -> tuple[str, dict[str, str]]:
            async with room:
                return router, await self._outputs(router, commands[router])

        return dict(await asyncio.gather(*(one(router) for router in commands)))

    async def _outputs(self, router: str, commands: Iterable[str]) -> dict[str, str]:
        where = self._facts["routers"][router]
        async with (
            asyncssh.connect(
                where["host"],
                where["port"],
                username="netops",
                password=self.secret("router-password"),
                known_hosts=str(self.run / "known_hosts"),
                config=None,
            ) as connection,
            connection.create_process(term_type="vt100") as shell,
        ):
            await shell.stdout.readuntil(">")
            outputs = {}
            for command in ("terminal length 0", *commands):
                shell.stdin.write(command + "\n")
                text = await shell.stdout.readuntil(f"\n{router}>")
                outputs[command] = text.replace("\r", "")
        return outputs

    @cached_property
    def _token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
            "client_secret": self.secret("azure-client-secret"),
            "scope": f"{self._facts['azure']}/.default",
        }
        tenant = "99999999-8888-7777-6666-555555555555"
        request = urllib.request.Request(  # noqa: S310 # our own lab's address
            f"{self._facts['azure']}/{tenant}/oauth2/v2.0/token",
            data=urllib.parse.urlencode(form).encode(),
        )
        with urllib.request.urlopen(request, context=self._tls) as answer:  # noqa: S310 # likewise
            return str(json.load(answer)["access_token"])

    def _call(self, method: str, url: str, token: str, body: object) -> Any:  # noqa: ANN401 # JSON
        with self._open(method, url, token, body) as answer:
            return json.loads(answer.read() or b"null")

    def _open(self, method: str, url: str, token: str, body: object) -> HTTPResponse:
        request = urllib.request.Request(  # noqa: S310 # our own lab's address
            url,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        answer: HTTPResponse = urllib.request.urlopen(request, context=self._tls)  # noqa: S310 # likewise
        return answer


@contextmanager
def running(folder: Path) -> Iterator[Field]:
    """Run the lab of a folder's `world.yaml` in the run folder that its configuration names."""
    run = folder / ".lab"
    command = [sys.executable, "-m", "lab", "up", "--run", str(run)]
    command += ["--world", str(folder / "world.yaml"), "--operation-seconds", "0.1"]
    with subprocess.Popen(  # noqa: S603 # our own lab
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
            yield Field(run)
        finally:
            process.terminate()
