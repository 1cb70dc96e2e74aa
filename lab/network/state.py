"""What the network remembers between two events: records that its keepers change in place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from math import inf

from lab.network.lifetimes import Volume
from lab.network.negotiation import Agreement, AzureEnd
from lab.network.peering import Peering
from lab.network.results import BgpPrefix, IkeSession
from lab.network.tables import RouterTables
from lab.network.views import (
    ConnectionView,
    GatewayEnd,
    GatewayView,
    NeighborView,
    RouterEnd,
    RouterView,
    SpeakerFact,
    UplinkFact,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long things take, in lab seconds."""

    ike_s: float = 2
    bgp_s: float = 8
    dpd_s: float = 45
    advertise_s: float = 1  # between a gateway's announcements; Azure's own is not documented
    give_up_s: float = 60  # Azure shows Connecting for this long, then NotConnected


@dataclass(slots=True, kw_only=True)
class LiveTunnel:
    """An IKE SA that stands, and when it must be renewed or is given up."""

    agreement: Agreement
    azure: AzureEnd
    session: IkeSession
    ike_due: float
    child_due: float
    volume: Volume
    lost_due: float = inf

    @property
    def is_up(self) -> bool:
        """Tell whether packets pass: the child is there."""
        return self.session.child is not None


@dataclass(slots=True, kw_only=True)
class TunnelState:
    """A tunnel interface: its SA, or why there is none and when the next attempt ends."""

    live: LiveTunnel | None = None
    attempt_due: float = inf
    reason: str = "not tried yet"

    @property
    def is_up(self) -> bool:
        """Tell whether the line protocol is up."""
        return self.live is not None and self.live.is_up

    def due(self) -> float:
        """Return when this tunnel must be looked at again."""
        if self.live is None:
            return self.attempt_due
        live = self.live
        full_due = live.volume.due() if live.is_up else inf
        return min(self.attempt_due, live.ike_due, live.child_due, full_due, live.lost_due)


@dataclass(slots=True, kw_only=True)
class SessionState:
    """A BGP neighbour of a router; `heard` is what it announced last, before any filter.

    `accepted` is what the router keeps of it; `judged` has both by prefix, as of `judged_of`.
    `shut_until` is set where it announced more than `maximum-prefix` lets it.
    """

    neighbor: NeighborView
    state: str = "Idle"
    since: float | None = None
    peering: Peering | None = None
    attempt_due: float = inf
    hold_due: float = inf
    shut_until: float | None = None
    hold_s: float = 0
    reason: str = "not tried yet"
    heard: tuple[BgpPrefix, ...] = ()
    accepted: tuple[BgpPrefix, ...] = ()
    judged: dict[IPv4Network, tuple[BgpPrefix, BgpPrefix | None]] = field(default_factory=dict)
    judged_of: tuple[BgpPrefix, ...] = ()

    def forget(self) -> None:
        """Forget what the neighbour announced."""
        self.heard = self.accepted = self.judged_of = ()
        self.judged = {}

    def due(self) -> float:
        """Return when this session must be looked at again."""
        shut = inf if self.shut_until is None else self.shut_until
        return min(self.attempt_due, self.hold_due, shut)

    @property
    def is_passing(self) -> bool:
        """Tell whether the session stands and its packets arrive."""
        return self.peering is not None and self.hold_due == inf


@dataclass(slots=True, kw_only=True)
class SeatState:
    """Azure's half of a tunnel and of its BGP session.

    `since` and `bgp_since` are None while it is not connected; `until` and `bgp_until` are when
    Azure notices that the other half is gone; `changed` is when the tunnel was last lost.
    """

    changed: float
    was_up: bool = False
    since: float | None = None
    until: float = inf
    bgp_since: float | None = None
    bgp_until: float = inf
    heard: tuple[BgpPrefix, ...] = ()


@dataclass(slots=True, kw_only=True)
class RouterState:
    """A router on the network; `view` is what it shows, `shown`, with what DHCP gives it."""

    name: str
    end: RouterEnd
    uplinks: Mapping[str, UplinkFact]
    speakers: tuple[SpeakerFact, ...]
    shown: RouterView
    view: RouterView
    tables: RouterTables
    up: frozenset[str] = frozenset()
    tunnels: dict[str, TunnelState] = field(default_factory=dict)
    sessions: dict[tuple[str, IPv4Address], SessionState] = field(default_factory=dict)
    ages: dict[tuple[object, ...], float] = field(default_factory=dict)
    memo: dict[object, RouterTables] = field(default_factory=dict)
    negotiations: int = 0
    due: float = inf


@dataclass(slots=True, kw_only=True)
class GatewayRecord:
    """A gateway on the network; seats are keyed by connection and instance."""

    end: GatewayEnd
    view: GatewayView
    attached: float
    seats: dict[tuple[str, int], SeatState] = field(default_factory=dict)
    quiet_until: float = -inf
    due: float = inf

    def connection(self, name: str) -> ConnectionView | None:
        """Return a connection of the gateway."""
        return next((each for each in self.view.connections if each.id == name), None)
