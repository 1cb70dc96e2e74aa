"""Argument types of the command grammar: each reads tokens and answers the canonical form."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a typed line and the column it stands at."""

    text: str
    column: int


def tokenize(line: str, start: int = 0) -> list[Token]:
    """Split a typed line at white space, from the column `start` on."""
    return [Token(found.group(), found.start()) for found in re.finditer(r"\S+", line[start:])]


Taken = tuple[str, int]
"""The canonical form of what was read and the number of tokens it took."""

Reader = Callable[[Sequence[Token], int], Taken | None]

INTERFACE_KINDS = ("GigabitEthernet", "Loopback", "Tunnel")


def _word(tokens: Sequence[Token], at: int) -> Taken | None:
    return tokens[at].text, 1


def _rest(tokens: Sequence[Token], at: int) -> Taken | None:
    text = tokens[at].text
    for before, token in zip(tokens[at:], tokens[at + 1 :], strict=False):
        gap = token.column - before.column - len(before.text)
        text += " " * gap + token.text
    return text, len(tokens) - at


def _address(tokens: Sequence[Token], at: int) -> Taken | None:
    try:
        return str(IPv4Address(tokens[at].text)), 1
    except AddressValueError:
        return None


def _mask(tokens: Sequence[Token], at: int) -> Taken | None:
    text = tokens[at].text
    try:
        network = IPv4Network(f"0.0.0.0/{text}")
    except (AddressValueError, NetmaskValueError):
        return None
    return (text, 1) if str(network.netmask) == text else None


def _prefix(tokens: Sequence[Token], at: int) -> Taken | None:
    text = tokens[at].text
    if "/" not in text:
        return None
    try:
        return str(IPv4Network(text, strict=False)), 1
    except (AddressValueError, NetmaskValueError):
        return None


def _target(tokens: Sequence[Token], at: int) -> Taken | None:
    return (tokens[at].text, 1) if re.fullmatch(r"[\d.]+:\d+", tokens[at].text) else None


def _interface(tokens: Sequence[Token], at: int) -> Taken | None:
    """Read `gi1`, `GigabitEthernet1` or `Tunnel 0`."""
    found = re.fullmatch(r"([A-Za-z]+)(\d*)", tokens[at].text)
    if found is None:
        return None
    letters, number = found.groups()
    count = 1
    if not number and at + 1 < len(tokens) and tokens[at + 1].text.isdigit():
        number, count = tokens[at + 1].text, 2
    kinds = [kind for kind in INTERFACE_KINDS if kind.lower().startswith(letters.lower())]
    return (f"{kinds[0]}{int(number)}", count) if len(kinds) == 1 and number else None


def _number(low: int, high: int) -> Reader:
    def read(tokens: Sequence[Token], at: int) -> Taken | None:
        text = tokens[at].text
        return (str(int(text)), 1) if text.isdecimal() and low <= int(text) <= high else None

    return read


READERS: dict[str, Reader] = {
    "word": _word,
    "secret": _word,
    "line": _rest,
    "ip": _address,
    "mask": _mask,
    "prefix": _prefix,
    "target": _target,
    "interface": _interface,
}


def reader(spec: str) -> Reader | None:
    """Return the reader of a type name or of a range such as `1-4094`, None if it is neither."""
    if found := re.fullmatch(r"(\d+)-(\d+)", spec):
        return _number(int(found[1]), int(found[2]))
    return READERS.get(spec)
