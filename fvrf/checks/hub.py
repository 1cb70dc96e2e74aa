"""The checks of a virtual hub's routes: what its VPN gateway brings, and what goes before it.

Source: Microsoft, "View virtual hub effective routes" and "About virtual hub routing preference".
"""

from collections.abc import Iterator
from ipaddress import IPv4Network

from fvrf.checks.finding import Finding
from fvrf.checks.look import Subject
from fvrf.checks.observation import GatewayObservation, HubRoute, Unreadable
from fvrf.expected import ExpectedConnection, ExpectedGateway

VPN_HOP, EXPRESSROUTE_HOP = "VPN_S2S_Gateway", "ExpressRouteGateway"
_NOT_READ = Unreadable(what="the hub's routes", reason="they were not read")


def hub_findings(expected: ExpectedGateway, seen: GatewayObservation) -> Iterator[Finding]:
    """Yield a finding for each prefix of each connection in the hub's default route table."""
    for connection in expected.connections:
        for prefix in connection.prefixes:
            yield _check(expected, connection, prefix, seen.hub)


def _check(
    expected: ExpectedGateway,
    connection: ExpectedConnection,
    prefix: IPv4Network,
    seen: tuple[HubRoute, ...] | Unreadable | None,
) -> Finding:
    """Judge one site prefix: a route by the VPN that BGP brought, and no part by ExpressRoute.

    A route bears the site's AS number only if it came by BGP. Which link it came by, the hub does
    not tell: that each link brings it, the router's own sessions show.
    """
    subject = Subject(
        end=expected.host,
        check="effective",
        name=f"{connection.name} hub route to {prefix}",
        expected=f"by {VPN_HOP} with AS {connection.asn}",
        connection=connection.name,
    )
    if seen is None or isinstance(seen, Unreadable):
        return subject.unseen(seen or _NOT_READ)
    own = [route for route in seen if str(prefix) in route.prefixes]
    beside = [route for route in seen if _is_beside(expected, prefix, route)]
    good = [r for r in own if r.next_hop_type == VPN_HOP and _brings(r, connection.asn)]
    shown = "; ".join(_shown(r) for r in (*own, *(b for b in beside if b not in own)))
    return subject.judge(shown or "no such route", passed=bool(good) and not beside)


def _is_beside(expected: ExpectedGateway, prefix: IPv4Network, route: HubRoute) -> bool:
    """Tell a route of ExpressRoute to a prefix or a part of it that is not meant to go there."""
    meant = {*map(str, expected.expressroute)}
    parts = (one for one in route.prefixes if ":" not in one and one not in meant)
    return route.next_hop_type == EXPRESSROUTE_HOP and any(
        IPv4Network(part).subnet_of(prefix) for part in parts
    )


def _brings(route: HubRoute, asn: int) -> bool:
    return str(asn) in route.as_path.split("-")


def _shown(route: HubRoute) -> str:
    note = ": unencrypted" if route.next_hop_type == EXPRESSROUTE_HOP else ""
    path = f" with AS path {route.as_path}" if route.as_path else ""
    return f"{', '.join(route.prefixes)} by {route.next_hop_type}{path}{note}"
