"""`show ip bgp vpnv4 vrf VRF summary`: the neighbours of one VRF and their states."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address

from fvrf.iosxe.parse.capture import IPV4, once, reads

ESTABLISHED = "Established"
_LOCAL = re.compile(
    rf"^\s*BGP router identifier (?P<id>{IPV4}), local AS number (?P<asn>[\d.]+)", re.MULTILINE
)
_TABLE = re.compile(r"^\s*Neighbor +V +AS +MsgRcvd.*State/PfxRcd\s*$", re.MULTILINE)
# A long address has its row on the next line.
_ROW = re.compile(
    rf"^\s*\*?(?P<address>{IPV4})\s+4\s+(?P<asn>[\d.]+)(?:\s+\d+){{5}}\s+(?P<since>\S+)"
    r"[^\S\n]+(?P<state>\S.*?)\s*$",
    re.MULTILINE,
)
_NEIGHBOR = re.compile(rf"^\s*\*?{IPV4}\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpNeighbor:
    """A neighbour; `received` prefixes are known once the session is `Established`.

    `state` is spelled as the router does: `Idle`, `Idle (Admin)`, `Active`, `OpenSent`;
    `since` is `never`, `01:54:14`, `1w0d`.
    """

    address: IPv4Address
    asn: int
    since: str
    state: str
    received: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpSummary:
    """The BGP of one VRF; without a BGP process the router's own values are None."""

    router_id: IPv4Address | None
    asn: int | None
    neighbors: tuple[BgpNeighbor, ...]


@reads("show ip bgp vpnv4 vrf VRF summary", silent=True, heading=_LOCAL)
def parse_bgp_summary(text: str) -> BgpSummary:
    """Read the summary; raises `CannotLook` where a neighbour's row is cut."""
    local = _LOCAL.search(text)
    if local is None and text.strip():
        raise ValueError("the capture has no `BGP router identifier`")
    rows = list(_ROW.finditer(text))
    if len(rows) < max(bool(_TABLE.search(text)), len(_NEIGHBOR.findall(text))):
        raise ValueError("the table of neighbours is cut")
    once("the neighbour", (row["address"] for row in rows))
    return BgpSummary(
        router_id=IPv4Address(local["id"]) if local else None,
        asn=_asn(local["asn"]) if local else None,
        neighbors=tuple(map(_neighbor, rows)),
    )


def _neighbor(row: re.Match[str]) -> BgpNeighbor:
    established = row["state"].isdecimal()
    return BgpNeighbor(
        address=IPv4Address(row["address"]),
        asn=_asn(row["asn"]),
        since=row["since"],
        state=ESTABLISHED if established else row["state"],
        received=int(row["state"]) if established else None,
    )


def _asn(printed: str) -> int:
    """Read an AS number; `bgp asnotation dot` prints those of four bytes as `1.100`."""
    high, _, low = printed.rpartition(".")
    return int(high or 0) * 65536 + int(low)
