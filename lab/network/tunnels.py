"""Tunnels over time: negotiation, rekeys, and what makes a live one go.

What tears a live tunnel down, and who learns of it:

| event                                              | router       | Azure     |
|----------------------------------------------------|--------------|-----------|
| interface shut or removed, one of its tunnel lines | at once      | told      |
| or its VRF changed                                 |              |           |
| source interface down, readdressed, in another VRF | at once      | after DPD |
| no route to the destination, or into the tunnel    | at once      | after DPD |
| route by another uplink, a hop that does not answer | after DPD   | after DPD |
| connection deleted, its peer, key, policy changed  | told         | at once   |
| router powered off                                 | at once      | after DPD |
| proposal, transform set, profile or key changed on | next rekey, where it compares     |
| the router                                         | them: see below                   |

The last line is Cisco's: changes of IKE and IPsec parameters do not touch live SAs; a rekey does
not authenticate again (RFC 7296, 2.8), so a changed key shows only after `clear crypto ikev2 sa`.
That a change of a connection resets its tunnel at once is Azure's ("a brief interruption").
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from math import inf

from lab.network.lifetimes import Volume
from lab.network.negotiation import (
    Agreement,
    AzureEnd,
    TunnelEnd,
    azure_end,
    ike_suite,
    lifetimes,
    negotiate,
    rekeyed_child,
    tunnel_end,
    way_out,
)
from lab.network.refusal import CutError, LostError, RefusedError
from lab.network.results import ChildSa, IkeSession
from lab.network.rib import Rib
from lab.network.state import (
    GatewayRecord,
    LiveTunnel,
    RouterState,
    SeatState,
    Timing,
    TunnelState,
)
from lab.network.views import ConnectionView

_NAT_PORT = 4500  # Azure moves to it, and so does a router behind NAT


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelKeeper:
    """Brings tunnels up and down; `gateways` is shared with the network that owns it."""

    gateways: dict[str, GatewayRecord]
    timing: Timing
    seed: int

    def review(self, router: RouterState, name: str, rib: Rib, now: float) -> None:
        """Look at one tunnel interface; `rib` is what the router has while this one is up."""
        tunnel = router.tunnels[name]
        try:
            end = self._own_end(router, name)
            self._check_unique(router, end)
            fact = way_out(end, rib, router.uplinks, router.view)
            views = [gateway.view for gateway in self.gateways.values()]
            azure = azure_end(end, fact, views)
            if tunnel.live is not None:
                _check_unchanged(tunnel.live, azure)
                self._find_again(tunnel.live)
                self._renew(router, tunnel, azure, now)
            else:
                self._attempt(router, tunnel, end, azure, now)
        except LostError as error:
            self._lose(router, tunnel, str(error), now)
        except RefusedError as error:
            is_told = not isinstance(error, CutError)
            self.drop(router, tunnel, str(error), now, is_told=is_told)

    def drop(
        self, router: RouterState, tunnel: TunnelState, reason: str, now: float, *, is_told: bool
    ) -> None:
        """End a tunnel at the router; Azure learns of it, or has to notice by itself."""
        tunnel.attempt_due = inf
        tunnel.reason = reason
        if tunnel.live is None:
            return
        self._log_line(router, tunnel, to="down")
        seat = self._seat(tunnel.live)
        if seat is not None and is_told:
            seat.since, seat.until, seat.changed = None, inf, now
        elif seat is not None:
            seat.until = min(seat.until, now + self.timing.dpd_s)
        tunnel.live = None

    def drop_child(self, tunnel: TunnelState, router: RouterState, now: float) -> None:
        """End the child of a tunnel, telling Azure; the IKE SA stays and makes a new one."""
        if tunnel.live is None or not tunnel.live.is_up:
            return
        self._log_line(router, tunnel, to="down")
        tunnel.live.session = replace(tunnel.live.session, child=None)
        tunnel.live.child_due = inf
        tunnel.reason = "cleared"
        seat = self._seat(tunnel.live)
        if seat is not None:
            seat.since, seat.changed = None, now

    def _own_end(self, router: RouterState, name: str) -> TunnelEnd:
        """Return the router's end; a live tunnel whose own lines changed is refused."""
        live = router.tunnels[name].live
        end = tunnel_end(router.view, name)
        if live is not None and end != live.agreement.end:
            same_source = (end.source, end.local) == (
                live.agreement.end.source,
                live.agreement.end.local,
            )
            raise (RefusedError if same_source else CutError)("the tunnel's own lines changed")
        return end

    def _check_unique(self, router: RouterState, end: TunnelEnd) -> None:
        """Refuse a second tunnel with the same ends in one front door: their SAs would be one."""
        for name, other in router.tunnels.items():
            if name == end.interface or other.live is None:
                continue
            theirs = other.live.agreement.end
            if (theirs.front_door, theirs.local, theirs.destination) == (
                end.front_door,
                end.local,
                end.destination,
            ):
                raise RefusedError(f"same source and destination as {name}")

    def _attempt(
        self, router: RouterState, tunnel: TunnelState, end: TunnelEnd, azure: AzureEnd, now: float
    ) -> None:
        agreement = negotiate(router.view, end, azure)
        if tunnel.attempt_due == inf:
            tunnel.attempt_due = now + self.timing.ike_s
            tunnel.reason = "negotiating"
        if now >= tunnel.attempt_due:
            self._establish(router, tunnel, agreement, azure, now)

    def _establish(
        self,
        router: RouterState,
        tunnel: TunnelState,
        agreement: Agreement,
        azure: AzureEnd,
        now: float,
    ) -> None:
        tunnel.attempt_due = inf
        tunnel.reason = "up"
        tunnel.live = LiveTunnel(
            agreement=agreement,
            azure=azure,
            session=self._session(router, agreement, now),
            ike_due=now + agreement.ike_rekey_s,
            child_due=now + agreement.child.rekey_s,
            volume=_volume(router, agreement, now),
        )
        seat = self._seat(tunnel.live)
        if seat is not None:
            seat.since, seat.until, seat.was_up = now, inf, True
        self._log_line(router, tunnel, to="up")

    def _session(self, router: RouterState, agreement: Agreement, now: float) -> IkeSession:
        router.negotiations += 1
        end = agreement.end
        return IkeSession(
            session_id=router.negotiations,
            tunnel_id=router.negotiations,
            interface=end.interface,
            profile=agreement.profile,
            local=end.local,
            remote=end.destination,
            port=_NAT_PORT,
            front_door=end.front_door,
            inside=end.inside,
            encryption=agreement.ike.encryption,
            integrity=agreement.ike.integrity,
            prf=agreement.ike.prf,
            group=agreement.ike.group,
            lifetime_s=agreement.ike_lifetime_s,
            established_at=now,
            child=self._child(router, agreement, now),
        )

    def _child(self, router: RouterState, agreement: Agreement, now: float) -> ChildSa:
        """Make a pair of SAs; the indices look random and are the same in every run of a seed."""
        text = f"{self.seed}/{router.name}/{agreement.end.interface}/{router.negotiations}/{now}"
        digest = sha256(text.encode()).digest()
        return ChildSa(
            spi_in=int.from_bytes(digest[:4]) | 1 << 31,
            spi_out=int.from_bytes(digest[4:8]) | 1 << 31,
            transform=agreement.transform,
            pfs=agreement.pfs,
            lifetime_s=agreement.child.seconds,
            lifetime_kb=agreement.child.kilobytes,
            established_at=now,
        )

    def _renew(self, router: RouterState, tunnel: TunnelState, azure: AzureEnd, now: float) -> None:
        """Rekey what is due, with what is configured by now."""
        live = tunnel.live
        if live is None:
            return
        if now >= live.ike_due:
            suite = ike_suite(router.view, live.agreement.end, azure)
            live.agreement = replace(live.agreement, ike=suite)
            live.ike_due = now + live.agreement.ike_rekey_s
            live.session = replace(
                live.session,
                encryption=suite.encryption,
                integrity=suite.integrity,
                prf=suite.prf,
                group=suite.group,
                established_at=now,
            )
        is_full = now >= live.volume.due()
        live.volume.count(now, router.view.loads.get(live.agreement.end.interface, 0))
        if live.is_up and (is_full or now >= live.child_due):
            self._rekey_child(router, tunnel, live, now)
        elif not live.is_up:
            self._retry_child(router, tunnel, live, now)

    def _rekey_child(
        self, router: RouterState, tunnel: TunnelState, live: LiveTunnel, now: float
    ) -> None:
        """Replace the child; where the ends differ by now it is gone, the IKE SA stays."""
        end, ike = live.agreement.end, live.agreement.ike
        try:
            suite = rekeyed_child(router.view, end, live.azure, ike)
        except RefusedError as error:
            self._log_line(router, tunnel, to="down")
            live.session = replace(live.session, child=None)
            live.child_due = inf
            tunnel.reason = f"rekey failed: {error}"
            seat = self._seat(live)
            if seat is not None:
                seat.since, seat.changed = None, now
            return
        live.agreement = replace(
            live.agreement,
            transform=" ".join(sorted(suite.transforms)),
            pfs=suite.pfs,
            child=lifetimes(router.view, end, live.azure),
        )
        live.child_due = now + live.agreement.child.rekey_s
        live.volume = _volume(router, live.agreement, now)
        live.session = replace(live.session, child=self._child(router, live.agreement, now))

    def _retry_child(
        self, router: RouterState, tunnel: TunnelState, live: LiveTunnel, now: float
    ) -> None:
        """Make a new child in the IKE SA that was left, once both ends agree again."""
        try:
            rekeyed_child(router.view, live.agreement.end, live.azure, live.agreement.ike)
        except RefusedError as error:
            tunnel.attempt_due = inf
            tunnel.reason = f"rekey failed: {error}"
            return
        if tunnel.attempt_due == inf:
            tunnel.attempt_due = now + self.timing.ike_s
        if now >= tunnel.attempt_due:
            tunnel.attempt_due = inf
            tunnel.reason = "up"
            self._rekey_child(router, tunnel, live, now)
            seat = self._seat(live)
            if seat is not None:
                seat.since, seat.until = now, inf
            self._log_line(router, tunnel, to="up")

    def _lose(self, router: RouterState, tunnel: TunnelState, reason: str, now: float) -> None:
        """Let a tunnel die whose packets vanish: both ends notice after their dead peer time."""
        if tunnel.live is not None and tunnel.live.lost_due == inf:
            tunnel.live.lost_due = now + self.timing.dpd_s
            tunnel.reason = reason
            seat = self._seat(tunnel.live)
            if seat is not None:
                seat.until = min(seat.until, tunnel.live.lost_due)
        if tunnel.live is None or now >= tunnel.live.lost_due:
            self.drop(router, tunnel, reason, now, is_told=False)

    def _find_again(self, live: LiveTunnel) -> None:
        """Forget that the way was lost: the peers answer each other."""
        live.lost_due = inf
        seat = self._seat(live)
        if seat is not None:
            seat.until = inf

    def _seat(self, live: LiveTunnel) -> SeatState | None:
        gateway = self.gateways.get(live.agreement.gateway)
        key = (live.agreement.connection, live.agreement.instance)
        return gateway.seats.get(key) if gateway is not None else None

    @staticmethod
    def _log_line(router: RouterState, tunnel: TunnelState, *, to: str) -> None:
        """Log a change of the line protocol, which follows the child SA."""
        if tunnel.live is not None and tunnel.live.is_up:
            name = tunnel.live.agreement.end.interface
            router.end.log(
                f"%LINEPROTO-5-UPDOWN: Line protocol on Interface {name}, changed state to {to}"
            )


def _volume(router: RouterState, agreement: Agreement, now: float) -> Volume:
    rate = router.view.loads.get(agreement.end.interface, 0)
    return Volume(limit_kb=agreement.child.rekey_kb, counted=now, rate_kb_s=rate)


def _check_unchanged(live: LiveTunnel, azure: AzureEnd) -> None:
    """Refuse where Azure resets the tunnel: another connection, key or policy."""
    old, new = live.azure.connection, azure.connection
    same_place = (old.id, live.azure.instance) == (new.id, azure.instance)
    if not same_place or _negotiated(old) != _negotiated(new):
        raise RefusedError("Azure's connection was changed")
    live.azure = azure


def _negotiated(connection: ConnectionView) -> tuple[object, ...]:
    """Return what a live tunnel rests on."""
    return (connection.key, connection.policy, connection.policy_based)
