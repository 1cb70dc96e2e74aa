"""Host keys are collected without a login, shown, and written only as approved."""

import json
import stat
from pathlib import Path

import asyncssh
import pytest
import typer
from login_project import project
from login_server import PASSWORD, Rules, serving
from paramiko import HostKeys

from fvrf.errors import CannotLook
from fvrf.host_keys import HostKey, SeenKey, Standing, approvable
from runbooks.host_keys import host_keys
from tasks.host_keys import collect
from tasks.known_hosts import put, stored
from tasks.session import open_session


def made() -> HostKey:
    public = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()
    return HostKey(type=public[0], blob=public[1])


ONE, TWO, THREE = made(), made(), made()


def seen(host: str, key: HostKey, *before: HostKey) -> SeenKey:
    return SeenKey(host=host, known_as=f"{host}.example.net", key=key, stored=before)


def test_fingerprint_is_openssh_s_own() -> None:
    # GitHub publishes this key with its fingerprint.
    blob = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"

    key = HostKey(type="ssh-ed25519", blob=blob)

    assert key.fingerprint == "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"


@pytest.mark.parametrize(
    ("before", "standing", "named", "asked"),
    [
        ((), Standing.NEW, (), True),
        ((ONE,), Standing.KNOWN, ("r1",), False),
        ((TWO, ONE), Standing.KNOWN, (), False),
        ((TWO,), Standing.CHANGED, (), False),
        ((TWO,), Standing.CHANGED, ("r2",), False),
        ((TWO,), Standing.CHANGED, ("r1",), True),
    ],
)
def test_changed_key_is_replaced_only_by_name(
    before: tuple[HostKey, ...], standing: Standing, named: tuple[str, ...], *, asked: bool
) -> None:
    one = seen("r1", ONE, *before)

    assert (one.standing, approvable([one], named)) == (standing, (one,) if asked else ())


def test_file_keeps_what_is_not_ours(tmp_path: Path) -> None:
    file, link = tmp_path / "real", tmp_path / "known_hosts"
    hashed = HostKeys.hash_host("r3.example.net")
    file.write_text(
        "# mine\n"
        f"r1.example.net,192.0.2.1 {TWO.type} {TWO.blob} a comment\n"
        f"r2.example.net {TWO.type} {TWO.blob}\n"
        f"{hashed} {TWO.type} {TWO.blob}\n"
    )
    link.symlink_to(file)

    put(link, [seen("r1", ONE), seen("r3", THREE)])

    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().splitlines() == [
        "# mine",
        f"192.0.2.1 {TWO.type} {TWO.blob} a comment",
        f"r2.example.net {TWO.type} {TWO.blob}",
        f"r1.example.net {ONE.type} {ONE.blob}",
        f"r3.example.net {THREE.type} {THREE.blob}",
    ]
    assert [stored(link, f"r{n}.example.net") for n in (1, 2, 3, 4)] == [
        (ONE,),
        (TWO,),
        (THREE,),
        (),
    ]


def paramiko_s(path: Path, name: str) -> tuple[HostKey, ...]:
    found = HostKeys(str(path)).lookup(name) or {}
    return tuple(HostKey(type=kind, blob=key.get_base64()) for kind, key in found.items())


@pytest.mark.parametrize(
    "lines",
    [
        [f"r1 {ONE.type} {ONE.blob}"],
        [f"  r0,r1\t{ONE.type}\t{ONE.blob} a comment", f"r2 {TWO.type} {TWO.blob}"],
        ["# r1 of old", "", "r1 too-short", f"r1 unknown-type {TWO.blob}"],
        [f"r1 {ONE.type} {ONE.blob}", f"r1 {ONE.type} {ONE.blob}"],
        [f"{HostKeys.hash_host('r1')} {TWO.type} {TWO.blob}", f"r2 {ONE.type} {ONE.blob}"],
        [f"r2 {ONE.type} {ONE.blob}"],
    ],
)
def test_file_says_of_a_host_what_the_library_reads_in_it(tmp_path: Path, lines: list[str]) -> None:
    file = tmp_path / "known_hosts"
    file.write_text("\n".join(lines))

    assert stored(file, "r1") == paramiko_s(file, "r1")


def test_line_of_another_host_stops_nobody(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(f"r2 {ONE.type} no-base64\nr1 {ONE.type} {ONE.blob}\n")

    assert stored(file, "r1") == (ONE,)


def test_line_that_the_library_cannot_read_is_named(tmp_path: Path) -> None:
    """OpenSSH knows markers, paramiko does not."""
    with serving(Rules(password=PASSWORD)) as router:
        opened = project(tmp_path, router, {"password": "file:pw"})
        (tmp_path / "known_hosts").write_text(f"@revoked r1 {ONE.type} {ONE.blob}\n")
        message = f"F203 r1: {tmp_path}/known_hosts cannot be read: `@revoked r1 {ONE.type}"

        _, errors = collect(opened)
        with pytest.raises(CannotLook) as caught:
            open_session(opened, opened.nornir.inventory.hosts["r1"])

        assert [str(e).startswith(message) for e in (errors["r1"], caught.value)] == [True, True]


def test_key_is_seen_without_a_login(tmp_path: Path) -> None:
    rules = Rules(password=PASSWORD)
    with serving(rules) as router:
        opened = project(tmp_path, router, {"password": "env:NOT_THERE"})
        kind, blob = router.host_key.split()

        found, errors = collect(opened)

        known = HostKey(type=kind, blob=blob)
        name = f"[127.0.0.1]:{router.port}"
        assert found == [SeenKey(host="r1", known_as=name, key=known, stored=(known,))]
        assert (errors, rules.logins) == ({}, 0)


@pytest.mark.parametrize(
    ("known", "named", "code", "written"),
    [
        ("", (), 0, True),
        ("{name} {other}\n", (), 1, False),
        ("{name} {other}\n", ("r1",), 0, True),
        ("{name} {own}\n", (), 0, False),
    ],
    ids=["new", "changed", "changed and named", "known"],
)
def test_runbook_writes_what_is_approved(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    known: str,
    named: tuple[str, ...],
    code: int,
    *,
    written: bool,
) -> None:
    with serving(Rules()) as router:
        project(tmp_path, router, {})
        names = {"name": f"[127.0.0.1]:{router.port}", "own": router.host_key}
        before = known.format(**names, other=f"{ONE.type} {ONE.blob}")
        (tmp_path / "known_hosts").write_text(before)

        with pytest.raises(typer.Exit) as ended:
            host_keys(tmp_path / "config.yaml", [*named], ["site1"], yes=True, as_json=True)

        (shown,) = json.loads(capsys.readouterr().out)["host_keys"]
        assert (ended.value.exit_code, shown["written"]) == (code, written)
        after = (tmp_path / "known_hosts").read_text()
        assert after == (router.known_host if written else before)


def test_nothing_is_written_where_nobody_agrees(tmp_path: Path) -> None:
    with serving(Rules()) as router:
        project(tmp_path, router, {})
        (tmp_path / "known_hosts").unlink()

        with pytest.raises(typer.Exit) as ended:
            host_keys(tmp_path / "config.yaml", site=["site1"])

        assert (ended.value.exit_code, (tmp_path / "known_hosts").exists()) == (2, False)
