"""A BGP process of another AS. IOS-XE has one process: the old one goes before the new one comes.

`router bgp` with another number is refused ("BGP is already running; AS is N", transcripts), and
`no router bgp` takes every address family along, so that all of it must be ours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fvrf.iosxe.items import Item, Items, Key, slot
from fvrf.iosxe.scope import Scope
from fvrf.iosxe.text import redact_line
from fvrf.iosxe.tree import Node

PROCESS: Key = ("bgp", "process")
_VRF_KINDS = ("vrf", "vrf_family")
_EMPTY_FAMILY = Node("address-family ipv4")
_NEIGHBOR = re.compile(r"neighbor (\S+) .*")
_TARGET = re.compile(r"route-target (?:import|export) (\S+)")


def old_process(wanted: Items, found: Items) -> str | None:
    """Return the AS, as printed, of the process that stands where one of another is wanted."""
    want, have = wanted.get(PROCESS), found.get(PROCESS)
    if want is None or have is None or want.header == have.header:
        return None
    return (have.header or "").split()[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Both sides once a BGP process of another AS is made ready to go; `old_asn` is its AS.

    It is not ready where there are `strangers`: what of it, or by it, is not ours.
    """

    ours: Scope
    wanted: dict[Key, Item]
    found: dict[Key, Item]
    old_asn: str | None = None
    strangers: tuple[str, ...] = ()


def moved(
    ours: Scope, wanted: dict[Key, Item], found: dict[Key, Item], old_asn: str | None
) -> Move:
    """Make the process of AS `old_asn` ready to go where another is wanted and all is ours."""
    if old_asn is None or old_process(wanted, found) != old_asn:
        return Move(ours=ours, wanted=wanted, found=found)
    if held := tuple(map(redact_line, _strangers(ours, wanted, found))):
        return Move(ours=ours, wanted=wanted, found=found, strangers=held)
    wanted = _with_their_targets(ours, wanted, found)
    ours, found = _one_object(ours, found)
    return Move(ours=ours, wanted=wanted, found=found, old_asn=old_asn)


def _strangers(ours: Scope, wanted: Items, found: Items) -> Iterator[str]:
    """Yield what of the old process is not ours, and who else imports what our VRFs export."""
    for item in found.values():
        if item.key == PROCESS or item.kind == "family":
            yield from (f"{item.header}: {line}" for line in _strange(ours, wanted, item))
    going = _going(ours, found)
    for item in found.values():
        if item.kind in _VRF_KINDS and ours.ownership(item.key) == "foreign":
            imported = [t for t in item.values(r"route-target import (\S+)") if t in going]
            yield from (f"VRF {item.name}: route-target import {target}" for target in imported)


def _strange(ours: Scope, wanted: Items, item: Item) -> Iterator[str]:
    """Yield the lines of one part of the process that are not ours."""
    whole = ours.ownership(item.key) == "whole"
    if whole and ours.removes:
        return
    body = wanted[item.key].body if item.key in wanted else ()
    slots = {slot(item.kind, node.text) for node in body}
    peers = {match[1] for node in body if (match := _NEIGHBOR.fullmatch(node.text))}
    for node in item.body:
        peer = _NEIGHBOR.fullmatch(node.text)
        if node.implied or node == _EMPTY_FAMILY or (whole and not peer):
            continue
        if not (peer[1] in peers if peer else slot(item.kind, node.text) in slots):
            yield node.text


def _one_object(ours: Scope, found: Items) -> tuple[Scope, dict[Key, Item]]:
    """Make the old process, with all its address families, one object that is ours and goes."""
    process = found[PROCESS]
    families = (item for item in found.values() if item.kind == "family")
    nodes = tuple(Node(item.header or "", item.body) for item in families)
    old = replace(process, name=process.header or "", body=process.body + nodes)
    kept = {k: item for k, item in found.items() if k != PROCESS and k[0] != "family"}
    scope = replace(ours, whole=ours.whole | {old.key}, going=ours.going | {old.key})
    return scope, {**kept, old.key: old}


def _with_their_targets(ours: Scope, wanted: Items, found: Items) -> dict[Key, Item]:
    """Want a customer's own route targets in the inside VRFs, too: a new rd wipes all of a VRF.

    Those that our VRFs exported under the old AS go.
    """
    going = _going(ours, found)

    def theirs(item: Item) -> tuple[Node, ...]:
        found_nodes = found[item.key].body if item.key in found else ()
        own = {node.text for node in item.body}
        return tuple(
            node
            for node in found_nodes
            if (match := _TARGET.fullmatch(node.text))
            and node.text not in own
            and match[1] not in going
        )

    return {
        key: replace(item, body=item.body + theirs(item))
        if key[0] in _VRF_KINDS and key[1] in ours.inside_vrfs
        else item
        for key, item in wanted.items()
    }


def _going(ours: Scope, found: Items) -> frozenset[str]:
    """Return the route targets of our VRFs under the old AS: an inside VRF's is its rd."""
    insides = (found.get(("vrf", name)) for name in ours.inside_vrfs)
    return ours.targets | {rd for item in insides if item for rd in item.values(r"rd (\S+)")}
