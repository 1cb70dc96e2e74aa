"""A command line that speaks as arbitrarily as it may: what it has executed is known for sure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from hypothesis import strategies as st

NAME = "scus-onprem-csr"
LOG = "*May  4 14:05:35.179: %LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel0, up"


@dataclass(slots=True)
class Channel:
    """A channel that yields given chunks, then is silent or ends; it records what was sent."""

    chunks: Iterator[bytes]
    ends: bool = False
    sent: bytearray = field(default_factory=bytearray)

    def sendall(self, data: bytes) -> None:
        """Take what is typed."""
        self.sent += data

    def settimeout(self, seconds: float) -> None:
        """Time is not waited for here: what does not come at once never comes."""
        assert seconds > 0

    def recv(self, size: int) -> bytes:
        """Return the next chunk."""
        chunk = next(self.chunks, None)
        if chunk is None and self.ends:
            return b""
        if chunk is None:
            raise TimeoutError
        return chunk[:size]


@dataclass(slots=True, kw_only=True)
class Done:
    """A line that was executed, what was printed for it, and the mode after it."""

    line: str
    reply: str
    mode: str

    @property
    def printed(self) -> str:
        """What a router prints of it: echo, reply and prompt."""
        reply = f"{self.reply}\r\n" if self.reply else ""
        return f"{self.line}\r\n{reply}{prompt(self.mode)}"


def prompt(mode: str) -> str:
    """Return the prompt of a mode."""
    return f"{NAME}({mode})#" if mode else f"{NAME}#"


def executed(arrived: str, reply: Callable[[], str], mode: Callable[[], str]) -> list[Done]:
    """Execute what arrived, line by line; what has no line end yet is not."""
    return [Done(line=line, reply=reply(), mode=mode()) for line in arrived.split("\n")[:-1]]


def unfinished(arrived: str) -> str:
    """Return the echo of a line that has no end yet."""
    return arrived.rpartition("\n")[2]


def with_logs(text: str, draw: st.DataObject) -> str:
    """Let log lines fall into a text wherever they like."""
    for place in draw.draw(st.lists(st.integers(0, len(text)), max_size=2)):
        text = f"{text[:place]}\r\n{LOG}\r\n{text[place:]}"
    return text


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Cut bytes into chunks of the given sizes; the rest is the last of them."""
    for size in sizes:
        if data:
            yield data[:size]
            data = data[size:]
    if data:
        yield data
