"""The way to a router's SSH port and the key that opens it, as the user's ssh_config has them.

netmiko reads an ssh_config too, but takes one jump host only, ignores its port, and asks for a
password on the terminal where the jump host wants one.
"""

import shlex
import socket
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from fvrf.errors import CannotLook

if TYPE_CHECKING:
    from paramiko import PKey, SSHConfig

DEFAULT_PORT = 22
_ENDS_WITHIN_S = 1.0
_DEEPEST = 16  # OpenSSH's own limit of files that include one another


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """Where a router answers, and how to get there; `proxy` is a command, empty for none."""

    hostname: str
    port: int = DEFAULT_PORT
    user: str | None = None
    key_file: str | None = None
    proxy: tuple[str, ...] = ()

    @property
    def known_as(self) -> str:
        """The router's name in a known_hosts file."""
        return self.hostname if self.port == DEFAULT_PORT else f"[{self.hostname}]:{self.port}"


def way_in(file: str, host: str, port: int | None, *, timeout_s: float) -> WayIn:
    """Look a host up; a port of the inventory goes before the file's.

    Raises CannotLook for a file that is no ssh_config.
    """
    from paramiko import ConfigParseError  # noqa: PLC0415 - --help must be quick

    path = Path(file).expanduser()
    if not path.is_file():
        return WayIn(hostname=host, port=port or DEFAULT_PORT)
    try:
        found = _parsed("\n".join(_lines(path))).lookup(host)
    except (ConfigParseError, ValueError, OSError) as error:
        raise CannotLook(
            f"the ssh_config {path} cannot be read: {error}",
            remedy="mend it, or name another as ssh.config_file",
            code="F207",
        ) from error
    hostname = found.get("hostname", host)
    port = port or int(found.get("port", DEFAULT_PORT))
    return WayIn(
        hostname=hostname,
        port=port,
        user=found.get("user"),
        key_file=next(iter(found.get("identityfile", ())), None),
        proxy=_proxy(found, path, f"{hostname}:{port}", timeout_s),
    )


@lru_cache(maxsize=4)  # one file for all routers, which grows with their number
def _parsed(text: str) -> "SSHConfig":
    from paramiko import SSHConfig  # noqa: PLC0415 - --help must be quick

    return SSHConfig.from_text(text)


def _lines(path: Path, depth: int = 0) -> Iterator[str]:
    """Yield the lines of an ssh_config and, in their place, those of the files it includes.

    paramiko passes over `Include`. As ssh_config(5) has it, a relative pattern is below ~/.ssh,
    and behind an included file the block goes on in which it was included.
    """
    block = "Host *"
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word.casefold() in {"host", "match"}:
            block = line
        if word.casefold() != "include" or depth == _DEEPEST:
            yield line
            continue
        for pattern in shlex.split(rest):
            whole = Path("~/.ssh").expanduser() / Path(pattern).expanduser()
            root = Path(whole.anchor)
            for file in sorted(root.glob(str(whole.relative_to(root)))):
                yield from _lines(file, depth + 1)
        yield block


def _proxy(found: Any, path: Path, target: str, timeout_s: float) -> tuple[str, ...]:  # noqa: ANN401 - paramiko's
    """Return the command whose input and output are the connection, from either option."""
    if found.get("proxycommand"):
        return tuple(shlex.split(str(found["proxycommand"]).removeprefix("exec ")))
    hops = [hop.strip() for hop in str(found.get("proxyjump") or "none").split(",")]
    if hops == ["none"]:
        return ()
    # Several routers are on the way at once: none may ask on the terminal.
    options = ["-F", str(path), "-o", "BatchMode=yes", "-o", f"ConnectTimeout={timeout_s:.0f}"]
    before = ["-J", ",".join(hops[:-1])] if hops[1:] else []
    return ("ssh", *options, *before, "-W", target, _destination(hops[-1]))


def _destination(hop: str) -> str:
    """Return a jump host as ssh's argument takes it: one with a port must be a URI."""
    _, _, host = hop.rpartition("@")
    return f"ssh://{hop}" if ":" in host and "://" not in hop else hop


class Line:
    """An open connection to an SSH port, over whatever leads there."""

    def __init__(self, way: WayIn, *, timeout_s: float) -> None:
        """Connect; raises OSError, and CannotLook where the proxy's program is not there."""
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self.socket = (
            self._piped(way.proxy) if way.proxy else _connected(way.hostname, way.port, timeout_s)
        )

    def close(self) -> None:
        """End the connection, and the program that carried it."""
        self.socket.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._said is not None:
            self._said.close()
            self._said = None

    @property
    def complaint(self) -> str:
        """The last line that the proxy's program said of what went wrong, if it is over."""
        if self._process is None or self._said is None:
            return ""
        try:
            self._process.wait(timeout=_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            return ""
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it ended with exit code {self._process.returncode}"

    def _piped(self, command: Sequence[str]) -> socket.socket:
        """Start the proxy on one end of a pair of sockets and return the other."""
        ours, theirs = socket.socketpair()
        self._said = TemporaryFile()  # noqa: SIM115 - closed with the line
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own ssh_config
                command, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=self._said
            )
        except OSError as error:
            ours.close()
            raise CannotLook(
                f"the proxy `{shlex.join(command)}` cannot be run: {error.strerror}",
                remedy="install it, or correct the ssh_config",
                code="F207",
            ) from error
        finally:
            theirs.close()
        return ours


def _connected(hostname: str, port: int, timeout_s: float) -> socket.socket:
    """Connect without Nagle's delay.

    Nagle's algorithm and delayed acknowledgements cost a paramiko login about 90 ms.
    """
    sock = socket.create_connection((hostname, port), timeout=timeout_s)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def read_key(file: str, passphrase: str | None) -> "PKey":
    """Read a private key file; raises CannotLook, since paramiko's reasons mislead.

    paramiko tries each kind of key in turn and reports the last one's complaint.
    """
    from paramiko import ECDSAKey, Ed25519Key, RSAKey  # noqa: PLC0415 - --help must be quick
    from paramiko.ssh_exception import PasswordRequiredException, SSHException  # noqa: PLC0415

    path = Path(file).expanduser()
    reason = "it is no private key, or the passphrase is wrong"
    for kind in (Ed25519Key, ECDSAKey, RSAKey):
        try:
            return kind.from_private_key_file(str(path), passphrase)
        except PasswordRequiredException:
            reason = "it needs a passphrase"
            break
        except OSError as error:
            reason = str(error.strerror)
            break
        except (SSHException, ValueError, TypeError):
            continue
    raise CannotLook(
        f"the key file {path} cannot be used: {reason}",
        remedy="check key_file and the passphrase's reference",
        code="F206",
    )
