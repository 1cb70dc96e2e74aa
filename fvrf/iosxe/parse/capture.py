"""What the captures of all show commands have in common: refusals, silence, classful masks."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, wraps
from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise
from typing import TypeVar

from fvrf.errors import CannotLook

T = TypeVar("T")
IPV4 = r"\d{1,3}(?:\.\d{1,3}){3}"
REMEDY = "type the command on the router and compare; its layout may be new to this parser"

# A reply of the router to the command itself. Syslog (`%FAC-SEV-MNEM: ...`) is none.
_REPLY = re.compile(r"^\s*%\s?(?![A-Z0-9_]+-)(?P<reply>\S.*?)\s*$", re.MULTILINE)
# Replies that are an answer: what was asked for is not there. `Subnet not in table` answers a
# prefix with a mask, `Network not in table` one whose major network has no route at all.
_NOTHING_THERE = re.compile(
    r"(BGP not active"
    r"|(Subnet|Network) not in table"
    r"|No such neighbor( or address family)?"
    r"|IP routing table (vrf )?\S+ does not exist"
    r"|(VRF|vrf) \S+ (does not exist|not configured).*"
    r"|No such VRF.*)\.?"
)
_DEFAULT = IPv4Network("0.0.0.0/0")
# Where each class ends, and the length that its networks have.
_CLASSES = (
    (IPv4Address("127.255.255.255"), 8),
    (IPv4Address("191.255.255.255"), 16),
    (IPv4Address("223.255.255.255"), 24),
)
_PAGER = re.compile(r"^ ?--More-- ", re.MULTILINE)


class UnlikeOutput(CannotLook):
    """A capture that is not what the command prints; `reason` says in what."""

    def __init__(self, command: str, reason: str) -> None:
        super().__init__(f"`{command}`: {reason}", remedy=REMEDY)
        self.reason = reason


def reads(
    command: str, *, silent: bool = False, heading: re.Pattern[str] | None = None
) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Make a parser of `command` refuse what that command does not print.

    The parser gets lines without trailing blanks. It gets an empty text where the router says
    that there is nothing, and where it says nothing at all if the command is `silent`. Where
    `heading` is found twice, outputs are mixed. A
    ValueError in the parser, an address that is none included, becomes `UnlikeOutput`, a
    `CannotLook` that names the command.
    """

    def guard(parse: Callable[[str], T]) -> Callable[[str], T]:
        @wraps(parse)
        def guarded(text: str) -> T:
            try:
                return parse(_answer(text, heading, silent=silent))
            except ValueError as error:
                raise UnlikeOutput(command, str(error)) from error

        return guarded

    return guard


def _answer(text: str, heading: re.Pattern[str] | None, *, silent: bool) -> str:
    reply = _REPLY.search(text)
    if reply is not None and _NOTHING_THERE.fullmatch(reply["reply"]):
        return ""
    if reply is not None:
        raise ValueError(f"the router answered `% {reply['reply']}`")
    if _PAGER.search(text):
        raise ValueError("the pager cut the output: `terminal length 0` is not in force")
    if not text.strip() and not silent:
        raise ValueError("the capture is empty")
    if heading is not None and len(heading.findall(text)) > 1:
        raise ValueError("its heading stands in it twice")
    return "\n".join(line.rstrip() for line in text.splitlines())


def blocks(text: str, start: re.Pattern[str]) -> Iterator[tuple[re.Match[str], str]]:
    """Cut a text at each match of `start`: yields the match and the text up to the next one."""
    matches = list(start.finditer(text))
    ends = pairwise([*(match.start() for match in matches), len(text)])
    return ((match, text[begin:end]) for match, (begin, end) in zip(matches, ends, strict=True))


def once(what: str, named: Iterable[object]) -> None:
    """Raise ValueError where a thing is told of twice: another output is mixed into this one."""
    for name, times in Counter(named).items():
        if times > 1:
            raise ValueError(f"{what} {name} stands in it {times} times")


# A fleet's routers show the same few networks again and again, and to read an address costs more
# than the rest of its line: as many are remembered as a gateway may announce.
@lru_cache(maxsize=8192)
def address(text: str) -> IPv4Address:
    """Read an address; raises ValueError where it is none."""
    return IPv4Address(text)


@lru_cache(maxsize=8192)
def network(text: str, length: int) -> IPv4Network:
    """Read a prefix from its address and length; raises ValueError where it is none."""
    return IPv4Network((text, length))


def classful(address: IPv4Address) -> IPv4Network:
    """Return the major network of an address: IOS leaves out a mask that equals its own.

    0.0.0.0 is printed for the default route.
    """
    if address == _DEFAULT.network_address:
        return _DEFAULT
    for last, length in _CLASSES:
        if address <= last:
            return IPv4Network((address, length), strict=False)
    raise ValueError(f"{address} is of no class that has networks")
