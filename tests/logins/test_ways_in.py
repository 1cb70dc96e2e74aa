"""Every way to log in that an inventory and an ssh_config can name, over real SSH."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from login_project import PHRASE, project
from login_server import ENABLE, PASSWORD, USER, Rules, serving

from fvrf.errors import CannotLook
from tasks.project import Project
from tasks.session import close_session, open_session

KEY = asyncssh.generate_private_key("ssh-ed25519")


def answered(opened: Project) -> str:
    """Log in and return what a command is answered with."""
    host = opened.nornir.inventory.hosts["r1"]
    try:
        console = open_session(opened, host)
        (reply,) = console.read(["show clock"], timeout_s=5)
        return reply
    finally:
        close_session(host)


def key_file(folder: Path, passphrase: str | None = None) -> str:
    path = folder / "id"
    path.write_bytes(KEY.export_private_key(passphrase=passphrase, rounds=50))
    path.chmod(0o600)
    return str(path)


@contextmanager
def agent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run the user's agent, with the key in it."""
    socket = folder / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL) as own:  # noqa: S603, S607 - OpenSSH's
        try:
            monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
            while not socket.exists():
                os.sched_yield()
            subprocess.run(["ssh-add", "-q", key_file(folder)], check=True)  # noqa: S603, S607
            (folder / "id").unlink()
            yield
        finally:
            own.terminate()


@pytest.mark.parametrize(
    ("rules", "options"),
    [
        (Rules(password=PASSWORD), {"password": "file:pw"}),
        (Rules(interactive=PASSWORD), {"password": "file:pw"}),
        (
            Rules(password=PASSWORD, asks_enable=True),
            {"password": "file:pw", "secret": "file:enable"},
        ),
        (Rules(password=PASSWORD), {"password": "file:pw", "secret": "file:enable"}),
    ],
    ids=["password", "keyboard-interactive", "enable", "enable that is not asked for"],
)
def test_password_lets_in(tmp_path: Path, rules: Rules, options: dict[str, Any]) -> None:
    with serving(rules) as router:
        assert answered(project(tmp_path, router, options)) == ""

    assert (ENABLE in rules.typed) is rules.asks_enable


@pytest.mark.parametrize("passphrase", [None, PHRASE])
@pytest.mark.parametrize("named", ["key_file", "IdentityFile"])
def test_key_lets_in(tmp_path: Path, named: str, passphrase: str | None) -> None:
    file = key_file(tmp_path, passphrase)
    options: dict[str, Any] = {"use_keys": True}
    if passphrase:
        options["passphrase"] = "file:phrase"
    if named == "key_file":
        options["key_file"] = file
    with serving(Rules(key=KEY)) as router:
        opened = project(tmp_path, router, options, f"  IdentityFile {file}\n")

        assert answered(opened) == ""


def test_agent_lets_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with agent(tmp_path, monkeypatch), serving(Rules(key=KEY)) as router:
        assert answered(project(tmp_path, router, {"allow_agent": True})) == ""


@pytest.mark.parametrize("kind", ["ProxyJump", "ProxyCommand", "two jumps"])
def test_jump_host_of_the_ssh_config_leads_there(tmp_path: Path, kind: str) -> None:
    jumps = [Rules(key=KEY), Rules(key=KEY)]
    router_rules = Rules(password=PASSWORD)
    with serving(router_rules) as router, serving(jumps[0]) as one, serving(jumps[1]) as two:
        options = f"  User {USER}\n  IdentityFile {key_file(tmp_path)}\n"
        options += f"  UserKnownHostsFile {tmp_path}/known_jumps\n"
        (tmp_path / "known_jumps").write_text(one.known_host + two.known_host)
        way = {
            "ProxyJump": f"  ProxyJump {USER}@127.0.0.1:{one.port}\n",
            "two jumps": f"  ProxyJump jump-one,127.0.0.1:{two.port}\n",
            "ProxyCommand": f"  ProxyCommand ssh -F {tmp_path}/ssh_config -W %h:%p jump-one\n",
        }[kind]
        others = f"Host jump-one\n  HostName 127.0.0.1\n  Port {one.port}\nHost 127.0.0.1 jump-*\n"
        opened = project(tmp_path, router, {"password": "file:pw"}, way + others + options)

        assert answered(opened) == ""
        passed = [rules.forwarded for rules in jumps]
        target = ("127.0.0.1", router.port)
        expected = [[("127.0.0.1", two.port)], [target]] if kind == "two jumps" else [[target], []]
        assert (passed, router_rules.logins) == (expected, 1)


@pytest.mark.parametrize(
    ("options", "config", "message"),
    [
        (
            {"password": "file:pw"},
            "  ProxyJump jump\nHost jump\n  HostName 127.0.0.1\n  Port 1\n",
            (
                "F207 r1: no way through `ssh -F {folder}/ssh_config -o BatchMode=yes -o"
                " ConnectTimeout=20 -W 127.0.0.1:{port} jump`:"
            ),
        ),
        (
            {"password": "file:pw"},
            "  ProxyCommand no-such-program\n",
            "F207 r1: the proxy `no-such-program` cannot be run: No such file or directory",
        ),
        (
            {"use_keys": True},
            "",
            "F206 r1: there is no key to log in with: use_keys stands without key_file",
        ),
        (
            {"use_keys": True, "key_file": "/nowhere/id"},
            "",
            "F206 r1: the key file /nowhere/id cannot be used: No such file or directory",
        ),
        (
            {"use_keys": True, "key_file": "{folder}/id"},
            "",
            "F206 r1: the key file {folder}/id cannot be used: it needs a passphrase",
        ),
        (
            {"use_keys": True, "key_file": "{folder}/id", "passphrase": "file:pw"},
            "",
            (
                "F206 r1: the key file {folder}/id cannot be used: it is no private key, or the"
                " passphrase is wrong"
            ),
        ),
        ({"password": "file:enable"}, "", "F202 r1: login refused for user netops"),
    ],
)
def test_way_that_leads_nowhere_says_which(
    tmp_path: Path, options: dict[str, Any], config: str, message: str
) -> None:
    key_file(tmp_path, PHRASE)
    options = {
        key: value.format(folder=tmp_path) if isinstance(value, str) else value
        for key, value in options.items()
    }
    with serving(Rules(password=PASSWORD)) as router:
        opened = project(tmp_path, router, options, config)

        with pytest.raises(CannotLook) as caught:
            answered(opened)

        assert str(caught.value).startswith(message.format(folder=tmp_path, port=router.port))
        assert PASSWORD not in str(caught.value)
