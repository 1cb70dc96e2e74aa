"""Locks of a change: no two processes run one, no two changes touch the same router or gateway.

A lock is a file under an exclusive `flock`: the kernel takes it and lets it go, so that a process
that was killed leaves none behind. What stands in the file only says who holds it. It guards one
machine, or several that share the folder where the file system carries `flock` (NFS does); beyond
that the router's one pending timer and Azure's 409 are the guard.
"""

import fcntl
import getpass
import json
import os
import resource
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from fvrf.errors import Refused
from fvrf.journal import timestamp
from tasks.files import writable

FOLDER = ".locks"
# Each lock is an open file, and each router a session; more than this macOS does not grant.
FILES = 10240


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who holds a lock; `since` is real time, UTC, since locks are between real processes."""

    user: str
    host: str
    pid: int
    change: str
    since: datetime

    @classmethod
    def current(cls, change: str) -> Self:
        """Return this process as the owner of a change."""
        return cls(
            user=_user(),
            host=socket.gethostname(),
            pid=os.getpid(),
            change=change,
            since=datetime.now(UTC),
        )

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read what stands in a lock's file; raises KeyError, TypeError, ValueError."""
        return cls(**{**record, "since": datetime.fromisoformat(record["since"])})

    def to_json(self) -> str:
        """Write the owner as one line of JSON."""
        record = {
            "user": self.user,
            "host": self.host,
            "pid": self.pid,
            "change": self.change,
            "since": timestamp(self.since),
        }
        return json.dumps(record) + "\n"

    def words(self, now: datetime) -> str:
        """Say who it is, and since when."""
        minutes = max(0, int((now - self.since).total_seconds())) // 60
        return (
            f"change {self.change} of {self.user} on {self.host}, process {self.pid},"
            f" since {timestamp(self.since)} ({minutes} min)"
        )


@contextmanager
def hold(root: Path, names: Iterable[str], owner: Owner, *, broken: bool = False) -> Iterator[None]:
    """Hold the locks of `names` in `root`, all or none; `broken` takes them from whoever has them.

    Raises Refused, with the owner, for one that is held.
    """
    _make_room()
    with ExitStack() as stack:
        with writable("the lock"):
            folder = root / FOLDER
            for path in (root, folder):
                path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in sorted(set(names)):
                handle = _taken(folder / quote(name, safe=" "), name, owner, broken=broken)
                stack.callback(_release, handle)
        yield


def _make_room() -> None:
    """Raise the limit of open files as far as the system lets us: 1024 are soon used up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _taken(path: Path, name: str, owner: Owner, *, broken: bool) -> int:
    """Take one lock and return the handle that keeps it."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            found = os.pread(handle, 4096, 0)
            os.close(handle)
            if not broken:
                raise _held(name, found) from error
            # The other keeps the lock of a file without a name, which nobody asks for again.
            path.unlink(missing_ok=True)
            continue
        if _stands(path, handle):
            os.ftruncate(handle, 0)
            os.pwrite(handle, owner.to_json().encode(), 0)
            return handle
        os.close(handle)


def _stands(path: Path, handle: int) -> bool:
    """Whether the file that was locked still bears the name: somebody may have broken the lock."""
    try:
        return path.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False


def _release(handle: int) -> None:
    """Let go; the file stays, since removing it would race with whoever takes it next."""
    os.ftruncate(handle, 0)
    os.close(handle)


def _held(name: str, found: bytes) -> Refused:
    try:
        owner = Owner.from_record(json.loads(found))
    except (ValueError, TypeError, KeyError):
        who = "somebody who has not written a name yet"
    else:
        who = owner.words(datetime.now(UTC))
    return Refused(
        f"{name} is locked by {who}",
        remedy="wait for it to end, or `--break-lock` where that process is certainly dead",
        code="F350",
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in this container, as Python 3.12 and 3.13 say it
        return str(os.getuid())
