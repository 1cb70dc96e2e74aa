"""Configuration as text: is it whole, is it the same, and what of it may be shown.

Nothing here knows the meaning of a line beyond where its secret stands.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from fvrf.errors import CannotLook
from fvrf.secrets import MASK, UNKNOWN_KEY, Secret

# A type 6 key is encrypted with the router's own master key: nobody else can compare it.
ENCRYPTED_KEY = "<<encrypted>>"

KeyPlace = tuple[str, str]
"""Where a key stands: keyring and peer; `peer:local` where a key holds for one direction."""

_CERTIFICATE_FILE = re.compile(r"\s+nvram:\S+$")
_CERTIFICATE = re.compile(r"^\W*certificate \S")
_HEX = re.compile(r"^\W*(?:[0-9A-F]{2,8}\s+)*[0-9A-F]{2,8}\s*$")
_PLACEHOLDER = re.compile(r"<<[^<>]+>>")
_FREE_TEXT = re.compile(
    r"^(?:banner \S+|aaa authentication (?:banner|fail-message)) (?P<delimiter>\^C|\S)(?P<rest>.*)"
    r"|^macro name "
)
_MACRO_END = "@"
_COMMENT = re.compile(r"^\s*!.*$")
_VERSION = re.compile(r"^version \S+", re.MULTILINE)
_KEYRING = re.compile(r"^crypto ikev2 keyring (?P<name>\S+)\s*$")
_PEER = re.compile(r"^\s+peer (?P<name>\S+)\s*$")
_KEY = re.compile(
    r"^(?P<before>\s+pre-shared-key (?:(?P<direction>local|remote) )?)"
    r"(?:(?P<type>[06]) )?(?P<value>.*\S)\s*$"
)


def check_whole(text: str) -> str:
    """Prove that a capture of `show running-config` is whole, and strip what surrounds it.

    Returns the text from `version` to `end`; raises CannotLook where either is missing.
    """
    lines = text.replace("\r", "").split("\n")
    meant = list(without_free_text(lines))
    starts = [number for number, line in meant if _VERSION.match(line)]
    ends = [number for number, line in meant if line.rstrip() == "end"]
    if not starts or not ends or ends[-1] < starts[0]:
        missing = "version" if not starts else "end"
        raise CannotLook(
            f"the running configuration is not whole: no line `{missing}`",
            code="F210",
            remedy="read it again; if it stays cut, look at `terminal length` and the session",
        )
    return "\n".join(line.rstrip() for line in lines[starts[0] : ends[-1] + 1]) + "\n"


def without_free_text(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers, without banners and macros: anything may stand in them."""
    closing = ""
    for number, line in enumerate(lines):
        if closing:
            closing = "" if closing in line else closing
        elif opened := _FREE_TEXT.match(line):
            delimiter = opened["delimiter"] or _MACRO_END
            closing = "" if delimiter in (opened["rest"] or "") else delimiter
        else:
            yield number, line


def same_configuration(one: str, other: str) -> bool:
    """Tell whether two captures are the same, comments and trailing blanks aside.

    Certificates are left out too: the running configuration prints them in hexadecimal, the
    startup configuration the name of their file.
    """
    return list(_significant(one)) == list(_significant(other))


def _significant(text: str) -> Iterator[str]:
    in_certificate = False
    for line in check_whole(text).splitlines():
        if in_certificate and (_HEX.match(line) or line.strip() == "quit"):
            continue
        in_certificate = bool(_CERTIFICATE.match(line))
        if line and not _COMMENT.match(line):
            yield _CERTIFICATE_FILE.sub("", line) if in_certificate else line


# What is secret in a line: everything a pattern's group `secret` matches. Each is searched, so
# that it also finds the line in a diff, behind a mark or an indentation.
_TYPE = r"(?:\d (?=\S))?"
SECRETS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern.replace("TYPE", _TYPE), re.MULTILINE)
    for pattern in (
        r"\bpre-shared-key (?:local |remote |address [\d. ]+ |key )*TYPE(?P<secret>\S.*)$",
        r"\bpre-share key TYPE(?P<secret>\S.*)$",
        r"\b(?:secret|password)(?! encryption) TYPE(?P<secret>\S+)",
        r"(?<![\w-])(?<!set )community (?P<secret>\S+)",
        r"\bkey-string TYPE(?P<secret>\S.*)$",
        r"\bkey-hash (?:\S+ )?(?P<secret>\S+)",
        r"\bcrypto isakmp key TYPE(?P<secret>\S+)",
        r"\b(?:md5(?! key-string)|authentication-key(?! \d+ md5)) TYPE(?P<secret>\S+)",
        r"^\W*key (?!chain |generate |config-key |\d+\s*$)TYPE(?P<secret>\S+)",
        r"\b(?:radius|tacacs)-server .*\bkey TYPE(?P<secret>\S+)",
        r"\bserver-key TYPE(?P<secret>\S+)",
        r"(?P<secret>\$\d\d?\$\S+)",
        r"\bsnmp-server user .*\bauth \S+ (?P<secret>\S+)",
        r"\bsnmp-server user .*\bpriv (?:3?des|aes \d+) (?P<secret>\S+)",
        r"\bsnmp-server host \S+ (?P<secret>.+)$",
    )
)


