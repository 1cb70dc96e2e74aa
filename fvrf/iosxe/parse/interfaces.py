"""`show ip interface brief`: the states of all interfaces."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address

from fvrf.iosxe.parse.capture import IPV4, once, reads

_COLUMNS = re.compile(r"^\s*Interface +IP-Address +OK\? +Method +Status +Protocol", re.MULTILINE)
_ROW = re.compile(
    rf"^(?P<name>[A-Za-z]\S*) +(?P<address>{IPV4}|unassigned) +(?:YES|NO) +\w+ +"
    r"(?P<status>\S.*?) +(?P<protocol>up|down)$",
    re.MULTILINE,
)
_NAME = re.compile(r"^[A-Z][A-Za-z-]*\d[\d/.:]*(?!\S)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceState:
    """An interface: `status` `up`, `down`, `administratively down`; `protocol` `up`, `down`.

    `address` is its own or the one it borrows, None where it has none.
    """

    name: str
    address: IPv4Address | None
    status: str
    protocol: str


@reads("show ip interface brief", heading=_COLUMNS)
def parse_interfaces(text: str) -> tuple[InterfaceState, ...]:
    """Read the interfaces in the router's order; raises `CannotLook` where a row is cut."""
    if not _COLUMNS.search(text):
        raise ValueError("the capture has no heading of columns")
    rows = list(_ROW.finditer(text))
    if len(rows) < len(_NAME.findall(text)):
        raise ValueError("the row of an interface is cut")
    once("the interface", (row["name"] for row in rows))
    return tuple(
        InterfaceState(
            name=row["name"],
            address=None if row["address"] == "unassigned" else IPv4Address(row["address"]),
            status=row["status"],
            protocol=row["protocol"],
        )
        for row in rows
    )
