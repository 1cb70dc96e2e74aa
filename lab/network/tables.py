"""A router's BGP and routing tables: redistribution, import by route target, best paths, ECMP."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from itertools import groupby

from lab.network.policy import redistributed
from lab.network.results import BgpPrefix
from lab.network.rib import Entry, Leg, Rib, Table, base_rib
from lab.network.views import GLOBAL, BgpView, FamilyView, RouterView

# What is accepted of each neighbour of a router, by VRF and address.
Accepted = Mapping[tuple[str, IPv4Address], tuple[BgpPrefix, ...]]

_EBGP_DISTANCE = 20
_LOCAL_WEIGHT = 32768
_LOCAL_PREFERENCE = 100
_ORIGIN_RANK = {"i": 0, "?": 1}
_SELF = IPv4Address(0)
_DEFAULT_ROUTE = IPv4Network("0.0.0.0/0")
_ROUNDS = 8  # next hops that resolve through BGP routes settle in two or three


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterTables:
    """All tables of a router at one moment; `bgp` is keyed by VRF, sorted by prefix."""

    rib: Rib
    bgp: Mapping[str, tuple[BgpPrefix, ...]]


def router_tables(view: RouterView, up: frozenset[str], accepted: Accepted) -> RouterTables:
    """Return the tables that stand while the interfaces `up` are and this is `accepted`."""
    base = base_rib(view, up)
    if view.bgp is None or not view.powered:
        return RouterTables(rib=base, bgp={})
    families = _active_families(view, view.bgp)
    own = {vrf: _own_paths(view, families[vrf], base, accepted) for vrf in families}
    rib, bgp = base, _bgp_tables(view, families, own, base)
    for _ in range(_ROUNDS):
        settled = rib.tables
        rib = _with_bgp(base, bgp)
        if rib.tables == settled:
            break
        bgp = _bgp_tables(view, families, own, rib)
    marked = {vrf: tuple(_mark_failures(rib.tables[vrf], bgp[vrf])) for vrf in bgp}
    return RouterTables(rib=rib, bgp=marked)


def _active_families(view: RouterView, bgp: BgpView) -> Mapping[str, FamilyView]:
    """Return the address families that run: a VRF's needs the VRF and its route distinguisher."""
    return {
        vrf: family
        for vrf, family in bgp.families.items()
        if vrf == GLOBAL or (vrf in view.vrfs and view.vrfs[vrf].rd is not None)
    }


def _own_paths(
    view: RouterView, family: FamilyView, base: Rib, accepted: Accepted
) -> tuple[BgpPrefix, ...]:
    """Return a VRF's paths before any import: what it puts in itself and what it learned."""
    table = base.tables.get(family.vrf, {})
    paths = [
        path
        for entry in table.values()
        if _is_redistributed(entry, family.redistribute)
        if (path := redistributed(view, family, entry.source, _local(entry, "?"))) is not None
    ]
    paths += [_local(table[prefix], "i") for prefix in family.networks if prefix in table]
    for neighbor in family.neighbors:
        paths += accepted.get((family.vrf, neighbor.address), ())
    return tuple(paths)


def _is_redistributed(entry: Entry, sources: frozenset[str]) -> bool:
    """Tell whether `redistribute` takes a route; the default route needs `default-information`."""
    return entry.source in sources and entry.prefix != _DEFAULT_ROUTE


def _local(entry: Entry, origin: str) -> BgpPrefix:
    return BgpPrefix(
        prefix=entry.prefix,
        next_hop=entry.legs[0].next_hop or _SELF,
        as_path=(),
        origin=origin,
        weight=_LOCAL_WEIGHT,
    )


def _bgp_tables(
    view: RouterView,
    families: Mapping[str, FamilyView],
    own: Mapping[str, tuple[BgpPrefix, ...]],
    rib: Rib,
) -> Mapping[str, tuple[BgpPrefix, ...]]:
    checked = {vrf: tuple(_checked(path, vrf, rib) for path in paths) for vrf, paths in own.items()}
    exported = {vrf: _ranked(families[vrf], paths) for vrf, paths in checked.items()}
    return {
        vrf: _ranked(family, [*checked[vrf], *_imported(view, family, exported)])
        for vrf, family in families.items()
    }


def _checked(path: BgpPrefix, vrf: str, rib: Rib) -> BgpPrefix:
    valid = _is_reachable(path, vrf, rib)
    return path if path.valid == valid else replace(path, valid=valid)


def _is_reachable(path: BgpPrefix, vrf: str, rib: Rib) -> bool:
    """Tell whether a path's next hop resolves, and not through the very route it would make.

    A path that the router puts in itself needs none.
    """
    itself = frozenset({(vrf, path.prefix)})
    return path.peer is None or bool(rib.resolve(vrf, path.next_hop, itself))


