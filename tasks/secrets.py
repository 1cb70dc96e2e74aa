"""Where references become secrets: the environment and files, read when used."""

import os
from pathlib import Path
from threading import Lock

from fvrf.errors import CannotLook
from fvrf.secrets import Secret, SecretRef


class SecretStore:
    """Resolves references, each once; `resolved` is what a writer must never let through."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[SecretRef, Secret] = {}
        self._lock = Lock()

    def resolve(self, reference: SecretRef) -> Secret:
        """Return the secret; raises CannotLook naming the reference if it is not there."""
        with self._lock:
            if reference not in self._known:
                self._known[reference] = self._read(reference)
            return self._known[reference]

    @property
    def resolved(self) -> frozenset[Secret]:
        """All secrets that were used so far."""
        with self._lock:
            return frozenset(self._known.values())

    def _read(self, reference: SecretRef) -> Secret:
        if reference.scheme == "env":
            value = os.environ.get(reference.name, "")
            where = f"the environment variable {reference.name}"
        else:
            value, where = self._file(reference.name)
        if not value:
            raise CannotLook(
                f"the secret {reference} is not there: {where} is missing or empty",
                remedy="set it, or correct the reference in the inventory",
                code="F215",
            )
        return Secret(value)

    def _file(self, name: str) -> tuple[str, str]:
        path = self._folder / name
        try:
            return path.read_text(encoding="utf-8").rstrip("\r\n"), str(path)
        except OSError:
            return "", str(path)
