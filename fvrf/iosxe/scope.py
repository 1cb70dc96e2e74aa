"""What of a router is ours. No state file says so: the marks, the names and the references do.

An object is ours `whole` (its lines are all ours, and in the scheme `fvrf` it goes when the
intent no longer has it), ours by `lines` (those that the intent sets, and those that bear our
mark), or `foreign`: shown where it stands in our objects, never changed.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from fvrf.iosxe.items import ENTRY, GLOBAL, ROUTE, Item, Items, Key, Kind
from fvrf.plan.model import RouterPlan
from fvrf.plan.objects import MARK, StaticRoutePlan

Ownership = Literal["whole", "lines", "foreign"]

MARKED = re.compile(rf"description {MARK}\b.*")
# An inside VRF bears a mark too, but is the customer's: only lines in it are ours.
MARKED_INSIDE = re.compile(rf"description {MARK} inside\b.*")
MARKED_NAME = re.compile(rf"{MARK}-\S+")
MARKED_REDISTRIBUTION = re.compile(rf"redistribute .* route-map {MARK}-\S+")
ROUTE_MARK = re.compile(rf"{MARK}\b.*")

# Kinds that are ours by what reaches them, not by the VRF they stand in.
REACHED: frozenset[Kind] = frozenset(
    {
        "prefix_list",
        "route_map",
        "loopback",
        "proposal",
        "policy",
        "keyring",
        "ikev2_profile",
        "transform_set",
        "ipsec_profile",
    }
)
# Where a VRF's route targets stand: in itself, or in its address family.
_VRF_KINDS: frozenset[Kind] = frozenset({"vrf", "vrf_family"})
# The lines of the whole router, by the plan's names.
BOX = (
    ("nat_keepalive_s", "crypto ikev2 nat keepalive"),
    ("fragmentation_mtu", "crypto ikev2 fragmentation"),
    ("cef_ports", "ip cef load-sharing algorithm"),
)
_FORWARDING = r"(?:ip )?vrf forwarding (\S+)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is ours on one router.

    `whole_vrfs` are outside and front-door VRFs, `inside_vrfs` those in which lines are ours,
    `targets` the route targets of our outside VRFs, `whole` the objects ours as a whole.
    `removes` is whether what the intent no longer has goes: the scheme `article` writes no
    marks, so nothing can be told to be left over there; `going` are the objects that go all the
    same, since their VRF was named, and `going_targets` that VRF's route targets.
    """

    removes: bool
    whole_vrfs: frozenset[str]
    inside_vrfs: frozenset[str]
    targets: frozenset[str]
    whole: frozenset[Key]
    lines: frozenset[Key]
    going: frozenset[Key] = frozenset()
    going_targets: frozenset[str] = frozenset()

    def goes(self, key: Key) -> bool:
        """Whether an object that the intent has not is removed."""
        return self.removes or key in self.going

    def ownership(self, key: Key) -> Ownership:
        """Say whether an object is ours as a whole, by lines, or not at all."""
        if key in self.whole:
            return "whole"
        return "lines" if key in self.lines else "foreign"

    def is_going_line(self, kind: Kind, line: str) -> bool:
        """Whether a line of an object that is not ours as a whole goes: it bears our mark."""
        if kind == "route":
            return self.removes and has_route_mark(line)
        if kind == "family":
            return self.removes and bears_map_mark(line)
        target = re.fullmatch(r"route-target import (\S+)", line)
        ours = self.targets if self.removes else self.going_targets
        return kind in _VRF_KINDS and target is not None and target[1] in ours


def scope(plan: RouterPlan, *sides: Items, named: Collection[str] = ()) -> Scope:
    """Work out what is ours among the planned objects and all that stands on either side.

    `named` are VRFs that go with all that is in them, whatever the scheme.
    """
    removes = plan.scheme == "fvrf"
    items = [item for side in sides for item in side.values()]
    inside = frozenset(vrf.name for vrf in plan.vrfs if vrf.role == "inside")
    marked = {item.name for item in items if _is_marked_vrf(item)} if removes else set()
    whole_vrfs = frozenset(marked | {vrf.name for vrf in plan.vrfs} | {*named}) - inside
    planned = set(planned_keys(plan))
    placed = {item.key for item in items if _is_in(item, whole_vrfs)}
    if removes:
        placed |= _subinterfaces(items) - {("interface", c.uplink) for c in plan.connections}
    bearing = {item.key for item in items if _bears_route_mark(item)} if removes else set()
    lines = {key for key in planned | bearing if _is_shared(key, inside)}
    whole = (planned | placed) - lines
    if removes:
        whole |= {key for side in sides for key in _left_over(side, whole)}
    going = {item.key for item in items if _is_in(item, frozenset(named))}
    going |= {key for side in sides for key in _left_over(side, going)}
    whole |= going - lines
    return Scope(
        removes=removes,
        whole_vrfs=whole_vrfs,
        inside_vrfs=inside,
        targets=frozenset(_targets(items, whole_vrfs)),
        whole=frozenset(whole),
        lines=frozenset(lines),
        going=frozenset(going - lines),
        going_targets=frozenset(_targets(items, named)),
    )


