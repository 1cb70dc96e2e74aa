"""Whether a packet of the router's arrives, as far as the router's own end can tell.

Through a tunnel it does where the SAs stand, Azure announced the destination (or it is the BGP
speaker there), and Azure knows the way back: the source is announced to it or is the address
that a session comes from. Out of a plain interface it does only where a live tunnel runs over
the same next hop: that hop is known to answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from lab.network.results import BgpSession, IkeSession, Path, Route
from lab.router.device import Router
from lab.router.overhead import plaintext_mtu
from lab.router.shows.facts import address_of, chosen, is_up

PLAIN_MTU = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The way out to a destination: by which interface, and how large a packet fits in it."""

    interface: str
    mtu: int
    arrives: bool


def lookup(router: Router, vrf: str, address: IPv4Address) -> Route | None:
    """Return the longest route to an address."""
    table = router.network.routes(router.name, vrf)
    covering = [route for route in table if address in route.prefix]
    return max(covering, key=lambda route: route.prefix.prefixlen, default=None)


def way(router: Router, vrf: str, address: IPv4Address, source: IPv4Address | None) -> Way | None:
    """Return the way to an address, None where there is no route.

    Of several paths the addresses choose one, as CEF does; without `source` it is the address of
    the interface that the packet leaves by.
    """
    route = lookup(router, vrf, address)
    if route is None or not route.paths:
        return None
    path = chosen(route, address)
    name = path.interface
    if name is None:
        return None
    if route.source == "local":
        return Way(interface=name, mtu=PLAIN_MTU, arrives=True)
    session = _session(router, name)
    own = source or address_of(router, name)
    if session is None:
        return Way(interface=name, mtu=_mtu(router, name), arrives=_plain(router, path, address))
    arrives = own is not None and _through(router, name, address, own)
    return Way(interface=name, mtu=_mtu(router, name, session), arrives=arrives)


def _session(router: Router, interface: str) -> IkeSession | None:
    sessions = router.network.ike_sessions(router.name)
    return next((one for one in sessions if one.interface == interface), None)


def _mtu(router: Router, interface: str, session: IkeSession | None = None) -> int:
    block = router.config.find("interface", interface)
    configured = block.arg("ip mtu", "mtu") if block is not None else None
    child = session.child if session is not None else None
    own = PLAIN_MTU if child is None or session is None else plaintext_mtu(child, session.port)
    return min(own, int(configured)) if configured else own


def _plain(router: Router, path: Path, address: IPv4Address) -> bool:
    """Tell whether the address is a hop over which a tunnel runs."""
    if path.interface is None or not is_up(router, path.interface):
        return False
    for session in router.network.ike_sessions(router.name):
        route = lookup(router, session.front_door, session.remote)
        hops = {one.next_hop for one in route.paths} if route is not None else set()
        if session.child is not None and address in hops:
            return True
    return False


def _through(router: Router, tunnel: str, address: IPv4Address, source: IPv4Address) -> bool:
    if not is_up(router, tunnel):
        return False
    sessions = list(_bgp(router))
    here = [one for one in sessions if leaves_by(router, one, tunnel)]
    known = any(
        address == one.neighbor or any(address in path.prefix for path in one.received)
        for one in here
    )
    back = any(
        source == _speaks_from(router, one, tunnel)
        or any(source in path.prefix for path in one.advertised)
        for one in sessions
    )
    return known and back


def _bgp(router: Router) -> Iterator[BgpSession]:
    bgp = router.view().bgp
    for vrf in bgp.families if bgp is not None else ():
        for session in router.network.bgp_sessions(router.name, vrf):
            if session.state == "Established":
                yield session


def leaves_by(router: Router, session: BgpSession, tunnel: str) -> bool:
    """Tell whether what a BGP session says goes into this tunnel."""
    route = lookup(router, session.vrf, session.neighbor)
    return route is not None and any(path.interface == tunnel for path in route.paths)


def _speaks_from(router: Router, session: BgpSession, tunnel: str) -> IPv4Address | None:
    bgp = router.view().bgp
    neighbors = bgp.families[session.vrf].neighbors if bgp is not None else ()
    for neighbor in neighbors:
        if neighbor.address == session.neighbor and neighbor.update_source is not None:
            return address_of(router, neighbor.update_source)
    return address_of(router, tunnel)
