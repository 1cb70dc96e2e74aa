"""What must stand in the article's outputs where a check passes, told without any parser.

`DENIALS` must not stand there: a second row that says something else of the same thing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fvrf.checks.finding import Finding

INTERFACES = "show ip interface brief"
IKEV2 = "show crypto ikev2 session"
CRYPTO = "show crypto session detail"
PROFILES = "show running-config | section crypto ipsec profile"
INSIDE = "show ip route vrf INSIDE_VRF"
ENTRY = "show ip route vrf INSIDE_VRF 10.0.0.0 255.255.0.0"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Patterns that must be found in a command's output, for findings on a subject.

    `once` patterns are found exactly once.
    """

    check: str
    subject: str
    command: str
    needed: tuple[str, ...]
    once: tuple[str, ...] = ()


def _interface(name: str, address: str) -> Evidence:
    row = rf"^{name} +{re.escape(address)} +\w+ +\w+ +up +\w+\s*$"
    return Evidence("interface", f"{name} ", INTERFACES, (row,), (rf"^{name}[ \n]",))


def _within(start: str, *parts: str) -> str:
    """Return a pattern of parts in this order, with no second start between them."""
    between = rf"(?:(?!{start})[\s\S])*?"
    return start + between + between.join(parts)


def _tunnel(name: str, vrf: str, fvrf: str, local: str, address: str) -> Iterator[Evidence]:
    printed = f"{fvrf}/{vrf}"[:18]
    profile = f"VRF_{vrf}_PROFILE"
    sa = rf"{local}/\d+ +23\.98\.148\.37/\d+ +{printed} +READY"
    session = r"Session-id:\d+, *Status:UP-ACTIVE"
    front = r"\(none\)" if fvrf == "none" else fvrf
    peer = rf"Peer: 23\.98\.148\.37 port \d+ fvrf: {front}\s+ivrf: {vrf}\b"
    block = rf"^Interface: {name}\s*$"
    yield _interface(name, address)
    yield Evidence("line_protocol", f"{name} ", INTERFACES, (rf"^{name} .* up\s*$",))
    yield Evidence("ikev2", f"{name} ", IKEV2, (_within(session, sa),))
    yield Evidence("vrfs", f"{name} ", CRYPTO, (_within(block, "Session status: UP-ACTIVE", peer),))
    spis = r"ESP spi in/out: *0x0*[1-9A-Fa-f]\w*/0x0*[1-9A-Fa-f]"
    yield Evidence("child_sa", f"{name} ", IKEV2, (_within("Session-id:", sa, spis),))
    yield Evidence("child_sa", f"{name} ", CRYPTO, (_within(block, r"Active SAs: *[1-9]"),))
    yield Evidence("pfs", f"{name} ", PROFILES, (f"^crypto ipsec profile {profile}",))


def _vrf(vrf: str, tunnel: str) -> Iterator[Evidence]:
    table, speaker = f"show ip route vrf {vrf}", r"10\.0\.255\.254"
    way = rf"^[A-Z].* {speaker}/32 is directly connected, {tunnel}\s*$"
    neighbor = rf"^\*?{speaker}\s+4\s+65515\s(?:.*\s)[1-9]\d*\s*$"
    prefix = rf"^B.* 10\.0\.0\.0/16 \[\d+/\d+\] via {speaker}(?:,|\s*$)"
    told = r"^ *\S?[*>]+.*? 172\.16\.0\.0(?:/16)?\s"
    yield Evidence("speaker_route", f"{vrf} ", table, (way,))
    yield Evidence(
        "bgp", f"{vrf} ", f"show ip bgp vpnv4 vrf {vrf} summary", (neighbor,), (rf"^{speaker}\b",)
    )
    yield Evidence("outside_route", f"{vrf} ", table, (prefix,))
    command = f"show ip bgp vpnv4 vrf {vrf} neighbors 10.0.255.254 advertised-routes"
    yield Evidence("advertised", f"{vrf} ", command, (told,))
    path = rf"10\.0\.255\.254 \({vrf}\)"
    yield Evidence("paths", "INSIDE_VRF ", ENTRY, (r'Known via "bgp ', path))
    yield Evidence("shares", "INSIDE_VRF ", ENTRY, (r"traffic share count is [1-9]",))
    yield Evidence("egress", "INSIDE_VRF ", ENTRY, (path,))
    yield Evidence("egress", "INSIDE_VRF ", table, (f"{tunnel}\\s*$",))


EVIDENCE = (
    _interface("GigabitEthernet1", "172.16.0.5"),
    _interface("GigabitEthernet2", "172.16.1.4"),
    _interface("GigabitEthernet3", "172.16.2.4"),
    *_tunnel("Tunnel0", "OUTSIDE_ONE", "none", "172.16.0.5", "192.168.255.254"),
    *_tunnel("Tunnel1", "OUTSIDE_TWO", "OUTSIDE_TWO", "172.16.1.4", "172.16.1.4"),
    *_vrf("OUTSIDE_ONE", "Tunnel0"),
    *_vrf("OUTSIDE_TWO", "Tunnel1"),
    Evidence(
        "site_route",
        "INSIDE_VRF ",
        INSIDE,
        (r"^S.* 172\.16\.0\.0/16 \[\d+/\d+\] via 172\.16\.2\.1",),
    ),
)


def rows(finding: Finding) -> list[Evidence]:
    """Return the evidence that a passed finding must have."""
    return [
        row
        for row in EVIDENCE
        if row.check == finding.check and finding.subject.startswith(row.subject)
    ]


def missing(finding: Finding, outputs: Mapping[str, str]) -> list[str]:
    """Return what a passed finding has no evidence for, or too much of."""
    return [
        f"{row.command}: {pattern}"
        for row in rows(finding)
        for text in [outputs[row.command].replace("\r", "")]
        for pattern, least, most in [
            *((needed, 1, len(text)) for needed in row.needed),
            *((once, 1, 1) for once in row.once),
        ]
        if not least <= len(re.findall(pattern, text, re.MULTILINE)) <= most
    ]
