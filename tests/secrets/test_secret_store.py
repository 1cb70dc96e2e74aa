"""References are resolved when used, each once, and never to something that cannot be typed."""

import sys
from pathlib import Path

import pytest

from fvrf.errors import CannotLook
from fvrf.secrets import Secret, SecretRef
from tasks.secret_sources import Read
from tasks.secrets import SecretStore

FILE, ENV = SecretRef("file", "psk"), SecretRef("env", "FVRF_TEST_KEY")
VAULT = SecretRef("keyvault", "hub/psk")
VERSION = "0123456789abcdef0123456789abcdef"
PYTHON = f"{sys.executable} -c"


class Vault:
    """A key vault with one version of everything."""

    def read(self, _reference: SecretRef) -> Read:
        """Read any secret."""
        return Read(value="azure123", where="vault", version=VERSION)

    def versions(self, reference: SecretRef) -> tuple[SecretRef, ...]:
        """Name the one version."""
        return (reference.at(VERSION),)

    def write(self, reference: SecretRef, _secret: Secret) -> SecretRef:
        """Take anything."""
        return reference.at(VERSION)


def written(path: Path, content: str | bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)
    return path


def printing(text: str) -> SecretRef:
    """Return the reference of a command that prints a text."""
    return SecretRef.parse(f"command:printf '{text}'")


def test_a_file_is_read_without_its_line_end(tmp_path: Path) -> None:
    written(tmp_path / "psk", "az ure123 \r\n")

    assert SecretStore(tmp_path).resolve(FILE) == Secret("az ure123 ")


def test_a_variable_is_read_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FVRF_TEST_KEY", "azure123")

    assert SecretStore(tmp_path).resolve(ENV) == Secret("azure123")


