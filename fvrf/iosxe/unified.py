"""A difference for human eyes: `- found`, `+ wanted`, under the headers of the object."""

from collections.abc import Iterator

from fvrf.iosxe.items import Item
from fvrf.iosxe.text import redact_line
from fvrf.iosxe.tree import Node


def unified(wanted: Item | None, found: Item | None) -> str:
    """Show one object: its headers, then the lines that differ; keys stay placeholders."""
    return "\n".join(redact_line(line) for line in _lines(wanted, found))


def _lines(wanted: Item | None, found: Item | None) -> Iterator[str]:
    item = wanted or found
    parents = item.parents if item else ()
    for depth, parent in enumerate(parents):
        yield "  " + " " * depth + parent
    lines = list(_changed(_roots(found), _roots(wanted), len(parents)))
    yield from lines or _reordered(found, wanted, len(parents))


def _reordered(found: Item | None, wanted: Item | None, depth: int) -> Iterator[str]:
    """Show the lines that stand in another order."""
    before, after = (item.body if item else () for item in (found, wanted))
    pad = " " * (depth + 1)
    yield f"  {' ' * depth}{wanted.header if wanted else ''}"
    yield from (f"- {pad}{node.text}" for node in before if node in after)
    yield from (f"+ {pad}{node.text}" for node in after if node in before)


def _roots(item: Item | None) -> tuple[Node, ...]:
    if item is None:
        return ()
    return item.body if item.header is None else (Node(item.header, item.body),)


def _changed(found: tuple[Node, ...], wanted: tuple[Node, ...], depth: int) -> Iterator[str]:
    intended = {node.text: node for node in wanted}
    present = {node.text for node in found}
    pad = " " * depth
    for node in found:
        if node.text not in intended:
            yield from (f"- {pad}{line}" for line in _all(node))
    for node in wanted:
        if node.text not in present:
            yield from (f"+ {pad}{line}" for line in _all(node))
    yield from _nested(found, intended, depth)


def _nested(found: tuple[Node, ...], intended: dict[str, Node], depth: int) -> Iterator[str]:
    for node in found:
        other = intended.get(node.text)
        if other is None:
            continue
        inner = list(_changed(node.children, other.children, depth + 1))
        if inner:
            yield f"  {' ' * depth}{node.text}"
            yield from inner


def _all(node: Node) -> Iterator[str]:
    """Yield a line with all under it; a default too, where another value takes its place."""
    yield from Node(node.text, node.children).lines()
