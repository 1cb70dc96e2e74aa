"""A router settling: tunnels, then tables, then sessions, until nothing moves any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address
from math import inf

from lab.network.acceptance import refresh, take
from lab.network.gateway import MOST_PREFIXES
from lab.network.inside import said
from lab.network.negotiation import AzureEnd
from lab.network.policy import on_the_wire, outbound
from lab.network.results import BgpPrefix, Neighbors
from lab.network.rib import address_of
from lab.network.sessions import SessionKeeper
from lab.network.state import (
    GatewayRecord,
    RouterState,
    SeatState,
    SessionState,
    Timing,
    TunnelState,
)
from lab.network.tables import RouterTables, router_tables
from lab.network.tunnels import TunnelKeeper
from lab.network.views import InterfaceView, RouterView

_OVERFULL_PAUSE_S = 120  # how soon a session that Azure ended is tried again: not documented
_KEPT_TABLES = 32  # a router goes to and fro between a few states while it settles


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterKeeper:
    """Moves a router to where its view, its peers and the time put it."""

    gateways: dict[str, GatewayRecord]
    tunnels: TunnelKeeper
    sessions: SessionKeeper

    @classmethod
    def of(cls, gateways: dict[str, GatewayRecord], timing: Timing, seed: int) -> "RouterKeeper":
        """Return a keeper with its two helpers over the network's gateways."""
        return cls(
            gateways=gateways,
            tunnels=TunnelKeeper(gateways=gateways, timing=timing, seed=seed),
            sessions=SessionKeeper(gateways=gateways, timing=timing),
        )

    def settle(self, router: RouterState, now: float) -> set[str]:
        """Settle a router; return the gateways that must look again."""
        before = _standing(router)
        self._calm(router, now)
        if self._shut_overfull(router, now) or self._refuse_overfull(router, now):
            self._calm(router, now)
        dues = [each.due() for each in router.tunnels.values()]
        dues += [each.due() for each in router.sessions.values()]
        router.due = min(dues, default=inf)
        _age(router, now)
        is_news = self._announce(router)
        # Seats may wait for a dead peer from now on, so a gateway looks whenever a state moved.
        return set(self.gateways) if is_news or _standing(router) != before else set()

    def _calm(self, router: RouterState, now: float) -> None:
        """Let tunnels, tables and sessions follow each other until they stand."""
        while True:
            was = _standing(router)
            self._settle_tunnels(router, now)
            self._settle_sessions(router, now)
            if _standing(router) == was:
                break

    def _shut_overfull(self, router: RouterState, now: float) -> bool:
        """End the sessions over which more is accepted than `maximum-prefix` lets in.

        What a filter drops does not count [unconfirmed].
        """
        is_any = False
        for (vrf, _), session in router.sessions.items():
            most = session.neighbor.maximum_prefix
            if most is None or not session.is_passing:
                continue
            count = len(session.accepted)
            if count > most:
                self.sessions.shut(router, vrf, session, count, now)
                is_any = True
        return is_any

    def _refuse_overfull(self, router: RouterState, now: float) -> bool:
        """End the sessions over which Azure hears too much; each is tried again after a while."""
        overfull = [
            (vrf, session)
            for (vrf, _), session in router.sessions.items()
            if session.is_passing
            and len(router.tables.bgp.get(vrf, ())) > MOST_PREFIXES
            and len(_sent(router, vrf, session)) > MOST_PREFIXES
        ]
        for vrf, session in overfull:
            reason = f"Azure hears more than {MOST_PREFIXES} prefixes"
            self.sessions.drop(router, vrf, session, reason, now, is_told=True)
            session.attempt_due = now + _OVERFULL_PAUSE_S
        return bool(overfull)

    def clear(
        self,
        router: RouterState,
        remote: IPv4Address | None,
        local: IPv4Address | None,
        front_door: str | None,
        now: float,
    ) -> None:
        """Drop the router's SAs of these addresses, or of all, telling the other end."""
        for tunnel in router.tunnels.values():
            if tunnel.live is None:
                continue
            session = tunnel.live.session
            asked = (remote, local, front_door)
            own = (session.remote, session.local, session.front_door)
            if all(each in (None, has) for each, has in zip(asked, own, strict=True)):
                self.tunnels.drop(router, tunnel, "cleared", now, is_told=True)

    def clear_tunnels(
        self, router: RouterState, interfaces: frozenset[str], now: float, *, children: bool
    ) -> None:
        """Drop the SAs of these interfaces, telling the other end, or their `children` alone."""
        for name in interfaces & router.tunnels.keys():
            if children:
                self.tunnels.drop_child(router.tunnels[name], router, now)
            else:
                self.tunnels.drop(router, router.tunnels[name], "cleared", now, is_told=True)

    def clear_bgp(
        self, router: RouterState, neighbors: Neighbors, now: float, *, hard: bool
    ) -> None:
        """End sessions, telling the other end, or ask their neighbours for all routes again."""
        for (vrf, address), session in router.sessions.items():
            if (vrf, address) not in neighbors:
                continue
            if hard:
                self.sessions.reset(router, vrf, session, now)
            else:
                refresh(session)

    def _settle_tunnels(self, router: RouterState, now: float) -> None:
        names = [name for name, each in router.view.interfaces.items() if each.tunnel is not None]
        for name in names:
            router.tunnels.setdefault(name, TunnelState())
        for name in list(router.tunnels):
            # A tunnel must be able to stand with what it brings, a route into itself for one.
            standing = _tables(router, _interfaces_up(router) | {name}).rib
            self.tunnels.review(router, name, standing, now)
            if name not in names:
                del router.tunnels[name]
        router.up = _interfaces_up(router)
        router.tables = _tables(router, router.up)

    def _settle_sessions(self, router: RouterState, now: float) -> None:
        self._sync_sessions(router, now)
        live: dict[str, AzureEnd] = {
            name: tunnel.live.azure
            for name, tunnel in router.tunnels.items()
            if tunnel.live is not None and tunnel.live.is_up and tunnel.live.lost_due == inf
        }
        for (vrf, _), session in router.sessions.items():
            announced = said(router.view, router.up, vrf, session.neighbor, router.speakers)
            if announced is None:
                self.sessions.review(router, vrf, session, live, now)
            else:
                self.sessions.stand(session, announced, now)
        router.tables = _tables(router, router.up)

    def _sync_sessions(self, router: RouterState, now: float) -> None:
        """Keep one session a configured neighbour; one that is gone says goodbye."""
        bgp = router.view.bgp if router.view.powered else None
        configured = {
            (vrf, neighbor.address): neighbor
            for vrf, family in (bgp.families if bgp is not None else {}).items()
            for neighbor in family.neighbors
            if neighbor.remote_as is not None
        }
        for (vrf, address), session in list(router.sessions.items()):
            if (vrf, address) not in configured:
                is_told = router.view.powered
                self.sessions.drop(router, vrf, session, "removed", now, is_told=is_told)
                del router.sessions[vrf, address]
        for key, neighbor in configured.items():
            session = router.sessions.setdefault(key, SessionState(neighbor=neighbor))
            if session.neighbor.allowas_in != neighbor.allowas_in:
                refresh(session)
            session.neighbor = neighbor

    def _announce(self, router: RouterState) -> bool:
        """Send to every speaker what changed; return whether anything did."""
        is_news = False
        for (vrf, _), session in router.sessions.items():
            seat = self._seat(session)
            if seat is not None and session.is_passing:
                paths = _sent(router, vrf, session)
                is_news |= paths != seat.heard
                seat.heard = paths
        return is_news

    def _seat(self, session: SessionState) -> SeatState | None:
        if session.peering is None:
            return None
        gateway, connection, instance = session.peering.seat
        record = self.gateways.get(gateway)
        return record.seats.get((connection, instance)) if record is not None else None


