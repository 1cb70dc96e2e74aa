"""The configuration as a tree: blocks of lines, each line under the key that names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lab.router.deletions import Deletions
from lab.router.grammar import Mode, Modes, Rule, config_modes
from lab.router.software import Software

Where = tuple[str, ...]
"""The keys of the lines that lead from the root to a block."""


@dataclass(slots=True, kw_only=True)
class Line:
    """A line of the configuration; `negative` if it is printed with its `no`.

    One that is carried as it was read has its text in `raw`, with all below it, and its place among
    the others in `order`.
    """

    rule: Rule
    words: tuple[str, ...]
    args: Mapping[str, str]
    negative: bool = False
    block: Block | None = None
    raw: tuple[str, ...] = ()
    order: tuple[int | str, ...] = ()

    @property
    def text(self) -> str:
        """The line as the running configuration prints it, without indentation."""
        return ("no " if self.negative else "") + " ".join(self.words)


@dataclass(slots=True)
class Block:
    """The lines of a mode, in the order typed."""

    mode: Mode
    lines: dict[str, Line] = field(default_factory=dict)

    def of(self, title: str) -> Iterator[Line]:
        """Yield the lines of the rules with this title that were not negated."""
        return (
            line
            for line in list(self.lines.values())
            if line.rule.title == title and not line.negative
        )

    def arg(self, key: str, name: str) -> str | None:
        """Return an argument of the line under `key`."""
        line = self.lines.get(key)
        return None if line is None or line.negative else line.args.get(name)

    def drop(self, *keys: str) -> None:
        """Remove the lines under the keys, those that are there."""
        for key in keys:
            self.lines.pop(key, None)

    def drop_where(self, title: str, **args: str) -> None:
        """Remove the lines of a title with these arguments."""
        self.lines = {
            key: line
            for key, line in self.lines.items()
            if line.rule.title != title
            or any(line.args.get(name) != value for name, value in args.items())
        }


class Config:
    """A whole configuration of a box with this software.

    `shielded`: weak algorithms are refused. `deletions` are what the box is still deleting.
    `master_key` is what keys of type 6 are encrypted with; it is never printed.
    """

    def __init__(
        self,
        software: Software,
        *,
        shielded: bool = False,
        deletions: Deletions | None = None,
    ) -> None:
        self.software = software
        self.shielded = shielded
        self.deletions = deletions or Deletions(now=lambda: 0.0, lasts_s=lambda: 0.0)
        self.master_key: str | None = None
        self.modes: Modes = config_modes(software.release)
        self.root = Block(self.modes["config"])

    def block(self, where: Where) -> Block | None:
        """Return the block at `where`, None if it is gone."""
        block: Block | None = self.root
        for key in where:
            line = block.lines.get(key) if block is not None else None
            block = line.block if line is not None else None
        return block

    def find(self, title: str, name: str) -> Block | None:
        """Return the block of a global object, e.g. `crypto ikev2 profile` and its name."""
        line = self.root.lines.get(f"{title} {name}")
        return line.block if line is not None else None

    def blocks(self, title: str) -> Iterator[tuple[Line, Block]]:
        """Yield the global lines of a title that have a block, with it."""
        for line in self.root.of(title):
            if line.block is not None:
                yield line, line.block

    def interfaces(self) -> Iterator[tuple[str, Block]]:
        """Yield the interfaces by name."""
        return ((line.args["name"], block) for line, block in self.blocks("interface"))

    def has_interface(self, name: str) -> bool:
        """Tell whether an interface exists: a port always does, the others once configured."""
        return name in self.software.ports or self.find("interface", name) is not None

    def vrf(self, name: str) -> Block | None:
        """Return a VRF of either style."""
        return self.find("ip vrf", name) or self.find("vrf definition", name)

    def bgp(self) -> Block | None:
        """Return the BGP process."""
        return self.block(("router bgp",))
