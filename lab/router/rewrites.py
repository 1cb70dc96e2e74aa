"""What IOS makes of a line before it keeps it: other words for the same thing."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lab.router.match import Match
from lab.router.tree import Block

DEFAULT_STEP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A line as it will be kept."""

    words: tuple[str, ...]
    args: Mapping[str, str]
    key: str


Rewrite = Callable[[Match, Block], list[Wording]]


def hash_secret(password: str, salt: str | None = None) -> str:
    """Return a hash in the shape of a type 9 secret.

    It is SHA-256, not scrypt: the lab logs in hundreds of times a minute.
    """
    salt = salt or secrets.token_urlsafe(10)[:14]
    digest = hashlib.sha256((salt + password).encode()).digest()
    return f"$9${salt}${base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def secret_fits(password: str, kept: str) -> bool:
    """Tell whether the password is the one that was hashed."""
    parts = kept.split("$")
    return len(parts) > 3 and secrets.compare_digest(hash_secret(password, parts[2]), kept)  # noqa: PLR2004


def _same(match: Match) -> Wording:
    return Wording(words=match.words, args=match.args, key=match.key)


def _with(match: Match, **args: str) -> Wording:
    """Return the line with arguments added or replaced, its key made anew."""
    merged = {**match.args, **args}
    key = match.rule.key.format(**merged) if match.rule.key else match.key
    return Wording(words=match.words, args=merged, key=key)


def _hash(match: Match, _: Block) -> list[Wording]:
    """Keep a password typed in clear as a type 9 hash."""
    if match.args.get("kind", "0") != "0" or "hash" not in match.args:
        return [_same(match)]
    head = match.words[:-1] if "kind" not in match.args else match.words[:-2]
    kept = hash_secret(match.args["hash"])
    words = tuple("secret" if word == "password" else word for word in head)
    args = {**match.args, "kind": "9", "hash": kept}
    return [Wording(words=(*words, "9", kept), args=args, key=match.key)]


def _both(match: Match, _: Block) -> list[Wording]:
    """`route-target both` is kept as its two halves."""
    if match.args["way"] != "both":
        return [_same(match)]
    title, _way, target = match.words
    return [
        Wording(
            words=(title, way, target),
            args={"way": way, "target": target},
            key=f"{title} {way} {target}",
        )
        for way in ("export", "import")
    ]


def _multihop(match: Match, _: Block) -> list[Wording]:
    if "hops" in match.args:
        return [_same(match)]
    return [Wording(words=(*match.words, "255"), args={**match.args, "hops": "255"}, key=match.key)]


def _host_mask(match: Match, _: Block) -> list[Wording]:
    """Print an identity with its mask, unless it is any address."""
    if "mask" in match.args or match.args.get("address") == "0.0.0.0":  # noqa: S104
        return [_same(match)]
    mask = "255.255.255.255"
    return [
        Wording(
            words=(*match.words, mask),
            args={**match.args, "mask": mask},
            key=f"{match.key} {mask}",
        )
    ]


def _sequence(match: Match, block: Block) -> list[Wording]:
    """Give an entry without `seq` the next step of five; the same entry keeps its number."""
    args = dict(match.args)
    if "seq" in args:
        return [_with(match)]
    fields = {name: args.get(name) for name in ("name", "action", "prefix", "ge", "le")}
    entries = [
        line
        for line in block.of("ip prefix-list")
        if line.args["name"] == args["name"] and "seq" in line.args
    ]
    for line in entries:
        if {name: line.args.get(name) for name in fields} == fields:
            return [_with(match, seq=line.args["seq"])]
    last = max((int(line.args["seq"]) for line in entries), default=0)
    number = str(last - last % DEFAULT_STEP + DEFAULT_STEP)
    words = (*match.words[:3], "seq", number, *match.words[3:])
    return [
        Wording(
            words=words,
            args={**args, "seq": number},
            key=f"ip prefix-list {args['name']} seq {number}",
        )
    ]


def _route_map(match: Match, _: Block) -> list[Wording]:
    """Read a route map without action and number as its entry `permit 10`."""
    args = {"action": "permit", "seq": "10", **match.args}
    words = ("route-map", args["name"], args["action"], args["seq"])
    return [Wording(words=words, args=args, key=f"route-map {args['name']} {args['seq']}")]


REWRITES: Mapping[str, Rewrite] = {
    "hash": _hash,
    "both": _both,
    "multihop": _multihop,
    "host_mask": _host_mask,
    "sequence": _sequence,
    "route_map": _route_map,
}


def rewrite(match: Match, block: Block) -> list[Wording]:
    """Return the lines that IOS keeps of a typed one, one in nearly every case."""
    name = match.rule.rewrite
    return [_same(match)] if name is None else REWRITES[name](match, block)
