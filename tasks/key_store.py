"""What rotating needs of the secret store: the old key under a name, a new one in its place."""

import secrets as random
from pathlib import Path

from fvrf import psk
from fvrf.errors import Refused
from fvrf.secrets import Secret, SecretRef
from tasks.changes import write_atomically
from tasks.files import writable
from tasks.secrets import SecretStore

WRITABLE = frozenset({"file", "keyvault"})


def generated() -> Secret:
    """Make a new key by the rules of both ends."""
    return psk.generate(random.choice)


def with_value(store: SecretStore, reference: SecretRef, value: Secret) -> SecretRef | None:
    """Return the version of a reference that has this value, None where there is none.

    Raises CannotLook where the store cannot be read.
    """
    if reference.scheme == "keyvault" and store.vaults is not None:
        candidates = store.vaults.versions(reference)
    else:
        candidates = (reference,)
    return next((one for one in candidates if store.resolve(one) == value), None)


def keep(store: SecretStore, reference: SecretRef, change: str) -> SecretRef:
    """Give the key that a reference has now a name that stays; returns it.

    Key Vault keeps versions of its own, a file gets a copy beside it. Raises CannotLook, Refused.
    """
    value = store.resolve(reference)
    if reference.scheme != "file":
        return store.pinned(reference)
    kept = SecretRef("file", f"{reference.name}.{change}")
    _write(store.folder / kept.name, value)
    return kept


def put(store: SecretStore, reference: SecretRef, value: Secret) -> SecretRef:
    """Make a value the one of a reference, and return the reference of this version.

    Raises Refused where the store takes none, CannotLook where it refuses.
    """
    if reference.scheme == "keyvault" and store.vaults is not None:
        made = store.vaults.write(reference, value)
    elif reference.scheme == "file":
        _write(store.folder / reference.name, value)
        made = reference
    else:
        raise Refused(f"nothing can be written to {reference}", code="F361")
    store.forget(reference)
    return made


def _write(path: Path, value: Secret) -> None:
    with writable("the key"):
        write_atomically(path.resolve(), value.reveal())
