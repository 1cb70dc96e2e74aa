"""The network's answers in the shapes of results.py, made from its records."""

from dataclasses import replace

from lab.network.peering import speaker_of
from lab.network.policy import outbound
from lab.network.results import (
    BgpSession,
    ConnectionStatus,
    IkeSession,
    InstanceStatus,
    Path,
    PeerStatus,
    Route,
)
from lab.network.rib import Entry, Leg
from lab.network.state import (
    GatewayRecord,
    LiveTunnel,
    RouterState,
    SeatState,
    SessionState,
    Timing,
)
from lab.network.views import ConnectionView

_AZURE_KEEPALIVE_S = 60
_OPENING_MESSAGES = 2  # OPEN and the first KEEPALIVE
_EGRESS_RATE, _INGRESS_RATE = 87, 91  # bytes a second of a tunnel that carries BGP and little else


def ike_sessions(router: RouterState, now: float) -> tuple[IkeSession, ...]:
    """Return the live SAs of a router in the order of their session ids."""
    live = [tunnel.live for tunnel in router.tunnels.values() if tunnel.live is not None]
    return tuple(
        sorted((_counted(each, now) for each in live), key=lambda session: session.session_id)
    )


def _counted(live: LiveTunnel, now: float) -> IkeSession:
    """Return the SA with what its child carried; most carry nothing that is counted."""
    session, load, other = live.session, live.volume.load(now), live.volume.other_kb
    if session.child is None or not load + other:
        return session
    child = replace(session.child, carried_kb=load + other, load_kb=load)
    return replace(session, child=child)


def bgp_sessions(router: RouterState, vrf: str, now: float) -> tuple[BgpSession, ...]:
    """Return the neighbours of an address family in the order of their addresses."""
    return tuple(
        _bgp_session(router, vrf, session, now)
        for (family, _), session in sorted(router.sessions.items())
        if family == vrf
    )


def _bgp_session(router: RouterState, vrf: str, session: SessionState, now: float) -> BgpSession:
    neighbor, view = session.neighbor, router.view
    is_up = session.state == "Established" and view.bgp is not None
    table = router.tables.bgp.get(vrf, ())
    received = session.accepted if is_up else ()
    advertised = outbound(view, neighbor, table) if is_up else ()
    since = session.since if is_up else None
    keepalive_s = neighbor.keepalive_s
    return BgpSession(
        vrf=vrf,
        neighbor=neighbor.address,
        asn=neighbor.remote_as or 0,
        state=session.state,
        since=session.since,
        messages_received=_messages(since, now, len(session.heard), keepalive_s),
        messages_sent=_messages(since, now, len(advertised), keepalive_s),
        received=received,
        heard=session.heard if is_up else (),
        advertised=advertised,
    )


def _messages(since: float | None, now: float, updates: int, keepalive_s: int) -> int:
    """Count the messages of a session that stands: its opening, its updates, its keepalives."""
    if since is None:
        return 0
    return _OPENING_MESSAGES + updates + int(now - since) // max(keepalive_s, 1)


def routes(router: RouterState, vrf: str) -> tuple[Route, ...]:
    """Return a VRF's routing table in the order of the prefixes."""
    table = router.tables.rib.tables.get(vrf, {})
    return tuple(_route(router, vrf, entry) for _, entry in sorted(table.items()))


def _route(router: RouterState, vrf: str, entry: Entry) -> Route:
    return Route(
        prefix=entry.prefix,
        source=entry.source,
        distance=entry.distance,
        metric=entry.metric,
        as_path=entry.as_path,
        paths=tuple(_path(router, vrf, entry, leg) for leg in entry.legs),
    )


def _path(router: RouterState, vrf: str, entry: Entry, leg: Leg) -> Path:
    hops = router.tables.rib.follow(leg)
    return Path(
        next_hop=leg.next_hop,
        vrf=leg.vrf,
        interface=hops[0].interface if hops else None,
        since=router.ages[vrf, entry.prefix, entry.source, leg],
        from_peer=leg.peer,
    )


def connection_status(
    record: GatewayRecord, connection: str, timing: Timing, now: float
) -> ConnectionStatus:
    """Return a connection's status: the best of its tunnels' [unconfirmed for several]."""
    tunnels = tuple(
        _instance_status(instance, seat, timing, now)
        for (name, instance), seat in sorted(record.seats.items())
        if name == connection
    )
    shown = {tunnel.status for tunnel in tunnels}
    order = ("Connected", "Connecting", "NotConnected")
    status = next((each for each in order if each in shown), "Unknown")
    return ConnectionStatus(status=status, tunnels=tunnels)


def _instance_status(instance: int, seat: SeatState, timing: Timing, now: float) -> InstanceStatus:
    lasting = int(now - seat.since) if seat.since is not None else 0
    return InstanceStatus(
        instance=instance,
        status=_tunnel_status(seat, timing, now),
        since=seat.since,
        ingress_bytes=lasting * _INGRESS_RATE,
        egress_bytes=lasting * _EGRESS_RATE,
    )


def _tunnel_status(seat: SeatState, timing: Timing, now: float) -> str:
    """Return a tunnel's status: Unknown at first, Connecting for a while, then NotConnected."""
    if seat.since is not None:
        return "Connected"
    if not seat.was_up and now - seat.changed < timing.ike_s:
        return "Unknown"
    return "Connecting" if now - seat.changed < timing.give_up_s else "NotConnected"


def peer_status(record: GatewayRecord, now: float) -> tuple[PeerStatus, ...]:
    """Return a row for each instance and connection with BGP, and for the other instances."""
    rows: list[PeerStatus] = []
    for index in range(len(record.view.instances)):
        for connection in record.view.connections:
            rows += _peer_rows(record, connection, index, now)
        rows += _sibling_rows(record, index, now)
    return tuple(rows)


def _peer_rows(
    record: GatewayRecord, connection: ConnectionView, index: int, now: float
) -> list[PeerStatus]:
    own = record.view.instances[index].speakers[0]
    peer, asn = connection.peer_bgp_address, connection.peer_asn
    if not connection.enable_bgp or peer is None or asn is None:
        return []
    seat = record.seats[connection.id, index]
    is_up = seat.bgp_since is not None
    return [
        PeerStatus(
            local_address=speaker_of(record.view, connection, index) or own,
            neighbor=peer,
            asn=asn,
            state="Connected" if is_up else "Connecting",
            since=seat.bgp_since,
            routes_received=len(seat.heard),
            messages_sent=_messages(seat.bgp_since, now, len(seat.heard), _AZURE_KEEPALIVE_S),
            messages_received=_messages(seat.bgp_since, now, 1, _AZURE_KEEPALIVE_S),
        )
    ]


def _sibling_rows(record: GatewayRecord, index: int, now: float) -> list[PeerStatus]:
    """Return the other instances, which are iBGP peers of this one."""
    own = record.view.instances[index].speakers[0]
    return [
        PeerStatus(
            local_address=own,
            neighbor=instance.speakers[0],
            asn=record.view.asn,
            state="Connected",
            since=record.attached,
            routes_received=sum(
                len(seat.heard) for (_, at), seat in record.seats.items() if at == other
            ),
            messages_sent=_messages(record.attached, now, 1, _AZURE_KEEPALIVE_S),
            messages_received=_messages(record.attached, now, 1, _AZURE_KEEPALIVE_S),
        )
        for other, instance in enumerate(record.view.instances)
        if other != index
    ]
