"""All checks of a gateway: its connections, BGP peers, learned and effective routes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network

from fvrf.azure.fields import same
from fvrf.checks.finding import Finding
from fvrf.checks.hub import hub_findings
from fvrf.checks.look import Subject
from fvrf.checks.observation import (
    ConnectionObservation,
    EffectiveRoute,
    GatewayObservation,
    PeerObservation,
    Unreadable,
)
from fvrf.expected import ExpectedConnection, ExpectedGateway

CONNECTED = "Connected"
NO_PFS = "None"
GATEWAY_HOP = "VirtualNetworkGateway"
OWN_NETWORK = "Network"
HOST_BITS = 32


def check_gateway(expected: ExpectedGateway, seen: GatewayObservation) -> tuple[Finding, ...]:
    """Judge an observation: connections, then peers, then routes learned, then routes of NICs."""
    return tuple(_findings(expected, seen))


def _findings(expected: ExpectedGateway, seen: GatewayObservation) -> Iterator[Finding]:
    host = expected.host
    for connection in expected.connections:
        yield _check_connection(host, connection, seen)
    for connection in expected.connections:
        yield _check_pfs(host, connection, seen)
    yield from hub_findings(expected, seen) if expected.is_hub else _routing(expected, seen)


def _routing(expected: ExpectedGateway, seen: GatewayObservation) -> Iterator[Finding]:
    host = expected.host
    for connection in expected.connections:
        yield _check_peer(host, connection, seen)
    for connection in expected.connections:
        for prefix in connection.prefixes:
            yield _check_learned(host, connection, prefix, seen)
    for prefix in expected.prefixes:
        yield _check_address_space(host, prefix, seen)
    for nic in expected.nics:
        for prefix in expected.prefixes:
            yield _check_effective(expected, nic, prefix, seen)


def _check_connection(
    host: str, connection: ExpectedConnection, seen: GatewayObservation
) -> Finding:
    subject = Subject(
        end=host,
        check="connection",
        name=f"connection {connection.name}",
        expected=CONNECTED,
        connection=connection.name,
    )
    state = seen.connections.get(connection.name)
    if isinstance(state, Unreadable):
        return subject.unseen(state)
    if state is None:
        return subject.judge("no such connection", passed=False)
    return subject.judge(
        _shown(state),
        passed={state.status, *(status for _, status in state.tunnels)} == {CONNECTED},
    )


def _check_pfs(host: str, connection: ExpectedConnection, seen: GatewayObservation) -> Finding:
    """Judge the PFS group in the configuration: a wrong one shows only at the first rekey.

    Azure's default proposals have none where Azure begins.
    """
    subject = Subject(
        end=host,
        check="pfs",
        name=f"connection {connection.name} PFS",
        expected=connection.pfs_group,
        connection=connection.name,
    )
    state = seen.connections.get(connection.name)
    if isinstance(state, Unreadable):
        return subject.unseen(state)
    if state is None:
        return subject.judge("no such connection", passed=False)
    actual = state.pfs_group or NO_PFS
    return subject.judge(actual, passed=same("pfsGroup", actual, connection.pfs_group))


def _shown(state: ConnectionObservation) -> str:
    tunnels = "".join(f", tunnel {name}: {status}" for name, status in state.tunnels)
    # A status may be missing while Azure still works on the connection.
    provisioning = state.provisioning_state
    working = f" ({provisioning})" if provisioning not in (None, "Succeeded") else ""
    return f"{state.status or 'no status'}{working}{tunnels}"


def _check_peer(host: str, connection: ExpectedConnection, seen: GatewayObservation) -> Finding:
    """Judge the sessions with the router's BGP address: one for each gateway instance.

    They are counted, not matched by the instance's own address: it is unconfirmed which one
    Azure shows for a session on a custom APIPA address.
    """
    count = len(connection.speakers)
    subject = Subject(
        end=host,
        check="peer",
        name=f"{connection.name} BGP peer {connection.bgp_address}",
        expected=f"{count} x {CONNECTED} with AS {connection.asn}, at least 1 route received",
        connection=connection.name,
    )
    if isinstance(seen.peers, Unreadable):
        return subject.unseen(seen.peers)
    rows = [peer for peer in seen.peers if peer.neighbor == str(connection.bgp_address)]
    good = [peer for peer in rows if _is_up(peer, connection.asn)]
    shown = "; ".join(
        f"{peer.state} with AS {peer.asn}, {peer.routes_received} received"
        + (f" (on {peer.local_address})" if peer.local_address else "")
        for peer in rows
    )
    return subject.judge(shown or "no such peer", passed=len(good) >= count)


def _is_up(peer: PeerObservation, asn: int) -> bool:
    return peer.state == CONNECTED and peer.asn == asn and peer.routes_received > 0


def _check_learned(
    host: str, connection: ExpectedConnection, prefix: IPv4Network, seen: GatewayObservation
) -> Finding:
    """Judge one site prefix learned from one peer: once on each gateway instance."""
    count = len(connection.speakers)
    longer = f", AS {connection.asn} {connection.prepend + 1} times" if connection.prepend else ""
    subject = Subject(
        end=host,
        check="learned",
        name=f"{connection.name} route to {prefix} learned from {connection.bgp_address}",
        expected=f"{count} x{longer}",
        connection=connection.name,
    )
    if isinstance(seen.learned, Unreadable):
        return subject.unseen(seen.learned)
    routes = [route for route in seen.learned if route.network == str(prefix)]
    own = [route for route in routes if route.source_peer == str(connection.bgp_address)]
    others = sorted({route.source_peer for route in routes if route not in own})
    note = f"; learned from {', '.join(others)}" if others and not own else ""
    times = {route.as_path.split("-").count(str(connection.asn)) for route in own}
    shown = f", AS path {', '.join(sorted({route.as_path for route in own}))}" if longer else ""
    return subject.judge(
        f"{len(own)} x{note}{shown}",
        passed=len(own) == count and (not longer or times == {connection.prepend + 1}),
    )


def _check_address_space(host: str, prefix: IPv4Network, seen: GatewayObservation) -> Finding:
    """Judge that nothing of a site stands in a local network gateway's address space.

    Azure routes such a prefix into its one connection, whatever BGP says. It shows as the
    gateway's own network; the host routes of BGP addresses, which Azure makes itself, do too.
    """
    subject = Subject(
        end=host,
        check="address_space",
        name=f"{prefix} in an address space of a local network gateway",
        expected="none",
    )
    if isinstance(seen.learned, Unreadable):
        return subject.unseen(seen.learned)
    own = [r.network for r in seen.learned if r.origin == OWN_NETWORK and ":" not in r.network]
    static = sorted({n for n in map(IPv4Network, own) if _is_address_space(n, prefix)})
    return subject.judge(", ".join(map(str, static)) or "none", passed=not static)


def _is_address_space(network: IPv4Network, prefix: IPv4Network) -> bool:
    return network.subnet_of(prefix) and network.prefixlen < HOST_BITS


def _check_effective(
    expected: ExpectedGateway, nic: str, prefix: IPv4Network, seen: GatewayObservation
) -> Finding:
    """Judge one site prefix on one NIC: active rows to this gateway, and none to another.

    The number of rows is shown and not judged: whether the gateway balances over all its BGP
    paths is contested. Another gateway is ExpressRoute's, which has the same kind of next hop and
    goes before the VPN for an equal prefix, unencrypted.
    """
    subject = Subject(
        end=expected.host,
        check="effective",
        name=f"{nic} effective route to {prefix}",
        expected=f"Active by {GATEWAY_HOP}",
    )
    routes = seen.effective.get(nic, Unreadable(what=nic, reason="its routes were not read"))
    if isinstance(routes, Unreadable):
        return subject.unseen(routes)
    beside = tuple(_beside(expected, prefix, routes))
    rows = Counter(
        _row(route) for route in routes if str(prefix) in route.prefixes and route not in beside
    )
    shown = ", ".join(f"{row} ({count} x)" for row, count in rows.items())
    others = "".join(f"; {_by_other(route)}" for route in beside)
    return subject.judge(
        f"{shown or 'no such route'}{others}", passed=subject.expected in rows and not beside
    )


def _beside(
    expected: ExpectedGateway, prefix: IPv4Network, routes: Iterable[EffectiveRoute]
) -> Iterator[EffectiveRoute]:
    """Yield the active routes to a prefix, or to a part of it, by another gateway.

    Those parts that a site itself announces over ExpressRoute are meant to go there.
    """
    own, meant = {*map(str, expected.addresses)}, {*map(str, expected.expressroute)}
    for route in routes:
        is_ours = not route.next_hops or own & {*route.next_hops}
        if is_ours or route.next_hop_type != GATEWAY_HOP or route.state != "Active":
            continue
        parts = (one for one in route.prefixes if ":" not in one and one not in meant)
        if str(prefix) in route.prefixes or any(IPv4Network(p).subnet_of(prefix) for p in parts):
            yield route


def _row(route: EffectiveRoute) -> str:
    return f"{route.state} by {route.next_hop_type}"


def _by_other(route: EffectiveRoute) -> str:
    return (
        f"{', '.join(route.prefixes)} by another gateway ({', '.join(route.next_hops)}):"
        " ExpressRoute, unencrypted"
    )