def redact(text: str) -> str:
    """Mask every secret of a configuration, or of a diff of two; placeholders stay as they are."""
    return "\n".join(_redacted(text.split("\n")))


def _redacted(lines: list[str]) -> Iterator[str]:
    in_certificate = False
    for line in lines:
        if in_certificate and _HEX.match(line):
            yield line[: len(line) - len(line.lstrip())] + MASK
            continue
        in_certificate = bool(_CERTIFICATE.match(line))
        yield redact_line(line)


def redact_line(line: str) -> str:
    """Mask every secret of one line, or of a reply of several."""
    for pattern in SECRETS:
        line = pattern.sub(_masked, line)
    return line


def _masked(match: re.Match[str]) -> str:
    if _PLACEHOLDER.fullmatch(match["secret"].strip()):
        return match[0]
    start, end = (place - match.start() for place in match.span("secret"))
    return match[0][:start] + MASK + match[0][end:]


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeyLine:
    number: int
    place: KeyPlace
    before: str
    encrypted: bool
    value: str


def _key_lines(lines: list[str]) -> Iterator[_KeyLine]:
    """Find the keys of IKEv2 keyrings, whatever the indentation."""
    keyring = peer = ""
    for number, line in enumerate(lines):
        if line and not line[0].isspace():
            match = _KEYRING.match(line)
            keyring, peer = (match["name"] if match else ""), ""
        elif keyring and (match := _PEER.match(line)):
            peer = match["name"]
        elif keyring and (match := _KEY.match(line)):
            yield _KeyLine(
                number=number,
                place=(keyring, ":".join(filter(None, (peer, match["direction"])))),
                before=match["before"],
                encrypted=match["type"] == "6",
                value=match["value"],
            )


def keys_of(text: str) -> dict[KeyPlace, Secret]:
    """Read the keys that a configuration holds in the clear, by keyring and peer.

    This is how the key of a backup, which no reference names, is typed again by an inverse.
    """
    return {
        key.place: Secret(key.value)
        for key in _key_lines(text.splitlines())
        if not key.encrypted and not _PLACEHOLDER.fullmatch(key.value)
    }


def with_keys(text: str, put: Callable[[KeyPlace, Secret | None], str]) -> str:
    """Put something in place of each key of the IKEv2 keyrings, its type included.

    `put` is given where the key stands, and the key, None for one of type 6.
    """
    lines = text.split("\n")
    for key in list(_key_lines(lines)):
        found = None if key.encrypted else Secret(key.value)
        lines[key.number] = key.before + put(key.place, found)
    return "\n".join(lines)


def mask_keys(
    text: str,
    known: Mapping[str, Secret],
    intended: Mapping[KeyPlace, str] | None = None,
    *,
    renewed: Collection[str] = (),
) -> str:
    """Replace each key of the IKEv2 keyrings by a placeholder.

    `known` holds secrets by placeholder. A key equal to the secret that is intended at its place
    gets that placeholder; else the first known one of its value; else `<<unknown>>`. A type 6
    key becomes `<<encrypted>>`, or `<<unknown>>`, so that it is typed, where one of `renewed`
    (placeholders) is intended. Keys outside keyrings are left to `redact`.
    """
    lines = text.split("\n")
    for key in list(_key_lines(lines)):
        known_here = _placeholder(key, known, intended or {})
        renew = known_here == ENCRYPTED_KEY and (intended or {}).get(key.place) in renewed
        lines[key.number] = key.before + (UNKNOWN_KEY if renew else known_here)
    return "\n".join(lines)


def _placeholder(
    key: _KeyLine, known: Mapping[str, Secret], intended: Mapping[KeyPlace, str]
) -> str:
    if key.encrypted:
        return ENCRYPTED_KEY
    secret = Secret(key.value)
    here = intended.get(key.place)
    if here is not None and known.get(here) == secret:
        return here
    return next((name for name in sorted(known) if known[name] == secret), UNKNOWN_KEY)
