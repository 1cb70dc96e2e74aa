"""SSH sessions to a router: opened with resolved secrets, host keys checked strictly.

This is the one place where a login's references become secrets.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nornir.core.inventory import Host

from fvrf.errors import CannotLook
from fvrf.secrets import SecretRef
from tasks.console import Console, Garbled
from tasks.known_hosts import unreadable
from tasks.plugins.console import NAME, ConsolePlugin
from tasks.plugins.runner import PacedRunner
from tasks.references import SECRET_OPTIONS

if TYPE_CHECKING:
    from tasks.project import Project

# The inventory's place for netmiko's options, among them `secret`, the enable secret.
OPTIONS = "netmiko"
# Where a session waits among Nornir's connections until the one at hand is closed.
_RESERVED = f"{NAME} reserved"
# A session that was quiet for longer may have met its exec-timeout: take a new one.
_STALE_S = 60.0


def open_session(project: "Project", host: Host) -> Console:
    """Log in, enter privileged mode and return the console; raises CannotLook with the reason.

    Where logins are one-time, an open session is not thrown away for a new one.
    """
    if is_one_time(project, host) and NAME in host.connections:
        return session(project, host)
    end_sessions(host)
    return _logged_in(project, host)


def session(project: "Project", host: Host) -> Console:
    """Return the open session if it is a fresh one, else a new one; raises CannotLook."""
    once = is_one_time(project, host)
    if NAME in host.connections:
        console: Console = host.get_connection(NAME, project.nornir.config)
        if once or console.quiet_s < _STALE_S:
            return console
    if once and host.name in project.logins_spent:
        raise CannotLook(
            f"{host.name}: its two one-time logins are used up, and the session is gone",
            remedy="log in by hand; run again once it is clear how the router stands",
            code="F208",
        )
    return open_session(project, host)


def is_one_time(project: "Project", host: Host) -> bool:
    """Tell whether every login of a router takes a password of its own."""
    router = project.intent.routers.get(host.name)
    return router is not None and router.login == "one_time"


def reserve_session(project: "Project", host: Host) -> None:
    """Where logins are one-time, open the session that is to prove a change, before it begins.

    The one at hand stays in use until it is closed. Raises CannotLook.
    """
    if not is_one_time(project, host):
        return
    first = host.connections.pop(NAME)
    try:
        _logged_in(project, host)
        host.connections[_RESERVED] = host.connections.pop(NAME)
        project.logins_spent.add(host.name)
    finally:
        host.connections[NAME] = first


def _logged_in(project: "Project", host: Host) -> Console:
    if isinstance(project.nornir.runner, PacedRunner):
        router = project.intent.routers.get(host.name)
        project.nornir.runner.admit(router.site if router else host.name)
    # 0.2 s of imports that --help must not pay
    from netmiko.exceptions import NetmikoAuthenticationException  # noqa: PLC0415
    from paramiko.hostkeys import InvalidHostKey  # noqa: PLC0415
    from paramiko.ssh_exception import SSHException  # noqa: PLC0415

    try:
        return _open(project, host)
    except InvalidHostKey as error:
        raise unreadable(host.name, known_hosts(project), error.line) from error
    except CannotLook as error:
        raise CannotLook(
            f"{host.name}: {error.message}", remedy=error.remedy, code=error.code
        ) from error
    except NetmikoAuthenticationException as error:
        raise CannotLook(
            f"{host.name}: login refused for user {host.username}",
            remedy="check username, and what is to let it in: password, key_file, agent",
            code="F202",
        ) from error
    except (SSHException, OSError, EOFError, ValueError) as error:
        raise _no_session(project, host.name, _cause(error)) from error


def put_file(project: "Project", host: Host, file: Path, remote: str) -> str | None:
    """Copy a file to the router by SCP, over a login of its own; returns why that failed, or None.

    IOS-XE has one channel on each SSH connection, so that a session cannot carry it.
    """
    if isinstance(project.nornir.runner, PacedRunner):
        router = project.intent.routers.get(host.name)
        project.nornir.runner.admit(router.site if router else host.name)
    plugin = cast("ConsolePlugin", host.connections[NAME])
    return plugin.put(file, remote, timeout_s=project.settings.timing.read_timeout_s)


def user_of(host: Host) -> str:
    """Return the user of the open session, wherever its name comes from."""
    return cast("ConsolePlugin", host.connections[NAME]).user


def close_session(host: Host) -> None:
    """Close the session if one is open; one that was reserved takes its place."""
    if NAME in host.connections:
        host.close_connection(NAME)
    if _RESERVED in host.connections:
        host.connections[NAME] = host.connections.pop(_RESERVED)


def end_sessions(host: Host) -> None:
    """Close the session, and the reserved one."""
    close_session(host)
    close_session(host)


def _open(project: "Project", host: Host) -> Console:
    options = host.get_connection_parameters(OPTIONS)
    extras = {**(options.extras or {}), **_options(project)}
    secrets = {key: _secret(project, extras.pop(key, None)) for key in SECRET_OPTIONS}
    host.open_connection(
        NAME,
        configuration=project.nornir.config,
        hostname=options.hostname or host.name,
        username=options.username,
        password=_password(project, host, options.password),
        port=options.port,
        platform=options.platform,
        extras={**extras, "enable": secrets["secret"], "passphrase": secrets["passphrase"]},
        default_to_host_attributes=False,
    )
    console: Console = host.get_connection(NAME, project.nornir.config)
    return console


def _password(project: "Project", host: Host, reference: str | None) -> str | None:
    """Resolve a password; one that is good for one login is read anew for each."""
    if reference is not None and is_one_time(project, host):
        return project.secrets.fresh(SecretRef.parse(reference)).reveal()
    return _secret(project, reference)


def _secret(project: "Project", reference: str | None) -> str | None:
    if reference is None:
        return None
    return project.secrets.resolve(SecretRef.parse(reference)).reveal()


def _options(project: "Project") -> dict[str, Any]:
    timing = project.settings.timing
    return {
        "ssh_strict": True,
        "known_hosts": known_hosts(project),
        "conn_timeout": timing.connect_timeout_s,
        "auth_timeout": timing.connect_timeout_s,
        "banner_timeout": timing.connect_timeout_s,
    }


def known_hosts(project: "Project") -> Path:
    """Return the file that host keys are checked against."""
    return project.settings.known_hosts or Path("~/.ssh/known_hosts").expanduser()


def _cause(error: BaseException) -> BaseException:
    """Return paramiko's own error where netmiko hides it in one of its timeouts."""
    from netmiko.exceptions import NetmikoTimeoutException  # noqa: PLC0415 - see above
    from paramiko.ssh_exception import SSHException  # noqa: PLC0415

    hidden = error.__context__
    if isinstance(error, NetmikoTimeoutException) and isinstance(hidden, SSHException):
        return hidden
    return error


def _no_session(project: "Project", host: str, error: BaseException) -> CannotLook:
    """Word why there is no session; the remedy is for what it was that failed."""
    from netmiko.exceptions import NetmikoTimeoutException  # noqa: PLC0415 - see above
    from paramiko.ssh_exception import SSHException  # noqa: PLC0415

    what, code, remedy = "no session", "F201", "check the address, the port and the way there"
    if isinstance(error, Garbled):
        code, remedy = "F204", "see what the router prints unasked, as `terminal monitor` does"
    elif isinstance(error, SSHException | ValueError) and not isinstance(
        error, NetmikoTimeoutException
    ):
        what, code = "SSH failed", "F203"
        remedy = (
            f"compare the router's host key with {known_hosts(project)}: `host_keys` shows both"
        )
    return CannotLook(f"{host}: {what}: {_first_line(error)}", remedy=remedy, code=code)


def _first_line(error: BaseException) -> str:
    return re.sub(r"\s+", " ", str(error).strip().split("\n")[0]) or type(error).__name__
