"""Objects of a configuration: each kind told by its header, with a name and a body.

What refers to what, and which line takes another's place, stand here as tables: ownership, the
diff and the order of commands are all worked out from them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from fvrf.iosxe.canonical import parse
from fvrf.iosxe.tree import Node

Kind = Literal[
    "box",
    "vrf",
    "vrf_family",
    "prefix_list",
    "route_map",
    "interface",
    "loopback",
    "proposal",
    "policy",
    "keyring",
    "ikev2_profile",
    "transform_set",
    "ipsec_profile",
    "tunnel",
    "route",
    "bgp",
    "family",
    "other",
]
Key = tuple[Kind, str]

# Build bottom up, remove top down: the one order of the kinds.
ORDER: tuple[Kind, ...] = (
    "box",
    "vrf",
    "vrf_family",
    "prefix_list",
    "route_map",
    "interface",
    "loopback",
    "proposal",
    "policy",
    "keyring",
    "ikev2_profile",
    "transform_set",
    "ipsec_profile",
    "tunnel",
    "route",
    "bgp",
    "family",
    "other",
)

HEADERS: tuple[tuple[Kind, str], ...] = (
    ("vrf", r"ip vrf (?P<name>\S+)"),
    ("tunnel", r"interface (?P<name>Tunnel\d+)"),
    ("loopback", r"interface (?P<name>Loopback\d+)"),
    ("interface", r"interface (?P<name>\S+)"),
    ("proposal", r"crypto ikev2 proposal (?P<name>\S+)"),
    ("policy", r"crypto ikev2 policy (?P<name>\S+)"),
    ("keyring", r"crypto ikev2 keyring (?P<name>\S+)"),
    ("ikev2_profile", r"crypto ikev2 profile (?P<name>\S+)"),
    ("transform_set", r"crypto ipsec transform-set (?P<name>\S+) .*"),
    ("ipsec_profile", r"crypto ipsec profile (?P<name>\S+)"),
    ("route_map", r"route-map (?P<name>\S+) (?:permit|deny) (?P<sequence>\d+)"),
)
_BGP = re.compile(r"router bgp (?P<asn>\S+)")
_FAMILY = re.compile(r"address-family ipv4 vrf (?P<vrf>\S+)")
_DEFINITION = re.compile(r"vrf definition (?P<name>\S+)")
_VRF_FAMILY = "address-family ipv4"
_PREFIX_LIST = re.compile(r"ip prefix-list (?P<name>\S+) (?:seq (?P<seq>\d+) )?(?P<rest>.*)")
# Settings of the whole router, of which each is an object of one line, be it the default.
_BOX = (
    r"(?:no )?(crypto ikev2 nat keepalive|crypto ikev2 fragmentation"
    r"|ip cef load-sharing algorithm)\b.*"
)
_TO = (
    r"ip route (?:vrf (?P<vrf>\S+) )?(?P<prefix>\d\S+ \d\S+) "
    r"(?P<via>(?:[A-Z]\S*\d(?: \d+\.\S+| dhcp)?|dhcp|\d+\.\S+)(?: global)?)(?!\S)"
)
ROUTE = re.compile(_TO + r"(?P<rest>.*?)(?: name (?P<name>.+))?")
GLOBAL = "global"
ENTRY = 10  # our route-maps have this one only

# What a line, anywhere, refers to.
REFERENCES: tuple[tuple[Kind, str], ...] = (
    ("vrf", r"(?:ip )?vrf forwarding (\S+)"),
    ("vrf", r"tunnel vrf (\S+)"),
    ("vrf", r"match fvrf (\S+)"),
    ("vrf", r"ip route vrf (\S+)"),
    ("vrf", r"address-family ipv4 vrf (\S+)"),
    ("ipsec_profile", r"tunnel protection ipsec profile (\S+)"),
    ("transform_set", r"set transform-set (.+)"),
    ("ikev2_profile", r"set ikev2-profile (\S+)"),
    ("keyring", r"keyring local (\S+)"),
    ("proposal", r"proposal (\S+)"),
    ("prefix_list", r"neighbor \S+ prefix-list (\S+)"),
    ("prefix_list", r"match ip address prefix-list (.+)"),
    ("route_map", r"(?!route-map ).*\broute-map (\S+)"),
    ("loopback", r"(?!interface ).*\b(Loopback\d+)\b"),
    ("tunnel", r"(?!interface ).*\b(Tunnel\d+)\b"),
    ("interface", r"(?:ip unnumbered|tunnel source) ([A-Z]\S+)"),
)

# Lines of which an object has one: a new one takes the place of the old. All others add up.
# A slot's name is what its pattern matches, or its groups where it has some.
_INTERFACE = (
    r"description(?= )",
    r"encapsulation(?= )",
    r"(?:ip )?(vrf forwarding)(?= )",
    r"ip (address)(?= )(?!.* secondary$)|ip unnumbered(?= )",
    r"ip mtu(?= )",
    r"ip tcp adjust-mss(?= )",
    r"tunnel (?:source|mode|destination|vrf|protection)(?= )",
    r"(?:no )?(shutdown)$",
)
_FAMILY_SLOTS = (
    r"(?:no )?(bgp \S+)",
    r"import path (?:selection|limit)(?= )",
    r"maximum-paths(?= )",
    r"redistribute (?:ospf|ospfv3|eigrp|isis|rip|bgp) \S+",
    r"redistribute \S+",
    r"(neighbor \S+ (?:prefix-list|route-map|filter-list|distribute-list)) \S+( in| out)$",
    r"neighbor \S+ \S+",
)
SLOTS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        "box": (_BOX,),
        "vrf": (r"description(?= )", r"rd(?= )"),
        "interface": _INTERFACE,
        "loopback": _INTERFACE,
        "tunnel": _INTERFACE,
        "proposal": (r"encryption(?= )", r"integrity(?= )", r"prf(?= )", r"group(?= )"),
        "policy": (r"match fvrf(?= )",),
        "keyring": (r"description(?= )",),
        "ikev2_profile": (
            r"description(?= )",
            r"match fvrf(?= )",
            r"identity local(?= )",
            r"authentication local(?= )",
            r"keyring local(?= )",
            r"lifetime(?= )",
            r"dpd(?= )",
            r"ivrf(?= )",
        ),
        "transform_set": (r"mode(?= )",),
        "ipsec_profile": (
            r"description(?= )",
            r"set security-association (?:lifetime (?:seconds|kilobytes)|replay)(?= )",
            r"set (?:transform-set|pfs|ikev2-profile)(?= )",
        ),
        "prefix_list": (r"ip prefix-list \S+ (?:seq \d+|description)",),
        "route": (re.sub(r"\?P<\w+>", "?:", _TO),),
        "route_map": (
            r"description(?= )",
            r"set ip next-hop(?= )",
            r"set as-path prepend(?= )",
            r"set local-preference(?= )",
        ),
        "bgp": _FAMILY_SLOTS,
        "family": _FAMILY_SLOTS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One object: `parents` are the headers to enter first; some kinds have no header.

    A route's name is its VRF, prefix and mask: all next hops of a prefix are one object.
    """

    kind: Kind
    name: str
    parents: tuple[str, ...] = ()
    header: str | None = None
    body: tuple[Node, ...] = ()

    @property
    def key(self) -> Key:
        """Kind and name: what tells an object from all others of its router."""
        return self.kind, self.name

    @property
    def shape(self) -> object:
        """What is compared: lines as a set, but the order in which proposals are offered."""
        return self.header, _shape(self.body), tuple(self.values(r"proposal (\S+)"))

    def lines(self) -> tuple[str, ...]:
        """Return the written lines of the object itself, indented."""
        if self.header is None:
            return tuple(line for node in self.body for line in node.lines())
        return tuple(Node(self.header, self.body).lines())

    def values(self, pattern: str) -> Iterator[str]:
        """Yield the first group of each line of the body that the pattern matches whole."""
        for node in self.body:
            if match := re.fullmatch(pattern, node.text):
                yield match[1]

    def value(self, pattern: str) -> str | None:
        """Return the first of `values`, or None."""
        return next(self.values(pattern), None)

    def references(self) -> frozenset[Key]:
        """Return the objects that the lines of this one name; of a route-map, the entry of ours."""
        lines = [line for node in self.body for line in node.walk()]
        return frozenset(
            (kind, f"{name} {ENTRY}" if kind == "route_map" else name)
            for line in [self.header or "", *lines]
            for kind, pattern in REFERENCES
            if (match := re.match(pattern, line))
            for name in match[1].split()
        )


