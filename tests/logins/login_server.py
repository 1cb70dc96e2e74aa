"""A small SSH server that takes one kind of login, has a router's prompt, and forwards.

It is no router: it has a prompt, and answers whatever is typed with the next one.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import asyncssh

USER, PASSWORD = "netops", "Hunter4711xy"
ENABLE = "Enable0815abc"


@dataclass(slots=True, kw_only=True)
class Rules:
    """Who gets in, and what is seen then. Each of `passwords` is good for one login, in turn."""

    password: str | None = None
    interactive: str | None = None
    key: asyncssh.SSHKey | None = None
    asks_enable: bool = False
    passwords: list[str] = field(default_factory=list)
    logins: int = 0
    forwarded: list[tuple[str, int]] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)


class Server(asyncssh.SSHServer):  # asyncssh says what each method is for
    """One connection."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def begin_auth(self, _username: str) -> bool:  # noqa: D102
        return True

    def password_auth_supported(self) -> bool:  # noqa: D102
        return self.rules.interactive is None and self.rules.key is None

    def validate_password(self, _username: str, password: str) -> bool:  # noqa: D102
        if self.rules.passwords and password == self.rules.passwords[0]:
            self.rules.passwords.pop(0)
            return True
        return password == self.rules.password

    def kbdint_auth_supported(self) -> bool:  # noqa: D102
        return self.rules.interactive is not None

    def get_kbdint_challenge(  # noqa: D102
        self, _username: str, _lang: str, _submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return "", "", "", [("Token: ", False)]

    def validate_kbdint_response(self, _username: str, responses: list[str]) -> bool:  # noqa: D102
        return list(responses) == [self.rules.interactive]

    def public_key_auth_supported(self) -> bool:  # noqa: D102
        return self.rules.key is not None

    def validate_public_key(self, _username: str, key: asyncssh.SSHKey) -> bool:  # noqa: D102
        return self.rules.key is not None and key == self.rules.key.convert_to_public()

    def connection_requested(  # noqa: D102
        self, dest_host: str, dest_port: int, _orig_host: str, _orig_port: int
    ) -> bool:
        self.rules.forwarded.append((dest_host, dest_port))
        return True


async def _shell(rules: Rules, process: "asyncssh.SSHServerProcess[str]") -> None:
    rules.logins += 1
    sign = ">" if rules.asks_enable else "#"
    process.stdout.write(f"\r\nr1{sign}")
    while line := await process.stdin.readline():
        rules.typed.append(line.strip())
        if line.strip() == "enable":
            process.stdout.write("enable\r\nPassword: ")
        elif line.strip() == ENABLE:
            process.stdout.write("\r\nr1#")
        else:
            process.stdout.write(f"{line.strip()}\r\nr1#")
    process.exit(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where the server answers, and its host key as in a known_hosts file."""

    port: int
    host_key: str

    @property
    def known_host(self) -> str:
        """Its line in a known_hosts file."""
        return f"[127.0.0.1]:{self.port} {self.host_key}\n"


@contextmanager
def serving(rules: Rules) -> Iterator[Listening]:
    """Run a server in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        key = asyncssh.generate_private_key("ssh-ed25519")

        async def begin() -> asyncssh.SSHAcceptor:
            return await asyncssh.listen(
                "127.0.0.1",
                0,
                server_factory=lambda: Server(rules),
                process_factory=lambda process: _shell(rules, process),
                server_host_keys=[key],
                line_editor=False,
            )

        acceptor = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
        public = " ".join(key.export_public_key().decode().split()[:2])
        yield Listening(port=acceptor.get_port(), host_key=public)
        loop.call_soon_threadsafe(acceptor.close)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
