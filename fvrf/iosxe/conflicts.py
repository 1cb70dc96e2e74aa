"""What stands in the way: an object of someone else's in the place of one of ours.

Each rule is a function that yields (object, message); a conflict is reported, never overwritten.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fvrf.iosxe.items import Item, Items, Key, slot
from fvrf.iosxe.scope import (
    REACHED,
    Scope,
    bears_map_mark,
    has_route_mark,
    is_marked,
    users_of,
    vrf_of,
)
from fvrf.plan.model import RouterPlan

Found = Iterator[tuple[Key, str]]
_VLAN = r"encapsulation dot1Q (\d+)\b.*"
_OTHER_ADDRESS = re.compile(r"ip address .* secondary|ipv6 address .*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    plan: RouterPlan
    ours: Scope
    wanted: Items
    found: Items
    adopt: bool
    old_asn: str | None

    def both(self, kind: str) -> Iterator[tuple[Item, Item]]:
        for key, want in self.wanted.items():
            if key[0] == kind and key in self.found:
                yield want, self.found[key]


def conflicts(
    plan: RouterPlan,
    ours: Scope,
    wanted: Items,
    found: Items,
    *,
    adopt: bool,
    old_asn: str | None = None,
) -> Found:
    """Yield each planned object that something foreign bars, and what bars it.

    `old_asn` is the AS that the router leaves: an inside VRF's rd made from it may follow.
    """
    view = _View(plan=plan, ours=ours, wanted=wanted, found=found, adopt=adopt, old_asn=old_asn)
    for rule in RULES:
        yield from rule(view)


def _unmarked_vrf(view: _View) -> Found:
    for vrf in view.plan.vrfs:
        item = view.found.get(("vrf", vrf.name))
        if vrf.description and item and not is_marked(item) and not view.adopt:
            wanted = f"`description {vrf.description}`"
            text = f"{item.header} is there and does not bear our mark, {wanted} (--adopt)"
            yield item.key, text


def _other_style(view: _View) -> Found:
    """Guard a VRF of the other style: converting it would take its interfaces' addresses away."""
    style = "ip_vrf" if view.plan.vrf_style == "vrf_definition" else "vrf_definition"
    for want, have in view.both("vrf"):
        if want.header != have.header:
            remedy = f"set `vrf_style: {style}`, or convert the router's VRFs first"
            text = f"`{have.header}` is there, `{want.header}` is wanted: {remedy}"
            yield want.key, text
            yield ("vrf_family", want.name), text


def _targets_above(view: _View) -> Found:
    """Guard a customer's route targets that stand for all its address families.

    The vendor's guide to multiprotocol VRFs does not say that those of one family add to them.
    """
    for want, have in view.both("vrf"):
        above = have.value(r"(route-target .*)")
        is_inside = want.name in view.ours.inside_vrfs
        if is_inside and above and view.plan.vrf_style == "vrf_definition":
            text = f"{have.header} has `{above}` outside of its address-family ipv4"
            yield want.key, f"{text}, where ours may override it: move it there"


def _distinguisher(view: _View) -> Found:
    """Guard the rd: changing it wipes a VRF's route targets, and another VRF's is refused."""
    for want, have in view.both("vrf"):
        rd, wanted = have.value(r"rd (\S+)"), want.value(r"rd (\S+)")
        if want.name in view.ours.inside_vrfs and rd and rd not in {wanted, _old(view, wanted)}:
            has = f"inside VRF {want.name} has `rd {rd}`"
            yield want.key, f"{has}, `rd {wanted}` is wanted: it is not ours to change"
    taken = {item.value(r"rd (\S+)"): item for item in view.found.values() if item.kind == "vrf"}
    for key, want in view.wanted.items():
        other = taken.get(want.value(r"rd (\S+)")) if key[0] == "vrf" else None
        if other and other.key != key and view.ours.ownership(other.key) == "foreign":
            yield key, f"the rd of {want.header} is in use by {other.header}"


def _old(view: _View, rd: str | None) -> str | None:
    """Return an rd as it was under the AS that the router leaves."""
    return f"{view.old_asn}:{rd.partition(':')[2]}" if view.old_asn and rd else None


def _other_process(view: _View) -> Found:
    for want, have in view.both("bgp"):
        if want.header == have.header:
            continue
        text = f"{have.header} is there, {want.header} is wanted: a router has one BGP process;"
        text += f" --from-asn {(have.header or '').split()[-1]} moves it, with an outage"
        yield want.key, text
        yield from ((key, text) for key in view.wanted if key[0] == "family")


def _interface(view: _View) -> Found:
    for want in view.wanted.values():
        have = view.found.get(want.key)
        if want.kind != "interface":
            continue
        if have is None:
            if "." not in want.name:
                yield want.key, f"{want.name} is not there"
        elif vrf_of(have) != vrf_of(want):
            yield from _moved(view, want, have)