def _shape(nodes: Iterable[Node]) -> frozenset[object]:
    return frozenset((node.text, _shape(node.children)) for node in nodes)


Items = Mapping[Key, Item]


def slot(kind: Kind, line: str) -> str:
    """Return what a line settles: two lines of one slot cannot stand together."""
    for pattern in SLOTS.get(kind, ()):
        if match := re.match(pattern, line):
            return "".join(group or "" for group in match.groups()) or match[0]
    return line


def items_of(text: str) -> dict[Key, Item]:
    """Read a configuration into its objects, in the order in which they stand."""
    items: dict[Key, Item] = {}
    for node in parse(text):
        for item in _items(node):
            known = items.get(item.key)
            items[item.key] = replace(item, body=known.body + item.body) if known else item
    return {
        key: _numbered(item) if key[0] == "prefix_list" else item for key, item in items.items()
    }


def _items(node: Node) -> Iterator[Item]:
    if match := ROUTE.fullmatch(node.text):
        yield Item(kind="route", name=f"{match['vrf'] or GLOBAL} {match['prefix']}", body=(node,))
    elif match := _PREFIX_LIST.fullmatch(node.text):
        yield Item(kind="prefix_list", name=match["name"], body=(node,))
    elif match := re.fullmatch(_BOX, node.text):
        yield Item(kind="box", name=match[1], body=(node,))
    elif _BGP.fullmatch(node.text):
        yield from _bgp(node)
    elif match := _DEFINITION.fullmatch(node.text):
        yield from _definition(node, match["name"])
    else:
        yield _object(node)


