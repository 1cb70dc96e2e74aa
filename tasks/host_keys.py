"""Collect the host keys of routers, as they are shown before any login."""

from nornir.core.task import Result, Task

from fvrf.errors import CannotLook, FvrfError
from fvrf.host_keys import HostKey, SeenKey
from tasks.known_hosts import stored, unreadable
from tasks.many import run_on
from tasks.project import Project
from tasks.session import OPTIONS, known_hosts
from tasks.way_in import Line, WayIn, way_in


def collect(project: Project) -> tuple[list[SeenKey], dict[str, FvrfError]]:
    """Return the key of each selected router, and why there is none of the others."""
    from paramiko.hostkeys import InvalidHostKey  # noqa: PLC0415 - --help must be quick

    file, timeout_s = known_hosts(project), project.settings.timing.connect_timeout_s

    def look(task: Task) -> Result:
        options = task.host.get_connection_parameters(OPTIONS)
        name = options.hostname or task.host.name
        config = project.nornir.config.ssh.config_file
        way = way_in(config, name, options.port, timeout_s=timeout_s)
        try:
            before = stored(file, way.known_as)
        except InvalidHostKey as error:
            raise unreadable(task.host.name, file, error.line) from error
        key = _shown(task.host.name, way, before, timeout_s)
        seen = SeenKey(host=task.host.name, known_as=way.known_as, key=key, stored=before)
        return Result(host=task.host, result=seen)

    done, errors = run_on(project, project.routers, look, CannotLook)
    return [done[host] for host in project.routers if host in done], errors


def _shown(host: str, way: WayIn, before: tuple[HostKey, ...], timeout_s: float) -> HostKey:
    """Go as far as the key exchange; a router with several keys shows one of a known type."""
    from paramiko import SSHException, Transport  # noqa: PLC0415 - --help must be quick

    line = transport = None
    try:
        line = Line(way, timeout_s=timeout_s)
        transport = Transport(line.socket)
        security = transport.get_security_options()
        types = [kind for kind in security.key_types if any(kind == key.type for key in before)]
        security.key_types = (*types, *(k for k in security.key_types if k not in types))
        transport.start_client(timeout=timeout_s)
        key = transport.get_remote_server_key()
        return HostKey(type=key.get_name(), blob=key.get_base64())
    except (SSHException, OSError, EOFError) as error:
        complaint = line.complaint if line is not None else ""
        raise CannotLook(
            f"{host}: no host key: {complaint or error}",
            remedy="check the address, the port and the way there",
            code="F209",
        ) from error
    finally:
        if transport is not None:
            transport.close()
        if line is not None:
            line.close()
