"""What the VPN gateway of a virtual WAN's hub is and takes.

Sources: Microsoft, Virtual WAN: limits, and its FAQ; "ExpressRoute encryption: IPsec over
ExpressRoute for Virtual WAN".
"""

from collections.abc import Iterator

from fvrf.capacity.limits import HUB_CONNECTION_LINKS, HUB_CONNECTIONS, INSTANCES
from fvrf.errors import Problem
from fvrf.intent.gateway_checks import DEFAULT_ASN
from fvrf.intent.model import HubGateway, Intent, Placed, Router
from fvrf.intent.names import LONGEST_AZURE_NAME, vpn_site_name
from fvrf.intent.problem import Report, reporter


def hub_problems(intent: Intent) -> Iterator[Problem]:
    """Yield every problem of every hub's gateway, and of the routers connected to it."""
    for name, gateway in intent.gateways.items():
        if isinstance(gateway, HubGateway):
            yield from _gateway(reporter(intent, name), gateway)
            yield from _too_many(intent, name)
    for host, router in intent.routers.items():
        for name in dict.fromkeys(placed.connection.gateway for placed in router.connections()):
            if isinstance(intent.gateways.get(name), HubGateway):
                report = reporter(intent, host)
                yield from _name(report, vpn_site_name(host, name))
                yield from _site(report, router, name)


def _gateway(report: Report, gateway: HubGateway) -> Iterator[Problem]:
    if gateway.asn != DEFAULT_ASN:
        number = f"{DEFAULT_ASN}"
        yield report("asn", "a hub's gateway has Azure's own", gateway.asn, number, code="F153")
    if len(gateway.instances) != INSTANCES:
        count = len(gateway.instances)
        yield report("instances", f"a hub's gateway has {INSTANCES}, not {count}", code="F153")


def _too_many(intent: Intent, name: str) -> Iterator[Problem]:
    count = sum(any(_links(router, name)) for router in intent.routers.values())
    if count > HUB_CONNECTIONS:
        yield reporter(intent, name)(
            "",
            f"a hub takes {HUB_CONNECTIONS} connections, and the inventory has {count} to it",
            remedy="a second hub",
            code="F153",
        )


def _name(report: Report, site: str) -> Iterator[Problem]:
    if len(site) > LONGEST_AZURE_NAME:
        yield report(
            "",
            f"the name of its VPN site may have {LONGEST_AZURE_NAME} characters, not {len(site)}",
            site,
            "a shorter name for one of the two hosts",
            code="F110",
        )


def _site(report: Report, router: Router, name: str) -> Iterator[Problem]:
    for count, placed in enumerate(_links(router, name), start=1):
        if count > HUB_CONNECTION_LINKS:
            yield report(
                placed.path("gateway"),
                f"is connection {count} to it: a VPN site has {HUB_CONNECTION_LINKS} links at most",
                name,
                "connect its other uplinks to another hub, or by another router",
                code="F154",
            )
        address = router.bgp_address(placed.connection)
        if placed.connection.private_peering and address and address.is_link_local:
            yield report(
                placed.path("private_peering"),
                f"its BGP address is {address}: over ExpressRoute a hub has no APIPA addresses",
                remedy="give it a BGP address that is none of APIPA",
                code="F155",
            )


def _links(router: Router, gateway: str) -> Iterator[Placed]:
    return (placed for placed in router.connections() if placed.connection.gateway == gateway)