def _sent(router: RouterState, vrf: str, session: SessionState) -> tuple[BgpPrefix, ...]:
    view, found = router.view, session.peering
    if view.bgp is None or found is None:
        return ()
    paths = outbound(view, session.neighbor, router.tables.bgp.get(vrf, ()))
    return on_the_wire(view, view.bgp.asn, session.neighbor, found.source, paths)


def _standing(router: RouterState) -> tuple[object, ...]:
    """Return what other states of the router, and of the gateways, depend on."""
    tunnels = tuple(
        (name, each.is_up, each.live is not None and each.live.lost_due)
        for name, each in router.tunnels.items()
    )
    sessions = tuple(
        (key, each.peering, each.is_passing, each.accepted) for key, each in router.sessions.items()
    )
    return (tunnels, sessions)


def _interfaces_up(router: RouterState) -> frozenset[str]:
    """Return the interfaces whose line protocol is up; cables are always plugged in."""
    if not router.view.powered:
        return frozenset()
    return frozenset(_lines_up(router.view, router.tunnels))


def _lines_up(view: RouterView, tunnels: dict[str, TunnelState]) -> Iterable[str]:
    for name, interface in view.interfaces.items():
        if interface.tunnel is None:
            if not interface.shutdown:
                yield name
        elif _is_plain_tunnel(interface):
            # A GRE tunnel without keepalives is up as soon as it has both ends.
            if not interface.shutdown and address_of(view, interface.tunnel.source):
                yield name
        elif name in tunnels and tunnels[name].is_up:
            yield name


def _is_plain_tunnel(interface: InterfaceView) -> bool:
    tunnel = interface.tunnel
    return tunnel is not None and tunnel.mode != "ipsec ipv4" and tunnel.destination is not None


def _tables(router: RouterState, up: frozenset[str]) -> RouterTables:
    for session in router.sessions.values():
        take(router.view, session)
    accepted = {key: each.accepted for key, each in router.sessions.items() if each.accepted}
    key = (up, frozenset(accepted.items()))
    if key not in router.memo:
        if len(router.memo) >= _KEPT_TABLES:
            router.memo.clear()
        router.memo[key] = router_tables(router.view, up, accepted)
    return router.memo[key]


def _age(router: RouterState, now: float) -> None:
    """Remember since when each leg of each route has stood."""
    router.ages = {
        key: router.ages.get(key, now)
        for vrf, table in router.tables.rib.tables.items()
        for entry in table.values()
        for key in ((vrf, entry.prefix, entry.source, leg) for leg in entry.legs)
    }
