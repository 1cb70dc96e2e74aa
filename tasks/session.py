"""SSH sessions to a router, through nornir-netmiko's connection plugin.

Secrets are resolved here and handed to netmiko alone; host keys are checked strictly.
"""

import re
from typing import TYPE_CHECKING, Any

from nornir.core.inventory import Host

from fvrf.errors import CannotLook
from fvrf.secrets import SecretRef

if TYPE_CHECKING:
    from netmiko.base_connection import BaseConnection

    from tasks.project import Project

CONNECTION = "netmiko"


def open_session(project: "Project", host: Host) -> "BaseConnection":
    """Log in, enter privileged mode and return the session; raises CannotLook with the reason."""
    from netmiko.exceptions import (  # noqa: PLC0415 - 0.2 s of imports that --help must not pay
        NetmikoAuthenticationException,
        NetmikoTimeoutException,
        ReadTimeout,
    )
    from paramiko.ssh_exception import BadHostKeyException, SSHException  # noqa: PLC0415

    try:
        return _open(project, host)
    except NetmikoAuthenticationException as error:
        raise CannotLook(
            f"{host.name}: login refused for user {host.username}",
            remedy="check username and the password's reference",
            code="F202",
        ) from error
    except (BadHostKeyException, SSHException) as error:
        raise CannotLook(
            f"{host.name}: SSH failed: {_first_line(error)}",
            remedy=f"compare the router's host key with {project.settings.known_hosts}",
            code="F203",
        ) from error
    except (NetmikoTimeoutException, ReadTimeout, OSError, EOFError, ValueError) as error:
        raise CannotLook(
            f"{host.name}: no session: {_first_line(error)}",
            remedy="check the address, the port and the way there",
            code="F201",
        ) from error


def close_session(host: Host) -> None:
    """Close the session if one is open; a broken one is only forgotten."""
    if CONNECTION in host.connections:
        connection = host.connections.pop(CONNECTION)
        try:
            connection.close()
        except (OSError, EOFError):
            connection.connection.paramiko_cleanup()


def show(connection: "BaseConnection", command: str, *, timeout_s: float) -> str:
    """Return what a command prints, without echo and prompt."""
    return str(connection.send_command(command, read_timeout=timeout_s))


def _open(project: "Project", host: Host) -> "BaseConnection":
    options = host.get_connection_parameters(CONNECTION)
    extras = {**(options.extras or {}), **_options(project)}
    enable = extras.pop("secret", None)
    if enable is not None:
        extras["secret"] = project.secrets.resolve(SecretRef.parse(enable)).reveal()
    password = options.password and project.secrets.resolve(SecretRef.parse(options.password))
    host.open_connection(
        CONNECTION,
        configuration=project.nornir.config,
        hostname=options.hostname or host.name,
        username=options.username,
        password=password.reveal() if password else None,
        port=options.port,
        platform=options.platform,
        extras=extras,
        default_to_host_attributes=False,
    )
    connection: BaseConnection = host.get_connection(CONNECTION, project.nornir.config)
    if enable is not None:
        connection.enable()
    return connection


def _options(project: "Project") -> dict[str, Any]:
    timing = project.settings.timing
    options: dict[str, Any] = {
        "ssh_strict": True,
        "conn_timeout": timing.connect_timeout_s,
        "auth_timeout": timing.connect_timeout_s,
        "banner_timeout": timing.connect_timeout_s,
        "read_timeout_override": timing.read_timeout_s,
    }
    if project.settings.known_hosts is None:
        return options | {"system_host_keys": True}
    return options | {"alt_host_keys": True, "alt_key_file": str(project.settings.known_hosts)}


def _first_line(error: BaseException) -> str:
    return re.sub(r"\s+", " ", str(error).strip().split("\n")[0]) or type(error).__name__
