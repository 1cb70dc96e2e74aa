"""Where references become secrets: each read when it is used, once in a run, and then masked."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol

from fvrf.errors import CannotLook
from fvrf.secrets import Resolve, Secret, SecretRef
from tasks.masking import mask
from tasks.secret_sources import Read, from_command, from_environment, from_file

Places = Mapping[SecretRef, tuple[str, ...]]
_PLACES_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resolved:
    secret: Secret
    version: str | None


class Vaults(Protocol):
    """What reads secrets that have versions; `tasks.azure.key_vault.KeyVaults` is one."""

    def read(self, reference: SecretRef) -> Read:
        """Read a secret; raises CannotLook."""

    def versions(self, reference: SecretRef) -> tuple[SecretRef, ...]:
        """Return the versions of a secret, the newest first; raises CannotLook."""

    def write(self, reference: SecretRef, secret: Secret) -> SecretRef:
        """Make a value the newest version and return its reference; raises CannotLook."""


class SecretStore:
    """Resolves references, each once; `resolved` is what a writer must never let through.

    `places` says where in the inventory each reference stands, for the messages; `vaults` makes
    what reads key vaults, given what resolves their own login. A reference that could not be
    resolved is not tried again either.
    """

    def __init__(
        self,
        folder: Path,
        *,
        places: Places | None = None,
        vaults: Callable[[Resolve], Vaults] | None = None,
        command_timeout_s: float = 30.0,
    ) -> None:
        self.folder = folder
        self.vaults = vaults(self.resolve) if vaults is not None else None
        self._places = places or {}
        self._instead: dict[SecretRef, SecretRef] = {}
        self._readers: dict[str, Callable[[SecretRef], Read]] = {
            "env": from_environment,
            "file": lambda reference: from_file(reference, folder),
            "command": lambda reference: from_command(reference, timeout_s=command_timeout_s),
        }
        if self.vaults is not None:
            self._readers["keyvault"] = self.vaults.read
        self._known: dict[SecretRef, _Resolved | CannotLook] = {}
        self._used: list[Secret] = []
        self._guard = Lock()
        # One for each reference: a slow command must not hold up what others wait for.
        self._locks: defaultdict[SecretRef, Lock] = defaultdict(Lock)

    def resolve(self, reference: SecretRef) -> Secret:
        """Return the secret; raises CannotLook naming the reference and who needs it."""
        return self._looked_up(reference).secret

    def version(self, reference: SecretRef) -> str | None:
        """Return which version of the secret this run uses; None where its store has none.

        Raises CannotLook as `resolve` does.
        """
        return self._looked_up(reference).version

    def pinned(self, reference: SecretRef) -> SecretRef:
        """Return the reference of just the version that this run uses: for plans and journals."""
        return reference.at(self.version(reference))

    def fresh(self, reference: SecretRef) -> Secret:
        """Read a secret that is good for one use: anew, each time. Raises as `resolve` does."""
        self.forget(reference)
        return self.resolve(reference)

    def forget(self, reference: SecretRef) -> None:
        """Read a reference anew when it is used again; what it was stays masked."""
        with self._guard:
            former = self._known.pop(reference, None)
            if isinstance(former, _Resolved):
                self._used.append(former.secret)

    def hold(self, reference: SecretRef, secret: Secret) -> None:
        """Let a reference of this run's own resolve to a secret that no store has."""
        with self._guard:
            self._known[reference] = _Resolved(secret=secret, version=None)

    def stage(self, reference: SecretRef, instead: SecretRef | None) -> None:
        """Let a reference resolve to another one, as to an old version, until it is None again."""
        with self._guard:
            self._instead.pop(reference, None)
            if instead is not None and instead != reference:
                self._instead[reference] = instead

    @property
    def resolved(self) -> frozenset[Secret]:
        """All secrets that were used so far."""
        with self._guard:
            known, used = tuple(self._known.values()), tuple(self._used)
        return frozenset([*used, *(one.secret for one in known if isinstance(one, _Resolved))])

    def mask(self, text: str) -> str:
        """Put a mask in place of every secret that was used so far."""
        return mask(text, self.resolved)

    def _looked_up(self, reference: SecretRef) -> _Resolved:
        with self._guard:
            reference = self._instead.get(reference, reference)
            lock = self._locks[reference]
        with lock:
            found = self._known.get(reference)
            if found is None:
                found = self._tried(reference)
                with self._guard:
                    self._known[reference] = found
        if isinstance(found, CannotLook):
            raise CannotLook(found.message, remedy=found.remedy, code=found.code)
        return found

    def _tried(self, reference: SecretRef) -> _Resolved | CannotLook:
        try:
            read = self._readers[reference.scheme](reference)
            return _Resolved(secret=_usable(reference, read), version=read.version)
        except CannotLook as error:
            return self._with_places(error, reference)

    def _with_places(self, error: CannotLook, reference: SecretRef) -> CannotLook:
        places = self._places.get(reference, ())
        if not places:
            return error
        shown = ", ".join(places[:_PLACES_SHOWN])
        more = f" and {len(places) - _PLACES_SHOWN} more" if places[_PLACES_SHOWN:] else ""
        message = f"{error.message} (needed by {shown}{more})"
        return CannotLook(message, remedy=error.remedy, code=error.code)


def _usable(reference: SecretRef, read: Read) -> Secret:
    if not read.value:
        raise CannotLook(
            f"the secret {reference} is not there: {read.where} is missing or empty",
            remedy="set it, or correct the reference in the inventory",
            code="F215",
        )
    if not read.value.isprintable():
        # Typed on a router, what follows a line break would be a command of its own.
        raise CannotLook(
            f"the secret {reference} is not one line of text: {read.where}",
            remedy="it may hold no line break, tab or other control character",
            code="F216",
        )
    return Secret(read.value)
