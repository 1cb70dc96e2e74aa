"""The known_hosts file: read through paramiko, written whole, its other lines left as they are."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from fvrf.errors import CannotLook
from fvrf.host_keys import HostKey, SeenKey
from tasks.files import writable

if TYPE_CHECKING:
    from paramiko import HostKeys, PKey

_OF_ANY = ""


def stored(path: Path, known_as: str) -> tuple[HostKey, ...]:
    """Return the keys that the file has for a name, hashed entries included.

    Raises paramiko's InvalidHostKey; see `unreadable`.
    """
    found = host_keys(path, known_as).lookup(known_as)
    return tuple(HostKey(type=kind, blob=key.get_base64()) for kind, key in (found or {}).items())


def host_keys(path: Path, known_as: str) -> "HostKeys":
    """Return those entries of the file that may be of a name; of two of a type, the first.

    paramiko takes time that grows with the square of a file's lines, for each login anew: it is
    given no more lines than these. Raises its InvalidHostKey; see `unreadable`.
    """
    from paramiko import HostKeys, SSHException  # noqa: PLC0415 - --help must be quick
    from paramiko.hostkeys import HostKeyEntry  # noqa: PLC0415

    found = HostKeys()
    for _, line in sorted(_lines_of(path, known_as)):
        with suppress(SSHException):  # as paramiko passes over it
            if entry := HostKeyEntry.from_line(line):
                _add(found, entry.hostnames, entry.key)
    return found


def _add(found: "HostKeys", names: Iterable[str], key: "PKey") -> None:
    for name in names:
        if key.get_name() not in (found.lookup(name) or {}):
            found.add(name, key.get_name(), key)


def _lines_of(path: Path, known_as: str) -> tuple[tuple[int, str], ...]:
    if not path.is_file():
        return ()
    status = path.stat()
    index = _indexed(path, status.st_mtime_ns, status.st_size)
    return (*index.get(known_as, ()), *index.get(_OF_ANY, ()))


@lru_cache(maxsize=4)
def _indexed(path: Path, _mtime_ns: int, _size: int) -> Mapping[str, list[tuple[int, str]]]:
    """Return the numbered lines by name; a hashed or marked one may be of any."""
    index: dict[str, list[tuple[int, str]]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        names = line.strip().replace("\t", " ").partition(" ")[0]
        if names and not names.startswith("#"):
            of_any = names.startswith(("|", "@"))
            for name in [_OF_ANY] if of_any else names.split(","):
                index.setdefault(name, []).append((number, line.strip()))
    return index


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
