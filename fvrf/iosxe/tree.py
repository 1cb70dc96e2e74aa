"""The tree that both sides of a diff are brought into: lines with the lines under them."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Node:
    """A line, without indentation, and its children.

    `implied` marks a default that nobody wrote: it is compared, but not typed on its own.
    """

    text: str
    children: tuple["Node", ...] = ()
    implied: bool = field(default=False, compare=False)

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Yield the written lines, indented one blank a level as IOS prints them."""
        if not self.implied:
            yield " " * depth + self.text
            for child in self.children:
                yield from child.lines(depth + 1)

    def walk(self) -> Iterator[str]:
        """Yield the text of the line and of everything under it."""
        yield self.text
        for child in self.children:
            yield from child.walk()
