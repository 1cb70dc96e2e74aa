"""Reading a whole configuration file, as at boot or in a rollback."""

from collections.abc import Iterator
from dataclasses import dataclass

from lab.router.apply import Reply, apply
from lab.router.tree import Config, Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A configuration read from text, and the lines that were not taken with their replies."""

    config: Config
    refused: tuple[tuple[str, Reply], ...]


def load(text: str, ports: tuple[str, ...]) -> Loaded:
    """Read the text of a running or startup configuration."""
    config = Config(ports)
    where: Where = ()
    refused = []
    for line in _commands(text):
        reply = apply(config, where, line)
        where = reply.where
        if not reply.accepted:
            refused.append((line, reply))
    return Loaded(config=config, refused=tuple(refused))


def _commands(text: str) -> Iterator[str]:
    """Yield the lines up to `end`."""
    for line in text.splitlines():
        if line.strip() == "end":
            return
        yield line
