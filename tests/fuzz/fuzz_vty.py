"""A command line that speaks as arbitrarily as it may: what it has executed is known for sure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

NAME = "scus-onprem-csr"


@dataclass(slots=True)
class Channel:
    """A channel that yields given chunks, then is silent or ends; it records what was sent."""

    chunks: Iterator[bytes]
    ends: bool = False
    sent: bytearray = field(default_factory=bytearray)

    def sendall(self, data: bytes) -> None:
        self.sent += data

    def settimeout(self, seconds: float) -> None:
        assert seconds > 0

    def recv(self, size: int) -> bytes:
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


def prompt(mode: str) -> str:
    """Return the prompt of a mode."""
    return f"{NAME}({mode})#" if mode else f"{NAME}#"


def printed(done: Sequence[Done]) -> str:
    """Return what a router prints that executes these lines and loses nothing."""
    return "".join(
        f"{one.line}\r\n" + (f"{one.reply}\r\n" if one.reply else "") + prompt(one.mode)
        for one in done
    )


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Cut bytes into chunks of the given sizes; the rest is the last of them."""
    for size in sizes:
        if data:
            yield data[:size]
            data = data[size:]
    if data:
        yield data