def test_a_reference_is_resolved_once(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    written(tmp_path / "psk", "first")
    store.resolve(FILE)
    written(tmp_path / "psk", "second")

    assert store.resolve(FILE) == Secret("first")
    assert store.resolved == {Secret("first")}


def test_a_reference_that_fails_is_tried_once(tmp_path: Path) -> None:
    """A command that hangs would else hang for every host that needs it."""
    store = SecretStore(tmp_path)
    texts = []
    for _ in range(2):
        with pytest.raises(CannotLook) as caught:
            store.resolve(FILE)
        texts.append(str(caught.value))
        written(tmp_path / "psk", "late")

    assert texts[0] == texts[1]


def test_a_reference_can_stand_for_another_for_a_while(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    written(tmp_path / "psk", "new")
    written(tmp_path / "psk.old", "old")

    store.stage(FILE, SecretRef("file", "psk.old"))
    staged = store.resolve(FILE)
    store.stage(FILE, None)

    assert (staged, store.resolve(FILE)) == (Secret("old"), Secret("new"))


def test_what_is_forgotten_is_read_anew_and_stays_masked(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    written(tmp_path / "psk", "firstfirst")
    store.resolve(FILE)
    written(tmp_path / "psk", "secondsecond")
    store.forget(FILE)

    assert store.resolve(FILE) == Secret("secondsecond")
    assert store.mask("firstfirst secondsecond") == "******** ********"


def test_nothing_is_resolved_before_it_is_used(tmp_path: Path) -> None:
    assert SecretStore(tmp_path / "missing").resolved == frozenset()


@pytest.mark.parametrize("content", [None, b"", b"\n"])
def test_a_missing_or_empty_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        written(tmp_path / "psk", content)

    with pytest.raises(CannotLook) as caught:
        SecretStore(tmp_path).resolve(FILE)

    assert str(caught.value) == (
        f"F215 the secret file:psk is not there: {tmp_path}/psk is missing or empty"
        "\n  remedy: set it, or correct the reference in the inventory"
    )


@pytest.mark.parametrize(
    ("places", "tail"),
    [
        (("r1: key",), " (needed by r1: key)"),
        (("r1: a", "r1: b", "r2: a", "r2: b"), " (needed by r1: a, r1: b, r2: a and 1 more)"),
    ],
)
def test_a_secret_that_is_not_there_names_who_needs_it(
    tmp_path: Path, places: tuple[str, ...], tail: str
) -> None:
    with pytest.raises(CannotLook) as caught:
        SecretStore(tmp_path, places={FILE: places}).resolve(FILE)

    assert caught.value.message.endswith(f"is missing or empty{tail}")


@pytest.mark.parametrize(
    ("mode", "shown"), [(0o640, "-rw-r-----"), (0o604, "-rw----r--"), (0o620, "-rw--w----")]
)
def test_a_file_that_others_may_read_or_write_is_refused(
    tmp_path: Path, mode: int, shown: str
) -> None:
    real = written(tmp_path / "real", "azure123", mode)
    (tmp_path / "psk").symlink_to(real)

    with pytest.raises(CannotLook) as caught:
        SecretStore(tmp_path).resolve(FILE)

    assert str(caught.value) == (
        f"F217 the secret file:psk lies open: {tmp_path}/psk is {shown}"
        f"\n  remedy: type: chmod 600 {real}"
    )


def test_a_link_to_a_file_of_ones_own_is_followed(tmp_path: Path) -> None:
    written(tmp_path / "real", "azure123", 0o400)
    (tmp_path / "psk").symlink_to("real")

    assert SecretStore(tmp_path).resolve(FILE) == Secret("azure123")


def test_a_missing_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FVRF_TEST_KEY", raising=False)

    with pytest.raises(CannotLook, match="the environment variable FVRF_TEST_KEY is missing"):
        SecretStore(tmp_path).resolve(ENV)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("azure123", "azure123"), (r"azure123\n", "azure123"), (r"az ure123 \r\n", "az ure123 ")],
)
def test_what_a_command_prints_is_the_secret_without_its_line_end(
    tmp_path: Path, printed: str, expected: str
) -> None:
    assert SecretStore(tmp_path).resolve(printing(printed)) == Secret(expected)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("no-such-program", "there is no such program"),
        (
            f"{PYTHON} 'import sys; print(sys.argv); sys.exit(\"azure123\")'",
            "it ended with exit code 1",
        ),
        (f"{PYTHON} 'import time; print(1); time.sleep(60)'", "it did not end within 0.5 s"),
    ],
)
def test_a_command_that_fails_says_why_and_not_what_it_printed(
    tmp_path: Path, command: str, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    reference = SecretRef.parse(f"command:{command}")

    with pytest.raises(CannotLook) as caught:
        SecretStore(tmp_path, command_timeout_s=0.5).resolve(reference)

    assert caught.value.message == f"the secret {reference} cannot be read: {reason}"
    assert caught.value.code == "F218"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("reference", "version"), [(VAULT, VERSION), (FILE, None), (printing("a"), None)], ids=str
)
def test_a_version_is_the_stores_own(
    tmp_path: Path, reference: SecretRef, version: str | None
) -> None:
    written(tmp_path / "psk", "azure123")
    store = SecretStore(tmp_path, vaults=lambda _resolve: Vault())

    assert store.version(reference) == version
    assert store.pinned(reference) == reference.at(version)


@pytest.mark.parametrize(
    "content", [b"azure123\nno ip routing\n", b"azure\t123", b"azure123\x1b", b"\xff\xfeazure123"]
)
def test_what_is_not_one_line_of_text_is_refused_without_being_shown(
    tmp_path: Path, content: bytes
) -> None:
    """Typed on a router, what follows a line break would be a command of its own."""
    written(tmp_path / "psk", content)
    store = SecretStore(tmp_path)

    with pytest.raises(CannotLook, match="not one line of text") as caught:
        store.resolve(FILE)

    assert caught.value.code == "F216"
    assert "azure" not in str(caught.value)
    assert store.resolved == frozenset()
