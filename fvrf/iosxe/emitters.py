"""One emitter per kind of object: create, change and remove of it, each in one place.

Emitters see what was found and what is wanted, never the intent. Each notes the habit of
IOS-XE that makes its order the safe one (vendor documents, real transcripts, and the list of
command habits in the public driver of a large network controller).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from fvrf.iosxe.diff import Change, RouterDiff
from fvrf.iosxe.items import ROUTE, Item, Kind, slot
from fvrf.iosxe.text import ENCRYPTED_KEY
from fvrf.iosxe.tree import Node
from fvrf.secrets import UNKNOWN_KEY

Lines = Iterator[str]
_LEAVE = "exit-address-family"
_ADDRESS = re.compile(r"ip (?:address|unnumbered) .*")
_FORWARDING = re.compile(r"(?:ip )?vrf forwarding .*")
_PROTECTION = re.compile(r"tunnel protection .*")


def lines_of(change: Change, diff: RouterDiff) -> Lines:
    """Return the command lines of one change, unindented.

    What stands for a key that nobody here knows is never typed as if it were the key.
    """
    lines = EMITTERS.get(change.kind, _object)(change, diff)
    return (line for line in lines if not line.endswith((UNKNOWN_KEY, ENCRYPTED_KEY)))


_REDISTRIBUTION = re.compile(r"redistribute .*")


def negated(line: str) -> str:
    """Return the line that takes a line away.

    With its options, `no redistribute` would take the options away alone (vendor guide).
    """
    if _REDISTRIBUTION.fullmatch(line):
        return f"no {slot('family', line)}"
    return line.removeprefix("no ") if line.startswith("no ") else f"no {line}"


def added(change: Change) -> tuple[Node, ...]:
    """Return the wanted lines that were not found, those that replace another included."""
    return _without(change.wanted, change.found)


def dropped(change: Change) -> tuple[Node, ...]:
    """Return the lines found that are not wanted and that no wanted line replaces."""
    settled = {
        slot(change.kind, node.text) for node in (change.wanted.body if change.wanted else ())
    }
    return tuple(
        node
        for node in _without(change.found, change.wanted)
        if slot(change.kind, node.text) not in settled and not node.implied
    )


def _without(item: Item | None, other: Item | None) -> tuple[Node, ...]:
    known = {node.text for node in other.body} if other else set()
    return tuple(node for node in (item.body if item else ()) if node.text not in known)


def _written(nodes: Iterable[Node]) -> Lines:
    """Write lines out; a submode is left by `exit`, as the next line would be read in it."""
    for node in nodes:
        if node.implied:
            continue
        yield node.text
        if node.children:
            yield from _written(node.children)
            yield "exit"


def _texts(nodes: Iterable[Node]) -> Lines:
    return (node.text for node in nodes)


def _negated(nodes: Iterable[Node]) -> Lines:
    return (negated(node.text) for node in nodes)


def _entered(item: Item, lines: Iterable[str]) -> Lines:
    """Put lines under the headers of their object."""
    yield from item.parents
    if item.header:
        yield item.header
    yield from lines
    if item.kind in ("family", "vrf_family"):
        yield _LEAVE


def _create(item: Item) -> Lines:
    return _entered(item, _written(item.body))


def _whole(change: Change, edit: Callable[[Item, Item], Lines]) -> Lines:
    """Create or remove an object in the plain way, or change it by `edit(wanted, found)`."""
    wanted, found = change.wanted, change.found
    if wanted is None and found is not None:
        yield from found.parents
        yield negated(found.header) if found.header else ""
    elif wanted is not None and found is None:
        yield from _create(wanted)
    elif wanted is not None and found is not None:
        yield from edit(wanted, found)


def _object(change: Change, _: RouterDiff) -> Lines:
    """Add, then take away: no moment without a match or a target where there was one."""

    def edit(wanted: Item, _found: Item) -> Lines:
        return _entered(wanted, [*_texts(added(change)), *_negated(dropped(change))])

    return _whole(change, edit)


def _box(change: Change, _: RouterDiff) -> Lines:
    """Type a setting over the old one; its default, by taking what stands away."""
    for node in added(change):
        if node.text.startswith("no "):
            yield from _negated(change.found.body if change.found else ())
        else:
            yield node.text


def _vrf(change: Change, diff: RouterDiff) -> Lines:
    """Expand a new rd: it wipes all route targets, and is refused while BGP has neighbours."""

    def edit(wanted: Item, found: Item) -> Lines:
        old, new = found.value(r"rd (\S+)"), wanted.value(r"rd (\S+)")
        if old is None or old == new:
            yield from _object(change, diff)
            return
        yield from _silenced(diff, wanted.name)
        others = (node for node in added(change) if not node.text.startswith(("rd ", "route-")))
        targets = (node for node in wanted.body if node.text.startswith("route-target "))
        gone = (node for node in dropped(change) if not node.text.startswith("route-target "))
        rd = [f"no rd {old}", *([f"rd {new}"] if new else [])]
        yield from _entered(wanted, [*_texts(others), *_negated(gone), *rd, *_texts(targets)])

    return _whole(change, edit)


def _vrf_family(change: Change, diff: RouterDiff) -> Lines:
    """Type all route targets again after a new rd, which wipes them."""

    def edit(wanted: Item, _found: Item) -> Lines:
        has_lost = has_new_rd(diff, wanted.name)
        return _create(wanted) if has_lost else _object(change, diff)

    return _whole(change, edit)


def _silenced(diff: RouterDiff, vrf: str) -> Lines:
    family = diff.found.get(("family", vrf))
    if family is not None and (gone := list(_neighbors_removed(family, _neighbors(family)))):
        yield from _entered(family, gone)


def has_new_rd(diff: RouterDiff, vrf: str) -> bool:
    """Whether the rd of a VRF changes, which empties its address family."""
    sides = (diff.wanted.get(("vrf", vrf)), diff.found.get(("vrf", vrf)))
    wanted, found = (item.value(r"rd (\S+)") if item else None for item in sides)
    return wanted is not None and found is not None and wanted != found


def is_move(change: Change) -> bool:
    """Whether an interface that stands changes its VRF."""
    return (
        change.action == "change"
        and change.kind in ("interface", "loopback", "tunnel")
        and any(_FORWARDING.fullmatch(node.text) for node in (*added(change), *dropped(change)))
    )


def _interface(change: Change, _: RouterDiff) -> Lines:
    """Type addresses again after a change of VRF; change a tunnel's mode unprotected only."""

    def edit(wanted: Item, found: Item) -> Lines:
        new, gone = list(added(change)), list(dropped(change))
        remode = any(node.text.startswith("tunnel mode ") for node in new)
        move = is_move(change)
        if move:
            gone = [node for node in gone if not _ADDRESS.fullmatch(node.text)]
        again = [
            node
            for node in wanted.body
            if node in new
            or (move and _ADDRESS.fullmatch(node.text))
            or (remode and _PROTECTION.fullmatch(node.text))
        ]
        bare = [n for n in found.body if remode and _PROTECTION.fullmatch(n.text)]
        gone = bare + [node for node in gone if node not in bare]
        return _entered(wanted, [*_negated(gone), *_texts(again)])

    wanted, found = change.wanted, change.found
    if wanted is None and found is not None:
        if bare := [node for node in found.body if _PROTECTION.fullmatch(node.text)]:
            yield from _entered(found, _negated(bare))
        yield f"no {found.header}"
    else:
        yield from _whole(change, edit)


