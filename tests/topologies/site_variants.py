"""Two intents of one site, drawn from one that has all: what a change adds, alters and removes."""

from copy import deepcopy
from random import Random
from typing import Any

from site_worlds import Tree

STRONG = ("gcm256", "gcm128", "cbc256-sha256")


def variant(rng: Random, whole: Tree) -> Tree:
    """Return a router's data with fewer of its parts, and other values of some."""
    data = deepcopy(whole)
    _fewer_connections(rng, data)
    connections = [c for vrf in data["outside"].values() for c in vrf["connections"]]
    _only(data, "uplinks", {c["uplink"] for c in connections})
    _only(data, "front_doors", {up["front_door"] for up in data["uplinks"].values()})
    _only(data, "inside", {vrf["inside"] for vrf in data["outside"].values()})
    for inside in data["inside"].values():
        prefixes = inside["prefixes"]
        kept = rng.sample(sorted(prefixes), rng.randint(1, len(prefixes)))
        inside["prefixes"] = {prefix: prefixes[prefix] for prefix in kept}
    if data.get("crypto") != "article-legacy":
        data["crypto"] = rng.choice(STRONG)
    data["prepend"] = rng.choice((0, 0, 1, 2))
    for connection in (c for vrf in data["outside"].values() for c in vrf["connections"]):
        connection["prepend"] = rng.choice((0, 0, 0, 2))
    return data


def _fewer_connections(rng: Random, data: Tree) -> None:
    kept = rng.choice([*data["outside"]])
    for name, vrf in [*data["outside"].items()]:
        own: list[Any] = vrf["connections"]
        vrf["connections"] = [c for c in own if rng.random() < 0.7] or own[: name == kept]
        if not vrf["connections"]:
            del data["outside"][name]


def _only(data: Tree, part: str, names: set[str]) -> None:
    data[part] = {name: value for name, value in data[part].items() if name in names}
