"""Where references become secrets: the environment and files, read when used."""

import os
from pathlib import Path
from threading import Lock

from fvrf.errors import CannotLook
from fvrf.secrets import Secret, SecretRef
from tasks.masking import mask


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

    def mask(self, text: str) -> str:
        """Put a mask in place of every secret that was used so far."""
        return mask(text, self.resolved)

    def _read(self, reference: SecretRef) -> Secret:
        value, where = self._look(reference)
        if not value:
            raise CannotLook(
                f"the secret {reference} is not there: {where} is missing or empty",
                remedy="set it, or correct the reference in the inventory",
                code="F215",
            )
        if not value.isprintable():
            # Typed on a router, what follows a line break would be a command of its own.
            raise CannotLook(
                f"the secret {reference} is not one line of text: {where}",
                remedy="it may hold no line break, tab or other control character",
                code="F216",
            )
        return Secret(value)

    def _look(self, reference: SecretRef) -> tuple[str, str]:
        """Return what stands there, empty where nothing does, and the place in words."""
        if reference.scheme == "env":
            value = os.environ.get(reference.name, "")
            return value, f"the environment variable {reference.name}"
        path = self._folder / reference.name
        try:
            return path.read_bytes().decode(errors="surrogateescape").rstrip("\r\n"), str(path)
        except OSError:
            return "", str(path)
