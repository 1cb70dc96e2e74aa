"""`show crypto ikev2 session [detailed]`: the IKEv2 sessions with their SAs and child SAs."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address

from fvrf.iosxe.parse.capture import IPV4, blocks, once, reads

# Nothing after this heading is ours: IPv6 is out of scope, and newer releases print it otherwise.
_IPV6 = re.compile(r"^\s*IPv6 Crypto IKEv2 +Session", re.MULTILINE)
_HEADING = re.compile(r"^\s*IPv4 Crypto IKEv2 +Session", re.MULTILINE)
_SESSION = re.compile(
    r"^\s*Session-id:(?P<id>\d+), *Status:(?P<status>[\w-]+), *"
    r"IKE count:(?P<ikes>\d+), *CHILD count:(?P<children>\d+)",
    re.MULTILINE,
)
_SA = re.compile(
    rf"^(?P<id>\d+) +(?P<local>{IPV4})/(?P<local_port>\d+) +(?P<remote>{IPV4})/(?P<remote_port>\d+)"
    r" +(?P<vrfs>\S+) +(?P<state>\S+)\s*$",
    re.MULTILINE,
)
# The selectors before it differ by release: on the line of `Child sa:`, on lines of their own,
# or as `local selector -> remote_selector`. This line is the same in all.
_SPIS = re.compile(r"ESP spi in/out: *0x(?P<inbound>[0-9A-Fa-f]+)/0x(?P<outbound>[0-9A-Fa-f]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSa:
    """The SPIs of a child SA; 0 where there is none."""

    spi_in: int
    spi_out: int

    @property
    def is_live(self) -> bool:
        """Both directions have an SPI."""
        return bool(self.spi_in and self.spi_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ikev2Sa:
    """An IKEv2 SA; `vrfs` is `fvrf/ivrf` as printed, which the router cuts to its column."""

    tunnel_id: int
    local: IPv4Address
    local_port: int
    remote: IPv4Address
    remote_port: int
    vrfs: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ikev2Session:
    """A session with one peer; `status` is `UP-ACTIVE`, `UP-IDLE`, `DOWN-NEGOTIATING` and so on."""

    session_id: int
    status: str
    sas: tuple[Ikev2Sa, ...]
    children: tuple[ChildSa, ...]


@reads("show crypto ikev2 session", silent=True, heading=_HEADING)
def parse_ikev2_sessions(text: str) -> tuple[Ikev2Session, ...]:
    """Read the IPv4 sessions, in the router's order; a router without any prints nothing.

    Raises `CannotLook` where a session has fewer SAs than it counts: the capture is cut.
    """
    ipv4 = _IPV6.split(text)[0]
    sessions = tuple(_session(head, block) for head, block in blocks(ipv4, _SESSION))
    if text.strip() and not (sessions or _HEADING.search(text) or _IPV6.search(text)):
        raise ValueError("the capture has neither a heading nor a session")
    once("session", (session.session_id for session in sessions))
    return sessions


def _session(head: re.Match[str], block: str) -> Ikev2Session:
    sas = tuple(map(_sa, _SA.finditer(block)))
    children = tuple(
        ChildSa(spi_in=int(spis["inbound"], 16), spi_out=int(spis["outbound"], 16))
        for spis in _SPIS.finditer(block)
    )
    # More child SAs than counted do occur: one count covers several pairs of selectors.
    if len(sas) < int(head["ikes"]) or len(children) < int(head["children"]):
        raise ValueError(f"session {head['id']} is cut: fewer SAs than it counts")
    return Ikev2Session(
        session_id=int(head["id"]), status=head["status"], sas=sas, children=children
    )


def _sa(row: re.Match[str]) -> Ikev2Sa:
    return Ikev2Sa(
        tunnel_id=int(row["id"]),
        local=IPv4Address(row["local"]),
        local_port=int(row["local_port"]),
        remote=IPv4Address(row["remote"]),
        remote_port=int(row["remote_port"]),
        vrfs=row["vrfs"],
        state=row["state"],
    )
