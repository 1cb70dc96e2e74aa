"""The network itself: joins what the ends show, and moves with the clock.

Nothing here polls. `changed` looks at the ends whose view is another one than before, and every
state knows when it must be looked at again; the earliest of these times is the one alarm set.
"""

from collections.abc import Mapping
from ipaddress import IPv4Address
from math import inf

from lab.clock import Clock, Timer
from lab.network import answers
from lab.network.gateway import (
    GatewayState,
    advertised_routes,
    announced,
    effective_routes,
    learned_routes,
)
from lab.network.hub import hub_routes
from lab.network.inside import with_ospf
from lab.network.leases import with_leases
from lab.network.results import (
    BgpPrefix,
    BgpSession,
    ConnectionStatus,
    EffectiveRoute,
    GatewayRoute,
    HubRoute,
    IkeSession,
    Neighbors,
    PeerStatus,
    Route,
)
from lab.network.routers import RouterKeeper
from lab.network.state import GatewayRecord, RouterState, SeatState, SessionState, Timing
from lab.network.tables import router_tables
from lab.network.views import GatewayEnd, GatewayView, RouterEnd, SpeakerFact, UplinkFact

_ROUNDS = 100  # an exchange of routes that has not settled by then never will


class Model:
    """The `Network` of results.py, for any number of routers and gateways.

    `uplinks` says for each router what the provider does on each of its segments, `speakers` who
    talks to it on its inside ones; `seed` makes what looks random. Attach the ends first; each of
    them then calls `changed` after a change.
    Asking for a router or gateway that is not attached raises `KeyError`.
    """

    def __init__(
        self,
        clock: Clock,
        uplinks: Mapping[str, Mapping[str, UplinkFact]],
        *,
        speakers: Mapping[str, tuple[SpeakerFact, ...]] | None = None,
        timing: Timing | None = None,
        seed: int = 0,
    ) -> None:
        self._clock = clock
        self._speakers = speakers or {}
        self._uplinks = uplinks
        self._timing = timing or Timing()
        self._routers: dict[str, RouterState] = {}
        self._gateways: dict[str, GatewayRecord] = {}
        self._keeper = RouterKeeper.of(self._gateways, self._timing, seed)
        self._dirty_routers: set[str] = set()
        self._dirty_gateways: set[str] = set()
        self._alarm_at = inf
        self._is_settling = False
        self._late: Timer | None = None

    # --- the ends -------------------------------------------------------------------------------

    def attach_router(self, name: str, end: RouterEnd) -> None:
        """Put a router on the network; its view is read at once."""
        shown, uplinks = end.view(), self._uplinks.get(name, {})
        speakers = self._speakers.get(name, ())
        view = with_ospf(with_leases(shown, uplinks), speakers)
        tables = router_tables(view, frozenset(), {})
        self._routers[name] = RouterState(
            name=name,
            end=end,
            uplinks=uplinks,
            speakers=speakers,
            shown=shown,
            view=view,
            tables=tables,
        )
        self._dirty_routers.add(name)
        self._settle()

    def attach_gateway(self, end: GatewayEnd) -> None:
        """Put a gateway on the network under the id its view bears; that is read at once."""
        view = end.view()
        record = GatewayRecord(end=end, view=view, attached=self._clock.now())
        self._gateways[view.id] = record
        self._seat_connections(record)
        self._dirty_gateways.add(view.id)
        self._dirty_routers |= self._routers.keys()
        self._settle()

    def changed(self, *, soon: bool = False) -> None:
        """Either end changed: negotiate again what must be; cheap when nothing did.

        `soon` is for what may be looked at together with what follows it at once.
        """
        if soon:
            self._late = self._late or self._clock.call_at(self._clock.now(), self.changed)
            return
        if self._late is not None:
            self._late.cancel()
            self._late = None
        for router in self._routers.values():
            shown = router.end.view()
            if shown is not router.shown:
                leased = with_leases(shown, router.uplinks)
                router.shown, router.view = shown, with_ospf(leased, router.speakers)
                router.memo.clear()
                self._dirty_routers.add(router.name)
        for record in self._gateways.values():
            gateway_view = record.end.view()
            if gateway_view is not record.view and gateway_view != record.view:
                self._take_gateway_view(record, gateway_view)
        self._settle()

    def _take_gateway_view(self, record: GatewayRecord, view: GatewayView) -> None:
        """Mark the routers that a changed connection concerns; all of them if more changed."""
        old, record.view = record.view, view
        self._seat_connections(record)
        self._dirty_gateways.add(view.id)
        if (old.asn, old.instances, old.prefixes) != (view.asn, view.instances, view.prefixes):
            self._dirty_routers |= self._routers.keys()
            return
        before = {connection.id: connection for connection in old.connections}
        after = {connection.id: connection for connection in view.connections}
        changed = [
            connection
            for each in before.keys() | after.keys()
            if before.get(each) != after.get(each)
            for connection in (before.get(each), after.get(each))
            if connection is not None
        ]
        peers = {connection.peer_address for connection in changed}
        self._dirty_routers |= {
            router.name
            for router in self._routers.values()
            if any(fact.public in peers for fact in router.uplinks.values())
        }

    def _seat_connections(self, record: GatewayRecord) -> None:
        """Keep one seat for each connection and instance."""
        now = self._clock.now()
        record.seats = {
            key: record.seats.get(key) or SeatState(changed=now)
            for connection in record.view.connections
            for key in ((connection.id, index) for index in range(len(record.view.instances)))
        }

    # --- settling -------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Let every consequence of what is marked dirty happen, then set the alarm."""
        if self._is_settling:
            return
        self._is_settling = True
        try:
            for _ in range(_ROUNDS):
                if not self._dirty_routers and not self._dirty_gateways:
                    break
                self._settle_once()
        finally:
            self._is_settling = False
        self._set_alarm()

    def _settle_once(self) -> None:
        now = self._clock.now()
        routers, self._dirty_routers = self._dirty_routers, set()
        for name in sorted(routers):
            self._dirty_gateways |= self._keeper.settle(self._routers[name], now)
        gateways, self._dirty_gateways = self._dirty_gateways, set()
        for name in sorted(gateways & self._gateways.keys()):
            self._dirty_routers |= self._settle_gateway(self._gateways[name], now)

    def _settle_gateway(self, record: GatewayRecord, now: float) -> set[str]:
        """Let a gateway notice what is gone and announce; return the routers that hear news.

        What is new within a while of the last announcement waits for the end of that while.
        """
        _expire(record, now)
        if now < record.quiet_until:
            record.due = min(record.due, record.quiet_until)
            return set()
        state = _gateway_state(record)
        reached = set()
        for router in self._routers.values():
            for session in router.sessions.values():
                if self._tell(state, session):
                    reached.add(router.name)
        if reached:
            record.quiet_until = now + self._timing.advertise_s
        return reached

    @staticmethod
    def _tell(state: GatewayState, session: SessionState) -> bool:
        """Announce over a session; return whether that was news."""
        found = session.peering
        if found is None or found.seat[0] != state.view.id or not session.is_passing:
            return False
        paths = announced(state, found.seat)
        if paths == session.heard:
            return False
        session.heard = paths
        return True

    def _set_alarm(self) -> None:
        dues = [router.due for router in self._routers.values()]
        dues += [record.due for record in self._gateways.values()]
        due = min(dues, default=inf)
        if due < self._alarm_at:
            self._alarm_at = due
            self._clock.call_at(due, self._wake)

    def _wake(self) -> None:
        now = self._clock.now()
        self._alarm_at = inf
        self._dirty_routers |= {each.name for each in self._routers.values() if each.due <= now}
        self._dirty_gateways |= {name for name, each in self._gateways.items() if each.due <= now}
        self._settle()

    # --- what both ends ask ---------------------------------------------------------------------

    def why(self, router: str, interface: str) -> str:
        """Return why a tunnel interface is not up, or `up`; for diagnosis."""
        return self._router(router).tunnels[interface].reason

    def why_not_established(self, router: str, vrf: str, neighbor: IPv4Address) -> str:
        """Return why a BGP session does not stand, or `established`; for diagnosis."""
        return self._router(router).sessions[vrf, neighbor].reason

    def ike_sessions(self, router: str) -> tuple[IkeSession, ...]:
        """Return a router's live IKEv2 SAs in the order of their session ids."""
        return answers.ike_sessions(self._router(router), self._clock.now())

    def clear_ike(
        self,
        router: str,
        remote: IPv4Address | None = None,
        local: IPv4Address | None = None,
        front_door: str | None = None,
    ) -> None:
        """Drop a router's IKEv2 SAs (those of addresses or VRF); they are negotiated anew."""
        state = self._router(router)
        self._keeper.clear(state, remote, local, front_door, self._clock.now())
        self._dirty_routers.add(router)
        self._dirty_gateways |= self._gateways.keys()
        self._settle()

    def clear_tunnels(self, router: str, interfaces: frozenset[str], *, children: bool) -> None:
        """Drop the SAs of a router's tunnels, or their `children` alone, which are made anew."""
        state = self._router(router)
        self._keeper.clear_tunnels(state, interfaces, self._clock.now(), children=children)
        self._dirty_routers.add(router)
        self._dirty_gateways |= self._gateways.keys()
        self._settle()

    def carry(self, router: str, interface: str, kilobytes: float) -> None:
        """Count what a router itself sent through a tunnel, and got back."""
        tunnel = self._router(router).tunnels.get(interface)
        if tunnel is not None and tunnel.live is not None:
            tunnel.live.volume.other_kb += kilobytes
            self._dirty_routers.add(router)
            self._settle()

    def clear_bgp(self, router: str, neighbors: Neighbors, *, hard: bool) -> None:
        """End a router's BGP sessions, or take what is heard over them by the policy of now."""
        self._keeper.clear_bgp(self._router(router), neighbors, self._clock.now(), hard=hard)
        self._dirty_routers.add(router)
        self._dirty_gateways |= self._gateways.keys()
        self._settle()

    def bgp_sessions(self, router: str, vrf: str) -> tuple[BgpSession, ...]:
        """Return the neighbours of an address family in the order of their addresses."""
        return answers.bgp_sessions(self._router(router), vrf, self._clock.now())

    def bgp_table(self, router: str, vrf: str) -> tuple[BgpPrefix, ...]:
        """Return a VRF's BGP table by prefix, the best path of each first."""
        return self._router(router).tables.bgp.get(vrf, ())

    def routes(self, router: str, vrf: str) -> tuple[Route, ...]:
        """Return a VRF's routing table in the order of the prefixes."""
        return answers.routes(self._router(router), vrf)

    def interface_up(self, router: str, interface: str) -> bool:
        """Tell whether an interface's line protocol is up."""
        return interface in self._router(router).up

    def connection_status(self, gateway: str, connection: str) -> ConnectionStatus:
        """Return what Azure shows of a connection and its tunnels."""
        record = self._gateway(gateway)
        return answers.connection_status(record, connection, self._timing, self._clock.now())

    def peer_status(self, gateway: str) -> tuple[PeerStatus, ...]:
        """Return the rows of getBgpPeerStatus."""
        return answers.peer_status(self._gateway(gateway), self._clock.now())

    def learned_routes(self, gateway: str) -> tuple[GatewayRoute, ...]:
        """Return the rows of getLearnedRoutes."""
        return learned_routes(_gateway_state(self._gateway(gateway)))

    def advertised_routes(self, gateway: str, peer: IPv4Address) -> tuple[GatewayRoute, ...]:
        """Return the rows of getAdvertisedRoutes for one peer."""
        return advertised_routes(_gateway_state(self._gateway(gateway)), peer)

    def effective_routes(self, gateway: str) -> tuple[EffectiveRoute, ...]:
        """Return the effective routes of a NIC in the gateway's network."""
        return effective_routes(_gateway_state(self._gateway(gateway)))

    def hub_routes(self, gateway: str) -> tuple[HubRoute, ...]:
        """Return what a hub has by its VPN gateway, by prefix."""
        return hub_routes(_gateway_state(self._gateway(gateway)))

    def _router(self, name: str) -> RouterState:
        """Return a router as it stands after all that was changed."""
        if self._late is not None:
            self.changed()
        return self._routers[name]

    def _gateway(self, name: str) -> GatewayRecord:
        """Return a gateway as it stands after all that was changed."""
        if self._late is not None:
            self.changed()
        return self._gateways[name]


def _gateway_state(record: GatewayRecord) -> GatewayState:
    name = record.view.id
    return GatewayState(
        view=record.view,
        tunnels=frozenset(
            (name, *key) for key, seat in record.seats.items() if seat.since is not None
        ),
        heard={
            (name, *key): seat.heard
            for key, seat in record.seats.items()
            if seat.bgp_since is not None
        },
    )


def _expire(record: GatewayRecord, now: float) -> None:
    """Let a gateway notice the peers that have been silent for too long."""
    for seat in record.seats.values():
        if now >= seat.until:
            seat.since, seat.until, seat.changed = None, inf, now
        if now >= seat.bgp_until:
            seat.bgp_since, seat.bgp_until, seat.heard = None, inf, ()
    waits = (due for seat in record.seats.values() for due in (seat.until, seat.bgp_until))
    record.due = min(waits, default=inf)
