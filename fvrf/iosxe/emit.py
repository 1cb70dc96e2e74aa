"""From differences to commands: blocks in an order in which IOS-XE takes them.

Removal goes top down, then building bottom up, then the removal of what until then was still
referred to. Within an object its kind's emitter knows the safe way (`emitters`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fvrf.iosxe.diff import Action, Change, RouterDiff, backwards
from fvrf.iosxe.effects import interrupts
from fvrf.iosxe.emitters import has_new_rd, is_move, lines_of, via_of
from fvrf.iosxe.items import ORDER, Key, Kind
from fvrf.plan.model import RouterPlan

_FAMILIES: frozenset[Kind] = frozenset({"family", "vrf_family"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The lines of one object, to be typed in configuration mode in this order.

    Lines are without indentation. `interrupts` says in plain words what stops working for a
    while, or None.
    """

    kind: Kind
    name: str
    action: Action
    lines: tuple[str, ...]
    interrupts: str | None


def commands(diff: RouterDiff) -> tuple[Block, ...]:
    """Return the blocks that bring the router from what was found to what is wanted."""
    return tuple(_block(change, diff) for change in _ordered(diff))


def inverse(plan: RouterPlan, backup_text: str, running_text: str) -> tuple[Block, ...]:
    """Return the blocks that bring what is ours back to a backup; keys are masked in both.

    Name the keys of the backup first (`text.keys_of`): one that stands as `<<unknown>>` or
    `<<encrypted>>` is left out.
    """
    return commands(backwards(plan, backup_text, running_text))


def _block(change: Change, diff: RouterDiff) -> Block:
    lines = tuple(lines_of(change, diff))
    return Block(
        kind=change.kind,
        name=change.name,
        action=change.action,
        lines=lines,
        interrupts=interrupts(change, diff),
    )


def _ordered(diff: RouterDiff) -> Iterator[Change]:
    going = {change.key for change in diff.changes if change.action == "remove"}
    held = _held(diff, going)
    removals = sorted(
        (change for change in diff.changes if change.key in going - _gone_along(going)),
        key=lambda change: -ORDER.index(change.kind),
    )
    yield from (change for change in removals if change.key not in held)
    yield from sorted(
        (change for change in (*diff.changes, *_induced(diff)) if change.key not in going),
        key=lambda change: ORDER.index(change.kind),
    )
    yield from (change for change in removals if change.key in held)


def _gone_along(going: set[Key]) -> set[Key]:
    """Return the address families that a VRF takes with it."""
    return {("vrf_family", name) for kind, name in going if kind == "vrf"}


def _induced(diff: RouterDiff) -> Iterator[Change]:
    """Find what other changes take away on the router, to be typed again.

    A new rd empties the VRF's address families; a change of VRF takes the static routes out of
    an interface with it.
    """
    changed = {change.key for change in diff.changes}
    reborn = {name for kind, name in changed if kind == "vrf" and has_new_rd(diff, name)}
    moved = {change.name for change in diff.changes if is_move(change)}
    for key, item in diff.wanted.items():
        lost = (key[0] in _FAMILIES and item.name in reborn) or (
            key[0] == "route" and any(via_of(node.text).split()[0] in moved for node in item.body)
        )
        if lost and key not in changed and key in diff.found:
            found = diff.found[key] if key[0] in _FAMILIES else None
            yield Change(kind=key[0], name=key[1], action="change", wanted=item, found=found)


def _held(diff: RouterDiff, going: set[Key]) -> set[Key]:
    """Find what can only go after the build: what an object that stays refers to until then."""
    held = {
        ref
        for item in diff.found.values()
        if item.key not in going
        for ref in item.references() & going
    }
    edge = held
    while edge:
        edge = {ref for key in edge for ref in diff.found[key].references() & going} - held
        held = held | edge
    return held