def _policy(change: Change, _: RouterDiff) -> Lines:
    """Take proposals out before putting others in, in the order in which they are offered."""

    def edit(wanted: Item, found: Item) -> Lines:
        pattern = r"proposal (\S+)"
        old, new = list(found.values(pattern)), list(wanted.values(pattern))
        gone = [f"no proposal {name}" for name in old if old != new]
        gone += [line for line in _negated(dropped(change)) if line not in gone]
        lines = [line for line in _texts(added(change)) if not line.startswith("proposal ")]
        lines += [f"proposal {name}" for name in new if old != new]
        return _entered(wanted, [*gone, *lines])

    return _whole(change, edit)


def _keyring(change: Change, _: RouterDiff) -> Lines:
    """Type a peer's address and key together: the one resets the other. No old key is typed."""

    def edit(wanted: Item, found: Item) -> Lines:
        before = {node.text: node for node in found.body}
        after = {node.text for node in wanted.body}
        gone = [negated(node.text) for node in found.body if node.text not in after]
        lines = [
            line
            for node in wanted.body
            if node != before.get(node.text)
            for line in _peer(node, before.get(node.text))
        ]
        return _entered(wanted, [*gone, *lines])

    return _whole(change, edit)


_REPLACEABLE = re.compile(r"(?:address|pre-shared-key) \S+")


def _peer(wanted: Node, found: Node | None) -> Lines:
    """Type a peer; one with lines that nothing replaces (keys by direction) is made anew."""
    known = {node.text for node in wanted.children}
    others = [n.text for n in (found.children if found else ()) if n.text not in known]
    if not all(map(_REPLACEABLE.fullmatch, others)):
        yield f"no {wanted.text}"
    yield from _written([wanted])


def _ikev2_profile(change: Change, _: RouterDiff) -> Lines:
    """Take the old keyring out first: a profile has one."""

    def edit(wanted: Item, found: Item) -> Lines:
        old, new = found.value(r"keyring (local \S+)"), wanted.value(r"keyring (local \S+)")
        first = [f"no keyring {old}"] if old and new and old != new else []
        return _entered(wanted, [*first, *_texts(added(change)), *_negated(dropped(change))])

    return _whole(change, edit)


