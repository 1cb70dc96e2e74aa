"""A gateway's routing: what it believes, announces and shows. Pure functions.

The tables that Azure prints were taken from a public walk-through of this very set-up; see
`lab/tests/network/`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from ipaddress import IPv4Address, IPv4Network

from lab.network.peering import Seat, speaker_of
from lab.network.results import BgpPrefix, EffectiveRoute, GatewayRoute
from lab.network.views import ConnectionView, GatewayView

_WEIGHT = 32768
MOST_PREFIXES = 4000  # Azure ends a session over which it hears more (VPN gateway FAQ, BGP)
_EQUAL_PATHS = 8  # Azure programs at most eight into a NIC
_ORIGIN = "i"
_NOBODY = IPv4Address(0)

# What a NIC has without any gateway: the ranges that Azure routes nowhere by default.
_NIC_DEFAULTS = (
    ("Internet", "0.0.0.0/0"),
    ("None", "10.0.0.0/8"),
    ("None", "100.64.0.0/10"),
    ("None", "192.168.0.0/16"),
    ("None", "25.33.80.0/20"),
    ("None", "25.41.3.0/25"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learned:
    seat: Seat
    peer: IPv4Address
    path: BgpPrefix


@dataclass(frozen=True, kw_only=True)
class GatewayState:
    """A gateway's view with its live tunnels and what it hears over each BGP session.

    What is the same for all its sessions is made once: there may be two hundred.
    """

    view: GatewayView
    tunnels: frozenset[Seat] = frozenset()
    heard: Mapping[Seat, tuple[BgpPrefix, ...]] = field(default_factory=dict)

    @cached_property
    def connections(self) -> Mapping[str, ConnectionView]:
        """The connections by their ids."""
        return {each.id: each for each in self.view.connections}

    @cached_property
    def live(self) -> tuple[ConnectionView, ...]:
        """The connections that have a tunnel."""
        live = {seat[1] for seat in self.tunnels}
        return tuple(each for each in self.view.connections if each.id in live)

    @cached_property
    def best(self) -> Mapping[IPv4Network, tuple[_Learned, ...]]:
        """The paths of each learned prefix that are equally short."""
        return _best(self)

    @cached_property
    def offers(self) -> tuple[tuple[IPv4Network, tuple["_Offer", ...]], ...]:
        """What each prefix may be announced with, the first choice first."""
        return _offers(self)


_Offer = tuple[tuple[int, ...], IPv4Address | None]
"""An AS path, and the peer that it came from: that one is not told."""


def accepted(view: GatewayView, announced: Iterable[BgpPrefix]) -> tuple[BgpPrefix, ...]:
    """Return what a gateway keeps of an update.

    A path with its own AS is a loop; a prefix of its own network or inside it is filtered.
    """
    return tuple(
        path
        for path in announced
        if view.asn not in path.as_path
        and not any(path.prefix.subnet_of(own) for own in view.prefixes)
    )


def announced(state: GatewayState, seat: Seat) -> tuple[BgpPrefix, ...]:
    """Return what a gateway sends over one session: its networks and the other connections'.

    The next hop is the speaker's own address, or the one that the whole gateway announces.
    Of other connections it announces the host route of the BGP address, the prefixes set on the
    local network gateway, and what it learned there; nothing goes back where it came from.
    """
    connection = state.connections.get(seat[1])
    speaker = speaker_of(state.view, connection, seat[2]) if connection else None
    if connection is None or speaker is None:
        return ()
    next_hop, peer = state.view.next_hop or speaker, connection.peer_bgp_address
    return tuple(
        _announcement(prefix, next_hop, as_path)
        for prefix, offers in state.offers
        if (as_path := next((way for way, source in offers if source != peer), None)) is not None
    )


def _offers(state: GatewayState) -> tuple[tuple[IPv4Network, tuple[_Offer, ...]], ...]:
    own: tuple[int, ...] = (state.view.asn,)
    offers: dict[IPv4Network, list[_Offer]] = {
        prefix: [(own, _NOBODY)] for prefix in state.view.prefixes
    }
    for connection in state.live:
        for prefix in _networks(connection):
            offers.setdefault(prefix, []).append((own, connection.peer_bgp_address))
    for prefix, best in state.best.items():
        offers.setdefault(prefix, []).append(((*own, *best[0].path.as_path), best[0].peer))
    return tuple((prefix, tuple(ways)) for prefix, ways in sorted(offers.items()))


@lru_cache(maxsize=100_000)
def _announcement(
    prefix: IPv4Network, next_hop: IPv4Address, as_path: tuple[int, ...]
) -> BgpPrefix:
    """Make a path once: that two are the same object is told quickly."""
    return BgpPrefix(prefix=prefix, next_hop=next_hop, as_path=as_path, origin=_ORIGIN)


def advertised_routes(state: GatewayState, peer: IPv4Address) -> tuple[GatewayRoute, ...]:
    """Return the rows of getAdvertisedRoutes for a peer, one set for each instance."""
    return tuple(
        GatewayRoute(
            local_address=speaker,
            network=path.prefix,
            next_hop=path.next_hop,
            source_peer=speaker,
            origin="Igp",
            as_path=path.as_path,
            weight=0,
        )
        for seat in sorted(state.heard)
        if (connection := state.connections.get(seat[1])) and connection.peer_bgp_address == peer
        if (speaker := speaker_of(state.view, connection, seat[2])) is not None
        for path in announced(state, seat)
    )


def learned_routes(state: GatewayState) -> tuple[GatewayRoute, ...]:
    """Return the rows of getLearnedRoutes, instance by instance, inner prefixes first."""
    return tuple(
        row
        for index in range(len(state.view.instances))
        for row in sorted(_instance_rows(state, index), key=_row_order)
    )


def effective_routes(state: GatewayState) -> tuple[EffectiveRoute, ...]:
    """Return a NIC's effective routes; each path by the gateway is a row of its own."""
    view = state.view
    local = [_nic_row("Default", prefix, "VnetLocal") for prefix in view.prefixes]
    defaults = [_nic_row("Default", IPv4Network(text), kind) for kind, text in _NIC_DEFAULTS]
    return (*local, *_gateway_rows(state), *defaults)


