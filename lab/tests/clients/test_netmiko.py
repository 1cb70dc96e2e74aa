"""Stock netmiko logs in, reads, configures, saves, moves files, and answers what IOS asks."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from netmiko import BaseConnection, ConfigInvalidException, ConnectHandler, file_transfer
from scp import SCPException

from lab.tests.clients.outside import Box

BLUE = ("ip vrf BLUE", " rd 65000:7")
BLUE_TEXT = "\n".join([*BLUE, "end", ""])
FLASH = "bootflash:"
BYTES_COPIED = r"28 bytes copied in \d\.\d{3} secs \(\d+ bytes/sec\)"


@pytest.fixture
def session(box: Box) -> Iterator[BaseConnection]:
    with ConnectHandler(device_type="cisco_xe", **box.netmiko()) as opened:
        yield opened


def sent(session: BaseConnection, command: str, expect: str | None = None) -> str:
    """Return what a command printed until the prompt, or until what is expected."""
    return str(session.send_command(command, expect_string=expect))


@pytest.mark.parametrize("device_type", ["cisco_ios", "cisco_xe"])
def test_log_in_enable_configure_save_and_log_out(box: Box, device_type: str) -> None:
    secrets = {"password": box.secret("router-password"), "secret": box.secret("router-enable")}
    settings = box.netmiko(username="netops", **secrets)
    with ConnectHandler(device_type=device_type, **settings) as session:
        assert not session.check_enable_mode()
        session.enable()
        assert sent(session, "show privilege") == "Current privilege level is 15"
        session.send_config_set(BLUE)
        assert "[OK]" in session.save_config()
    assert box.has(*BLUE, which="startup")


def test_saving_with_a_question(session: BaseConnection, box: Box) -> None:
    session.send_config_set(BLUE)
    asked = session.save_config(cmd="copy running-config startup-config", confirm=True)
    assert "Destination filename [startup-config]? " in asked
    assert "[OK]" in asked
    assert box.has(*BLUE, which="startup")


def test_a_refused_line_is_an_error_where_it_is_asked_for(session: BaseConnection) -> None:
    with pytest.raises(ConfigInvalidException, match="no such line"):
        session.send_config_set(["no such line"], error_pattern=r"% Invalid input")


@pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")
def test_tables_are_read_by_textfsm(session: BaseConnection) -> None:
    rows = session.send_command("show ip interface brief", use_textfsm=True)
    assert isinstance(rows, list)
    assert rows[0] == {
        "interface": "GigabitEthernet1",
        "ip_address": "172.16.0.5",
        "status": "up",
        "proto": "up",
    }


def test_files_go_there_and_back(session: BaseConnection, box: Box, tmp_path: Path) -> None:
    there, back = tmp_path / "blue.cfg", tmp_path / "back.cfg"
    there.write_text(BLUE_TEXT)
    put = file_transfer(session, str(there), "there.cfg", file_system=FLASH)
    assert put == {"file_exists": True, "file_transferred": True, "file_verified": True}
    digest = hashlib.md5(BLUE_TEXT.encode(), usedforsecurity=False).hexdigest()
    assert f"= {digest}" in sent(session, "verify /md5 flash:there.cfg")
    file_transfer(session, "there.cfg", str(back), direction="get", file_system=FLASH)
    assert back.read_text() == BLUE_TEXT
    asked = sent(session, "copy flash:there.cfg running-config", expect=r"\]\? ")
    assert asked == "Destination filename [running-config]? "
    assert re.fullmatch(BYTES_COPIED, sent(session, "\n", expect="#"))
    assert box.has(*BLUE)


@pytest.mark.parametrize(
    "hindrance", ["no ip scp server enable", "username operator privilege 1 secret operator-word"]
)
def test_files_are_refused(box: Box, tmp_path: Path, hindrance: str) -> None:
    file = tmp_path / "refused.cfg"
    file.write_text(BLUE_TEXT)
    settings = box.netmiko(secret=box.secret("router-enable"))
    with ConnectHandler(device_type="cisco_xe", **settings) as session:
        session.enable()
        box.type(hindrance)
        with pytest.raises(SCPException):
            file_transfer(session, str(file), file.name, file_system=FLASH)
        assert file.name not in sent(session, "dir")


def test_a_replacement_by_hand_asks_first(session: BaseConnection, box: Box) -> None:
    copy = "copy running-config flash:by-hand.cfg"
    sent(session, copy, expect=r"\[by-hand\.cfg\]\? ")
    sent(session, "\n", expect="#")
    session.send_config_set(BLUE)
    replace = "configure replace flash:by-hand.cfg list"
    asked = sent(session, replace, expect=r"\[no\]: ")
    assert asked.startswith("This will apply all necessary additions and deletions\n")
    assert sent(session, "yes", expect="#").splitlines() == [
        "!Pass 1",
        "!List of Rollback Commands:",
        "no ip vrf BLUE",
        "end",
        "% IPv4 addresses from all interfaces in VRF BLUE have been removed",
        "",
        "Total number of passes: 1",
        "Rollback Done",
    ]
    assert not box.has(*BLUE)
