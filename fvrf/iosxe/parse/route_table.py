"""`show ip route vrf VRF [bgp | static]`: the routing table of one VRF.

A prefix stands alone in the first column or takes its length from the heading of its major
network; further equal-cost paths follow on lines of their own.
"""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from fvrf.iosxe.parse.capture import IPV4, address, classful, network, once, reads

_TABLE = re.compile(r"^\s*Routing Table: (?P<vrf>\S+)\s*$", re.MULTILINE)
_LEGEND = re.compile(r"^\s*(Codes: |Gateway of last resort is )", re.MULTILINE)
# `10.0.0.0/16 is subnetted`: the length of every subnet. `variably subnetted`: rows have theirs.
_SUBNETTED = re.compile(rf"^\s+(?P<major>{IPV4})/(?P<length>\d+) is subnetted,")
# The code and its marks (`B`, `S*`, `i L2`, `B   +`) take at most eight columns.
_ROUTE = re.compile(
    rf"^(?P<code>[A-Za-z])[\w*+%& ]{{0,7}}?\s+(?P<address>{IPV4})(?:/(?P<length>\d+))?"
    r"(?P<rest>(?!\S).*)"
)
_VIA = re.compile(
    rf"\s*\[\d+/\d+\](?: via (?P<next_hop>{IPV4}))?(?: \((?P<vrf>\S+)\))?(?P<rest>(?:,.*)?)$"
)
_CONNECTED = re.compile(
    r"\s*is (?:directly connected|a summary)(?: \((?P<vrf>\S+)\))?(?P<rest>(?:,.*)?)$"
)
# Further paths stand below the first one, behind the columns of the code.
_UNDER = " " * 9
# What follows a path: its age, which a static route has not, and its interface, if it has one.
_INTERFACE = re.compile(r", (?P<interface>[A-Za-z]\S*)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One way of a route; `vrf` is the next hop's, None where it is the table's own."""

    next_hop: IPv4Address | None
    vrf: str | None
    interface: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A prefix with all its paths; `code` is its source's letter: `B`, `S`, `C`, `L` and so on."""

    prefix: IPv4Network
    code: str
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTable:
    """The routes of one VRF; `vrf` is None for the global table and where there is no table."""

    vrf: str | None
    routes: tuple[Route, ...]


@dataclass(slots=True)
class _Reader:
    """The state of a reading: the route in hand, and the heading that lends it its length."""

    routes: list[Route] = field(default_factory=list)
    subnetted: tuple[IPv4Address, int] | None = None

    def line(self, line: str) -> None:
        if heading := _SUBNETTED.match(line):
            self.subnetted = address(heading["major"]), int(heading["length"])
        elif route := _ROUTE.match(line):
            self._finished()
            paths = _paths(route["rest"])
            self.routes.append(Route(prefix=self._prefix(route), code=route["code"], paths=paths))
        elif (paths := _paths(line)) and self.routes:
            if not line.startswith(_UNDER):
                raise ValueError(f"`{line.strip()}` does not stand under the path before it")
            last = self.routes[-1]
            self.routes[-1] = Route(prefix=last.prefix, code=last.code, paths=(*last.paths, *paths))

    def end(self) -> tuple[Route, ...]:
        self._finished()
        return tuple(self.routes)

    def _finished(self) -> None:
        if self.routes and not self.routes[-1].paths:
            raise ValueError(f"the route to {self.routes[-1].prefix} is cut: it has no path")

    def _prefix(self, route: re.Match[str]) -> IPv4Network:
        if route["length"] is not None:
            return network(route["address"], int(route["length"]))
        if self.subnetted is None or address(route["address"]) not in classful(self.subnetted[0]):
            raise ValueError(f"no heading gives the length of {route['address']}")
        return network(route["address"], self.subnetted[1])


@reads("show ip route vrf VRF", heading=_TABLE)
def parse_route_table(text: str) -> RouteTable:
    """Read the table; raises `CannotLook` where a route has no path or no length."""
    table = _TABLE.search(text)
    if text and table is None and not _LEGEND.search(text):
        raise ValueError("the capture has neither `Routing Table:` nor a legend")
    reader = _Reader()
    for line in text.splitlines():
        reader.line(line)
    routes = reader.end()
    once("the route to", (route.prefix for route in routes))
    return RouteTable(vrf=table["vrf"] if table else None, routes=routes)


def _paths(text: str) -> tuple[Path, ...]:
    """Read the path that a text begins with: none or one."""
    via = _VIA.match(text)
    found = via or _CONNECTED.match(text)
    if found is None and (late := _VIA.search(text) or _CONNECTED.search(text)):
        raise ValueError(f"something stands before the path `{late[0].strip()}`")
    if found is None:
        return ()
    interface = _INTERFACE.search(found["rest"])
    return (
        Path(
            next_hop=address(via["next_hop"]) if via and via["next_hop"] else None,
            vrf=found["vrf"],
            interface=interface["interface"] if interface else None,
        ),
    )
