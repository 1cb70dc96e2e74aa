"""`show ip route`, whole and for one prefix."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from lab.network.results import Path, Route
from lab.network.views import GLOBAL
from lab.router import times
from lab.router.device import Router
from lab.router.shows.facts import chosen, has_vrf, natural
from lab.router.shows.types import Args, Show

_CODES = """\
Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area\x20
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route, H - NHRP, l - LISP
       a - application route
       + - replicated route, % - next hop override, p - overrides from PfR
"""
_LETTER = {"connected": "C", "local": "L", "static": "S", "bgp": "B", "ospf": "O"}
_DEFAULT = IPv4Network("0.0.0.0/0")
_FILTERS = {"bgp": ("bgp",), "static": ("static",), "connected": ("connected", "local")}


def _table(router: Router, args: Args) -> str:
    """Print a table; with a protocol behind it the legend is left out."""
    vrf = args.get("vrf", GLOBAL)
    if not has_vrf(router, vrf):
        return f"% IP routing table vrf {vrf} does not exist\n"
    table = router.network.routes(router.name, vrf)
    wanted = _FILTERS.get(args.get("source", ""))
    head = f"\nRouting Table: {vrf}\n" if vrf != GLOBAL else ""
    legend = "\n" if wanted else _CODES + "\n"
    body = "\n".join(_body(router, vrf, table, wanted))
    return f"{head}{legend}{_last_resort(table)}\n\n{body}\n"


def _last_resort(table: tuple[Route, ...]) -> str:
    default = next((route for route in table if route.prefix == _DEFAULT), None)
    if default is None or not default.paths:
        return "Gateway of last resort is not set"
    hop = default.paths[0].next_hop or "0.0.0.0"  # noqa: S104
    return f"Gateway of last resort is {hop} to network 0.0.0.0"


def _body(
    router: Router, vrf: str, table: tuple[Route, ...], wanted: tuple[str, ...] | None
) -> Iterator[str]:
    majors: dict[IPv4Network, list[Route]] = {}
    for route in sorted(table, key=lambda route: (route.prefix, route.source)):
        majors.setdefault(_major(route.prefix), []).append(route)
    for major, routes in majors.items():
        shown = [route for route in routes if wanted is None or route.source in wanted]
        lone = all(route.prefix == major for route in routes)
        masks = {route.prefix.prefixlen for route in routes}
        if shown and not lone:
            yield f"      {_major_line(major, len(routes), masks)}"
        for route in shown:
            yield from _route(route, vrf, router.clock.now(), lone=lone, mask=len(masks) > 1)


def _major(prefix: IPv4Network) -> IPv4Network:
    """Return the classful network of a prefix, or itself where it covers more than that."""
    major = natural(prefix)
    return major if prefix.subnet_of(major) else prefix


def _major_line(major: IPv4Network, count: int, masks: set[int]) -> str:
    if len(masks) == 1:
        (length,) = masks
        return f"{major.network_address}/{length} is subnetted, {count} subnets"
    return f"{major} is variably subnetted, {count} subnets, {len(masks)} masks"


def _route(route: Route, vrf: str, now: float, *, lone: bool, mask: bool) -> Iterator[str]:
    letter = _LETTER[route.source.split()[0]] + ("*" if route.prefix == _DEFAULT else "")
    name = str(route.prefix) if lone or mask else str(route.prefix.network_address)
    head = f"{letter:<{6 if lone else 9}}{name}"
    for number, path in enumerate(_printed(route)):
        lead = head if number == 0 else " " * len(head)
        yield f"{lead} {_path(route, vrf, path, now)}"


def _printed(route: Route) -> tuple[Path, ...]:
    """Return the paths as printed: the best of several BGP paths is the last one.

    The published outputs of two equal paths have it so; no document names the order.
    """
    return route.paths[::-1] if route.source == "bgp" else route.paths


def _path(route: Route, vrf: str, path: Path, now: float) -> str:
    foreign = f" ({path.vrf})" if path.vrf != vrf else ""
    is_learned = route.source.startswith(("bgp", "ospf"))
    since = f", {times.age(now - path.since)}" if is_learned else ""
    if path.next_hop is None:
        leaves = f", {path.interface}" if path.interface is not None else ""
        return f"is directly connected{foreign}{since}{leaves}"
    leaves = f", {path.interface}" if route.source.startswith("ospf") else ""
    return f"[{route.distance}/{route.metric}] via {path.next_hop}{foreign}{since}{leaves}"


def _entry(router: Router, args: Args) -> str:
    """Print one route: the exact one with a mask, the longest that covers without."""
    vrf = args.get("vrf", GLOBAL)
    if not has_vrf(router, vrf):
        return f"% IP routing table vrf {vrf} does not exist\n"
    route = _find(router.network.routes(router.name, vrf), args)
    head = f"\nRouting Table: {vrf}\n" if vrf != GLOBAL else ""
    if route is None:
        return f"{head}% {'Subnet' if 'mask' in args else 'Network'} not in table\n"
    now = router.clock.now()
    lines = [f"Routing entry for {route.prefix}", *_origin(router, route, now)]
    lines.append("  Routing Descriptor Blocks:")
    for number, path in enumerate(_printed(route)):
        lines += _descriptor(route, vrf, path, now, used=number == len(route.paths) - 1)
    return head + "\n".join(lines) + "\n"


def _find(table: tuple[Route, ...], args: Args) -> Route | None:
    if "mask" in args:
        wanted = IPv4Network(f"{args['net']}/{args['mask']}", strict=False)
        return next((route for route in table if route.prefix == wanted), None)
    address = IPv4Address(args["net"])
    covering = [route for route in table if address in route.prefix]
    return max(covering, key=lambda route: route.prefix.prefixlen, default=None)


def _origin(router: Router, route: Route, now: float) -> list[str]:
    bgp = router.view().bgp
    if route.source != "bgp" or bgp is None:
        known = "connected" if route.source == "local" else route.source
        via = " (connected, via interface)" if known == "connected" else ""
        return [f'  Known via "{known}", distance {route.distance}, metric {route.metric}{via}']
    tag = f"Tag {route.as_path[0]}, " if route.as_path else ""
    newest = max(route.paths, key=lambda path: path.since)
    return [
        f'  Known via "bgp {bgp.asn}", distance {route.distance}, metric {route.metric}',
        f"  {tag}type external",
        f"  Last update from {newest.next_hop} {times.age(now - newest.since)} ago",
    ]


def _descriptor(route: Route, vrf: str, path: Path, now: float, *, used: bool) -> list[str]:
    """Return the block of a path; the star marks the one that the next packet takes."""
    star = "*" if used else " "
    share = f"      Route metric is {route.metric}, traffic share count is 1"
    if route.source != "bgp":
        hop = str(path.next_hop or f"directly connected, via {path.interface}")
        return [f"  {star} {hop}", share]
    foreign = f" ({path.vrf})" if path.vrf != vrf else ""
    hop = str(path.next_hop or "directly connected")
    source = path.from_peer or "0.0.0.0"  # noqa: S104
    lines = [
        f"  {star} {hop}{foreign}, from {source}, {times.age(now - path.since)} ago",
        share,
        f"      AS Hops {len(route.as_path)}",
    ]
    if route.as_path:
        lines.append(f"      Route tag {route.as_path[0]}")
    return [*lines, "      MPLS label: none"]


def _cef(router: Router, args: Args) -> str:
    """Print the forwarding entry of an address, its next hops resolved to interfaces."""
    vrf = args.get("vrf", GLOBAL)
    if not has_vrf(router, vrf):
        return f"% VRF {vrf} does not exist\n"
    route = _find(router.network.routes(router.name, vrf), args)
    if route is None:
        return "0.0.0.0/0\n  no route\n"
    return f"{route.prefix}\n" + "".join(f"  {_adjacency(route, path)}\n" for path in route.paths)


def _exact_route(router: Router, args: Args) -> str:
    """Print the one path that a flow takes; the addresses choose it as they do for a ping.

    The layout is that of IOS-XE; how its hash weighs the addresses is not published.
    """
    vrf = args.get("vrf", GLOBAL)
    if not has_vrf(router, vrf):
        return f"% VRF {vrf} does not exist\n"
    flow = f"{args['source']} -> {args['net']} =>"
    route = _find(router.network.routes(router.name, vrf), {"net": args["net"]})
    if route is None or not route.paths:
        return f"{flow} drop\n"
    path = chosen(route, IPv4Address(args["net"]))
    if path.interface is not None and path.interface.startswith("Tunnel"):
        return f"{flow} IP midchain out of {path.interface}\n"
    hop = path.next_hop or args["net"]
    return f"{flow} IP adj out of {path.interface}, addr {hop}\n"


def _adjacency(route: Route, path: Path) -> str:
    if route.source == "local":
        return f"receive for {path.interface}"
    if path.interface is None:
        return "unresolved"
    if path.next_hop is None:
        return f"attached to {path.interface}"
    return f"nexthop {path.next_hop} {path.interface}"


SHOWS: Mapping[str, Show] = {
    "show_route": _table,
    "show_route_entry": _entry,
    "show_cef": _cef,
    "show_exact_route": _exact_route,
}
