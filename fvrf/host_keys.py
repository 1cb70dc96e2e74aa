"""Host keys of routers: how one that was seen stands to those that are known."""

import base64
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Standing(StrEnum):
    """How a key stands to the known_hosts file; `changed` may be a new router, or somebody else."""

    KNOWN = "known"
    NEW = "new"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostKey:
    """A public key: its type as SSH has it, and its blob in base64."""

    type: str
    blob: str

    @property
    def fingerprint(self) -> str:
        """The SHA-256 fingerprint as OpenSSH and `ssh-keygen -l` write it."""
        digest = hashlib.sha256(base64.b64decode(self.blob)).digest()
        return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"

    def __str__(self) -> str:
        return f"{self.type} {self.fingerprint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenKey:
    """The key that a router showed; `known_as` is its name in a known_hosts file.

    `stored` are the keys that the file has for it, of whatever type.
    """

    host: str
    known_as: str
    key: HostKey
    stored: tuple[HostKey, ...] = ()

    @property
    def standing(self) -> Standing:
        """Known if the file has just this key, changed if it has others only."""
        if self.key in self.stored:
            return Standing.KNOWN
        return Standing.CHANGED if self.stored else Standing.NEW

    def __str__(self) -> str:
        line = f"{self.host}: {self.standing}: {self.key} ({self.known_as})"
        if self.standing is not Standing.CHANGED:
            return line
        return line + "".join(f"\n  so far {key}" for key in self.stored)


def approvable(seen: Iterable[SeenKey], named: Collection[str]) -> tuple[SeenKey, ...]:
    """Return the keys to ask approval for: new ones, and changed ones of hosts that were named."""
    return tuple(
        one
        for one in seen
        if one.standing is Standing.NEW or (one.standing is Standing.CHANGED and one.host in named)
    )


def document(seen: Iterable[SeenKey], added: Collection[SeenKey]) -> list[dict[str, Any]]:
    """Return what was seen as JSON."""
    return [
        {
            "host": one.host,
            "known_as": one.known_as,
            "type": one.key.type,
            "fingerprint": one.key.fingerprint,
            "standing": one.standing.value,
            "stored": [str(key) for key in one.stored],
            "written": one in added,
        }
        for one in seen
    ]