def _gateway_rows(state: GatewayState) -> Iterable[EffectiveRoute]:
    """Yield what comes by gateways: for equal prefixes by ExpressRoute alone.

    "ExpressRoute and site-to-site coexisting connections": the longest prefix first, then
    ExpressRoute.
    """
    view, kind = state.view, "VirtualNetworkGateway"
    for prefix in view.expressroute:
        yield _nic_row(kind, prefix, kind, view.expressroute_next_hop)
    yield from (row for row in _vpn_rows(state) if row.prefix not in view.expressroute)


def _vpn_rows(state: GatewayState) -> Iterable[EffectiveRoute]:
    kind = "VirtualNetworkGateway"
    for connection in state.live:
        for prefix in _networks(connection):
            for index in _instances(state, connection):
                yield _nic_row(kind, prefix, kind, state.view.instances[index].public_address)
    for prefix, paths in state.best.items():
        for each in paths[:_EQUAL_PATHS]:
            address = state.view.instances[each.seat[2]].public_address
            yield _nic_row(kind, prefix, kind, address)


def _nic_row(
    source: str, prefix: IPv4Network, kind: str, next_hop: IPv4Address | None = None
) -> EffectiveRoute:
    return EffectiveRoute(
        source=source, state="Active", prefix=prefix, next_hop_type=kind, next_hop=next_hop
    )


def _instance_rows(state: GatewayState, index: int) -> Iterable[GatewayRoute]:
    """Yield an instance's own routes, those of its peers, and those of the other instance."""
    own = state.view.instances[index].speakers[0]
    networks = [*state.view.prefixes]
    for connection in state.live:
        if index in _instances(state, connection):
            networks += _networks(connection)
    for network in networks:
        yield _row(own, network, None, own, "Network")
    for each in _all_learned(state):
        network, as_path = each.path.prefix, each.path.as_path
        if each.seat[2] == index:
            yield _row(own, network, each.peer, each.peer, "EBgp", as_path)
        else:
            other = state.view.instances[each.seat[2]].speakers[0]
            yield _row(own, network, each.peer, other, "IBgp", as_path)


def _row(
    local: IPv4Address,
    network: IPv4Network,
    next_hop: IPv4Address | None,
    source_peer: IPv4Address,
    origin: str,
    as_path: tuple[int, ...] = (),
) -> GatewayRoute:
    return GatewayRoute(
        local_address=local,
        network=network,
        next_hop=next_hop,
        source_peer=source_peer,
        origin=origin,
        as_path=as_path,
        weight=_WEIGHT,
    )


def _row_order(row: GatewayRoute) -> tuple[int, int, int]:
    last = int(row.network.broadcast_address)
    return (last, -row.network.prefixlen, int(row.source_peer))


def _best(state: GatewayState) -> Mapping[IPv4Network, tuple[_Learned, ...]]:
    """Return the paths of each learned prefix that are equally short."""
    nets: dict[IPv4Network, list[_Learned]] = {}
    for each in _all_learned(state):
        nets.setdefault(each.path.prefix, []).append(each)
    best = {}
    for prefix, paths in nets.items():
        shortest = min(len(each.path.as_path) for each in paths)
        best[prefix] = tuple(each for each in paths if len(each.path.as_path) == shortest)
    return best


def _all_learned(state: GatewayState) -> list[_Learned]:
    found = []
    for seat, paths in sorted(state.heard.items()):
        connection = state.connections.get(seat[1])
        if connection is None or connection.peer_bgp_address is None:
            continue
        found += [
            _Learned(seat=seat, peer=connection.peer_bgp_address, path=path)
            for path in accepted(state.view, paths)
        ]
    return found


def _networks(connection: ConnectionView) -> tuple[IPv4Network, ...]:
    """Return the networks that a live connection itself stands for."""
    host: tuple[IPv4Network, ...] = ()
    if connection.enable_bgp and connection.peer_bgp_address is not None:
        host = (IPv4Network(connection.peer_bgp_address),)
    return (*host, *connection.address_prefixes)


def _instances(state: GatewayState, connection: ConnectionView) -> list[int]:
    return sorted(seat[2] for seat in state.tunnels if seat[1] == connection.id)