def _imported(
    view: RouterView, family: FamilyView, exported: Mapping[str, tuple[BgpPrefix, ...]]
) -> Iterable[BgpPrefix]:
    """Yield copies of other VRFs' paths whose route targets the family's VRF imports.

    `import path selection` counts within a net of the exporting VRF, and so does the limit;
    without a limit it is one path [unconfirmed for `all` and `multipaths`].
    """
    if family.vrf == GLOBAL:
        return
    wanted = view.vrfs[family.vrf].rt_import
    for vrf, table in exported.items():
        if vrf in (GLOBAL, family.vrf) or not view.vrfs[vrf].rt_export & wanted:
            continue
        for _, net in groupby(table, key=lambda path: path.prefix):
            chosen = [path for path in net if _is_selected(path, family.import_selection)]
            for path in chosen[: family.import_limit or 1]:
                yield replace(path, from_vrf=vrf)


def _is_selected(path: BgpPrefix, selection: str) -> bool:
    if not path.valid:
        return False
    return path.best or selection == "all" or (selection == "multipaths" and path.multipath)


def _ranked(family: FamilyView, paths: Iterable[BgpPrefix]) -> tuple[BgpPrefix, ...]:
    """Return paths by prefix, the best of each first, with best and multipaths marked.

    Multipaths are alike in weight, local preference, AS path, origin and metric; `maximum-paths` of
    either kind takes imported paths, which stay external ones.
    """
    ranked: list[BgpPrefix] = []
    for _, group in groupby(sorted(paths, key=_preference), key=lambda path: path.prefix):
        net = list(group)
        alike = 0
        for place, path in enumerate(net):
            is_alike = path.valid and _likeness(path) == _likeness(net[0])
            alike += is_alike
            several = is_alike and 1 < family.maximum_paths >= alike
            ranked.append(_marked(path, best=is_alike and place == 0, multipath=several))
    return tuple(ranked)


def _marked(path: BgpPrefix, *, best: bool, multipath: bool) -> BgpPrefix:
    """Return a path with its marks; most bear them already, and copies are dear."""
    if (path.best, path.multipath) == (best, multipath):
        return path
    return replace(path, best=best, multipath=multipath)


def _likeness(path: BgpPrefix) -> tuple[int, int, tuple[int, ...], str, int]:
    return (path.weight, _local_preference(path), path.as_path, path.origin, path.metric or 0)


def _local_preference(path: BgpPrefix) -> int:
    return _LOCAL_PREFERENCE if path.local_preference is None else path.local_preference


def _preference(path: BgpPrefix) -> tuple[object, ...]:
    """Order paths by prefix, then the best first.

    IOS takes the oldest of two alike eBGP paths; here the lowest neighbour, to be the same in
    every run. It compares the metrics of one neighbouring AS alone; here all are compared, as all
    neighbours are Azure's.
    """
    return (
        path.prefix,
        not path.valid,
        -path.weight,
        -_local_preference(path),
        len(path.as_path),
        _ORIGIN_RANK[path.origin],
        path.metric or 0,
        path.from_vrf or "",
        path.peer or _SELF,
        path.next_hop,
    )


def _with_bgp(base: Rib, bgp: Mapping[str, tuple[BgpPrefix, ...]]) -> Rib:
    """Return the routing tables with the BGP routes that a lower distance does not keep out."""
    tables: dict[str, Table] = dict(base.tables)
    for vrf, paths in bgp.items():
        table = dict(tables.get(vrf, {}))
        for prefix, group in groupby(paths, key=lambda path: path.prefix):
            net = [path for path in group if _is_for_rib(path)]
            known = table.get(prefix)
            if net and (known is None or known.distance > _EBGP_DISTANCE):
                table[prefix] = _bgp_entry(vrf, net)
        tables[vrf] = table
    return Rib(tables)


def _is_for_rib(path: BgpPrefix) -> bool:
    """Tell a path for the routing table; what the VRF itself put into BGP is there already."""
    foreign = path.peer is not None or path.from_vrf is not None
    return foreign and path.valid and (path.best or path.multipath)


def _leg(path: BgpPrefix, vrf: str) -> Leg:
    next_hop = None if path.next_hop == _SELF else path.next_hop
    return Leg(vrf=path.from_vrf or vrf, next_hop=next_hop, peer=path.peer)


def _bgp_entry(vrf: str, net: Sequence[BgpPrefix]) -> Entry:
    """Return the route that a prefix's best path, the first, and its multipaths make."""
    return Entry(
        prefix=net[0].prefix,
        source="bgp",
        distance=_EBGP_DISTANCE,
        legs=tuple(_leg(path, vrf) for path in net),
        as_path=net[0].as_path,
        metric=net[0].metric or 0,
    )


def _mark_failures(table: Table, paths: Iterable[BgpPrefix]) -> Iterable[BgpPrefix]:
    """Yield the paths, those marked that a connected or static route keeps out of the table."""
    for path in paths:
        entry = table.get(path.prefix)
        kept_out = entry is not None and entry.source != "bgp" and _is_for_rib(path)
        yield replace(path, installed=False) if kept_out else path