def _subinterface(view: _View) -> Found:
    """Guard the port, which is not ours, and whom else a subinterface would put out."""
    for want in view.wanted.values():
        port = want.name.partition(".")[0]
        if want.kind != "interface" or port == want.name:
            continue
        carrier, have = view.found.get(("interface", port)), view.found.get(want.key)
        if carrier is None:
            yield want.key, f"{port} is not there"
        elif ("interface", port) not in view.wanted and carrier.value(r"(shutdown)"):
            yield want.key, f"{port} is shut down, and is not ours: type `no shutdown` there first"
        elif have and is_marked(want) and not is_marked(have) and not view.adopt:
            yield want.key, f"{want.name} is there and does not bear our mark (--adopt)"
        elif other := _same_vlan(view, want):
            yield want.key, f"{other.name} has the VLAN of {want.name} already"


def _same_vlan(view: _View, want: Item) -> Item | None:
    """Return another subinterface of the port with the same VLAN, one that stays."""
    port, vlan = want.name.partition(".")[0], want.value(_VLAN)
    others = (
        item
        for item in view.found.values()
        if item.kind == "interface" and item.name.startswith(f"{port}.") and item.name != want.name
    )
    stay = (item for item in others if view.ours.ownership(item.key) != "whole")
    return next((item for item in stay if vlan and item.value(_VLAN) == vlan), None)


def _moved(view: _View, want: Item, have: Item) -> Found:
    """Guard what a change of VRF takes away: every address, and the service of the old VRF."""
    vrf = vrf_of(have)
    if vrf is not None and vrf not in view.ours.whole_vrfs | view.ours.inside_vrfs:
        yield want.key, f"{want.name} stands in VRF {vrf}, which is not ours"
    elif lost := [node.text for node in have.body if _OTHER_ADDRESS.fullmatch(node.text)]:
        yield want.key, f"{want.name} would lose `{lost[0]}` by its change of VRF"


def _tunnel(view: _View) -> Found:
    """Let a tunnel be ours by its VRF, its mark or, without marks, its planned profile."""
    profiles = {profile.name for profile in view.plan.ipsec_profiles}
    for want, have in view.both("tunnel"):
        protected = have.value(r"tunnel protection ipsec profile (\S+)")
        is_ours = (
            vrf_of(have) in view.ours.whole_vrfs
            or is_marked(have)
            or protected in profiles
            or not [node for node in have.body if not node.implied]
        )
        if not is_ours:
            yield want.key, f"{want.name} is there and is not ours"


def _loopback(view: _View) -> Found:
    """Let a loopback be ours by its VRF or its mark."""
    for want, have in view.both("loopback"):
        written = [node for node in have.body if not node.implied]
        if vrf_of(have) not in view.ours.whole_vrfs and not is_marked(have) and written:
            yield want.key, f"{want.name} is there and is not ours"


def _standing_route(view: _View) -> Found:
    """Let nobody's route pass for ours: without our mark it would not go with the intent."""
    for want, have in view.both("route"):
        if view.adopt or view.ours.ownership(want.key) != "lines":
            continue
        standing = {
            slot("route", node.text): node.text
            for node in have.body
            if not has_route_mark(node.text)
        }
        for node in want.body:
            there = standing.get(slot("route", node.text), node.text)
            if node not in have.body and there != node.text:
                yield want.key, f"`{there}` is there, `{node.text}` is wanted (--adopt)"


def _redistributed(view: _View) -> Found:
    """Guard a redistribution of somebody else's: ours would narrow it to our own prefixes."""
    for want, have in view.both("family"):
        standing = {slot("family", node.text): node.text for node in have.body}
        for node in want.body:
            there = standing.get(slot("family", node.text), node.text)
            is_ours = there == node.text or bears_map_mark(there) or view.adopt
            if bears_map_mark(node.text) and not is_ours:
                yield (
                    want.key,
                    f"{want.header}: `{there}` is there, `{node.text}` is wanted (--adopt)",
                )


def _used_by_others(view: _View) -> Found:
    for key, want in view.wanted.items():
        have = view.found.get(key)
        if key[0] not in REACHED or have is None or have.shape == want.shape:
            continue
        if any(user not in view.ours.whole for user in users_of(key, view.found)):
            yield key, f"{want.lines()[0]} has other content, and something foreign uses it"


RULES: tuple[Callable[[_View], Found], ...] = (
    _unmarked_vrf,
    _distinguisher,
    _targets_above,
    _other_style,
    _other_process,
    _interface,
    _subinterface,
    _tunnel,
    _loopback,
    _standing_route,
    _redistributed,
    _used_by_others,
)
