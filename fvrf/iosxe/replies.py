"""What the router says to a configuration line, classified; every pattern is a row with its source.

A reply is all that stands between the echo of the line and the next prompt. `% ` begins errors
and mere notices alike, so that an error is whatever begins so and is in no table here.
"""

import re
from dataclasses import dataclass
from typing import Literal

ReplyKind = Literal["ok", "notice", "retry", "error", "question"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A classified reply; `text` is what was said, without logs, carets and blank lines."""

    kind: ReplyKind
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A pattern of a message, in lower case; `source` is where it was read.

    `sent` narrows it to the lines it may answer.
    """

    pattern: str
    source: str
    sent: str = r".*"


_TRANSCRIPT = "real transcript"
_VENDOR = "vendor document"
_DRIVER = "a network controller's public driver for IOS"
_UNSEEN = "known of older releases; not seen on IOS-XE 17"

BENIGN: tuple[Said, ...] = (
    Said(r"removed due to \S+abling vrf", _TRANSCRIPT),
    Said(r"removed due to vrf change", _DRIVER),
    Said(r"static routes in vrf .*with outgoing interface", _DRIVER),
    Said(r"ip.* addresses from all interfaces in vrf .*have been removed", _TRANSCRIPT),
    Said(r"vrf .*exists but is not enabled", _DRIVER),
    Said(r"for vrf .* scheduled for deletion", _DRIVER),
    Said(r"vrf \S+ not configured, invalid vrf name", _DRIVER, sent=r"no .*"),
    Said(r"unable to remove extended community", _DRIVER, sent=r"no .*"),
    Said(r"the current number of routes in the routing table is equal to, or exceeds", _DRIVER),
    Said(r"the routing table is being reloaded to enforce", _DRIVER),
    Said(r"tunnel interface was deleted", _DRIVER),
    Said(r"not all config may be removed and may reappear", _DRIVER, sent=r"no interface .*"),
    Said(r"policy already has same proposal set", _TRANSCRIPT),
    Said(r"already found same 'match identity' statement", _TRANSCRIPT),
    Said(r"profile already contains this keyring", _TRANSCRIPT),
    Said(r"ikev2 \S+ must have", _TRANSCRIPT),
    Said(r"ikev2 proposal must either have a set of an encryption algorithm", _TRANSCRIPT),
    Said(r"peergroups are automatically activated", _DRIVER),
    Said(r"overriding already existing source", _DRIVER),
    Said(r"wait for .* license request to succeed", _DRIVER),
    Said(r"the config will take effect on next reboot", _DRIVER),
    Said(r"is .+ fragmentation may occur", _DRIVER),
    Said(r"command accepted but obsolete", _DRIVER),
    Said(r"weaker encryption algorithm is deprecated", _VENDOR),
    Said(r"no matching route to delete", _UNSEEN, sent=r"no ip route .*"),
    Said(r"warning:", _DRIVER),
    Said(r".?note:", _DRIVER),
    Said(r"info:", _DRIVER),
)

RETRY: tuple[Said, ...] = (
    Said(r"is being deleted", _DRIVER),
    Said(r"please try (?:again )?later", _DRIVER),
    Said(r"wait for it to complete", _DRIVER),
    Said(r"is currently being deconfigured", _DRIVER),
    Said(r"is in use", _DRIVER),
    Said(r"are down, try again later", _DRIVER),
    Said(r"already in use by vrf", _TRANSCRIPT, sent=r"rd .*"),
)

# Errors that do not begin with `% `, or that another table's pattern would excuse.
ERRORS: tuple[Said, ...] = (
    Said(r"invalid input detected", _TRANSCRIPT),
    Said(r"incomplete command", _TRANSCRIPT),
    Said(r"ambiguous command", _TRANSCRIPT),
    Said(r"truncated", _DRIVER),
    Said(r"first remove .* from the above", _DRIVER),
    Said(r"command rejected", _VENDOR),
    Said(r"command authorization failed", _VENDOR),
    Said(r"configuration mode is locked by process", _DRIVER),
    Said(r"bgp is already running; as is", _TRANSCRIPT, sent=r"router bgp .*"),
)

QUESTIONS: tuple[Said, ...] = (
    Said(r"\[confirm\]\s*$", _TRANSCRIPT),
    Said(r"[(\[]yes/no[)\]]\s*:?\s*\??\s*$", _TRANSCRIPT),
    Said(r"\[(?:y/n|no|yes)\]\s*:?\s*\??\s*$", _TRANSCRIPT),
    Said(r"\]\s*\?\s*$", _TRANSCRIPT),
    Said(r"(?:old|new|confirm) key:\s*$", _DRIVER),
    Said(r"kill that session and continue", _DRIVER),
)

# A log line falls in anywhere and may end without a line end: an error behind it is none of it.
_LOG = re.compile(
    r"(?:\d{6}: )?(?:[*.]?[A-Z][a-z]{2} [ \d]\d [\w:.+ -]*?: )?"  # a sequence number, a time stamp
    r"%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*-\d-[A-Z0-9_]+: "
    rf"(?:(?!%? ?(?i:{'|'.join(row.pattern for row in ERRORS)})).)*"
)
_CARET = re.compile(r"\s*\^\s*")


def classify(line_sent: str, reply: str) -> Reply:
    """Classify what a line was answered with: the gravest of its parts counts."""
    lines = [_LOG.sub("", line).rstrip() for line in reply.replace("\r", "").split("\n")]
    said = "\n".join(line for line in lines if line and not _CARET.fullmatch(line))
    kinds = {_kind(line_sent, part) for part in re.split(r"\n(?=\s*%)", said) if part}
    gravity: tuple[ReplyKind, ...] = ("question", "error", "retry", "notice")
    return Reply(kind=next((kind for kind in gravity if kind in kinds), "ok"), text=said)


def _kind(line_sent: str, part: str) -> ReplyKind:
    text = " ".join(part.lower().split())
    tables: tuple[tuple[ReplyKind, tuple[Said, ...]], ...] = (
        ("question", QUESTIONS),
        ("error", ERRORS),
        ("retry", RETRY),
    )
    for kind, table in tables:
        if any(_fits(row, line_sent, text, len(text)) for row in table):
            return kind
    # What is said further down excuses nothing.
    head = len(" ".join(part.partition("\n")[0].split()))
    is_benign = any(_fits(row, line_sent, text, head) for row in BENIGN)
    return "error" if text.startswith("%") and not is_benign else "notice"


def _fits(row: Said, line_sent: str, text: str, head: int) -> bool:
    """Tell whether a row's message begins within the first `head` characters of a text."""
    match = re.search(row.pattern, text)
    return bool(match and match.start() < head and re.fullmatch(row.sent, line_sent.strip()))
