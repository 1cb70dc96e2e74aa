"""Tunnels over ExpressRoute private peering, and what goes beside them unencrypted.

Source: Microsoft, "Configure a Site-to-Site VPN connection over ExpressRoute private peering". Of
all prefixes Azure takes the longest, of equal ones that of ExpressRoute.
"""

from collections.abc import Collection, Iterator
from ipaddress import IPv4Address, IPv4Network

from fvrf.errors import Problem
from fvrf.intent.model import Intent, Placed, Router
from fvrf.intent.problem import Report, reporter

_Tunnelled = dict[tuple[str, IPv4Network], str]
"""Who announces a prefix to a gateway over the VPN."""


def peering_problems(intent: Intent, *, broken: Collection[str] = ()) -> Iterator[Problem]:
    """Yield every problem of private peerings; `broken` are hosts that did not parse."""
    tunnelled = _tunnelled(intent)
    for host, router in intent.routers.items():
        report = reporter(intent, host)
        yield from _unencrypted(report, router, tunnelled)
        for name in router.expressroute:
            if name not in {*intent.gateways, *broken}:
                yield report(f"expressroute.{name}", "no such gateway host", name, code="F140")
        yield from _one_gateway(report, intent, router)
        for placed in router.connections():
            if placed.connection.private_peering:
                yield from _private_addresses(report, intent, placed)
                yield from _way_back(report, router, placed)


def _tunnelled(intent: Intent) -> _Tunnelled:
    return {
        (placed.connection.gateway, prefix): f"{host} inside.{placed.outside.inside}"
        for host, router in intent.routers.items()
        for placed in router.connections()
        if (inside := router.inside.get(placed.outside.inside))
        for prefix in inside.announced
    }


def _unencrypted(report: Report, router: Router, tunnelled: _Tunnelled) -> Iterator[Problem]:
    for gateway, prefixes in router.expressroute.items():
        for k, prefix in enumerate(prefixes):
            if owner := tunnelled.get((gateway, prefix)):
                yield report(
                    f"expressroute.{gateway}[{k}]",
                    f"{owner} announces it over the VPN too: Azure sends it over ExpressRoute,"
                    " unencrypted",
                    prefix,
                    "over the VPN announce more specific prefixes, or others",
                    code="F146",
                )


def _one_gateway(report: Report, intent: Intent, router: Router) -> Iterator[Problem]:
    """Yield private addresses that two gateways have: networks of their own may be alike."""
    seen: dict[tuple[str, IPv4Address], str] = {}
    for placed in router.connections():
        name, uplink = placed.connection.gateway, router.uplinks.get(placed.connection.uplink)
        gateway = intent.gateways.get(name) if placed.connection.private_peering else None
        for instance in gateway.instances if gateway and uplink else ():
            if uplink and (address := instance.private_address):
                first = seen.setdefault((uplink.front_door, address), name)
                if first != name:
                    yield report(
                        placed.path("gateway"),
                        f"{address} is {first}'s too, from front door {uplink.front_door}",
                        name,
                        "give one of their uplinks a front-door VRF of its own",
                        code="F141",
                    )


def _private_addresses(report: Report, intent: Intent, placed: Placed) -> Iterator[Problem]:
    gateway = intent.gateways.get(placed.connection.gateway)
    if gateway and not all(instance.private_address for instance in gateway.instances):
        yield report(
            placed.path("private_peering"),
            f"not every instance of {placed.connection.gateway} has a `private_address`",
            remedy="write them as the gateway shows them once `enablePrivateIpAddress` is on",
            code="F148",
        )


def _way_back(report: Report, router: Router, placed: Placed) -> Iterator[Problem]:
    name, uplink = placed.connection.gateway, router.uplinks.get(placed.connection.uplink)
    if uplink and not _holding(router.expressroute.get(name, ()), uplink.public_address):
        yield report(
            placed.path("uplink"),
            f"none of `expressroute.{name}` holds its address: Azure would have no way to it",
            uplink.public_address,
            "name the prefix that holds it, as it is announced over ExpressRoute",
            code="F147",
        )


def _holding(prefixes: Collection[IPv4Network], address: IPv4Address) -> list[IPv4Network]:
    """Return the prefixes that hold an address, the longest last."""
    return sorted((p for p in prefixes if address in p), key=lambda p: p.prefixlen)


def peering_warnings(intent: Intent) -> Iterator[str]:
    """Yield what goes over ExpressRoute though a shorter prefix of the VPN holds it.

    The networks that tunnels leave from have to go there.
    """
    tunnelled = _tunnelled(intent)
    for host, router in intent.routers.items():
        ends = _ends(router)
        for gateway, prefixes in router.expressroute.items():
            around = [prefix for name, prefix in tunnelled if name == gateway]
            for one in prefixes:
                held = any(one != other and one.subnet_of(other) for other in around)
                if held and not any(end in one for end in ends):
                    yield f"{host}: {one} goes to {gateway} over ExpressRoute, unencrypted"
        yield from _swallowed(host, router, tunnelled)


def _swallowed(host: str, router: Router, tunnelled: _Tunnelled) -> Iterator[str]:
    """Yield the ends of tunnels that Azure would look for inside a tunnel."""
    for placed in router.connections():
        name, uplink = placed.connection.gateway, router.uplinks[placed.connection.uplink]
        if not placed.connection.private_peering:
            continue
        end, beside = uplink.public_address, router.expressroute.get(name, ())
        over_vpn = [prefix for gateway, prefix in tunnelled if gateway == name]
        holding = _holding([*beside, *over_vpn], end)
        if holding and holding[-1] not in beside:
            yield (
                f"{host}: {end} is in {holding[-1]}, which goes to {name} over the VPN: Azure may"
                " send the tunnel's own packets there"
            )


def _ends(router: Router) -> set[IPv4Address]:
    return {
        uplink.public_address
        for placed in router.connections()
        if placed.connection.private_peering
        and (uplink := router.uplinks.get(placed.connection.uplink))
    }
