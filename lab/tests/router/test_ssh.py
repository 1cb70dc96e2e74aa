"""The real netmiko works on the simulated router over a real connection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from netmiko import (
    ConnectHandler,
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
    ReadTimeout,
)

from lab.router.device import Router
from lab.router.faults import ConnectFault, SshLost, SshRefused, SshSilent, WrongBanner
from lab.router.ssh import SshPort, serve
from lab.tests.router.rack import ENABLE, PASSWORD, USER, Events
from lab.trigger import Trigger

SITE = Path(__file__).with_name("site.cfg").read_text()


@pytest.fixture
async def port(router: Router) -> AsyncIterator[SshPort]:
    opened = await serve(router)
    yield opened
    await opened.close()


def connect(port: SshPort, **options: Any) -> Any:  # noqa: ANN401 - netmiko is untyped
    settings = {"username": USER, "password": PASSWORD, "secret": ENABLE, **options}
    return ConnectHandler(device_type="cisco_xe", host=port.host, port=port.port, **settings)


async def aside(work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the work returns
    """Run blocking work while the router answers."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


async def test_log_in_enable_configure_save_and_read_back(
    port: SshPort, router: Router, events: Events
) -> None:
    lines = [line for line in SITE.splitlines() if line.strip() != "!"]

    def work() -> tuple[str, str, str]:
        with connect(port) as connection:
            connection.enable()
            typed = connection.send_config_set(lines)
            saved = connection.save_config()
            return typed, saved, connection.send_command("show running-config")

    typed, saved, shown = await aside(work)
    assert "% Invalid" not in typed
    assert "[OK]" in saved
    assert router.saved
    assert router.running_text().rstrip() in shown
    assert events.kinds()[0] == "login"
    assert events.kinds()[-2:] == ["saved", "logout"]


async def test_a_wrong_password_is_refused(port: SshPort, events: Events) -> None:
    with pytest.raises(NetmikoAuthenticationException):
        await aside(lambda: connect(port, password="not it"))
    assert set(events.kinds()) == {"login-refused"}


async def test_the_host_key_is_the_one_announced(port: SshPort, tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    known.write_text(f"[{port.host}]:{port.port} {port.host_key}\n")
    strict = {"ssh_strict": True, "alt_host_keys": True, "alt_key_file": str(known)}
    connection = await aside(lambda: connect(port, **strict))
    await aside(connection.disconnect)


@pytest.mark.parametrize("cause", ["fault", "power"])
async def test_a_closed_port_refuses_and_opens_again(
    port: SshPort, router: Router, cause: str
) -> None:
    fault = router.faults.add(SshRefused()) if cause == "fault" else None
    if fault is None:
        router.power(on=False)
    with pytest.raises(NetmikoTimeoutException):
        await aside(lambda: connect(port))
    if fault is None:
        router.power(on=True)
    else:
        router.faults.remove(fault)
    connection = await aside(lambda: connect(port))
    await aside(connection.disconnect)


@pytest.mark.parametrize(
    ("fault", "heard"),
    [(SshRefused(), b""), (SshSilent(), None), (WrongBanner(text="220 ftp\r\n"), b"220 ftp\r\n")],
    ids=str,
)
async def test_one_connection_is_not_served_and_the_next_one_is(
    port: SshPort, router: Router, fault: ConnectFault, heard: bytes | None
) -> None:
    router.faults.add(fault, Trigger(times=1))
    reader, writer = await asyncio.open_connection(port.host, port.port)
    if heard is None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(99), 0.3)
    else:
        assert await first_words(reader) == heard
    writer.close()
    connection = await aside(lambda: connect(port))
    await aside(connection.disconnect)


async def first_words(reader: asyncio.StreamReader) -> bytes:
    """Return what is said first, nothing where the connection is reset."""
    try:
        return await reader.read(99)
    except ConnectionResetError:
        return b""


async def test_a_session_is_lost_and_a_new_one_works(port: SshPort, router: Router) -> None:
    connection = await aside(lambda: connect(port))
    await aside(connection.enable)
    fault = router.faults.add(SshLost(after_lines=1))
    with pytest.raises((OSError, ReadTimeout)):
        await aside(lambda: connection.send_config_set(["ip vrf A", "rd 1:1"], read_timeout=1))
    router.faults.remove(fault)
    again = await aside(lambda: connect(port))
    await aside(again.enable)
    assert "ip vrf A" in await aside(lambda: again.send_command("show running-config"))
    await aside(again.disconnect)


async def test_sessions_are_apart(port: SshPort) -> None:
    one, two = await aside(lambda: (connect(port), connect(port)))
    await aside(one.enable)
    await aside(one.config_mode)
    assert await aside(two.find_prompt) == "bench-csr>"
    assert await aside(one.find_prompt) == "bench-csr(config)#"
    await aside(one.disconnect)
    await aside(two.disconnect)
