"""Reading a whole configuration file, as at boot."""

from collections.abc import Iterator
from dataclasses import dataclass

from lab.router.apply import Reply, apply
from lab.router.deletions import Deletions
from lab.router.opaque import Opaque, carry
from lab.router.software import Software
from lab.router.tree import Config, Where

UNSHIELDED = "crypto engine compliance shield disable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A configuration read from text, and the lines that were not taken with their replies."""

    config: Config
    refused: tuple[tuple[str, Reply], ...] = ()
    opaque: tuple[Opaque, ...] = ()


def load(
    text: str,
    software: Software,
    deletions: Deletions | None = None,
    *,
    carries: bool = False,
) -> Loaded:
    """Boot from the text of a startup configuration.

    What is not taken is dropped, as IOS does; it is kept as it stands where the box `carries` the
    configuration of a real one.
    """
    lines = list(_commands(text))
    config = Config(
        software,
        shielded=software.shields and UNSHIELDED not in lines,
        deletions=deletions,
    )
    if carries:
        return Loaded(config=config, opaque=carry(config, text))
    where: Where = ()
    refused = []
    for line in lines:
        reply = apply(config, where, line, confirmed=True)
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
