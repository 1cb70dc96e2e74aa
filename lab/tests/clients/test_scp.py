"""A client of SCP copies files to the router and back, in the old protocol that IOS speaks."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import pytest

from lab.tests.clients.outside import OPERATOR, PASSWORD, Box

TEXT = "ip vrf BLUE\nend\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sent.cfg"
    path.write_text(TEXT)
    return path


@pytest.fixture
async def connection(box: Box) -> AsyncIterator[asyncssh.SSHClientConnection]:
    async with asyncssh.connect(
        box.host,
        box.port,
        username=OPERATOR,
        password=PASSWORD,
        known_hosts=box.known_hosts,
        config=None,
    ) as opened:
        yield opened


@pytest.mark.parametrize("target", ["flash:", "flash:sent.cfg", "bootflash:/sent.cfg"])
async def test_there_and_back(
    connection: asyncssh.SSHClientConnection, file: Path, tmp_path: Path, target: str
) -> None:
    back = tmp_path / "back.cfg"
    await asyncssh.scp(str(file), (connection, target), preserve=True)
    await asyncssh.scp((connection, "flash:/sent.cfg"), str(back))
    assert back.read_text() == TEXT


async def test_refused_without_the_server(
    connection: asyncssh.SSHClientConnection, box: Box, file: Path
) -> None:
    box.type("no ip scp server enable")
    with pytest.raises((asyncssh.SFTPError, OSError)):
        await asyncssh.scp(str(file), (connection, "flash:"))
    refused = await connection.run("scp -t flash:")
    assert (refused.stdout, refused.exit_status) == ("Administratively disabled.\n", 1)


async def test_what_is_not_there(connection: asyncssh.SSHClientConnection, tmp_path: Path) -> None:
    with pytest.raises(asyncssh.SFTPError, match="No such file or directory"):
        await asyncssh.scp((connection, "flash:absent.cfg"), str(tmp_path))


async def test_where_there_is_no_room(
    connection: asyncssh.SSHClientConnection, box: Box, file: Path
) -> None:
    fault = box.lab.fault("flash-full", router=box.name)
    with pytest.raises(asyncssh.SFTPError, match="No space left on device"):
        await asyncssh.scp(str(file), (connection, "flash:full.cfg"))
    box.lab.delete(f"/faults/{fault}")


@pytest.mark.parametrize(
    ("command", "sent", "error"),
    [
        ("scp -t 'flash:", None, "\x01unbalanced quotes\n"),
        ("scp -t flash:x", "T1 0 1 0\nC0644 many\n", "\0\0\x01flash:x: bad header\n"),
    ],
)
async def test_what_is_no_copy_ends(
    connection: asyncssh.SSHClientConnection, command: str, sent: str | None, error: str
) -> None:
    ended = await connection.run(command, input=sent)
    assert (ended.stdout, ended.exit_status) == (error, 1)


async def test_no_other_command_is_run(connection: asyncssh.SSHClientConnection) -> None:
    with pytest.raises(asyncssh.ChannelOpenError):
        await connection.run("show clock")