def _object(node: Node) -> Item:
    for kind, pattern in HEADERS:
        if match := re.fullmatch(pattern, node.text):
            name = " ".join(match.groups())
            return Item(kind=kind, name=name, header=node.text, body=node.children)
    return Item(kind="other", name=node.text, header=node.text, body=node.children)


def _bgp(node: Node) -> Iterator[Item]:
    """Take the address families of VRFs out of the process; the rest is one object."""
    families = [child for child in node.children if _FAMILY.fullmatch(child.text)]
    own = tuple(child for child in node.children if child not in families)
    yield Item(kind="bgp", name="process", header=node.text, body=own)
    for child in families:
        yield Item(
            kind="family",
            name=child.text.split()[-1],
            parents=(node.text,),
            header=child.text,
            body=child.children,
        )


def _definition(node: Node, name: str) -> Iterator[Item]:
    """Take the address family of a `vrf definition` out of it: the route targets stand there."""
    families = [child for child in node.children if child.text == _VRF_FAMILY]
    own = tuple(child for child in node.children if child not in families)
    yield Item(kind="vrf", name=name, header=node.text, body=own)
    for child in families:
        yield Item(
            kind="vrf_family",
            name=name,
            parents=(node.text,),
            header=child.text,
            body=child.children,
        )


def targets_of(items: Items, vrf: str, way: Literal["import", "export"]) -> frozenset[str]:
    """Return the route targets that a VRF imports or exports, in either style."""
    kinds: tuple[Kind, ...] = ("vrf", "vrf_family")
    sides = (items[kind, vrf] for kind in kinds if (kind, vrf) in items)
    return frozenset(t for item in sides for t in item.values(rf"route-target {way} (\S+)"))


def _numbered(item: Item) -> Item:
    """Write out the sequence numbers that IOS gives where none is typed: steps of five."""
    return replace(item, body=tuple(_with_numbers(item.name, item.body)))


def _with_numbers(name: str, body: Iterable[Node]) -> Iterator[Node]:
    last = 0
    for node in body:
        match = _PREFIX_LIST.fullmatch(node.text)
        if match is None or match["rest"].startswith("description "):
            yield node
            continue
        last = int(match["seq"]) if match["seq"] else last + 5
        yield Node(f"ip prefix-list {name} seq {last} {match['rest']}")
