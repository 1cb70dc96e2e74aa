"""The run folder of a lab: what a client needs to reach it, and the secrets made for it."""

import fcntl
import json
import os
import secrets
import shutil
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = 1
SECRET_LENGTH = 32
SECRET_CHARACTERS = string.ascii_letters + string.digits
LEFTOVERS = (
    *("lab.json", "events.jsonl", "lab.log", "ssh_config", "known_hosts", "cloud.json"),
    "loaded.json",
)


class RunFolderError(Exception):
    """The folder cannot be used, e.g. because a lab lives in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a router answers, and the public part of its host key (`ssh-ed25519 AAAA…`)."""

    host: str
    port: int
    host_key: str


class RunFolder:
    """A folder for one living lab; what an earlier lab left in it is removed.

    Whether a lab lives there is told by a lock that ends with its process: a process id in a
    file may by now be another program's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        self._lock = (self.path / ".lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            self._lock.close()
            raise RunFolderError(f"{self.path}: a lab is running there") from held
        for name in LEFTOVERS:
            (self.path / name).unlink(missing_ok=True)
        shutil.rmtree(self.path / "secrets", ignore_errors=True)

    def write(self, name: str, text: str, mode: int = 0o644) -> Path:
        """Write a file whole: it is there with its mode and its content, or not at all."""
        path = self.path / name
        scratch = path.with_name(f".{path.name}.new")
        scratch.unlink(missing_ok=True)
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
            file.write(text)
        scratch.replace(path)
        return path

    def make_secrets(self, wanted: Mapping[str, str | None]) -> dict[str, str]:
        """Write a file a secret, made up where none is given; return them by name."""
        (self.path / "secrets").mkdir(mode=0o700)
        made = {name: given or new_secret() for name, given in wanted.items()}
        for name, text in made.items():
            self.write(f"secrets/{name}", text, 0o600)
        return made

    def write_ssh(self, user: str, routers: Mapping[str, Endpoint]) -> None:
        """Write `ssh_config` and `known_hosts`; a host stands there by address and by name."""
        known_hosts = self.path / "known_hosts"
        entries = [_ssh_entry(name, one, user, known_hosts) for name, one in routers.items()]
        self.write("ssh_config", "\n".join(entries))
        lines = [f"[{one.host}]:{one.port} {one.host_key.strip()}\n" for one in routers.values()]
        self.write("known_hosts", "".join(lines))

    def publish(self, description: Mapping[str, Any]) -> None:
        """Write `lab.json`: from here on the lab can be used."""
        document = {"schema": SCHEMA, "pid": os.getpid(), **description}
        self.write("lab.json", json.dumps(document, indent=2) + "\n")

    def close(self) -> None:
        """Take the lab off the map; its logs and its secrets stay."""
        (self.path / "lab.json").unlink(missing_ok=True)
        self._lock.close()


def new_secret() -> str:
    """Return a secret that IOS-XE and Azure both take: letters and digits alone."""
    return "".join(secrets.choice(SECRET_CHARACTERS) for _ in range(SECRET_LENGTH))


def _ssh_entry(name: str, endpoint: Endpoint, user: str, known_hosts: Path) -> str:
    lines: Iterable[str] = (
        f"Host {name}",
        f"  HostName {endpoint.host}",
        f"  Port {endpoint.port}",
        f"  User {user}",
        f"  UserKnownHostsFile {known_hosts}",
        "",
    )
    return "\n".join(lines)
