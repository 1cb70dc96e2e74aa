"""The routing tables of a router: connected and static routes, and the lookup through them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from lab.network.views import GLOBAL, InterfaceView, RouterView, StaticRouteView

_HOST_BITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One way of an entry as configured or learned; `vrf` is where the next hop is sought."""

    vrf: str
    next_hop: IPv4Address | None = None
    interface: str | None = None
    peer: IPv4Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An installed route, its next hops not yet resolved."""

    prefix: IPv4Network
    source: str
    distance: int
    legs: tuple[Leg, ...]
    as_path: tuple[int, ...] = ()
    metric: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """Where a packet leaves: the interface and who is asked there (None: whoever answers)."""

    interface: str
    next_hop: IPv4Address | None


Table = Mapping[IPv4Network, Entry]
Seen = frozenset[tuple[str, IPv4Network]]


class Rib:
    """All routing tables of one router, one a VRF."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables
        self._lengths = {
            vrf: sorted({prefix.prefixlen for prefix in table}, reverse=True)
            for vrf, table in tables.items()
        }

    def lookup(self, vrf: str, address: IPv4Address) -> Entry | None:
        """Return the longest match."""
        table = self.tables.get(vrf, {})
        for length in self._lengths.get(vrf, ()):
            shift = _HOST_BITS - length
            prefix = IPv4Network((int(address) >> shift << shift, length))
            if prefix in table:
                return table[prefix]
        return None

    def resolve(self, vrf: str, address: IPv4Address, seen: Seen = frozenset()) -> tuple[Hop, ...]:
        """Follow next hops until they leave by an interface; empty when they lead nowhere.

        A route that leans on one of `seen`, those already followed, is a loop.
        """
        entry = self.lookup(vrf, address)
        if entry is None or (vrf, entry.prefix) in seen:
            return ()
        seen |= {(vrf, entry.prefix)}
        return tuple(
            hop
            for leg in entry.legs
            if leg.interface is not None or leg.next_hop != address
            for hop in self.follow(leg, seen)
        )

    def follow(self, leg: Leg, seen: Seen = frozenset()) -> tuple[Hop, ...]:
        """Return where one leg of a route leaves."""
        if leg.interface is not None:
            return (Hop(interface=leg.interface, next_hop=leg.next_hop),)
        if leg.next_hop is None:
            return ()
        hops = self.resolve(leg.vrf, leg.next_hop, seen)
        return tuple(
            Hop(interface=hop.interface, next_hop=hop.next_hop or leg.next_hop) for hop in hops
        )


def address_of(view: RouterView, name: str | None) -> IPv4Address | None:
    """Return the address an interface speaks with: its own, or the one it borrows."""
    interface = view.interfaces.get(name or "")
    if interface is None:
        return None
    if interface.unnumbered is not None:
        interface = view.interfaces.get(interface.unnumbered, interface)
    return interface.address.ip if interface.address is not None else None


def base_rib(view: RouterView, up: frozenset[str]) -> Rib:
    """Return the connected, local and static routes that stand while the interfaces `up` are."""
    tables: dict[str, dict[IPv4Network, Entry]] = {
        vrf: _connected(view, vrf, up) for vrf in (GLOBAL, *view.vrfs)
    }
    pending = [route for route in view.static_routes if route.vrf in tables]
    # A static route may lean on another one, so they go in until no more of them fits.
    while fitting := _fitting(view, pending, up, Rib(tables)):
        installed = set(fitting)
        pending = [route for route in pending if route not in installed]
        for route in fitting:
            _install_static(tables[route.vrf], route)
    return Rib(tables)


def _connected(view: RouterView, vrf: str, up: frozenset[str]) -> dict[IPv4Network, Entry]:
    table: dict[IPv4Network, Entry] = {}
    for interface in view.interfaces.values():
        if interface.vrf == vrf and interface.name in up and interface.address is not None:
            table.update({entry.prefix: entry for entry in _interface_entries(interface)})
    return table


def _interface_entries(interface: InterfaceView) -> Iterable[Entry]:
    """Yield the network of an interface and its own address; a /32 is shown as connected only."""
    if interface.address is None:
        return
    legs = (Leg(vrf=interface.vrf, interface=interface.name),)
    network = interface.address.network
    if network.prefixlen < _HOST_BITS:
        own = IPv4Network(interface.address.ip)
        yield Entry(prefix=own, source="local", distance=0, legs=legs)
    yield Entry(prefix=network, source="connected", distance=0, legs=legs)


def _fitting(
    view: RouterView, pending: list[StaticRouteView], up: frozenset[str], rib: Rib
) -> list[StaticRouteView]:
    return [route for route in pending if _stands(view, route, up, rib)]


def _stands(view: RouterView, route: StaticRouteView, up: frozenset[str], rib: Rib) -> bool:
    """Tell whether a static route is installed: its interface is up, or its next hop resolves."""
    if route.interface is not None:
        if route.interface.lower().startswith("null"):
            return True
        interface = view.interfaces.get(route.interface)
        return interface is not None and interface.vrf == route.vrf and route.interface in up
    if route.next_hop is None:
        return False
    leaning = rib.lookup(route.vrf, route.next_hop)
    # A route through itself would be none.
    if leaning is not None and leaning.prefix == route.prefix and leaning.source == route.source:
        return False
    return bool(rib.resolve(route.vrf, route.next_hop))


def _install_static(table: dict[IPv4Network, Entry], route: StaticRouteView) -> None:
    leg = Leg(vrf=route.vrf, next_hop=route.next_hop, interface=route.interface)
    legs: tuple[Leg, ...] = (leg,)
    known = table.get(route.prefix)
    if known is not None:
        if known.distance < route.distance:
            return
        if known.distance == route.distance:
            legs = (*known.legs, leg)
    table[route.prefix] = Entry(
        prefix=route.prefix, source=route.source, distance=route.distance, legs=legs
    )
