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


def interface_parts(name: str) -> tuple[str, int, int]:
    """Return the kind, the number and the subinterface (0: none) of a full interface name."""
    kind = name.rstrip("0123456789.")
    number, _, part = name.removeprefix(kind).partition(".")
    return kind, int(number), int(part or 0)


def variant_of(name: str) -> str:
    """Return the variant of the interface mode that an interface has."""
    kind, _, part = interface_parts(name)
    return "Subinterface" if part else kind


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
    """Read `gi1`, `GigabitEthernet1`, `Tunnel 0` or the subinterface `Gi2.100`."""
    found = re.fullmatch(r"([A-Za-z]+)(\d*(?:\.\d+)?)", tokens[at].text)
    if found is None:
        return None
    letters, number = found.groups()
    count = 1
    if not number and at + 1 < len(tokens):
        number, count = tokens[at + 1].text, 2
    kinds = [kind for kind in INTERFACE_KINDS if kind.lower().startswith(letters.lower())]
    if len(kinds) != 1 or not re.fullmatch(r"\d+(\.\d+)?", number):
        return None
    whole, dot, part = number.partition(".")
    if dot and kinds[0] != "GigabitEthernet":
        return None
    return f"{kinds[0]}{int(whole)}{dot}{int(part) if dot else ''}", count


def _asn(tokens: Sequence[Token], at: int) -> Taken | None:
    """Read a number of an autonomous system, `65515` or `1.100`, which is kept as one number."""
    high, dot, low = tokens[at].text.partition(".")
    parts = (high, low) if dot else (high,)
    if not all(part.isdecimal() for part in parts):
        return None
    most = 65535 if dot else 4294967295
    if any(int(part) > most for part in parts):
        return None
    number = int(high) * 65536 + int(low) if dot else int(high)
    return (str(number), 1) if number else None


def _url(tokens: Sequence[Token], at: int) -> Taken | None:
    """Read a file on a file system, or a file system."""
    text = tokens[at].text
    return (text, 1) if ":" in text else None


def _digest(tokens: Sequence[Token], at: int) -> Taken | None:
    text = tokens[at].text
    return (text, 1) if re.fullmatch(r"[0-9a-fA-F]{32}", text) else None


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
    "asn": _asn,
    "url": _url,
    "digest": _digest,
}


def reader(spec: str) -> Reader | None:
    """Return the reader of a type name or of a range such as `1-4094`, None if it is neither."""
    if found := re.fullmatch(r"(\d+)-(\d+)", spec):
        return _number(int(found[1]), int(found[2]))
    return READERS.get(spec)
