"""What a change interrupts, in plain words, and what it needs to take hold on live sessions."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from types import MappingProxyType

from fvrf.iosxe.diff import Change, RouterDiff
from fvrf.iosxe.emitters import added, dropped, has_new_rd
from fvrf.iosxe.items import Item, Key, Kind
from fvrf.plan.model import ConnectionPlan

_FILTER = re.compile(r"neighbor \S+ (?:prefix-list|route-map) .*")
CRYPTO: frozenset[Kind] = frozenset(
    {"proposal", "policy", "keyring", "ikev2_profile", "transform_set", "ipsec_profile"}
)

# How long, for a person: IKE and its child SA take a few round trips; a BGP session that was torn
# down waits for either end to try again, which the documents give no time for (a safe reading).
_NEGOTIATES, _SESSION = "about 5 s", "about 30 s"
_ANEW = f"{{name}}: renegotiates, {_NEGOTIATES}"

# Kind, the lines whose change is felt, and how; `{name}` is the object, `{0}` the first group.
FELT: tuple[tuple[Kind, str, str], ...] = (
    ("box", r"(?:no )?ip cef .*", "flows change over to other tunnels, once"),
    ("interface", r"(?:ip )?vrf forwarding .*", "{name}: down until its address is back"),
    ("interface", r"encapsulation .*", "{name}: moves to another VLAN"),
    ("interface", r"ip address .*", f"{{name}}: all that uses its address starts anew, {_SESSION}"),
    ("tunnel", r"(?:ip )?vrf forwarding .*|tunnel .*|(?:no )?shutdown", _ANEW),
    (
        "tunnel",
        r"ip (?:address|unnumbered) .*",
        f"{{name}}: its BGP sessions start anew, {_SESSION}",
    ),
    ("vrf", r"route-target .*", "VRF {name}: its imported routes change"),
    ("vrf_family", r"route-target .*", "VRF {name}: its imported routes change"),
    ("family", r"bgp router-id .*", f"VRF {{name}}: its BGP sessions start anew, {_SESSION}"),
    (
        "family",
        r"neighbor (\S+) (?:remote-as|ebgp-multihop|update-source|activate).*",
        f"BGP {{0}} in VRF {{name}}: session resets, {_SESSION}",
    ),
    (
        "family",
        r"neighbor (\S+) timers .*",
        "BGP {0} in VRF {name}: new timers when it next starts",
    ),
    (
        "family",
        r"neighbor (\S+) (?:prefix-list|route-map) .*",
        "BGP {0} in VRF {name}: is refreshed",
    ),
    ("family", r"(?:maximum-paths|import path) .*", "VRF {name}: its paths are chosen anew"),
    ("route", r"ip route .*", "{name}: packets change over to the new next hop"),
)
_GOES: Mapping[Kind, str] = MappingProxyType(
    {
        "vrf": "VRF {name}: removed, with all in it",
        "vrf_family": "VRF {name}: its addresses and routes go",
        "interface": "{name}: removed",
        "tunnel": "{name}: removed",
        "route": "{name}: no route any more",
        "family": "VRF {name}: its BGP sessions end",
        "bgp": "BGP: all sessions end",
    }
)


def interrupts(change: Change, diff: RouterDiff) -> str | None:
    """Say what a change interrupts; None for an object that only comes to be."""
    if change.action == "create":
        return None
    if change.action == "remove":
        return _GOES[change.kind].format(name=change.name) if change.kind in _GOES else None
    if change.kind == "vrf" and has_new_rd(diff, change.name):
        return f"VRF {change.name}: all its BGP sessions and routes start anew, {_SESSION}"
    if change.kind in CRYPTO:
        names = dict.fromkeys(name for name, _ in stale(diff, {change.key}))
        return _ANEW.format(name=", ".join(names)) if names else None
    return "; ".join(dict.fromkeys(_felt(change))) or None


def _felt(change: Change) -> Iterator[str]:
    # A route that comes, or is typed again with another name, interrupts nothing.
    new = () if change.kind == "route" else added(change)
    for node in (*new, *dropped(change)):
        for kind, pattern, words in FELT:
            if kind == change.kind and (match := re.fullmatch(pattern, node.text)):
                yield words.format(*match.groups(), name=change.name)
                break


def clears(diff: RouterDiff) -> tuple[str, ...]:
    """Return the EXEC commands after which live sessions use what has changed.

    IOS-XE keeps negotiated SAs when their parameters change. `clear crypto session` with both
    addresses clears the IKE and IPsec SAs of one tunnel (vendor guide "IPsec VPN Monitoring":
    narrow it by local or remote address, port, FVRF or IVRF), where `clear crypto ikev2 sa
    remote` would hit every front door's session with that gateway. A shut and no shut of the
    tunnel would do it too, but leaves it shut if the session is lost between the two lines. A
    leased address is not known here: then the front door is cleared, or all with the gateway.
    """
    changed = {change.key for change in diff.changes if change.action != "remove"}
    cleared = [command for _, command in stale(diff, changed)]
    return (*dict.fromkeys(cleared), *dict.fromkeys(_refreshed(diff)))


def stale(diff: RouterDiff, changed: set[Key]) -> Iterator[tuple[str, str]]:
    """Yield each tunnel that stood before and whose crypto is among `changed`, and its clear."""
    rebuilt = {change.key for change in diff.changes if change.kind == "tunnel"}
    for connection in diff.plan.connections:
        for name, peer in zip(connection.tunnels, connection.peer_addresses, strict=True):
            tunnel = diff.wanted.get(("tunnel", name))
            if tunnel is None or tunnel.key in rebuilt or tunnel.key not in diff.found:
                continue
            if any(
                _concerns(diff, key, peer) for key in _crypto(diff, connection, tunnel) & changed
            ):
                yield from _cleared(diff, connection, name, peer)


def _cleared(
    diff: RouterDiff, connection: ConnectionPlan, name: str, peer: IPv4Address
) -> Iterator[tuple[str, str]]:
    """Yield the tunnels that a clear hits: with a leased address nothing names one tunnel alone."""
    local, door = connection.local_address, connection.front_door
    if local is not None:
        yield name, f"clear crypto session local {local} remote {peer}"
        return
    command = f"clear crypto session fvrf {door}" if door else f"clear crypto session remote {peer}"
    yield name, command
    for other in diff.plan.tunnels:
        is_hit = other.front_door == door if door else other.destination == peer
        if is_hit and ("tunnel", other.name) in diff.found:
            yield other.name, command


def _crypto(diff: RouterDiff, connection: ConnectionPlan, tunnel: Item) -> set[Key]:
    """Return the crypto objects that a tunnel negotiates with."""
    edge: set[Key] = {
        ("policy", policy.name)
        for policy in diff.plan.policies
        if policy.front_door == connection.front_door
        and policy.local_address == connection.local_address
    }
    edge.add(tunnel.key)
    seen: set[Key] = set()
    while edge:
        seen |= edge
        reached = {
            ref for key in edge if key in diff.wanted for ref in diff.wanted[key].references()
        }
        edge = {key for key in reached if key[0] in CRYPTO} - seen
    return seen - {tunnel.key}


def _concerns(diff: RouterDiff, key: Key, peer: IPv4Address) -> bool:
    """Whether a changed object matters to one peer: a keyring does only by its own key."""
    if key[0] != "keyring":
        return True
    sides = (diff.wanted.get(key), diff.found.get(key))
    before, after = (
        {
            node
            for node in (item.body if item else ())
            if any(child.text == f"address {peer}" for child in node.children)
        }
        for item in sides
    )
    return before != after


def _refreshed(diff: RouterDiff) -> Iterator[str]:
    """Yield the soft refresh that a changed filter needs to act on what was already received."""
    lists = {
        change.key
        for change in diff.changes
        if change.action == "change" and change.kind in ("prefix_list", "route_map")
    }
    for change in diff.changes:
        lines = (node.text for node in (*added(change), *dropped(change)))
        if change.action == "change" and any(map(_FILTER.fullmatch, lines)):
            yield from _soft(change.wanted)
    for item in diff.wanted.values():
        if item.kind == "family" and item.key in diff.found and item.references() & lists:
            yield from _soft(item)


def _soft(family: Item | None) -> Iterator[str]:
    """Refresh by AS, as the vendor's public test library does; an address is refused there."""
    for number in sorted(set(family.values(r"neighbor \S+ remote-as (\S+)")) if family else ()):
        yield f"clear ip bgp vrf {family.name if family else ''} ipv4 unicast {number} soft"
