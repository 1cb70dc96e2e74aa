"""A change of one line, as checks and effects see it."""

from collections.abc import Callable
from dataclasses import dataclass

from lab.router.tree import Block, Config, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`line` is None on removal, `old` where nothing stood under the key."""

    config: Config
    block: Block
    line: Line | None
    old: Line | None

    def arg(self, name: str) -> str:
        """Return an argument of the line set or removed, empty if it was not typed."""
        line = self.line or self.old
        return "" if line is None else line.args.get(name, "")

    @property
    def removal(self) -> bool:
        """Whether the line goes away."""
        return self.line is None


Check = Callable[[Change], str | None]
"""Answers the refusal, None if the line may be applied."""

Effect = Callable[[Change], list[str]]
"""Does what follows from the line and answers the notices printed."""
