"""What concerns several fields of one router: the plan's rules 1 and 6.

Each check is a generator over the router that yields `Problem`s. None trusts another to have
passed: what it refers to may be missing.
"""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Interface

from fvrf.errors import Problem
from fvrf.intent.fields import DHCP, GLOBAL
from fvrf.intent.model import Intent, Router
from fvrf.intent.problem import Report, duplicates, reporter


def router_problems(intent: Intent) -> Iterator[Problem]:
    """Yield every problem of every router, each by itself."""
    for host, router in intent.routers.items():
        report = reporter(intent, host)
        for check in _CHECKS:
            yield from check(report, router)


def _references(report: Report, router: Router) -> Iterator[Problem]:
    for name, outside in router.outside.items():
        if outside.inside not in router.inside:
            yield report(
                f"outside.{name}.inside",
                "no such inside VRF on this router",
                outside.inside,
                f"one of {', '.join(router.inside)}",
                code="F140",
            )
    for placed in router.connections():
        if placed.connection.uplink not in router.uplinks:
            yield report(
                placed.path("uplink"),
                "no such uplink on this router",
                placed.connection.uplink,
                f"one of {', '.join(router.uplinks)}",
                code="F140",
            )


def _numbers(report: Report, router: Router) -> Iterator[Problem]:
    ids = [(f"outside.{name}.id", vrf.id) for name, vrf in router.outside.items()]
    ids += [(f"inside.{name}.id", inside.id) for name, inside in router.inside.items()]
    ids += [(f"front_doors.{name}.id", door.id) for name, door in router.front_doors.items()]
    for path, value, first in duplicates(ids):
        yield report(
            path, f"VRF id is taken by {first}: it makes the RD and RT", value, code="F131"
        )
    tunnels = [(p.path("tunnel"), p.connection.tunnel) for p in router.connections()]
    for path, value, first in duplicates(tunnels):
        yield report(path, f"tunnel number is taken by {first}", value, code="F131")
    names = [(f"inside.{name}", name) for name in router.inside]
    names += [(f"outside.{name}", name) for name in router.outside]
    names += [(f"front_doors.{name}", name) for name in router.front_doors]
    for path, value, first in duplicates(names):
        yield report(path, f"the name is {first}'s already", value, code="F112")


def _interfaces(report: Report, router: Router) -> Iterator[Problem]:
    """Each interface has one place, and no two of one VRF share a network (IOS refuses it)."""
    inside = [(f"inside.{name}.interface", vrf.interface) for name, vrf in router.inside.items()]
    for path, interface in inside:
        if interface in router.uplinks:
            yield report(path, "is an uplink already", interface, code="F121")
    for path, value, first in duplicates(inside):
        yield report(path, f"is the interface of {first} already", value, code="F121")
    seen: dict[str, list[tuple[str, IPv4Interface]]] = {}
    for path, vrf, address in _connected(router):
        others = seen.setdefault(vrf, [])
        for first, other in others:
            if address.network.overlaps(other.network):
                yield report(
                    path, f"overlaps with {first} ({other}) in one VRF", address, code="F121"
                )
        others.append((path, address))


def _connected(router: Router) -> Iterator[tuple[str, str, IPv4Interface]]:
    """Yield (path, VRF, address) of each physical interface."""
    for name, uplink in router.uplinks.items():
        if uplink.own is not None:
            yield f"uplinks.{name}.address", uplink.front_door, uplink.own
    for name, inside in router.inside.items():
        yield f"inside.{name}.address", name, inside.address


def _vlans(report: Report, router: Router) -> Iterator[Problem]:
    """Yield subinterfaces without a VLAN, others with one, and two of a port with the same."""
    tags = [(f"uplinks.{name}.vlan", name, uplink.vlan) for name, uplink in router.uplinks.items()]
    tags += [
        (f"inside.{name}.vlan", vrf.interface, vrf.vlan) for name, vrf in router.inside.items()
    ]
    for path, interface, vlan in tags:
        if "." in interface and vlan is None:
            yield report(path, f"is required: {interface} is a subinterface", code="F127")
        elif "." not in interface and vlan is not None:
            yield report(
                path, "belongs to a subinterface", vlan, f"{interface}.{vlan}", code="F127"
            )
    ports = [
        (path, f"{interface.partition('.')[0]} VLAN {vlan}")
        for path, interface, vlan in tags
        if "." in interface and vlan is not None
    ]
    for path, value, first in duplicates(ports):
        yield report(path, f"is the VLAN of {first} already, on the same port", value, code="F127")


def _front_doors(report: Report, router: Router) -> Iterator[Problem]:
    for interface, uplink in router.uplinks.items():
        if uplink.front_door == GLOBAL or uplink.front_door in router.front_doors:
            continue
        if uplink.front_door not in router.outside:
            yield report(
                f"uplinks.{interface}.front_door",
                "names no VRF of `front_doors`, and no outside VRF of this router",
                uplink.front_door,
                f"{GLOBAL}, one of `front_doors`, or the outside VRF of the uplink's connection",
                code="F140",
            )
        elif uplink.next_hop is None:
            yield report(
                f"uplinks.{interface}.next_hop",
                "is required where the front door is the outside VRF itself: a learned prefix"
                " that covers the gateway would swallow the tunnel",
                code="F141",
            )


def _next_hops(report: Report, router: Router) -> Iterator[Problem]:
    hops = [
        (f"uplinks.{name}.next_hop", uplink.next_hop, uplink.own)
        for name, uplink in router.uplinks.items()
        if uplink.next_hop is not None and uplink.own is not None
    ]
    hops += [
        (f"inside.{name}.prefixes.{prefix}", next_hop, inside.address)
        for name, inside in router.inside.items()
        for prefix, next_hop in inside.prefixes.items()
    ]
    for path, next_hop, address in hops:
        if isinstance(next_hop, str):
            yield report(path, f"is for an uplink whose address is {DHCP}", next_hop, code="F125")
        elif next_hop not in address.network:
            yield report(path, f"next hop is not in {address.network}", next_hop, code="F125")
        elif next_hop == address.ip:
            yield report(path, "next hop is the router's own address", next_hop, code="F125")


def _one_uplink_per_front_door(report: Report, router: Router) -> Iterator[Problem]:
    seen: dict[tuple[str, str, bool], str] = {}
    for placed in router.connections():
        name, connection = placed.vrf, placed.connection
        uplink = router.uplinks.get(connection.uplink)
        if uplink is None:
            continue
        way = (uplink.front_door, connection.gateway, connection.private_peering)
        first = seen.setdefault(way, connection.uplink)
        if uplink.front_door not in {GLOBAL, name, *router.front_doors}:
            yield report(
                placed.path("uplink"),
                f"its front door is {uplink.front_door}, which is another outside VRF",
                connection.uplink,
                code="F141",
            )
        elif first != connection.uplink:
            yield report(
                placed.path("uplink"),
                f"{connection.gateway} is reached from front door {uplink.front_door} through"
                f" {first} already: IKE would leave by the wrong one",
                connection.uplink,
                "give the second uplink a front-door VRF of its own",
                code="F141",
            )


_CHECKS: tuple[Callable[[Report, Router], Iterator[Problem]], ...] = (
    _references,
    _numbers,
    _interfaces,
    _vlans,
    _front_doors,
    _next_hops,
    _one_uplink_per_front_door,
)
