"""Line patterns: the notation in which the grammar files write commands.

    hostname = <name>                     a word; what follows `=` is the value of that key
    ip address = <address:ip> <mask:mask> named, typed arguments
    neighbor <peer:ip> route-map <map> <way:in|out>       a choice that is captured
    mode = (tunnel|transport)             a choice that is not
    address-family ipv4 [~unicast] vrf <vrf>              optional; `~`: never printed back
    group = <group:2|14|20>+              one or more
    ping <address:ip> {size <size:36-18024>|df-bit}       any of them, once each, in any order

A pattern becomes the paths through it: its alternatives and options written out.
"""

import itertools
import re
from dataclasses import dataclass, field, replace

from lab.router.arguments import Reader, reader

_PIECES = re.compile(r"<([^<>]+)>(\+?)|([\[\]()|={}])|(~?)([^\s\[\]()|=<>{}]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A place of a path: one of some keywords, or an argument that `read` takes.

    Of a `number` the parser reads the digits it finds, and points behind them.
    """

    keywords: tuple[str, ...] = ()
    name: str | None = None
    read: Reader | None = None
    silent: bool = False
    secret: bool = False
    repeat: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """One way through a pattern; the first `key` steps name the line, the rest is its value."""

    steps: tuple[Step, ...] = ()
    key: int | None = None

    @property
    def named_by(self) -> int:
        """Number of steps without which the line has no name."""
        return len(self.steps) if self.key is None else self.key

    def then(self, other: "Path") -> "Path":
        """Return this path followed by `other`."""
        key = self.key
        if key is None and other.key is not None:
            key = len(self.steps) + other.key
        return Path((*self.steps, *other.steps), key)


@dataclass(slots=True)
class _Reader:
    pieces: list[re.Match[str]]
    at: int = 0
    title: list[str] = field(default_factory=list)

    def peek(self) -> str | None:
        return self.pieces[self.at].group(3) if self.at < len(self.pieces) else "end"

    def alternatives(self, depth: int) -> list[Path]:
        found = self.sequence(depth)
        while self.peek() == "|":
            self.at += 1
            found = found + self.sequence(depth)
        return found

    def sequence(self, depth: int) -> list[Path]:
        paths = [Path()]
        while self.peek() not in ("end", "|", ")", "]", "}"):
            step = self.item(depth)
            paths = [path.then(way) for path in paths for way in step]
        return paths

    def item(self, depth: int) -> list[Path]:
        piece = self.pieces[self.at]
        self.at += 1
        argument, repeat, sign, quiet, word = piece.groups()
        if sign == "=":
            return [Path((), 0)]
        if sign == "{":
            return self.any_order(depth + 1)
        if sign in ("(", "["):
            inner = self.alternatives(depth + 1)
            self.at += 1
            return [Path(), *inner] if sign == "[" else inner
        if argument:
            return [Path((_argument(argument, repeat=bool(repeat)),))]
        if depth == 0 and not quiet:
            self.title.append(word)
        return [Path((Step(keywords=(word,), silent=bool(quiet)),))]

    def any_order(self, depth: int) -> list[Path]:
        """Return the paths through some of the options, in every order."""
        options = [self.sequence(depth)]
        while self.peek() == "|":
            self.at += 1
            options.append(self.sequence(depth))
        self.at += 1
        paths = []
        for count in range(len(options) + 1):
            for chosen in itertools.permutations(options, count):
                found = [Path()]
                for option in chosen:
                    found = [path.then(way) for path in found for way in option]
                paths += found
        return paths


def _argument(text: str, *, repeat: bool) -> Step:
    name, _, spec = text.partition(":")
    step = Step(name=name, repeat=repeat)
    read = reader(spec or "word")
    if read is None:
        return replace(step, keywords=tuple(spec.split("|")))
    is_number = spec == "asn" or re.fullmatch(r"\d+-\d+", spec) is not None
    return replace(step, read=read, secret=spec == "secret", number=is_number)


def compile_pattern(pattern: str) -> tuple[str, tuple[Path, ...]]:
    """Return the pattern's title (its words outside of options) and its paths."""
    walk = _Reader(list(_PIECES.finditer(pattern)))
    paths = walk.alternatives(0)
    return " ".join(walk.title), tuple(paths)