def planned_keys(plan: RouterPlan) -> Iterator[Key]:
    """Yield every object that the plan names."""
    named: tuple[tuple[Kind, Iterable[str]], ...] = (
        ("box", (line for field, line in BOX if getattr(plan.box, field) is not None)),
        ("vrf", (vrf.name for vrf in plan.vrfs)),
        ("vrf_family", (vrf.name for vrf in plan.vrfs if plan.vrf_style == "vrf_definition")),
        ("interface", (interface.name for interface in plan.interfaces)),
        ("loopback", (loopback.name for loopback in plan.loopbacks)),
        ("proposal", (proposal.name for proposal in plan.proposals)),
        ("policy", (policy.name for policy in plan.policies)),
        ("keyring", (keyring.name for keyring in plan.keyrings)),
        ("ikev2_profile", (profile.name for profile in plan.ikev2_profiles)),
        ("transform_set", (transforms.name for transforms in plan.transform_sets)),
        ("ipsec_profile", (profile.name for profile in plan.ipsec_profiles)),
        ("tunnel", (tunnel.name for tunnel in plan.tunnels)),
        ("prefix_list", (rules.name for rules in plan.prefix_lists)),
        ("route_map", (f"{name} {ENTRY}" for name in _route_maps(plan))),
        ("route", (_route_name(route) for route in plan.routes)),
        ("bgp", ("process",)),
        ("family", (family.vrf for family in plan.bgp.families)),
    )
    return ((kind, name) for kind, names in named for name in names)


def _route_maps(plan: RouterPlan) -> Iterator[str]:
    if plan.next_hop_route_map:
        yield plan.next_hop_route_map
    if plan.prepend:
        yield plan.prepend.name
    for standby in plan.standbys:
        yield from (standby.inbound, standby.outbound)
    for family in plan.bgp.families:
        if family.redistribute_map:
            yield family.redistribute_map


def _route_name(route: StaticRoutePlan) -> str:
    return f"{route.vrf or GLOBAL} {route.prefix.network_address} {route.prefix.netmask}"


def vrf_of(item: Item) -> str | None:
    """Return the VRF that an object is, or stands in; None for the global one."""
    if item.kind in _VRF_KINDS or item.kind == "family":
        return item.name
    if item.kind == "route":
        vrf = item.name.split()[0]
        return None if vrf == GLOBAL else vrf
    return item.value(_FORWARDING)


def is_marked(item: Item) -> bool:
    """Whether the description of an object begins with our mark."""
    return any(MARKED.fullmatch(node.text) for node in item.body)


def _is_marked_vrf(item: Item) -> bool:
    is_inside = any(MARKED_INSIDE.fullmatch(node.text) for node in item.body)
    return item.kind == "vrf" and is_marked(item) and not is_inside


def _is_in(item: Item, vrfs: Collection[str]) -> bool:
    kinds = _VRF_KINDS | {"tunnel", "route", "family"}
    return item.kind in kinds and vrf_of(item) in vrfs


def _subinterfaces(items: Iterable[Item]) -> set[Key]:
    """Return the subinterfaces that bear our mark: nobody else made them."""
    return {i.key for i in items if i.kind == "interface" and "." in i.name and is_marked(i)}


def _is_shared(key: Key, inside: frozenset[str]) -> bool:
    """Whether only lines of an object that is planned, or has such lines, are ours."""
    kind, name = key
    if kind == "route":
        return name.split()[0] in inside | {GLOBAL}
    if kind in _VRF_KINDS or kind == "family":
        return name in inside
    return kind in ("interface", "bgp", "box")


def _bears_route_mark(item: Item) -> bool:
    return item.kind == "route" and any(has_route_mark(node.text) for node in item.body)


def has_route_mark(line: str) -> bool:
    """Whether a static route's name is our mark."""
    match = ROUTE.fullmatch(line)
    return bool(match and match["name"] and ROUTE_MARK.fullmatch(match["name"]))


def bears_map_mark(line: str) -> bool:
    """Whether a redistribution goes through a route-map of ours, and so is ours."""
    return MARKED_REDISTRIBUTION.fullmatch(line) is not None


def _left_over(found: Items, whole: set[Key]) -> set[Key]:
    """Find the objects that ours reach, or that bear our prefix, and that nothing else uses."""
    own = whole & found.keys()
    seen = own | {key for key in found if _bears_prefix(key)}
    edge = seen
    while edge:
        reached = {ref for key in edge for ref in found[key].references() if ref[0] in REACHED}
        edge = (reached & found.keys()) - seen
        seen = seen | edge
    candidates = seen - own
    staying = {key: _without_ours(item) for key, item in found.items()}
    users = {key: set(users_of(key, staying)) for key in candidates}
    while used := {key for key in candidates if users[key] - own - candidates}:
        candidates = candidates - used
    return candidates


def _without_ours(item: Item) -> Item:
    """Leave out the lines of an address family that go with the route-map they name."""
    if item.kind != "family":
        return item
    return replace(item, body=tuple(n for n in item.body if not bears_map_mark(n.text)))


def _bears_prefix(key: Key) -> bool:
    return key[0] in REACHED and MARKED_NAME.fullmatch(key[1].split()[0]) is not None


def users_of(key: Key, found: Items) -> Iterator[Key]:
    """Yield the objects that refer to one."""
    return (item.key for item in found.values() if key in item.references())


def _targets(items: Iterable[Item], vrfs: Collection[str]) -> Iterator[str]:
    for item in items:
        if item.kind in _VRF_KINDS and item.name in vrfs:
            yield from item.values(r"route-target export (\S+)")
