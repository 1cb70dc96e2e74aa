"""`show archive config differences`: two configurations compared with their context."""

from collections.abc import Iterator
from dataclasses import dataclass, field

NONE = "!No changes were found"
CLOSINGS = ("exit-address-family",)


@dataclass(slots=True)
class _Entry:
    """A line of a configuration file with the lines indented below it."""

    text: str
    below: list["_Entry"] = field(default_factory=list)


def context_diff(first: str, second: str) -> list[str]:
    """Return the lines: `+` what only the second has, `-` what only the first has."""
    body = list(_compare(_entries(first), _entries(second), 0))
    return ["!Contextual Config Diffs:", *(body or [NONE])]


def commands(first: str, second: str) -> list[str]:
    """Return the lines that make the second of the first, the removals first."""
    return list(_commands(_entries(first), _entries(second), 0))


def additions(first: str, second: str) -> list[str]:
    """Return the lines of the second that the first lacks, and its `no` lines that take effect."""
    return list(_additions(_entries(first), _entries(second), 0))


def _additions(first: list[_Entry], second: list[_Entry], depth: int) -> Iterator[str]:
    indent = " " * depth
    there = {entry.text: entry for entry in first}
    for entry in second:
        if entry.text.startswith("no "):
            wanted = entry.text.removeprefix("no ")
            if any(text == wanted or text.startswith(wanted + " ") for text in there):
                yield indent + entry.text
            continue
        old = there.get(entry.text, _Entry(""))
        inner = list(_additions(old.below, entry.below, depth + 1))
        if entry.text not in there or inner:
            yield indent + entry.text
            yield from inner


def _entries(text: str) -> list[_Entry]:
    top = _Entry("")
    open_entries = [top]
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("!") or line.strip() == "end":
            continue
        depth = len(line) - len(line.lstrip())
        del open_entries[depth + 1 :]
        entry = _Entry(line.strip())
        open_entries[-1].below.append(entry)
        open_entries.append(entry)
    return top.below


def _compare(first: list[_Entry], second: list[_Entry], depth: int) -> Iterator[str]:
    indent = " " * depth
    there = {entry.text: entry for entry in first}
    for entry in second:
        old = there.get(entry.text)
        if old is None:
            yield from _whole(entry, "+", depth)
        elif inner := list(_compare(old.below, entry.below, depth + 1)):
            yield indent + entry.text
            yield from inner
    kept = {entry.text for entry in second}
    for entry in first:
        if entry.text not in kept:
            yield from _whole(entry, "-", depth)


def _whole(entry: _Entry, sign: str, depth: int) -> Iterator[str]:
    yield f"{' ' * depth}{sign}{entry.text}"
    for below in entry.below:
        yield from _whole(below, sign, depth + 1)


def _commands(first: list[_Entry], second: list[_Entry], depth: int) -> Iterator[str]:
    indent = " " * depth
    there = {entry.text: entry for entry in first}
    kept = {entry.text for entry in second}
    for entry in first:
        if entry.text not in kept and entry.text not in CLOSINGS:
            yield indent + (entry.text[3:] if entry.text.startswith("no ") else f"no {entry.text}")
    for entry in second:
        if entry.text in CLOSINGS:
            continue
        old = there.get(entry.text, _Entry(""))
        inner = list(_commands(old.below, entry.below, depth + 1))
        if entry.text not in there or inner:
            yield indent + entry.text
            yield from inner
