"""The running configuration as text, in the order and with the separators of the grammar."""

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address

from lab.router.arguments import INTERFACE_KINDS, interface_parts
from lab.router.grammar import Mode, Rule
from lab.router.tree import Block, Config, Line

PRINTED_INTERFACES = ("Loopback", "Tunnel", "GigabitEthernet")

SortKey = tuple[int | str, ...]


def render(config: Config) -> str:
    """Return the text from the first line to `end`, without the header, ending in a newline."""
    return "\n".join([*_block(config.root, 0), "!", "end"]) + "\n"


def render_block(line: Line) -> str:
    """Return one line with its block, without the separator after it."""
    body = _block(line.block, 1) if line.block is not None else ()
    return "\n".join([line.text, *body]) + "\n"


def _block(block: Block, depth: int) -> Iterator[str]:
    indent = " " * depth
    separators = sorted(block.mode.separators)
    shown = ""
    for rank, texts in _entries(block, depth):
        while separators and separators[0] < rank:
            separators.pop(0)
            if shown and shown != "!":
                shown = "!"
                yield indent + shown
        for text in texts:
            shown = text.strip()
            yield text


def _entries(block: Block, depth: int) -> Iterator[tuple[int, Iterable[str]]]:
    """Yield what is printed, by rank: the lines and what stands for absent ones."""
    groups = groups_of(block.mode)
    entries: list[tuple[SortKey, Line | str]] = [
        (line.order or order_of(line.rule, line.args, groups), line)
        for line in block.lines.values()
    ]
    entries += [
        ((rule.rank,), rule.absent)
        for rule in block.mode.rules
        if rule.absent is not None and _key(rule) not in block.lines
    ]
    for order, entry in sorted(entries, key=lambda item: _comparable(item[0])):
        rank = int(order[0])
        yield rank, [" " * depth + entry] if isinstance(entry, str) else _line(entry, depth)


def _line(line: Line, depth: int) -> Iterator[str]:
    rule = line.rule
    indent = " " * depth
    if line.raw:
        yield from line.raw
        return
    if rule.before:
        yield indent + rule.before
    yield indent + line.text + (" " if rule.trail else "")
    if line.block is not None:
        yield from _block(line.block, depth + 1)
    if rule.closes:
        yield indent + rule.closes
    if rule.after:
        yield indent + rule.after


def _key(rule: Rule) -> str:
    return rule.key or rule.title


def groups_of(mode: Mode) -> dict[str, int]:
    """Return the rank at which each group of lines is printed."""
    groups: dict[str, int] = {}
    for rule in mode.rules:
        groups.setdefault(rule.group or f"#{rule.rank}", rule.rank)
    return groups


def order_of(rule: Rule, args: Mapping[str, str], groups: Mapping[str, int]) -> SortKey:
    """Return the place of a line among those of its block."""
    first = groups[rule.group or f"#{rule.rank}"]
    values = [part for name in rule.by for part in _sortable(args.get(name, ""))]
    return (first, *values, rule.rank)


def _sortable(value: str) -> SortKey:
    """Order addresses and numbers by value, interfaces as IOS prints them, names as text."""
    if value.isdecimal():
        return ("", int(value))
    if re.fullmatch(rf"({'|'.join(INTERFACE_KINDS)})\d+(\.\d+)?", value):
        kind, number, part = interface_parts(value)
        return (str(PRINTED_INTERFACES.index(kind)), number, part)
    try:
        return ("", int(IPv4Address(value)))
    except AddressValueError:
        return (value, 0)


def _comparable(key: SortKey) -> tuple[tuple[int, str], ...]:
    return tuple((part, "") if isinstance(part, int) else (-1, part) for part in key)
