"""Configuration that the grammar does not model: carried on load, printed back in its place.

A real box has NAT, AAA, certificates and more. Such lines are kept as they stand, with all that is
indented below them; they mean nothing here, and nobody can type them. So are lines that the grammar
knows and a check refuses: the box they come from has them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lab.router.apply import Reply, apply
from lab.router.differences import CLOSINGS, context_diff
from lab.router.grammar import Rule
from lab.router.match import Match, match
from lab.router.render import SortKey, groups_of, order_of, render
from lab.router.tree import Config, Line, Where

_RULE = Rule(line="", title="", paths=(), rank=-1)
_FIRST: SortKey = (-1,)
# Between its delimiters a banner may hold anything, `end` at the beginning of a line included.
_BANNER = re.compile(r"(?:banner \S+|aaa authentication (?:banner|fail-message)) (\^C|\S)(.*)")
_MACRO = re.compile(r"macro name ")
_MACRO_END = "@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opaque:
    """Lines carried as they are; `within` are the lines of the blocks they stand in.

    `refused` is what IOS would have said of a line that the grammar knows.
    """

    within: tuple[str, ...]
    lines: tuple[str, ...]
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A line with its depth, or a whole banner."""

    depth: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.lines[0].strip()


def carry(config: Config, text: str) -> tuple[Opaque, ...]:
    """Read a running configuration into an empty one; return what is carried as it stands."""
    return _Carrier(config=config).read(text)


def strayed(text: str, config: Config) -> list[str]:
    """Return how the text of a configuration differs from what was made of it, with the context."""
    return context_diff(text, render(config))


@dataclass(slots=True, kw_only=True)
class _Carrier:
    """What was read so far; `last` is the place of the last line understood in each block."""

    config: Config
    where: Where = ()
    under: Line | None = None
    under_depth: int = 0
    carried: list[tuple[Where, Line, str]] = field(default_factory=list)
    last: dict[Where, SortKey] = field(default_factory=dict)

    def read(self, text: str) -> tuple[Opaque, ...]:
        for item in _items(text):
            if not self._belongs(item) and not self._taken(item):
                self._keep(item)
        return tuple(
            Opaque(within=where, lines=line.raw, refused=refused)
            for where, line, refused in self.carried
        )

    def _belongs(self, item: _Item) -> bool:
        """Take what is indented below a line that is carried, and the line that closes it."""
        closes = item.depth == self.under_depth and item.text in CLOSINGS
        if self.under is None or not (item.depth > self.under_depth or closes):
            self.under = None
            return False
        self.under.raw += item.lines
        return True

    def _taken(self, item: _Item) -> bool:
        """Apply a line just where it stands; return whether that is settled."""
        place = self.where = self.where[: item.depth]
        if item.text in CLOSINGS:
            return True
        if len(place) < item.depth or len(item.lines) > 1:
            return False
        found = _understood(self.config, place, item.text)
        if found is None:
            return False
        reply = apply(self.config, place, item.text, confirmed=True)
        if not reply.accepted:
            self._keep(item, _said(reply))
            return True
        self.where = reply.where
        block = self.config.block(place)
        if block is not None:
            self.last[place] = order_of(found.rule, found.args, groups_of(block.mode))
        return True

    def _keep(self, item: _Item, refused: str = "") -> None:
        place = self.where
        block = self.config.block(place) or self.config.root
        order = (*self.last.get(place, _FIRST), len(self.carried))
        line = Line(rule=_RULE, words=(item.text,), args={}, raw=item.lines, order=order)
        # No line that can be typed has such a key.
        block.lines[f"\0{len(self.carried)}"] = line
        self.carried.append((place, line, refused))
        self.under, self.under_depth = line, item.depth


def _said(reply: Reply) -> str:
    return reply.text.strip() or "% Invalid input detected"


def _understood(config: Config, place: Where, line: str) -> Match | None:
    """Return a line of the block at `place` itself, unless it would leave no trace there."""
    block = config.block(place)
    prefix = "no" if line.startswith("no ") else ""
    found = match(block.mode, line, len(prefix), negated=bool(prefix)) if block else None
    if not isinstance(found, Match) or found.rule.action is not None:
        return None
    traceless = prefix and not found.rule.negatable and line != found.rule.absent
    return None if traceless else found


def _items(text: str) -> Iterator[_Item]:
    """Yield the lines up to `end`, without comments; a banner or a macro is one item."""
    kept: list[str] = []
    closing = ""
    for line in text.splitlines():
        kept.append(line.rstrip())
        closing = ("" if closing in line else closing) if closing else _opens(line)
        if closing:
            continue
        item = _Item(depth=len(line) - len(line.lstrip()), lines=tuple(kept))
        kept = []
        if item.lines == ("end",):
            return
        if item.text and not item.text.startswith("!"):
            yield item


def _opens(line: str) -> str:
    """Return the delimiter of a free text that a line begins and does not end; empty for none."""
    if _MACRO.match(line):
        return _MACRO_END
    banner = _BANNER.match(line)
    return "" if banner is None or banner[1] in banner[2] else banner[1]
