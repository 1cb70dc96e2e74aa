"""BGP sessions over time.

How a session that stands comes to its end, and who learns of it:

| event                                                       | router     | Azure      |
|-------------------------------------------------------------|------------|------------|
| neighbour shut, removed, not activated, remote-as or source changed | at once | told  |
| connection without BGP, or with another peer address or AS  | at once    | at once    |
| tunnel down, or the speaker routed elsewhere                | hold timer | hold timer |
| router powered off                                          | at once    | hold timer |

IOS drops a session at once only to a neighbour on a connected network, or with `fall-over`; a
multihop one lasts until its hold timer. Its routes go before: their next hop is unreachable
once the static route through the tunnel is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from lab.network.negotiation import AzureEnd
from lab.network.peering import Peering, peering
from lab.network.refusal import IdleError, LostError, RefusedError
from lab.network.results import BgpPrefix
from lab.network.state import GatewayRecord, RouterState, SeatState, SessionState, Timing

AZURE_HOLD_S = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionKeeper:
    """Brings sessions up and down; `gateways` is shared with the network that owns it."""

    gateways: dict[str, GatewayRecord]
    timing: Timing

    def review(
        self,
        router: RouterState,
        vrf: str,
        session: SessionState,
        tunnels: Mapping[str, AzureEnd],
        now: float,
    ) -> None:
        """Look at one neighbour; `tunnels` are those that are up, by interface."""
        if session.shut_until is not None and now < session.shut_until:
            return
        session.shut_until = None
        try:
            found = peering(router.view, vrf, session.neighbor, router.tables.rib, tunnels)
            self._check_unchanged(session, found)
        except LostError as error:
            self._lose(router, vrf, session, str(error), now)
        except RefusedError as error:
            state = "Idle" if isinstance(error, IdleError) else "Active"
            if session.neighbor.shutdown:
                state = "Idle (Admin)"
            self.drop(router, vrf, session, str(error), now, is_told=True)
            _show(session, state, now)
        else:
            session.hold_due = inf
            if session.peering is None:
                self._attempt(router, vrf, session, found, now)

    def drop(
        self,
        router: RouterState,
        vrf: str,
        session: SessionState,
        reason: str,
        now: float,
        *,
        is_told: bool,
        said: str = "",
    ) -> None:
        """End a session at the router; Azure learns of it, or waits for its hold timer.

        `said` is what the log says of the cause.
        """
        session.attempt_due = session.hold_due = inf
        session.reason = reason
        if session.peering is None:
            session.forget()
            return
        seat = self._seat(session.peering)
        if seat is not None and is_told:
            seat.bgp_since, seat.bgp_until, seat.heard = None, inf, ()
        elif seat is not None:
            seat.bgp_until = now + session.hold_s
        said = said or ("Peer closed the session" if is_told else "down")
        _log(router, vrf, session, f"Down {said}")
        session.peering = None
        session.forget()
        session.state, session.since = "Idle", now

    def reset(self, router: RouterState, vrf: str, session: SessionState, now: float) -> None:
        """End a session as a hard `clear ip bgp` does; one that was shut may come back."""
        session.shut_until = None
        self.drop(router, vrf, session, "cleared", now, is_told=True, said="User reset")

    def shut(
        self, router: RouterState, vrf: str, session: SessionState, count: int, now: float
    ) -> None:
        """End a session over which too much came; it stays down until its restart interval ends."""
        address, most = session.neighbor.address, session.neighbor.maximum_prefix
        router.end.log(
            f"%BGP-3-MAXPFXEXCEED: Number of prefixes received from {address} (afi 0): {count}"
            f" exceeds limit {most}"
        )
        self.drop(router, vrf, session, f"more than {most} prefixes", now, is_told=True)
        session.state, session.shut_until = "Idle (PfxCt)", now + session.neighbor.restart_s

    @staticmethod
    def stand(session: SessionState, announced: tuple[BgpPrefix, ...], now: float) -> None:
        """Let a session of the site's own stand: no other end of it is looked at."""
        session.reason = "established"
        if session.heard != announced:
            session.heard = announced
        if session.state != "Established":
            session.state, session.since = "Established", now

    def _attempt(
        self, router: RouterState, vrf: str, session: SessionState, found: Peering, now: float
    ) -> None:
        if session.attempt_due == inf:
            session.attempt_due = now + self.timing.bgp_s
            session.reason = "connecting"
        _show(session, "Active", now)
        if now < session.attempt_due:
            return
        session.attempt_due = inf
        session.reason = "established"
        session.state, session.since = "Established", now
        session.peering = found
        session.hold_s = min(session.neighbor.hold_s, AZURE_HOLD_S)
        seat = self._seat(found)
        if seat is not None:
            seat.bgp_since, seat.bgp_until, seat.heard = now, inf, ()
        _log(router, vrf, session, "Up ")

    def _lose(
        self, router: RouterState, vrf: str, session: SessionState, reason: str, now: float
    ) -> None:
        """Let the hold timer of a session run whose packets do not arrive."""
        if session.peering is None:
            session.attempt_due = inf
            session.reason = reason
            session.forget()
            _show(session, "Idle", now)
        elif session.hold_due == inf:
            session.hold_due = now + session.hold_s
            session.reason = reason
        elif now >= session.hold_due:
            # Both ends' timers ran alike, so Azure's session ends in the same moment.
            self.drop(router, vrf, session, reason, now, is_told=True)

    def _check_unchanged(self, session: SessionState, found: Peering) -> None:
        """Refuse where an end changed, or where Azure has forgotten the session in a reset."""
        if session.peering is None:
            return
        seat = self._seat(found)
        if found != session.peering or seat is None or seat.bgp_since is None:
            raise RefusedError("an end of the session changed")

    def _seat(self, found: Peering) -> SeatState | None:
        gateway, connection, instance = found.seat
        record = self.gateways.get(gateway)
        return record.seats.get((connection, instance)) if record is not None else None


def _show(session: SessionState, state: str, now: float) -> None:
    """Change the state shown; a session that never stood keeps `never` as its time."""
    if session.peering is None and session.state != state:
        session.state = state
        session.since = now if session.since is not None else None


def _log(router: RouterState, vrf: str, session: SessionState, text: str) -> None:
    where = f" vpn vrf {vrf}" if vrf else ""
    router.end.log(f"%BGP-5-ADJCHANGE: neighbor {session.neighbor.address}{where} {text}")
