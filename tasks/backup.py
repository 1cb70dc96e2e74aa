"""Backup: the running configuration, proven whole, stored before anything is written.

These are the only files that hold secrets: 0600 in a 0700 folder, outside `changes/`.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from fvrf.secrets import Secret
from tasks.changes import new_id, write_atomically


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBackup:
    """Where a backup is, its SHA-256 over the file's bytes, and its text."""

    path: Path
    sha256: str
    text: Secret


def store(root: Path, host: str, text: str, *, now: datetime, keep: int) -> StoredBackup:
    """Store a whole configuration and drop the host's oldest beyond `keep`; raises OSError."""
    digest = sha256(text.encode()).hexdigest()
    folder = root / host
    for path in (root, folder):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{new_id(now)}-{digest[:12]}.cfg"
    write_atomically(path, text)
    for old in sorted(folder.glob("*.cfg"))[:-keep]:
        old.unlink()
    return StoredBackup(path=path, sha256=digest, text=Secret(text))
