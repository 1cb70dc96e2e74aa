"""One canonical tree for both sides: what was written, and what the router prints of it.

IOS-XE hides defaults, drops keywords and adds lines of its own (read from real configurations
and the command reference). Every such habit is a row of a table below; both sides go through
the same tables, so that a difference of the trees is a difference of the configurations.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fvrf.iosxe.text import without_free_text
from fvrf.iosxe.tree import Node


@dataclass(frozen=True, slots=True)
class Rewrite:
    """`line`, standing under a path that `within` matches, is printed as `becomes`."""

    within: str
    line: str
    becomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Implied:
    """Under `within`, the line `default` holds where none that matches `slot` is written."""

    within: str
    slot: str
    default: str


# A path is the lines above a line, joined by " / "; it is empty at the top.
_PEER = r"crypto ikev2 keyring \S+ / peer \S+"
REWRITES: tuple[Rewrite, ...] = (
    # The process's VRF is the family's; whether it is printed was not seen.
    Rewrite(
        r"router bgp \S+ / address-family .*", r"(redistribute ospf \d+) vrf \S+(.*)", (r"\1\2",)
    ),
    Rewrite(r"", r"interface ([A-Za-z-]+) (\d\S*)", (r"interface \1\2",)),
    Rewrite(
        r"router bgp \S+|vrf definition \S+",
        r"address-family (ipv[46]) unicast(.*)",
        (r"address-family \1\2",),
    ),
    Rewrite(
        r"", r"(crypto ipsec transform-set \S+ esp-(?:aes|gcm)) 128(.*)", (r"\1\2",)
    ),  # 128 bits are the default of both, and hidden
    Rewrite(
        r"router bgp \S+(?: / address-family .*)?",
        r"(neighbor \S+ maximum-prefix \d+) 75(.*)",
        (r"\1\2",),
    ),  # 75 percent are the default for a warning; whether it is hidden was not seen
    Rewrite(_PEER, r"(address \S+) 255\.255\.255\.255", (r"\1",)),
    Rewrite(_PEER, r"(pre-shared-key(?: local| remote)?) 0 (.*)", (r"\1 \2",)),
    Rewrite(
        r"ip vrf \S+|vrf definition \S+(?: / address-family ipv[46])?",
        r"route-target both (\S+)",
        (r"route-target export \1", r"route-target import \1"),
    ),
)

# Printed by the router itself whatever was typed, or printed where nothing is set.
PRINTED: tuple[tuple[str, str], ...] = (
    (r"interface \S+", r"negotiation auto|no mop (?:enabled|sysid)|no ip address"),
    (r"interface Tunnel\d+", r"no ip redirects"),
    # A `no bgp default ipv4-unicast` process with a global neighbour has an empty global family.
    (r"router bgp \S+", r"address-family ipv4"),
)

IMPLIED: tuple[Implied, ...] = (
    Implied(r"", r"(?:no )?crypto ikev2 nat keepalive.*", "no crypto ikev2 nat keepalive"),
    Implied(r"", r"(?:no )?crypto ikev2 fragmentation.*", "no crypto ikev2 fragmentation"),
    Implied(r"", r"(?:no )?ip cef load-sharing algorithm.*", "no ip cef load-sharing algorithm"),
    Implied(r"interface \S+", r"(?:no )?shutdown", "no shutdown"),
    Implied(r"interface Tunnel\d+", r"tunnel mode .*", "tunnel mode gre ip"),
    Implied(r"crypto ikev2 profile \S+", r"lifetime \d+", "lifetime 86400"),
    Implied(r"crypto ipsec transform-set [^/]*", r"mode .*", "mode tunnel"),
    Implied(
        r"crypto ipsec profile \S+",
        r"set security-association lifetime seconds \d+",
        "set security-association lifetime seconds 3600",
    ),
)

# Never printed, or no configuration: comments (`! Profile incomplete` among them) and exits.
_NOISE = re.compile(
    r"^\s*(?:!.*|exit|exit-address-family|end|version \S.*|Building configuration.*"
    r"|Current configuration.*)?\s*$"
)
_CERTIFICATES = re.compile(r"^crypto pki certificate ")


def parse(text: str) -> tuple[Node, ...]:
    """Bring a configuration, rendered or captured, into its canonical tree.

    Raises CannotLook where its indentation is not that of a configuration.
    """
    from fvrf.iosxe.hierarchy import hierarchy  # noqa: PLC0415 # hier_config costs 0.2 s to import

    return _canonical(hierarchy("\n".join(_sections(text))), ())


def _sections(text: str) -> Iterator[str]:
    """Yield the lines that mean something; the lines of a repeated header are brought together.

    Banners and certificates are left out: free text, in which anything may stand.
    """
    sections: dict[str, list[str]] = {}
    header = ""
    for _, line in without_free_text(text.replace("\r", "").split("\n")):
        if _NOISE.match(line):
            continue
        if not line[0].isspace():
            header = " ".join(line.split())
            sections.setdefault(header, [])
        elif header:
            sections[header].append(line.rstrip())
    for header, body in sections.items():
        if not _CERTIFICATES.match(header):
            yield header
            yield from body


def _canonical(nodes: Iterable[Node], path: tuple[str, ...]) -> tuple[Node, ...]:
    where = " / ".join(path)
    merged: dict[str, tuple[Node, ...]] = {}
    for node in nodes:
        for text in _rewritten(node.text, where):
            merged[text] = merged.get(text, ()) + node.children
    kept = tuple(
        Node(text, _canonical(children, (*path, text)))
        for text, children in merged.items()
        if children or not _is_printed(text, where)
    )
    return kept + tuple(_implied(kept, where))


def _rewritten(text: str, where: str) -> tuple[str, ...]:
    for rule in REWRITES:
        if re.fullmatch(rule.within, where) and (match := re.fullmatch(rule.line, text)):
            return tuple(match.expand(line) for line in rule.becomes)
    return (text,)


def _is_printed(text: str, where: str) -> bool:
    return any(re.fullmatch(within, where) and re.fullmatch(line, text) for within, line in PRINTED)


def _implied(nodes: tuple[Node, ...], where: str) -> Iterator[Node]:
    for rule in IMPLIED:
        if re.fullmatch(rule.within, where) and not any(
            re.fullmatch(rule.slot, node.text) for node in nodes
        ):
            yield Node(rule.default, implied=True)
