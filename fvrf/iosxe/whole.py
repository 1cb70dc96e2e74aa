"""A whole configuration against another: what differs anywhere, and what bars replacing it.

`configure replace` types only what differs, in at most five passes, and aborts half-way at a line
that the box does not take (vendor guide "Configuration Replace and Configuration Rollback"; real
transcripts).
"""

import re
from collections.abc import Iterator

from fvrf.iosxe.canonical import parse
from fvrf.iosxe.items import Item
from fvrf.iosxe.text import redact, redact_line, without_free_text
from fvrf.iosxe.unified import unified

REMOTE = "bootflash:fvrf-whole.cfg"
REPLACE = f"configure replace {REMOTE} list force"
_SCP = re.compile(r"^ip scp server enable\s*$", re.MULTILINE)
# A line of these that differs cannot be typed back: the chassis' own, and our own prompt.
_FIXED = (re.compile(r"^license udi .*$", re.MULTILINE), re.compile(r"^hostname .*$", re.MULTILINE))
_DONE = re.compile(r"^Rollback Done\s*$", re.MULTILINE)
_FAILED = re.compile(
    r"aborted after|rollback failed|successfully restored|not a valid config", re.IGNORECASE
)
BANNERS = "banners and macros"


def sections(wanted: str, found: str) -> dict[str, str]:
    """Return each section that differs, by its redacted first line, with the lines as a diff.

    The order of lines is not compared, nor are comments and certificates.
    """
    sides = [
        {
            node.text: Item(kind="other", name=node.text, header=node.text, body=node.children)
            for node in parse(text)
            if not node.implied
        }
        for text in (wanted, found)
    ]
    want, have = sides
    found_texts = {
        redact_line(name): unified(want.get(name), have.get(name))
        for name in {**have, **want}
        if name not in want or name not in have or want[name].shape != have[name].shape
    }
    free = {BANNERS: f"  {BANNERS}"} if _free_text(wanted) != _free_text(found) else {}
    return {**found_texts, **free}


def secrets(wanted: str, found: str) -> tuple[str, ...]:
    """Return the sections of which nothing but a secret differs."""
    shown = sections(redact(wanted), redact(found))
    return tuple(name for name in sections(wanted, found) if name not in shown)


def _free_text(text: str) -> list[str]:
    lines = text.splitlines()
    meant = {number for number, _ in without_free_text(lines)}
    return [line.rstrip() for number, line in enumerate(lines) if number not in meant]


def obstacles(wanted: str, found: str) -> Iterator[str]:
    """Yield what keeps a configuration from being put in another's place over SSH."""
    if not _SCP.search(found):
        yield "it takes no file: `ip scp server enable` is not configured"
    for fixed in _FIXED:
        before, now = fixed.findall(wanted), fixed.findall(found)
        if before != now:
            was, is_now = ", ".join(before) or "nothing", ", ".join(now) or "nothing"
            yield f"it has `{is_now}` where the backup has `{was}`"


def replaced(reply: str) -> bool:
    """Tell from the router's own words whether `configure replace` came to its end."""
    return bool(_DONE.search(reply)) and not _FAILED.search(reply)
