"""BGP address families: one per VRF, the inside VRF balancing over all tunnels."""

from collections.abc import Iterable, Sequence

from fvrf.intent.model import InsideVrf, Router
from fvrf.plan.link import Link
from fvrf.plan.objects import MARK, FamilyPlan, NeighborPlan, StandbyPlan

# A speaker is never directly connected; Azure's own samples use 5 hops.
MULTIHOP = 5
NEXT_HOP_MAP, PREPEND_MAP = f"{MARK}-nexthop-peer", f"{MARK}-prepend"
LOCAL_PREFERENCE = 100  # what IOS gives a path by itself


def standby(link: Link) -> StandbyPlan | None:
    """Return the route-maps of a connection that others go before; None for the others."""
    rank = link.connection.prepend
    if not rank:
        return None
    return StandbyPlan(
        inbound=f"{MARK}-standby-{rank}-in",
        outbound=f"{MARK}-standby-{rank}-out",
        local_preference=LOCAL_PREFERENCE - rank,
        asn=link.router.asn,
        times=link.prepend,
    )


def standbys(links: Sequence[Link]) -> tuple[StandbyPlan, ...]:
    """Return those of all connections, each once."""
    found = {plan.inbound: plan for plan in map(standby, links) if plan}
    return tuple(found[name] for name in sorted(found))


def families(router: Router, links: Sequence[Link]) -> Iterable[FamilyPlan]:
    """Yield the address families, inside VRFs first."""
    for name, inside in sorted(router.inside.items()):
        sessions = {
            outside: sum(len(link.speakers) for link in links if link.outside == outside)
            for outside, vrf in router.outside.items()
            if vrf.inside == name
        }
        paths, sources = sum(sessions.values()), tuple(_redistributed(inside))
        several = max(sessions.values(), default=0) > 1
        yield FamilyPlan(
            vrf=name,
            router_id_interface=inside.interface,
            redistribute=sources,
            redistribute_map=outward_list(name) if {*sources} - {"static"} else None,
            neighbors=(),
            maximum_paths=paths if paths > 1 else None,
            import_selection="all" if several else None,
            import_limit=paths if several else None,
        )
    for name in sorted(router.outside):
        yield _outside([link for link in links if link.outside == name])


def outward_list(inside: str) -> str:
    """Return the name of the list of an inside VRF's prefixes, and of the route-map over it."""
    return f"{MARK}-{inside}-out"


def _redistributed(inside: InsideVrf) -> Iterable[str]:
    """Yield what BGP takes over from other sources; what its own neighbours say is there."""
    if inside.prefixes:
        yield "static"
    if inside.connected:
        yield "connected"
    if inside.ospf:
        yield f"ospf {inside.ospf.process}"


def _outside(links: Sequence[Link]) -> FamilyPlan:
    neighbors = tuple(neighbor for link in links for neighbor in _neighbors(link))
    return FamilyPlan(
        vrf=links[0].outside,
        router_id_interface=links[0].bgp_interface,
        redistribute=(),
        neighbors=neighbors,
        maximum_paths=len(neighbors) if len(neighbors) > 1 else None,
        import_selection=None,
        import_limit=None,
    )


def _neighbors(link: Link) -> Iterable[NeighborPlan]:
    filtered = link.is_marked
    timers, most = link.router.bgp.timers, link.router.bgp.maximum_prefix
    incoming, outgoing = _route_maps(link)
    for speaker in link.speakers:
        yield NeighborPlan(
            address=speaker,
            remote_as=link.gateway.asn,
            multihop=MULTIHOP,
            update_source=link.bgp_interface,
            prefix_list_in=f"{MARK}-{link.connection.gateway}-in" if filtered else None,
            prefix_list_out=outward_list(link.inside) if filtered else None,
            route_map_in=incoming,
            route_map_out=outgoing,
            timers=(timers.keepalive_s, timers.hold_s) if timers else None,
            maximum_prefix=most.limit if most else None,
            restart_min=most.restart_min if most else None,
        )


def _route_maps(link: Link) -> tuple[str | None, str | None]:
    """Return the names of what its paths go through, inward and outward."""
    if plan := standby(link):
        return plan.inbound, plan.outbound
    outgoing = PREPEND_MAP if link.router.prepend else None
    return NEXT_HOP_MAP if link.is_marked else None, outgoing
