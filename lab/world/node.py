"""A value of the world file that knows where it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TypeVar

from lab.world.facts import WorldError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value of the file and the way to it."""

    file: Path
    key: str
    value: object

    def error(self, problem: str) -> WorldError:
        """Return what is wrong here."""
        return WorldError(f"{self.file}: {self.key or 'top level'}: {problem}")

    def child(self, key: str, value: object) -> "Node":
        """Return the node one step down."""
        return Node(file=self.file, key=f"{self.key}.{key}".lstrip("."), value=value)

    def mapping(self) -> dict[str, "Node"]:
        """Return the children of a mapping by key."""
        if not isinstance(self.value, Mapping):
            raise self.error("expected a mapping")
        return {str(key): self.child(str(key), value) for key, value in self.value.items()}

    def fields(self, *required: str, optional: tuple[str, ...] = ()) -> dict[str, "Node"]:
        """Return a mapping with exactly these keys; an optional one may be absent."""
        children = self.mapping()
        for name, node in children.items():
            if name not in (*required, *optional):
                raise node.error("unknown key")
        for name in required:
            if name not in children:
                raise self.child(name, None).error("missing")
        return {name: children.get(name, self.child(name, None)) for name in (*required, *optional)}

    def at(self, *path: str) -> "Node":
        """Return the node below this one at the end of a way of keys, other keys left aside."""
        node = self
        for key in path:
            node = node.mapping().get(key) or node.child(key, None)
            if not node.given():
                raise node.error("missing")
        return node

    def given(self) -> bool:
        """Tell whether the file has a value here."""
        return self.value is not None

    def items(self) -> list["Node"]:
        """Return the members of a list."""
        if not isinstance(self.value, list):
            raise self.error("expected a list")
        return [self.child(str(index), value) for index, value in enumerate(self.value)]

    def text(self) -> str:
        """Return a text that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            raise self.error("expected a text")
        return self.value

    def number(self) -> int:
        """Return an integer."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.error("expected a number")
        return self.value

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.error("expected true or false")
        return self.value

    def read(self, convert: Callable[[str], T]) -> T:
        """Return the text converted, e.g. to an address."""
        try:
            return convert(self.text())
        except ValueError as bad:
            raise self.error(str(bad)) from bad

    def address(self) -> IPv4Address:
        """Return an IPv4 address."""
        return self.read(IPv4Address)

    def prefix(self) -> IPv4Network:
        """Return an IPv4 prefix without host bits."""
        return self.read(IPv4Network)
