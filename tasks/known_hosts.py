"""The known_hosts file: read through paramiko, written whole, its other lines left as they are."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from fvrf.errors import CannotLook
from fvrf.host_keys import HostKey, SeenKey
from tasks.files import writable


def stored(path: Path, known_as: str) -> tuple[HostKey, ...]:
    """Return the keys that the file has for a name, hashed entries included.

    Raises paramiko's InvalidHostKey; see `unreadable`.
    """
    from paramiko import HostKeys  # noqa: PLC0415 - --help must be quick

    found = HostKeys(str(path)).lookup(known_as) if path.is_file() else None
    return tuple(HostKey(type=kind, blob=key.get_base64()) for kind, key in (found or {}).items())


def unreadable(host: str, path: Path, line: str) -> CannotLook:
    """Return the error of a file with a line that paramiko does not read, as `@revoked …`."""
    return CannotLook(
        f"{host}: {path} cannot be read: `{line.strip()}`",
        remedy="name a file without this line as user_defined.known_hosts; markers are not known",
        code="F203",
    )


def put(path: Path, keys: Iterable[SeenKey]) -> None:
    """Make each key the only one of its name; raises Refused where the disk will not.

    The file is replaced in one go, and a link to it is followed. It gets mode 0600.
    """
    target = path.resolve()
    wanted = tuple(keys)
    with writable("the known host keys"):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = target.read_text(encoding="utf-8") if target.exists() else ""
        lines = [*_kept(text, {one.known_as for one in wanted}), *map(_line, wanted)]
        scratch = target.with_name(f".{target.name}.{os.getpid()}")
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(target)


def _line(seen: SeenKey) -> str:
    return f"{seen.known_as} {seen.key.type} {seen.key.blob}"


def _kept(text: str, names: set[str]) -> Iterator[str]:
    """Yield the lines without the names; a line with none left goes, comments stay."""
    for line in text.splitlines():
        hosts, _, rest = line.partition(" ")
        if not rest or line.startswith(("#", "@")):
            yield line
            continue
        others = [host for host in hosts.split(",") if not _is_one_of(host, names)]
        if others:
            yield f"{','.join(others)} {rest}"


def _is_one_of(host: str, names: set[str]) -> bool:
    """Compare a name of the file with ours; a hashed one is hashed anew with its own salt."""
    from paramiko import HostKeys  # noqa: PLC0415 - --help must be quick

    if not host.startswith("|1|"):
        return host in names
    return any(HostKeys.hash_host(name, host) == host for name in names)
