"""The article's lines, pasted by stock netmiko, give the article's show outputs line by line.

Set aside is what differs from run to run: ages, counters, memory figures, table versions, session
and tunnel ids, SPIs; and the last line of `advertised-routes`, which IOS prints and the article
leaves out.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from netmiko import ConnectHandler

from lab.clock import Clock
from lab.network.model import Model
from lab.router.day0 import day0
from lab.router.device import Router
from lab.router.ssh import SshPort, serve
from lab.tests.network.article import GATEWAY_VIEW, ROUTER, UPLINKS, Gateway
from lab.tests.router.rack import ENABLE, PASSWORD, USER, WORLD

ARTICLE = Path(__file__).parents[1] / "fixtures" / "article"
CASES = sorted(path.name for path in ARTICLE.glob("[0-9]*.txt"))
UP_S = 7500

ASIDE = [
    (r"\d\d:\d\d:\d\d(\.\d+)?( \w+ \d+ \d{4} UTC)?", "<time>"),
    (r"(?<=Session-id:)\d+", "<id>"),
    (r"^\d+ {9}(?=\d)", "<id> "),
    (r"(?<=Life/Active Time: 86400/)\d+", "<age>"),
    (r"0x[0-9A-F]{1,8}", "<spi>"),
    (r"table version (is )?\d+", "table version <n>"),
    (r"using \d+( total)? bytes", r"using <n>\1 bytes"),
    (r"^\d+/\d+(?= BGP path/bestpath)", "<n>/<n>"),
    (r"\d+/\d+ prefixes, \d+/\d+ paths", "<n> prefixes, <n> paths"),
    (r"^\d+ networks peaked", "<n> networks peaked"),
    (r"(?<=^10\.0\.255\.254    4        65515) +\d+ +\d+ +\d+", " <counters>"),
]


def lines(text: str) -> list[str]:
    """Return the lines of an output without what is set aside, and without blank ends."""
    shown = []
    for line in text.strip("\n").split("\n"):
        for pattern, name in ASIDE:
            line = re.sub(pattern, name, line)  # noqa: PLW2901 - one after the other
        shown.append(line)
    if shown[-1].startswith("Total number of prefixes"):
        shown = shown[:-1]
    while not shown[-1]:
        shown.pop()
    # The article's page has lost the blank that ends this line elsewhere.
    return [line.rstrip() if "IPv6 Crypto IKEv2 Session" in line else line for line in shown]


@pytest.fixture
async def port() -> AsyncIterator[SshPort]:
    """A router with one address and a default route, beside a gateway set up by hand."""
    clock = Clock(speed=0)
    model = Model(clock, {ROUTER: UPLINKS})
    model.attach_gateway(Gateway(GATEWAY_VIEW))
    text = day0(
        (WORLD / "csr.cfg").read_text(),
        hostname=ROUTER,
        serial="9LABBENCH01",
        username=USER,
        privilege=15,
        password=PASSWORD,
        enable=ENABLE,
        gi1_address=IPv4Address("172.16.0.5"),
        gi1_next_hop=IPv4Address("172.16.0.1"),
    )
    router = Router(ROUTER, text, clock, network=model)
    model.attach_router(ROUTER, router)
    opened = await serve(router)
    yield opened
    await opened.close()


def connect(port: SshPort) -> Any:  # noqa: ANN401 - netmiko is untyped
    return ConnectHandler(
        device_type="cisco_xe",
        host=port.host,
        port=port.port,
        username=USER,
        password=PASSWORD,
        secret=ENABLE,
    )


async def test_the_article_shows_itself(port: SshPort) -> None:
    aside = asyncio.get_running_loop().run_in_executor
    texts = {name: (ARTICLE / name).read_text().split("\n", maxsplit=1) for name in CASES}
    typed = (ARTICLE / "router.cfg").read_text().splitlines()
    connection = await aside(None, connect, port)

    pasted = await aside(None, connection.send_config_set, typed)
    port.router.clock.advance(UP_S)
    shown = {
        name: await aside(None, connection.send_command, command)
        for name, (command, _) in texts.items()
    }
    await aside(None, connection.disconnect)

    assert "Invalid input" not in pasted
    assert {name: lines(text) for name, text in shown.items()} == {
        name: lines(text) for name, (_, text) in texts.items()
    }
