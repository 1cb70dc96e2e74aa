"""Ansible's cisco.ios reads, configures, confirms, copies and rolls back.

Run by `make test-clients`, which installs Ansible in an environment of its own and names its
`ansible-playbook` in the variable ANSIBLE.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lab.tests.clients.outside import OPERATOR, PASSWORD, Box

PROGRAM = Path(os.environ["ANSIBLE"]).absolute()
BLUE = ("ip vrf BLUE", " rd 65000:7")
CONFIGURE = {"cisco.ios.ios_config": {"parents": "ip vrf BLUE", "lines": ["rd 65000:7"]}}
MINUTES = 2

Task = dict[str, Any]


class Playbook:
    """Plays tasks on a router; Ansible's libssh takes no known_hosts but the user's own."""

    def __init__(self, box: Box, folder: Path) -> None:
        self._folder = folder
        self._inventory = {
            "all": {
                "hosts": {
                    "router": {
                        "ansible_connection": "ansible.netcommon.network_cli",
                        "ansible_network_os": "cisco.ios.ios",
                        "ansible_network_cli_ssh_type": "libssh",
                        "ansible_host": box.host,
                        "ansible_port": box.port,
                        "ansible_user": OPERATOR,
                        "ansible_password": PASSWORD,
                        "ansible_host_key_checking": False,
                    }
                }
            }
        }

    def play(self, *tasks: Task) -> list[dict[str, Any]]:
        """Return the result of each task; the first that fails is the last."""
        book, inventory = self._folder / "play.json", self._folder / "inventory.json"
        book.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
        inventory.write_text(json.dumps(self._inventory))
        done = subprocess.run(  # noqa: S603 - the program of the test
            [str(PROGRAM), "-i", str(inventory), str(book)],
            env={
                "HOME": str(self._folder),
                "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}",
                "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
                "LC_ALL": "C.UTF-8",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        assert done.stdout.lstrip().startswith("{"), done.stdout + done.stderr
        [play] = json.loads(done.stdout)["plays"]
        return [task["hosts"]["router"] for task in play["tasks"]]


@pytest.fixture
def playbook(box: Box, tmp_path: Path) -> Playbook:
    return Playbook(box, tmp_path)


def ask(command: str, **answers: str) -> Task:
    """Return the task that types an EXEC command, with the question it brings."""
    return {"cisco.ios.ios_command": {"commands": [{"command": command, **answers}]}}


def test_facts_and_outputs(playbook: Playbook, box: Box) -> None:
    facts, shown = playbook.play(
        {"cisco.ios.ios_facts": {"gather_subset": ["min", "config"]}}, ask("show privilege")
    )
    known = facts["ansible_facts"]
    assert (known["ansible_net_hostname"], known["ansible_net_version"]) == (box.name, "16.12.03")
    assert (known["ansible_net_model"], known["ansible_net_iostype"]) == ("CSR1000V", "IOS-XE")
    assert box.lab.config(box.name).strip() in known["ansible_net_config"]
    assert shown["stdout"] == ["Current privilege level is 15"]


def test_what_is_configured_is_saved_and_not_configured_again(playbook: Playbook, box: Box) -> None:
    [*changes, _] = playbook.play(
        CONFIGURE, CONFIGURE, {"cisco.ios.ios_config": {"save_when": "always"}}
    )
    assert [change["changed"] for change in changes] == [True, False]
    assert box.has(*BLUE, which="startup")


def test_a_bad_line_fails(playbook: Playbook) -> None:
    [bad] = playbook.play({"cisco.ios.ios_config": {"lines": ["no such line"]}})
    assert bad["failed"]
    assert "% Invalid input detected at '^' marker." in bad["msg"]


@pytest.mark.parametrize("immediate", [True, False])
def test_a_change_on_a_timer(playbook: Playbook, box: Box, *, immediate: bool) -> None:
    timer = {
        "ansible_ios_commit_confirm_timeout": MINUTES,
        "ansible_ios_commit_confirm_immediate": immediate,
    }
    seen = len(box.lab.events())
    playbook.play({**CONFIGURE, "vars": timer})
    assert box.has(*BLUE)
    box.lab.advance(MINUTES * 60)
    assert box.has(*BLUE) is immediate
    kinds = [event["kind"] for event in box.lab.events(seen)]
    assert "timer-started" in kinds
    assert ("confirmed" in kinds) is immediate


def test_a_saved_file_replaces_what_was_configured_since(playbook: Playbook, box: Box) -> None:
    *_, replaced = playbook.play(
        ask("copy running-config flash:day0", prompt=r"\[day0\]\? ", answer="day0"),
        CONFIGURE,
        ask("configure replace flash:day0", prompt=r"\[no\]: ", answer="yes"),
    )
    assert replaced["stdout"][0].endswith("Total number of passes: 1\nRollback Done")
    assert not box.has(*BLUE)


def test_a_file_is_put(playbook: Playbook, tmp_path: Path) -> None:
    file = tmp_path / "sent.cfg"
    file.write_text("end\n")
    _, shown = playbook.play(
        {"ansible.netcommon.net_put": {"src": str(file), "dest": "flash:/sent.cfg"}},
        ask("more flash:sent.cfg"),
    )
    assert shown["stdout"] == ["end"]
