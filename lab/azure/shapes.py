"""The network's answers in Azure's words."""

from dataclasses import replace
from datetime import UTC, datetime

from lab.azure.end import End
from lab.azure.errors import Json
from lab.azure.gateway import Gateway
from lab.azure.store import Resource
from lab.network.results import (
    ConnectionStatus,
    EffectiveRoute,
    GatewayRoute,
    InstanceStatus,
    Network,
    PeerStatus,
)


def connection_state(network: Network, gateway: Gateway, connection: Resource) -> Json:
    """Return the read-only members of a connection: its state and that of each tunnel."""
    if connection.provisioned is None:
        return {"connectionStatus": "Unknown", **_bytes(())}
    status = connection_status(network, gateway, connection)
    tunnels = [_tunnel(gateway, connection, one) for one in status.tunnels]
    return {
        "connectionStatus": status.status,
        "tunnelConnectionStatus": tunnels,
        **_bytes(status.tunnels),
    }


def connection_status(network: Network, gateway: Gateway, connection: Resource) -> ConnectionStatus:
    """Return what Azure shows of a connection; one that answers nobody stays Connecting."""
    found = network.connection_status(gateway.id, connection.id)
    return answering(found, gateway, gateway.silent(connection.name, gateway.indexes))


def answering(found: ConnectionStatus, end: End, silent: frozenset[int]) -> ConnectionStatus:
    """Return a status; where all instances are silent it is Connecting."""
    if silent != frozenset(end.indexes):
        return found
    tunnels = tuple(replace(one, status="Connecting") for one in found.tunnels)
    return replace(found, status="Connecting", tunnels=tunnels)


def _bytes(tunnels: tuple[InstanceStatus, ...]) -> Json:
    return {
        "ingressBytesTransferred": sum(one.ingress_bytes for one in tunnels),
        "egressBytesTransferred": sum(one.egress_bytes for one in tunnels),
    }


def _tunnel(gateway: Gateway, connection: Resource, one: InstanceStatus) -> Json:
    """Return a tunnel as PowerShell's documents show it: `<connection>_<public address>`."""
    public = gateway.fact.instances[one.instance].public_address
    return {
        "tunnel": f"{connection.name}_{public}",
        "connectionStatus": one.status,
        "ingressBytesTransferred": one.ingress_bytes,
        "egressBytesTransferred": one.egress_bytes,
        "lastConnectionEstablishedUtcTime": None if one.since is None else _us_time(one.since),
    }


def _us_time(when: float) -> str:
    return datetime.fromtimestamp(when, UTC).strftime("%m/%d/%Y %H:%M:%S")


def time_span(seconds: float) -> str:
    """Return a duration as .NET prints a TimeSpan: `[d.]hh:mm:ss.fffffff`, ticks of 100 ns."""
    whole, ticks = divmod(round(seconds * 10_000_000), 10_000_000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    clock = f"{hour:02}:{minute:02}:{second:02}"
    return (f"{days}." if days else "") + clock + (f".{ticks:07}" if ticks else "")


def peer_status(peer: PeerStatus, now: float) -> Json:
    """Return a row of getBgpPeerStatus; a session that is down has no duration."""
    return {
        "localAddress": str(peer.local_address),
        "neighbor": str(peer.neighbor),
        "asn": peer.asn,
        "state": peer.state,
        "connectedDuration": None if peer.since is None else time_span(now - peer.since),
        "routesReceived": peer.routes_received,
        "messagesSent": peer.messages_sent,
        "messagesReceived": peer.messages_received,
    }


def gateway_route(route: GatewayRoute) -> Json:
    """Return a row of getLearnedRoutes or getAdvertisedRoutes."""
    return {
        "localAddress": str(route.local_address),
        "network": str(route.network),
        "nextHop": None if route.next_hop is None else str(route.next_hop),
        "sourcePeer": str(route.source_peer),
        "origin": route.origin,
        "asPath": "-".join(str(one) for one in route.as_path),
        "weight": route.weight,
    }


def effective_route(route: EffectiveRoute) -> Json:
    """Return a row of a NIC's effective route table."""
    return {
        "source": route.source,
        "state": route.state,
        "addressPrefix": [str(route.prefix)],
        "nextHopType": route.next_hop_type,
        "nextHopIpAddress": [] if route.next_hop is None else [str(route.next_hop)],
    }
