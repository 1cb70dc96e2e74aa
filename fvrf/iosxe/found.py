"""What was found, as far as it can be compared: encrypted keys, and strangers in our objects."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from fvrf.iosxe.items import Item, Items, Key, Kind
from fvrf.iosxe.scope import Scope
from fvrf.iosxe.text import ENCRYPTED_KEY, redact_line
from fvrf.iosxe.tree import Node

# Lines that make up an object of their own inside another, by the name in the first group.
INNER: Mapping[Kind, str] = MappingProxyType(
    {"keyring": r"peer (\S+)", "family": r"neighbor (\S+) .*"}
)


def trust_encrypted(wanted: Items, found: Items) -> tuple[dict[Key, Item], tuple[str, ...]]:
    """Take encrypted keys for the intended ones: nothing could tell, and each run would send them.

    Returns the objects found, and a note for each such key.
    """
    trusted = dict(found)
    notes: list[str] = []
    for key, item in found.items():
        if key[0] != "keyring" or key not in wanted:
            continue
        intended = {peer.text: peer for peer in wanted[key].body}
        body = tuple(_trusted(peer, intended.get(peer.text)) for peer in item.body)
        notes += [
            f"keyring {item.name} {before.text}: its key is encrypted (type 6) and not compared"
            for before, after in zip(item.body, body, strict=True)
            if before != after
        ]
        trusted[key] = replace(item, body=body)
    return trusted, tuple(notes)


def _trusted(peer: Node, intended: Node | None) -> Node:
    keys = (n for n in (intended.children if intended else ()) if n.text.startswith("pre-shared-"))
    key = next(keys, None)
    if key is None:
        return peer
    children = tuple(
        key if node.text == f"pre-shared-key {ENCRYPTED_KEY}" else node for node in peer.children
    )
    return replace(peer, children=children)


def without_strangers(
    ours: Scope, wanted: Items, found: Items
) -> tuple[dict[Key, Item], tuple[str, ...]]:
    """Leave out the peers and neighbours in our objects that the intent does not name.

    Without marks they may be someone else's, as a whole tunnel in one of our VRFs may. Returns
    the objects found, and the lines left out.
    """
    kept = dict(found)
    strangers: list[str] = []
    for key, item in found.items():
        if key in wanted and ours.ownership(key) == "whole":
            names = {_inner(node, key[0]) for node in wanted[key].body}
            own = tuple(node for node in item.body if _inner(node, key[0]) in {*names, None})
            strangers += [
                redact_line(f"{item.header}: {node.text}") for node in item.body if node not in own
            ]
            kept[key] = replace(item, body=own)
    return kept, tuple(strangers)


def _inner(node: Node, kind: Kind) -> str | None:
    match = re.fullmatch(INNER[kind], node.text) if kind in INNER else None
    return match[1] if match else None
