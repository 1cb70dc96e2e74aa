"""The old key stays under a name of its own; the new one takes its place in the store."""

import stat
from pathlib import Path

import pytest

from fvrf.errors import Refused
from fvrf.secrets import Secret, SecretRef
from tasks.key_store import keep, put, with_value
from tasks.secret_sources import Read
from tasks.secrets import SecretStore

FILE, VAULT = SecretRef("file", "psk"), SecretRef("keyvault", "hub/psk")


class Vault:
    """A key vault that keeps every version of one secret, the newest first."""

    def __init__(self, *values: str) -> None:
        self.values = list(values)

    def _at(self, number: int) -> SecretRef:
        return VAULT.at(f"{len(self.values) - number:032x}")

    def read(self, reference: SecretRef) -> Read:
        """Read a version."""
        named = {self._at(n): value for n, value in enumerate(self.values)}
        wanted = reference if reference in named else self._at(0)
        return Read(value=named[wanted], where="vault", version=wanted.in_vault[2])

    def versions(self, _reference: SecretRef) -> tuple[SecretRef, ...]:
        """Name the versions, the newest first."""
        return tuple(self._at(number) for number in range(len(self.values)))

    def write(self, _reference: SecretRef, secret: Secret) -> SecretRef:
        """Add a version."""
        self.values.insert(0, secret.reveal())
        return self._at(0)


def test_file_keeps_the_old_key_beside_the_new_one(tmp_path: Path) -> None:
    (tmp_path / "psk").write_text("old")
    (tmp_path / "psk").chmod(0o600)
    store = SecretStore(tmp_path)

    kept = keep(store, FILE, "R.1")
    made = put(store, FILE, Secret("new"))

    assert (kept, made) == (SecretRef("file", "psk.R.1"), FILE)
    assert (store.resolve(kept), store.resolve(FILE)) == (Secret("old"), Secret("new"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert {secret.reveal() for secret in store.resolved} == {"old", "new"}


def test_key_vault_keeps_versions_of_its_own(tmp_path: Path) -> None:
    vault = Vault("old")
    store = SecretStore(tmp_path, vaults=lambda _resolve: vault)

    kept = keep(store, VAULT, "R.1")
    made = put(store, VAULT, Secret("new"))

    assert (kept, made) == (VAULT.at(f"{1:032x}"), VAULT.at(f"{2:032x}"))
    assert (store.resolve(kept), store.resolve(VAULT)) == (Secret("old"), Secret("new"))
    assert store.pinned(VAULT) == made


def test_old_key_is_found_among_the_versions_by_what_azure_has(tmp_path: Path) -> None:
    vault = Vault("newest", "former", "first")
    store = SecretStore(tmp_path, vaults=lambda _resolve: vault)

    found = [with_value(store, VAULT, Secret(value)) for value in ("former", "newest", "no")]

    assert found == [VAULT.at(f"{2:032x}"), VAULT.at(f"{3:032x}"), None]


@pytest.mark.parametrize("reference", [SecretRef("env", "PSK"), SecretRef("command", "pass a")])
def test_what_can_only_be_read_is_not_written(tmp_path: Path, reference: SecretRef) -> None:
    with pytest.raises(Refused, match=f"F361 nothing can be written to {reference}"):
        put(SecretStore(tmp_path), reference, Secret("new"))
