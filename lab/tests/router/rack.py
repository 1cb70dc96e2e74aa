"""A router on a bench: no cable, a clock that stands still, a session to type into."""

from ipaddress import IPv4Address
from pathlib import Path

from lab.clock import Clock
from lab.network.model import Model
from lab.router.day0 import day0
from lab.router.device import Router
from lab.router.session import Session
from lab.tests.network.article import GATEWAY_VIEW, UPLINKS, Gateway

ARTICLE = Path(__file__).parents[1] / "fixtures" / "article" / "router.cfg"
WORLD = Path(__file__).parents[2] / "world"
NAME = "bench-csr"
USER, PASSWORD, ENABLE = "netops", "login-word", "enable-word"


def day0_text(privilege: int = 1, template: str = "csr.cfg") -> str:
    """Return the day-0 configuration of the bench's router."""
    return day0(
        (WORLD / template).read_text(),
        hostname=NAME,
        serial="9LABBENCH01",
        username=USER,
        privilege=privilege,
        password=PASSWORD,
        enable=ENABLE,
        gi1_address=IPv4Address("172.16.0.5"),
        gi1_next_hop=IPv4Address("172.16.0.1"),
    )


def article_router(*lines: str, after_s: float = 600) -> Router:
    """Return the article's router with some more lines, its tunnels up and its routes learned."""
    clock = Clock(speed=0)
    model = Model(clock, {NAME: UPLINKS})
    model.attach_gateway(Gateway(GATEWAY_VIEW))
    built = Router(NAME, day0_text(), clock, network=model)
    model.attach_router(NAME, built)
    article = [line.strip() for line in ARTICLE.read_text().splitlines()]
    built.type_lines([*article, *lines], "console")
    clock.advance(after_s)
    return built


class Events:
    """Keeps what the router saw."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, object]]] = []

    def __call__(self, end: str, kind: str, /, **data: object) -> None:
        """Keep an event."""
        assert end == NAME
        self.seen.append((kind, data))

    def kinds(self) -> list[str]:
        """Return the kinds in order."""
        return [kind for kind, _ in self.seen]


class Console:
    """A session and what it printed."""

    def __init__(self, router: Router, user: str = USER, privilege: int = 15) -> None:
        self.closed = False
        self._printed: list[str] = []
        self.session = Session(
            router, user, privilege, self._printed.append, self._close, self._close
        )
        self.session.start()
        if privilege > 1:
            self.type("terminal length 0")

    def _close(self) -> None:
        self.closed = True

    def keys(self, keys: str) -> str:
        """Press keys; return what was printed meanwhile."""
        self._printed.clear()
        self.session.terminal.feed(keys)
        return self.read()

    def read(self) -> str:
        """Return what was printed since, with plain line ends."""
        text = "".join(self._printed).replace("\r\n", "\n")
        self._printed.clear()
        return text

    def type(self, *lines: str) -> str:
        """Type lines; return what the last one printed between its echo and the prompt."""
        printed = ""
        for line in lines:
            printed = self.keys(line + "\r")
        return printed.partition("\n")[2].rpartition("\n")[0]

    @property
    def prompt(self) -> str:
        """The prompt that stands now."""
        return self.session.prompt


def rack(events: Events | None = None, privilege: int = 1) -> Router:
    """Return a router as on the day it is racked."""
    sink = events or Events()
    return Router(NAME, day0_text(privilege), Clock(speed=0), sink=sink)
