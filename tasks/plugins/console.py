"""Nornir's connection `console`: nornir-netmiko opens the session, a `Console` speaks in it.

netmiko's own session preparation is left out: it polls, and costs more round trips than a whole
push. Secrets reach this plugin resolved and go no further than the login.
"""

import shlex
from functools import partial
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nornir.core.configuration import Config
from nornir_netmiko.connections import Netmiko

from fvrf.errors import CannotLook
from tasks.console import Console
from tasks.known_hosts import host_keys
from tasks.way_in import Line, WayIn, read_key, way_in

if TYPE_CHECKING:
    from netmiko.base_connection import BaseConnection
    from paramiko import Channel, HostKeys

NAME = "console"
_INTERACTIVE = "keyboard-interactive"


class ConsolePlugin(Netmiko):  # type: ignore[misc] # published without type information
    """The plugin; `extras` are netmiko's arguments, and two of our own.

    `enable` is the secret of that name, `known_hosts` the path of the file with the host keys.
    """

    connection: Any

    def open(
        self,
        hostname: str | None,
        username: str | None,
        password: str | None,
        port: int | None,
        platform: str | None,
        extras: dict[str, Any] | None = None,
        configuration: Config | None = None,
    ) -> None:
        """Connect, log in and enter privileged mode.

        Raises netmiko's and paramiko's errors, and CannotLook where the user has no privilege.
        """
        arguments = {"auto_connect": False, "ssh_config_file": None, **(extras or {})}
        enable, timeout_s = arguments.pop("enable", None), arguments["conn_timeout"]
        known_hosts: Path = arguments.pop("known_hosts")
        file = configuration.ssh.config_file if configuration else ""
        way = way_in(file, str(hostname), port, timeout_s=timeout_s)
        _add_key(arguments, way)
        self.user = user = username or way.user or getuser()
        self._way = way
        self._line = Line(way, timeout_s=timeout_s)
        try:
            arguments["sock"] = self._line.socket
            super().open(way.hostname, user, password, way.port, platform, arguments)
            self._netmiko: BaseConnection = self.connection
            _trust(self._netmiko, host_keys(known_hosts, way.known_as))
            self._log_in(way, timeout_s)
            self.connection = self._console(enable, timeout_s)
        except BaseException as error:
            complaint = self._line.complaint
            self.close()
            if way.proxy and complaint and not isinstance(error, CannotLook):
                raise _no_way(way, complaint) from error
            raise

    def _log_in(self, way: WayIn, timeout_s: float) -> None:
        from netmiko.exceptions import (  # noqa: PLC0415 - --help must be quick
            NetmikoAuthenticationException,
        )

        try:
            self._netmiko.establish_connection()
        except NetmikoAuthenticationException as error:
            if not _wants_answers(error):
                raise
            self._line.close()
            self._line = Line(way, timeout_s=timeout_s)
            self._netmiko.sock = self._line.socket
            _answer(self._netmiko)
            self._netmiko.establish_connection()

    def _console(self, enable: str | None, timeout_s: float) -> Console:
        console = Console(cast("Channel", self._netmiko.remote_conn))
        if console.greet(enable, timeout_s=timeout_s):
            return console
        raise CannotLook(
            f"user {self._netmiko.username} does not reach privileged mode",
            remedy="check the enable secret's reference and the user's privilege",
            code="F205",
        )

    def put(self, file: Path, remote: str, *, timeout_s: float) -> str | None:
        """Copy a file to the router by SCP, over a connection of its own; returns why it failed."""
        from netmiko.scp_handler import SCPConn  # noqa: PLC0415 - --help must be quick
        from paramiko.ssh_exception import SSHException  # noqa: PLC0415
        from scp import SCPException  # noqa: PLC0415

        line = None
        try:
            line = Line(self._way, timeout_s=timeout_s)
            self._netmiko.sock = line.socket
            copy = SCPConn(self._netmiko, socket_timeout=timeout_s)
            try:
                copy.scp_put_file(str(file), remote)
            finally:
                copy.close()
        except (SCPException, SSHException, OSError, EOFError, CannotLook) as error:
            return str(error).strip() or type(error).__name__
        finally:
            if line is not None:
                line.close()
        return None

    def close(self) -> None:
        """End the session; a broken one is only forgotten."""
        # netmiko has no client of paramiko's before it tried to connect.
        if getattr(getattr(self, "_netmiko", None), "remote_conn_pre", None) is not None:
            self._netmiko.paramiko_cleanup()
        self._line.close()


def _trust(connection: Any, keys: "HostKeys") -> None:  # noqa: ANN401 - a method of it is replaced
    """Give a netmiko connection the keys of its host: it would read the whole file itself."""
    build = connection._build_ssh_client  # noqa: SLF001 - netmiko's own way to another client

    def built() -> Any:  # noqa: ANN401 - likewise
        client = build()
        for name, of_name in keys.items():
            for kind, key in of_name.items():
                client.get_host_keys().add(name, kind, key)
        return client

    connection._build_ssh_client = built  # noqa: SLF001 - likewise


def _wants_answers(error: BaseException) -> bool:
    """Tell whether the server takes keyboard-interactive in place of a password."""
    from paramiko import BadAuthenticationType  # noqa: PLC0415 - --help must be quick

    refused = error.__context__
    return isinstance(refused, BadAuthenticationType) and _INTERACTIVE in refused.allowed_types


def _answer(connection: Any) -> None:  # noqa: ANN401 - a method of it is replaced
    """Let a netmiko connection answer the one question of keyboard-interactive at once.

    paramiko falls back to it too, but asks for the login service a second time, at which a server
    that keeps to the letter hangs up.
    """
    build = connection._build_ssh_client  # noqa: SLF001 - netmiko's own way to another login

    def authenticate(client: Any, username: str, password: str, *_: object) -> None:  # noqa: ANN401
        client.get_transport().auth_interactive(
            username, lambda _title, _instructions, prompts: [password] * len(prompts)
        )

    def built() -> Any:  # noqa: ANN401 - likewise
        client = build()
        client._auth = partial(authenticate, client)  # noqa: SLF001 - likewise
        return client

    connection._build_ssh_client = built  # noqa: SLF001


def _add_key(arguments: dict[str, Any], way: WayIn) -> None:
    """Put the key itself in place of its file: netmiko would also try all of ~/.ssh."""
    passphrase, file = arguments.pop("passphrase", None), arguments.pop("key_file", None)
    if not arguments.pop("use_keys", False):
        return
    if file is None and way.key_file is None:
        raise CannotLook(
            "there is no key to log in with: use_keys stands without key_file",
            remedy="name key_file, or IdentityFile in the ssh_config; for an agent, allow_agent",
            code="F206",
        )
    arguments["pkey"] = read_key(str(file or way.key_file), passphrase)


def _no_way(way: WayIn, complaint: str) -> CannotLook:
    return CannotLook(
        f"no way through `{shlex.join(way.proxy)}`: {complaint}",
        remedy="type it by hand; a jump host must let you in without a question",
        code="F207",
    )