def _transform_set(change: Change, _: RouterDiff) -> Lines:
    """Type a line of its name over it: in use it cannot be removed, but replaced it can."""

    def edit(wanted: Item, _found: Item) -> Lines:
        return _entered(wanted, _texts(node for node in wanted.body))

    wanted, found = change.wanted, change.found
    if wanted is None and found is not None:
        yield f"no crypto ipsec transform-set {found.name}"
    else:
        yield from _whole(change, edit)


def _route_map(change: Change, diff: RouterDiff) -> Lines:
    wanted, found = change.wanted, change.found
    if wanted and found and wanted.header != found.header:
        yield f"no {found.header}"
        yield from _create(wanted)
    else:
        yield from _object(change, diff)


def _route(change: Change, _: RouterDiff) -> Lines:
    """Add before removing. A route is its next hop: a new name alone is typed over the old."""
    yield from _texts(added(change))
    yield from (negated(slot("route", node.text)) for node in dropped(change))


def via_of(line: str) -> str:
    """Return the next hop of a static route, or the interface it leaves by."""
    match = ROUTE.fullmatch(line)
    return match["via"] if match else line


def _prefix_list(change: Change, _: RouterDiff) -> Lines:
    """Take an entry out before another gets its sequence number: IOS-XE refuses a second."""
    taken = (
        {slot("prefix_list", node.text): node for node in change.found.body} if change.found else {}
    )
    for node in added(change):
        old = taken.get(slot("prefix_list", node.text))
        if old is not None:
            yield negated(old.text)
        yield node.text
    yield from _negated(dropped(change))


_NEIGHBOR = re.compile(r"neighbor (?P<address>\S+) (?P<what>\S+)(?: .*)?")


def _neighbors(item: Item | None) -> dict[str, list[str]]:
    """Return the lines of each neighbour, in their order."""
    groups: dict[str, list[str]] = {}
    for node in item.body if item else ():
        if match := _NEIGHBOR.fullmatch(node.text):
            groups.setdefault(match["address"], []).append(node.text)
    return groups


def _neighbors_removed(item: Item, addresses: Iterable[str]) -> Lines:
    """Remove neighbours: without its remote-as, all lines of one go."""
    groups = _neighbors(item)
    for address in addresses:
        head = (line for line in groups[address] if line.split()[2] in ("remote-as", "peer-group"))
        yield f"no {next(head, f'neighbor {address}')}"


def _family(change: Change, diff: RouterDiff) -> Lines:
    """Type a neighbour's lines again, all in order, where a new remote-as resets it."""

    def edit(wanted: Item, found: Item) -> Lines:
        if has_new_rd(diff, wanted.name):
            return _create(wanted)
        before, after = _neighbors(found), _neighbors(wanted)
        left = [address for address in before if address not in after]
        reborn = {
            line
            for address, lines in after.items()
            for line in lines
            if _remote_as(lines) != _remote_as(before.get(address, []))
        }
        new = set(_texts(added(change)))
        lines = [node.text for node in wanted.body if node.text in new | reborn]
        gone = (n for n in dropped(change) if not _belongs_to(n.text, left))
        replaced = (node for node in _without(found, wanted) if _is_other_form(node.text, lines))
        return _entered(
            wanted,
            [*_neighbors_removed(found, left), *_negated(replaced), *lines, *_negated(gone)],
        )

    return _whole(change, edit)


def _remote_as(lines: list[str]) -> str | None:
    return next((line for line in lines if line.split()[2] == "remote-as"), None)


def _belongs_to(line: str, addresses: Iterable[str]) -> bool:
    match = _NEIGHBOR.fullmatch(line)
    return match is not None and match["address"] in addresses


def _is_other_form(line: str, new: Iterable[str]) -> bool:
    """`maximum-paths` N, ibgp N and eibgp N exclude each other: only the same form replaces."""

    def form(text: str) -> str | None:
        match = re.fullmatch(r"(maximum-paths(?: e?ibgp)?) \d+.*", text)
        return match[1] if match else None

    forms = [form(text) for text in new if form(text)]
    return form(line) is not None and bool(forms) and form(line) not in forms


EMITTERS: Mapping[Kind, Callable[[Change, RouterDiff], Lines]] = MappingProxyType(
    {
        "box": _box,
        "vrf": _vrf,
        "vrf_family": _vrf_family,
        "prefix_list": _prefix_list,
        "route_map": _route_map,
        "interface": _interface,
        "loopback": _interface,
        "tunnel": _interface,
        "policy": _policy,
        "keyring": _keyring,
        "ikev2_profile": _ikev2_profile,
        "transform_set": _transform_set,
        "route": _route,
        "family": _family,
    }
)
