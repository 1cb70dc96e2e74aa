"""The router's SSH server."""

import asyncio
import socket
from collections.abc import Mapping
from typing import cast

import asyncssh

from lab.router.device import Router
from lab.router.faults import ConnectFault, SshRefused, WrongBanner
from lab.router.scp import Transfer, refusal
from lab.router.session import COLUMNS, Session

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


class _Channel(asyncssh.SSHServerSession[bytes]):
    """An interactive shell on a connection, or a copy by SCP."""

    def __init__(
        self, router: Router, connection: asyncssh.SSHServerConnection, privilege: int
    ) -> None:
        self._router = router
        self._connection = connection
        self._privilege = privilege
        self._session: Session | None = None
        self._transfer: Transfer | None = None
        self._columns = COLUMNS
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan

    def pty_requested(
        self, _type: str, size: tuple[int, int, int, int], _modes: Mapping[int, int]
    ) -> bool:
        """Take the width of the client's screen; its height is not relied on, so that pages are.

        What IOS makes of the height is not documented: who wants no pager says so.
        """
        self._columns = size[0] or COLUMNS
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        """Take `scp`; nothing else is run over SSH here."""
        if not command.startswith("scp "):
            return False
        self._transfer = Transfer(
            router=self._router, command=command, send=self._write, finish=self._finish
        )
        return True

    def session_started(self) -> None:
        if self._transfer is not None:
            refused = refusal(self._router, self._privilege)
            if refused is None:
                self._transfer.start()
            else:
                self._write(refused.encode())
                self._finish(1)
            return
        user = str(self._connection.get_extra_info("username"))
        self._session = Session(
            self._router,
            user,
            self._privilege,
            self._send,
            self._close,
            self._connection.abort,
            self._columns,
        )
        self._session.start()

    def data_received(self, data: bytes, _datatype: asyncssh.DataType) -> None:
        if self._session is not None:
            self._session.terminal.feed(data.decode(errors="replace"))
        elif self._transfer is not None:
            self._transfer.feed(data)

    def eof_received(self) -> bool:
        if self._transfer is not None:
            self._transfer.end()
        return False

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._session is not None:
            self._session.end()

    def _send(self, text: str) -> None:
        self._write(text.encode())

    def _write(self, data: bytes) -> None:
        if self._channel is not None and not self._channel.is_closing():
            self._channel.write(data)

    def _finish(self, status: int) -> None:
        if self._channel is not None and not self._channel.is_closing():
            self._channel.exit(status)

    def _close(self) -> None:
        if self._channel is not None:
            self._channel.exit(0)
        self._connection.close()


class _NoServer(asyncio.Protocol):
    """A connection that is no SSH: it is reset, or says something else, or nothing at all."""

    def __init__(self, fault: ConnectFault) -> None:
        self._fault = fault

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        wire = cast("asyncio.Transport", transport)
        if isinstance(self._fault, SshRefused):
            wire.abort()
        elif isinstance(self._fault, WrongBanner):
            wire.write(self._fault.text.encode())


class SshPort:
    """The router's SSH port; it stays the router's while new connections are refused."""

    def __init__(self, router: Router, keeper: socket.socket, key: asyncssh.SSHKey) -> None:
        self.router = router
        self._keeper = keeper
        self._key = key
        self._opening: asyncio.Task[asyncio.Server] | None = None
        self.host: str
        self.port: int
        self.host, self.port = keeper.getsockname()

    @property
    def host_key(self) -> str:
        """The public host key as in a known_hosts file: type and base64."""
        return " ".join(self._key.export_public_key().decode().split()[:2])

    def rekey(self) -> None:
        """Make a new host key, as a new box does; it is shown from the next boot on."""
        self._key = asyncssh.generate_private_key("ssh-ed25519")

    async def open(self) -> None:
        """Listen, and follow the router's power and faults from now on."""
        self.router.reachable_changed = self._follow
        self._follow()
        if self._opening is not None:
            await self._opening

    async def close(self) -> None:
        """Refuse new connections and end those that stand."""
        self.router.reachable_changed = lambda: None
        self._stop_listening()
        for session in list(self.router.sessions):
            session.hang_up()
        self._keeper.close()

    def _follow(self) -> None:
        if not self.router.reachable:
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

    async def _listen(self, listener: socket.socket) -> asyncio.Server:
        options = asyncssh.SSHServerConnectionOptions(
            server_factory=lambda: _Server(self.router),
            server_host_keys=[self._key],
            kex_algs=KEX,
            line_editor=False,
            encoding=None,
            compression_algs=["none"],
        )
        loop = asyncio.get_running_loop()

        def connection() -> asyncio.Protocol:
            fault = self.router.faults.on_connect()
            if fault is not None:
                return _NoServer(fault)
            return asyncssh.SSHServerConnection(loop, options)

        return await loop.create_server(connection, sock=listener, backlog=BACKLOG)


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
