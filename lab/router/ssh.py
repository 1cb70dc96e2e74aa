"""The router's SSH server."""

import asyncio
import socket
from typing import cast

import asyncssh

from lab.router.device import Router
from lab.router.session import Session

# Cheap for both ends: the lab logs in often.
KEX = ("curve25519-sha256", "ecdh-sha2-nistp256")
BACKLOG = 100


class _Server(asyncssh.SSHServer):
    """One connection: authenticates against the router's configuration."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self._connection: asyncssh.SSHServerConnection | None = None
        self._privilege = 1

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    def begin_auth(self, _username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        privilege = self._router.login(username, password)
        if privilege is None:
            self._router.event("login-refused", user=username)
            return False
        self._privilege = privilege
        return True

    def session_requested(self) -> "_Channel":
        connection = cast("asyncssh.SSHServerConnection", self._connection)
        return _Channel(self._router, connection, self._privilege)


class _Channel(asyncssh.SSHServerSession[str]):
    """An interactive shell on a connection."""

    def __init__(
        self, router: Router, connection: asyncssh.SSHServerConnection, privilege: int
    ) -> None:
        self._router = router
        self._connection = connection
        self._privilege = privilege
        self._session: Session | None = None
        self._channel: asyncssh.SSHServerChannel[str] | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        self._channel = chan

    def pty_requested(self, *_: object) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def session_started(self) -> None:
        user = str(self._connection.get_extra_info("username"))
        self._session = Session(
            self._router, user, self._privilege, self._send, self._close, self._connection.abort
        )
        self._session.start()

    def data_received(self, data: str, _datatype: asyncssh.DataType) -> None:
        if self._session is not None:
            self._session.terminal.feed(data)

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._session is not None:
            self._session.end()

    def _send(self, text: str) -> None:
        if self._channel is not None and not self._channel.is_closing():
            self._channel.write(text)

    def _close(self) -> None:
        if self._channel is not None:
            self._channel.exit(0)
        self._connection.close()


class SshPort:
    """The router's SSH port; it stays the router's while new connections are refused."""

    def __init__(self, router: Router, keeper: socket.socket, key: asyncssh.SSHKey) -> None:
        self._router = router
        self._keeper = keeper
        self._key = key
        self._opening: asyncio.Task[asyncssh.SSHAcceptor] | None = None
        self.host: str
        self.port: int
        self.host, self.port = keeper.getsockname()

    @property
    def host_key(self) -> str:
        """The public host key as in a known_hosts file: type and base64."""
        return " ".join(self._key.export_public_key().decode().split()[:2])

    async def open(self) -> None:
        """Listen, and follow the router's power and faults from now on."""
        self._router.reachable_changed = self._follow
        self._follow()
        if self._opening is not None:
            await self._opening

    async def close(self) -> None:
        """Refuse new connections and end those that stand."""
        self._router.reachable_changed = lambda: None
        self._stop_listening()
        for session in list(self._router.sessions):
            session.hang_up()
        self._keeper.close()

    def _follow(self) -> None:
        if not self._router.reachable:
            self._stop_listening()
        elif self._opening is None:
            self._opening = asyncio.get_running_loop().create_task(self._listen(self._listening()))

    def _listening(self) -> socket.socket:
        """Return a socket of its own that queues connections from now on.

        The keeper, bound and not listening, refuses them.
        """
        listener = _bound(self.host, self.port)
        listener.listen(BACKLOG)
        return listener

    def _stop_listening(self) -> None:
        opening, self._opening = self._opening, None
        if opening is not None and opening.done():
            opening.result().close()
        elif opening is not None:
            opening.add_done_callback(lambda done: done.result().close())

    async def _listen(self, listener: socket.socket) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            sock=listener,
            server_factory=lambda: _Server(self._router),
            server_host_keys=[self._key],
            kex_algs=KEX,
            line_editor=False,
            encoding="utf-8",
            compression_algs=["none"],
        )


def _bound(host: str, port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((host, port))
    return bound


async def serve(
    router: Router, host: str = "127.0.0.1", port: int = 0, key: asyncssh.SSHKey | None = None
) -> SshPort:
    """Give the router an SSH port, an ephemeral one for 0, with a new host key if none is given."""
    key = key or asyncssh.generate_private_key("ssh-ed25519")
    opened = SshPort(router, _bound(host, port), key)
    await opened.open()
    return opened
