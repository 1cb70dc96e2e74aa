"""What a router lets through to and from a BGP neighbour: prefix lists and route maps."""

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from lab.network.results import BgpPrefix
from lab.network.views import FamilyView, NeighborView, PrefixRuleView, RouteMapRuleView, RouterView

_HOST_BITS = 32


def accept(view: RouterView, asn: int, neighbor: NeighborView, path: BgpPrefix) -> BgpPrefix | None:
    """Return a path of an update as it is kept, None where it is not; one's own AS is a loop."""
    if path.as_path.count(asn) > neighbor.allowas_in:
        return None
    if not _permits(view, neighbor.prefix_list_in, path.prefix):
        return None
    rule = _route_map_rule(view, neighbor.route_map_in, path.prefix)
    if rule is None:
        return None
    own = neighbor.address if rule.next_hop_peer_address else rule.next_hop
    return replace(
        path,
        peer=neighbor.address,
        next_hop=own or path.next_hop,
        as_path=(*rule.prepend, *path.as_path),
        local_preference=rule.local_preference,
        metric=rule.metric,
        weight=neighbor.weight if rule.weight is None else rule.weight,
    )


def redistributed(
    view: RouterView, family: FamilyView, source: str, path: BgpPrefix
) -> BgpPrefix | None:
    """Return a path that `redistribute` makes, through its route map; None where that denies it.

    That an absent map denies all here, too, is unconfirmed.
    """
    rule = _route_map_rule(view, family.redistribute_maps.get(source), path.prefix)
    if rule is None:
        return None
    weight = path.weight if rule.weight is None else rule.weight
    return replace(path, weight=weight, metric=rule.metric, local_preference=rule.local_preference)


def outbound(
    view: RouterView, neighbor: NeighborView, table: Iterable[BgpPrefix]
) -> tuple[BgpPrefix, ...]:
    """Return the paths of a VRF's BGP table that are sent to a neighbour, as the table has them.

    The best path of a prefix goes out, though not to the neighbour it came from. IOS does not
    look whether the neighbour's AS is in the path: the neighbour drops that itself.
    """
    return tuple(
        path
        for path in table
        if path.best
        and path.peer != neighbor.address
        and _permits(view, neighbor.prefix_list_out, path.prefix)
        and _route_map_rule(view, neighbor.route_map_out, path.prefix) is not None
    )


def on_the_wire(
    view: RouterView,
    asn: int,
    neighbor: NeighborView,
    source: IPv4Address,
    paths: Iterable[BgpPrefix],
) -> tuple[BgpPrefix, ...]:
    """Return paths as an eBGP update bears them: own AS first, the own address as next hop.

    A route map may set another one; `peer-address` is the own one ("set ip next-hop (BGP)").
    """
    sent = []
    for path in paths:
        rule = _route_map_rule(view, neighbor.route_map_out, path.prefix) or _NO_ROUTE_MAP
        sent.append(
            BgpPrefix(
                prefix=path.prefix,
                next_hop=rule.next_hop or source,
                as_path=(asn, *rule.prepend, *path.as_path),
                origin=path.origin,
            )
        )
    return tuple(sent)


def _permits(view: RouterView, name: str | None, prefix: IPv4Network) -> bool:
    """Ask a prefix list; one that does not exist permits everything.

    "An empty prefix list permits all prefixes" (IP Configuration Guide, Configuring BGP); in a
    `match` of a route map an absent one matches everything, too (CSCty33210, of NX-OS).
    """
    if name is None or name not in view.prefix_lists:
        return True
    rules = sorted(view.prefix_lists[name], key=lambda rule: rule.sequence)
    return next((rule.permit for rule in rules if _matches(rule, prefix)), False)


def _matches(rule: PrefixRuleView, prefix: IPv4Network) -> bool:
    if not prefix.subnet_of(rule.prefix):
        return False
    if rule.ge is None and rule.le is None:
        return prefix.prefixlen == rule.prefix.prefixlen
    shortest = rule.ge if rule.ge is not None else rule.prefix.prefixlen
    longest = rule.le if rule.le is not None else _HOST_BITS
    return shortest <= prefix.prefixlen <= longest


_NO_ROUTE_MAP = RouteMapRuleView(sequence=0, permit=True)


def _route_map_rule(
    view: RouterView, name: str | None, prefix: IPv4Network
) -> RouteMapRuleView | None:
    """Return the entry that permits a prefix, None where it is denied.

    A neighbour's route map that does not exist denies everything, both ways: so Batfish found IOS
    to do in its labs (batfish pull request 6523); no document of Cisco's says it.
    """
    if name is None:
        return _NO_ROUTE_MAP
    for rule in sorted(view.route_maps.get(name, ()), key=lambda rule: rule.sequence):
        lists = rule.match_prefix_lists
        if not lists or any(_permits(view, each, prefix) for each in lists):
            return rule if rule.permit else None
    return None
