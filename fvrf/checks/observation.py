"""What was seen of either end: frozen, without judgement, ready for the journal.

A part that could not be read is `Unreadable` in its place, so that the checks of the other parts
still stand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Self, TypeVar

from fvrf.azure import hub_shapes, shapes
from fvrf.azure.shapes import Misshapen, Shape, shaped
from fvrf.iosxe.parse.advertised_routes import AdvertisedRoutes
from fvrf.iosxe.parse.bgp_summary import BgpSummary
from fvrf.iosxe.parse.crypto_sessions import CryptoSession
from fvrf.iosxe.parse.ikev2_sessions import Ikev2Session
from fvrf.iosxe.parse.interfaces import InterfaceState
from fvrf.iosxe.parse.route_entry import RouteEntry
from fvrf.iosxe.parse.route_table import RouteTable

# The parts that a gateway is asked for; those of NICs go by the NICs' names, which have no spaces.
PEER_STATUS, LEARNED_ROUTES, HUB_ROUTES = "BGP peers", "learned routes", "the hub's routes"

Json = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A part that could not be read: `what` was asked, and why there is no answer."""

    what: str
    reason: str

    def __str__(self) -> str:
        return f"could not look: {self.what}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A prefix in a VRF: None where the VRF has no such route."""

    vrf: str
    prefix: IPv4Network
    route: RouteEntry | Unreadable | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertised:
    """What one neighbour in a VRF is told."""

    vrf: str
    neighbor: IPv4Address
    routes: AdvertisedRoutes | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterObservation:
    """A router at one moment.

    `pfs_groups` are by IPsec profile, `summaries` by outside VRF, `tables` by outside or inside
    VRF. `sent` are the bytes that left by each interface.
    """

    host: str
    interfaces: tuple[InterfaceState, ...] | Unreadable
    pfs_groups: Mapping[str, str | None] | Unreadable
    ikev2_sessions: tuple[Ikev2Session, ...] | Unreadable
    crypto_sessions: tuple[CryptoSession, ...] | Unreadable
    summaries: Mapping[str, BgpSummary | Unreadable]
    tables: Mapping[str, RouteTable | Unreadable]
    entries: tuple[Entry, ...]
    advertised: tuple[Advertised, ...]
    sent: Mapping[str, int] | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionObservation:
    """A connection: `tunnels` are (name, status), where Azure tells them apart.

    A status is `Connected`, `NotConnected`, `Connecting`, `Unknown`, or None right after a PUT.
    `pfs_group` is configured, not negotiated; None where Azure's default proposals hold.
    """

    status: str | None
    provisioning_state: str | None
    tunnels: tuple[tuple[str, str], ...] = ()
    pfs_group: str | None = None

    @classmethod
    def from_rest(cls, body: Json) -> Self:
        """Read the body of a GET of the connection; a LIST has no status."""
        properties = body.get("properties") or {}
        policies = properties.get("ipsecPolicies") or [{}]
        return cls(
            status=properties.get("connectionStatus"),
            provisioning_state=properties.get("provisioningState"),
            tunnels=tuple(
                (tunnel.get("tunnel") or "", tunnel.get("connectionStatus") or "Unknown")
                for tunnel in properties.get("tunnelConnectionStatus") or []
            ),
            pfs_group=policies[0].get("pfsGroup"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerObservation:
    """A BGP session of one gateway instance; `local_address` is the instance's speaker."""

    local_address: str | None
    neighbor: str
    asn: int
    state: str
    routes_received: int

    @classmethod
    def from_rest(cls, row: Json) -> Self:
        """Read a row of `getBgpPeerStatus`."""
        return cls(
            local_address=row.get("localAddress"),
            neighbor=row.get("neighbor") or "",
            asn=row.get("asn") or 0,
            state=row.get("state") or "Unknown",
            routes_received=row.get("routesReceived") or 0,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedRoute:
    """A route of the gateway; `origin` is `Network`, `EBgp`, `IBgp`, `as_path` like `64900`."""

    local_address: str | None
    network: str
    next_hop: str | None
    source_peer: str
    origin: str
    as_path: str

    @classmethod
    def from_rest(cls, row: Json) -> Self:
        """Read a row of `getLearnedRoutes`; the gateway's own networks have no next hop."""
        return cls(
            local_address=row.get("localAddress"),
            network=row.get("network") or "",
            next_hop=row.get("nextHop") or None,
            source_peer=row.get("sourcePeer") or "",
            origin=row.get("origin") or "",
            as_path=row.get("asPath") or "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveRoute:
    """A route of a network interface in Azure."""

    source: str
    state: str
    prefixes: tuple[str, ...]
    next_hop_type: str
    next_hops: tuple[str, ...]

    @classmethod
    def from_rest(cls, row: Json) -> Self:
        """Read a row of `effectiveRouteTable`."""
        return cls(
            source=row.get("source") or "Unknown",
            state=row.get("state") or "Unknown",
            prefixes=tuple(row.get("addressPrefix") or []),
            next_hop_type=row.get("nextHopType") or "None",
            next_hops=tuple(row.get("nextHopIpAddress") or []),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRoute:
    """A route of a virtual hub; `next_hop_type` is `VPN_S2S_Gateway` where it is the VPN's."""

    prefixes: tuple[str, ...]
    next_hop_type: str
    next_hops: tuple[str, ...]
    as_path: str

    @classmethod
    def from_rest(cls, row: Json) -> Self:
        """Read a row of `effectiveRoutes`."""
        return cls(
            prefixes=tuple(row.get("addressPrefixes") or []),
            next_hop_type=row.get("nextHopType") or "None",
            next_hops=tuple(row.get("nextHops") or []),
            as_path=row.get("asPath") or "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayObservation:
    """A gateway at one moment; a connection that is None does not exist.

    A hub's gateway tells neither BGP peers nor what it learned, but its `hub` has routes; that is
    None for any other gateway.
    """

    host: str
    connections: Mapping[str, ConnectionObservation | Unreadable | None]
    peers: tuple[PeerObservation, ...] | Unreadable
    learned: tuple[LearnedRoute, ...] | Unreadable
    effective: Mapping[str, tuple[EffectiveRoute, ...] | Unreadable]
    hub: tuple[HubRoute, ...] | Unreadable | None = None

    @classmethod
    def from_rest(
        cls,
        host: str,
        *,
        connections: Mapping[str, Json | Unreadable | None],
        peers: Json | Unreadable,
        learned: Json | Unreadable,
        effective: Mapping[str, Json | Unreadable],
        hub: Json | Unreadable | None = None,
    ) -> Self:
        """Read the REST bodies as they came; `{"value": null}` is an empty list.

        A body that is not Azure's is `Unreadable` in its place.
        """
        connection = shapes.CONNECTION if hub is None else hub_shapes.LINK_CONNECTION
        return cls(
            host=host,
            connections={
                name: _read(name, body, connection, ConnectionObservation.from_rest)
                if body is not None
                else None
                for name, body in connections.items()
            },
            peers=_read(PEER_STATUS, peers, shapes.PEERS, _rows(PeerObservation.from_rest)),
            learned=_read(LEARNED_ROUTES, learned, shapes.LEARNED, _rows(LearnedRoute.from_rest)),
            effective={
                nic: _read(nic, body, shapes.EFFECTIVE, _rows(EffectiveRoute.from_rest))
                for nic, body in effective.items()
            },
            hub=None
            if hub is None
            else _read(HUB_ROUTES, hub, hub_shapes.HUB_ROUTES, _rows(HubRoute.from_rest)),
        )


def _read(
    what: str, body: Json | Unreadable, shape: Shape, read: Callable[[Json], T]
) -> T | Unreadable:
    if isinstance(body, Unreadable):
        return body
    try:
        return read(shaped(body, shape))
    except Misshapen as error:
        return Unreadable(what=what, reason=str(error))


def _rows(read: Callable[[Json], T]) -> Callable[[Json], tuple[T, ...]]:
    return lambda body: tuple(read(row) for row in body.get("value") or [])


def jsonable(value: object) -> Any:  # noqa: ANN401 # JSON has no narrower type
    """Return a record of this project as plain JSON data: addresses and keys as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: jsonable(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [jsonable(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)
