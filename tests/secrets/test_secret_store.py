"""References are resolved when used, each once, and never to something that cannot be typed."""

from pathlib import Path

import pytest

from fvrf.errors import CannotLook
from fvrf.secrets import Secret, SecretRef
from tasks.secrets import SecretStore

FILE, ENV = SecretRef("file", "psk"), SecretRef("env", "FVRF_TEST_KEY")


def test_a_file_is_read_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "psk").write_text("az ure123 \r\n")

    assert SecretStore(tmp_path).resolve(FILE) == Secret("az ure123 ")


def test_a_variable_is_read_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FVRF_TEST_KEY", "azure123")

    assert SecretStore(tmp_path).resolve(ENV) == Secret("azure123")


def test_a_reference_is_resolved_once(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    (tmp_path / "psk").write_text("first")
    store.resolve(FILE)
    (tmp_path / "psk").write_text("second")

    assert store.resolve(FILE) == Secret("first")
    assert store.resolved == {Secret("first")}


def test_nothing_is_resolved_before_it_is_used(tmp_path: Path) -> None:
    assert SecretStore(tmp_path / "missing").resolved == frozenset()


@pytest.mark.parametrize("content", [None, b"", b"\n"])
def test_a_missing_or_empty_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "psk").write_bytes(content)

    with pytest.raises(CannotLook) as caught:
        SecretStore(tmp_path).resolve(FILE)

    assert str(caught.value) == (
        f"F215 the secret file:psk is not there: {tmp_path}/psk is missing or empty"
        "\n  remedy: set it, or correct the reference in the inventory"
    )


def test_a_missing_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FVRF_TEST_KEY", raising=False)

    with pytest.raises(CannotLook, match="the environment variable FVRF_TEST_KEY is missing"):
        SecretStore(tmp_path).resolve(ENV)


@pytest.mark.parametrize(
    "content", [b"azure123\nno ip routing\n", b"azure\t123", b"azure123\x1b", b"\xff\xfeazure123"]
)
def test_what_is_not_one_line_of_text_is_refused_without_being_shown(
    tmp_path: Path, content: bytes
) -> None:
    """Typed on a router, what follows a line break would be a command of its own."""
    (tmp_path / "psk").write_bytes(content)
    store = SecretStore(tmp_path)

    with pytest.raises(CannotLook, match="not one line of text") as caught:
        store.resolve(FILE)

    assert caught.value.code == "F216"
    assert "azure" not in str(caught.value)
    assert store.resolved == frozenset()
