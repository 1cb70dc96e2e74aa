"""`show ip interface brief`: the states of all interfaces."""

import re
from dataclasses import dataclass

from fvrf.iosxe.parse.capture import IPV4, reads

_COLUMNS = re.compile(r"^\s*Interface +IP-Address +OK\? +Method +Status +Protocol", re.MULTILINE)
_ROW = re.compile(
    rf"^(?P<name>[A-Za-z]\S*) +(?P<address>{IPV4}|unassigned) +(?:YES|NO) +\w+ +"
    r"(?P<status>up|down|administratively down|deleted) +(?P<protocol>up|down)\s*$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceState:
    """An interface: `status` `up`, `down`, `administratively down`; `protocol` `up`, `down`."""

    name: str
    status: str
    protocol: str


@reads("show ip interface brief")
def parse_interfaces(text: str) -> tuple[InterfaceState, ...]:
    """Read the interfaces in the router's order."""
    if not _COLUMNS.search(text):
        raise ValueError("the capture has no heading of columns")
    return tuple(
        InterfaceState(name=row["name"], status=row["status"], protocol=row["protocol"])
        for row in _ROW.finditer(text)
    )
