"""Nornir's connection `console`: nornir-netmiko opens the session, a `Console` speaks in it.

netmiko's own session preparation is left out: it polls, and costs more round trips than a whole
push. Secrets reach this plugin resolved and go no further than the login.
"""

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nornir.core.configuration import Config
from nornir_netmiko.connections import Netmiko

from fvrf.errors import CannotLook
from tasks.console import Console

if TYPE_CHECKING:
    from netmiko.base_connection import BaseConnection
    from paramiko import Channel

NAME = "console"


class ConsolePlugin(Netmiko):  # type: ignore[misc] # published without type information
    """The plugin; `extras` are netmiko's arguments, and `enable` the secret of that name."""

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
        arguments = {"auto_connect": False, **(extras or {})}
        enable = arguments.pop("enable", None)
        timeout_s = arguments["conn_timeout"]
        file = configuration.ssh.config_file if configuration else ""
        arguments["sock"] = _socket(file, str(hostname), port, timeout_s)
        super().open(hostname, username, password, port, platform, arguments, configuration)
        self._netmiko: BaseConnection = self.connection
        try:
            self.connection = self._console(enable, timeout_s)
        except BaseException:
            self.close()
            raise

    def _console(self, enable: str | None, timeout_s: float) -> Console:
        self._netmiko.establish_connection()
        console = Console(cast("Channel", self._netmiko.remote_conn))
        if console.greet(enable, timeout_s=timeout_s):
            return console
        raise CannotLook(
            f"user {self._netmiko.username} does not reach privileged mode",
            remedy="check the enable secret's reference and the user's privilege",
            code="F205",
        )

    def close(self) -> None:
        """End the session; a broken one is only forgotten."""
        self._netmiko.paramiko_cleanup()


def _socket(file: str, host: str, port: int | None, timeout_s: float) -> socket.socket | None:
    """Connect without Nagle's delay; None where the user's ssh_config names a proxy.

    Nagle's algorithm and delayed acknowledgements cost a paramiko login about 90 ms.
    """
    from paramiko import SSHConfig  # noqa: PLC0415 - --help must be quick

    found = SSHConfig.from_path(file).lookup(host) if Path(file).is_file() else {}
    if "proxycommand" in found or "proxyjump" in found:
        return None
    address = (found.get("hostname", host), int(found.get("port", port or 22)))
    sock = socket.create_connection(address, timeout=timeout_s)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock
