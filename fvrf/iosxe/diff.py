"""The difference of a router's intended and running configuration, over what is ours.

Both sides are canonical trees and hold placeholders for keys, so that a diff is secret-free.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from fvrf.iosxe.conflicts import conflicts
from fvrf.iosxe.found import trust_encrypted, without_strangers
from fvrf.iosxe.items import ORDER, Item, Items, Key, Kind, items_of, slot
from fvrf.iosxe.renumber import moved, old_process
from fvrf.iosxe.scope import Scope, scope, vrf_of
from fvrf.iosxe.text import redact_line
from fvrf.iosxe.unified import unified
from fvrf.plan.model import RouterPlan

Action = Literal["create", "change", "remove"]
_SHOWN_FOREIGN: frozenset[Kind] = frozenset({"vrf", "vrf_family", "interface", "family", "route"})
# Which VRF a managed interface stands in is the intent's to say, also where it says none.
_OUR_SLOTS: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {"interface": frozenset({"vrf forwarding"})}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One object that is not as intended.

    `found` holds only what of it is ours: in an object of the customer's, the lines in the
    place of ours and those with our mark.
    """

    kind: Kind
    name: str
    action: Action
    wanted: Item | None
    found: Item | None

    @property
    def key(self) -> Key:
        """Kind and name of the object."""
        return self.kind, self.name

    @property
    def wanted_lines(self) -> tuple[str, ...]:
        """The object as intended, indented as IOS prints it."""
        return self.wanted.lines() if self.wanted else ()

    @property
    def found_lines(self) -> tuple[str, ...]:
        """The object, as far as it is ours, as it was found."""
        return self.found.lines() if self.found else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterDiff:
    """All differences of one router; `text` is the human diff, `- found` and `+ wanted`.

    `foreign` are lines of others inside our objects and VRFs: left alone. Nothing may be sent
    while there are `conflicts`. `notes` say what could not be compared. `strangers` are what
    keeps a BGP process of another AS from going: it, or what depends on it, is not all ours.
    """

    plan: RouterPlan = field(repr=False)
    changes: tuple[Change, ...]
    foreign: tuple[str, ...]
    conflicts: tuple[str, ...]
    notes: tuple[str, ...]
    text: str
    wanted: Items = field(repr=False)
    found: Items = field(repr=False)
    strangers: tuple[str, ...] = ()

    @property
    def in_sync(self) -> bool:
        """Whether the router is as intended: then nothing at all is sent to it."""
        return not self.changes and not self.conflicts


def compare(
    plan: RouterPlan,
    intended_text: str,
    running_text: str,
    *,
    adopt: bool = False,
    named: Collection[str] = (),
    from_asn: int | None = None,
) -> RouterDiff:
    """Compare the rendered configuration with the running one, whose keys are masked.

    With `adopt`, unmarked VRFs and routes under planned names are taken over. The VRFs in `named`
    go with all that is in them, also where nothing is marked. A BGP process of AS `from_asn`, where
    another is wanted, goes, if all in it is ours.
    """
    wanted = items_of(intended_text)
    found, notes = trust_encrypted(wanted, items_of(running_text))
    ours = scope(plan, wanted, found, named=named)
    move = moved(ours, wanted, found, str(from_asn) if from_asn else None)
    ours, wanted, found = move.ours, move.wanted, move.found
    found, others = (found, ()) if ours.removes else without_strangers(ours, wanted, found)
    blocked = dict(conflicts(plan, ours, wanted, found, adopt=adopt, old_asn=move.old_asn))
    keys = _keys(ours, wanted, found)
    pairs = [(key, *_ours(key, ours, wanted, found)) for key in keys]
    changes = tuple(
        change
        for key, want, have in pairs
        if key not in blocked and (change := _change(key, want, have, removes=ours.goes(key)))
    )
    return RouterDiff(
        plan=plan,
        changes=changes,
        foreign=(*others, *_foreign(ours, pairs, found)),
        conflicts=tuple(dict.fromkeys(redact_line(text) for text in blocked.values())),
        notes=(*notes, *_addresses_lost(changes, wanted, found)),
        text="\n".join(unified(change.wanted, change.found) for change in changes),
        wanted=wanted,
        found=found,
        strangers=move.strangers,
    )


def backwards(plan: RouterPlan, backup_text: str, running_text: str) -> RouterDiff:
    """Compare an earlier configuration with the running one, over what is ours.

    Objects ours by lines are taken whole here: what a change touched there goes back as it
    was, whoever wrote it; an interface that lost its address with a VRF of ours gets it back. Keys
    are masked on both sides, and planned objects that the earlier configuration has not are
    removed, in either scheme. A BGP process of another AS goes, if all in it is ours.
    """
    wanted = items_of(backup_text)
    found, notes = trust_encrypted(wanted, items_of(running_text))
    wanted, more = trust_encrypted(found, wanted)
    move = moved(scope(plan, wanted, found), wanted, found, old_process(wanted, found))
    ours, found = move.ours, move.found
    changes = tuple(
        change
        for key in (*_keys(ours, wanted, found), *_stripped(ours, wanted, found))
        if (change := _change(key, wanted.get(key), found.get(key), removes=True))
    )
    return RouterDiff(
        plan=plan,
        changes=() if move.strangers else changes,
        foreign=(),
        conflicts=move.strangers,
        notes=notes + more,
        text="\n".join(unified(change.wanted, change.found) for change in changes),
        wanted=wanted,
        found=found,
        strangers=move.strangers,
    )


def _keys(ours: Scope, wanted: Items, found: Items) -> list[Key]:
    """Order the objects that are ours by kind, then as they stand in the intended text."""
    keys = dict.fromkeys(key for key in (*wanted, *found) if ours.ownership(key) != "foreign")
    return sorted(keys, key=lambda key: ORDER.index(key[0]))


def _stripped(ours: Scope, wanted: Items, found: Items) -> Iterator[Key]:
    """Find the interfaces that stood in a VRF of ours and have neither VRF nor address now."""
    for key, want in wanted.items():
        have = found.get(key)
        if key[0] != "interface" or have is None or ours.ownership(key) != "foreign":
            continue
        bare = vrf_of(have) is None and not have.value(r"ip address (\d.*)")
        if bare and vrf_of(want) in ours.whole_vrfs:
            yield key


def _change(key: Key, want: Item | None, have: Item | None, *, removes: bool) -> Change | None:
    if want is not None and have is not None and want.shape == have.shape:
        return None
    if want is None and (have is None or not removes):
        return None
    action: Action = "change" if want and have else "create" if want else "remove"
    return Change(kind=key[0], name=key[1], action=action, wanted=want, found=have)


def _ours(key: Key, ours: Scope, wanted: Items, found: Items) -> tuple[Item | None, Item | None]:
    """Reduce both sides of an object to what of it is ours."""
    want, have = wanted.get(key), found.get(key)
    if have is None or ours.ownership(key) == "whole":
        return want, have
    lines = want.body if want else ()
    slots = {slot(key[0], node.text) for node in lines} | _OUR_SLOTS.get(key[0], frozenset())
    mine = tuple(
        node
        for node in have.body
        if node in lines
        or slot(key[0], node.text) in slots
        or ours.is_going_line(key[0], node.text)
    )
    if not lines and not mine:
        return None, None
    empty = replace(have, body=())
    return want or empty, replace(have, body=mine)


def _foreign(
    ours: Scope, pairs: list[tuple[Key, Item | None, Item | None]], found: Items
) -> Iterator[str]:
    """Name the lines and objects of others that stand inside ours."""
    mine = {key: have for key, _, have in pairs}
    planned = {key for key, want, _ in pairs if want is not None}
    for key, item in found.items():
        if ours.ownership(key) == "whole":
            if key not in planned and not ours.goes(key):
                yield redact_line(f"{item.lines()[0]}: not in the intent")
        elif key in mine or (key[0] == "route" and vrf_of(item) in ours.inside_vrfs):
            yield from _others(item, mine.get(key))


def _others(item: Item, mine: Item | None) -> Iterator[str]:
    """Name the lines of an object that are not ours; a route says itself where it stands."""
    if item.kind not in _SHOWN_FOREIGN or (item.kind == "route" and vrf_of(item) is None):
        return
    header = item.parents[-1] if item.kind == "vrf_family" else item.header
    where = f"{header}: " if header else ""
    for node in item.body:
        if not node.implied and (mine is None or node not in mine.body):
            yield redact_line(f"{where}{node.text}")


def _addresses_lost(changes: tuple[Change, ...], wanted: Items, found: Items) -> Iterator[str]:
    """Name the interfaces that still stand in a VRF that goes."""
    removed = {change.key for change in changes if change.action == "remove"}
    going = {name for kind, name in removed if kind == "vrf"}
    known = removed | wanted.keys()
    for item in found.values():
        if item.kind == "interface" and item.key not in known and (vrf := vrf_of(item)) in going:
            yield f"{item.name} stands in VRF {vrf}, which goes: it loses its addresses"
