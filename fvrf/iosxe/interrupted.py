"""Which tunnels a change takes out of service, if only until they have negotiated anew."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from fvrf.iosxe.diff import Change, RouterDiff
from fvrf.iosxe.effects import CRYPTO, stale
from fvrf.iosxe.emitters import added, dropped, has_new_rd, via_of
from fvrf.iosxe.items import GLOBAL, Item, Kind, targets_of
from fvrf.iosxe.scope import vrf_of

_NEIGHBOR = re.compile(
    r"neighbor (\S+)(?: (?:remote-as|ebgp-multihop|update-source|activate|shutdown).*)?"
)
_OF_A_TUNNEL = re.compile(
    r"(?:ip )?vrf forwarding .*|ip (?:address|unnumbered) .*|tunnel .*|(?:no )?shutdown"
)
_OF_AN_INTERFACE = re.compile(
    r"encapsulation .*|(?:ip )?vrf forwarding .*|ip address .*|(?:no )?shutdown"
)
_LOST_BY_A_FAMILY = re.compile(r"redistribute .*")


def interrupted(diff: RouterDiff) -> frozenset[str]:
    """Return the tunnels that stand now and do not carry traffic for a while, or any more.

    A filter that is refreshed and paths that are chosen anew interrupt nothing.
    """
    found: set[str] = set()
    for change in diff.changes:
        if change.action != "create" and change.kind in _RULES:
            found.update(_RULES[change.kind](change, diff))
    crypto = {c.key for c in diff.changes if c.kind in CRYPTO and c.action != "remove"}
    found.update(name for name, _ in stale(diff, crypto))
    return frozenset(found & _tunnels(diff).keys())


def inside_of(tunnel: str, diff: RouterDiff) -> frozenset[str]:
    """Return the VRFs whose traffic a standing tunnel carries, by what they import."""
    item = diff.found.get(("tunnel", tunnel))
    outside = vrf_of(item) if item else None
    targets = targets_of(diff.found, outside or "", "export")
    return frozenset(
        vrf.name
        for vrf in _kind(diff, "vrf")
        if vrf.name != outside and targets & targets_of(diff.found, vrf.name, "import")
    )


def _kind(diff: RouterDiff, kind: Kind) -> Iterator[Item]:
    return (item for item in diff.found.values() if item.kind == kind)


def _tunnels(diff: RouterDiff) -> dict[str, Item]:
    return {item.name: item for item in _kind(diff, "tunnel")}


def _where(diff: RouterDiff, test: Callable[[Item], bool]) -> set[str]:
    return {name for name, item in _tunnels(diff).items() if test(item)}


def _in_vrf(diff: RouterDiff, vrf: str) -> set[str]:
    """Return the tunnels of an outside VRF, or those that serve an inside one."""
    return _where(diff, lambda item: vrf_of(item) == vrf or vrf in inside_of(item.name, diff))


def _through(diff: RouterDiff, vrf: str) -> set[str]:
    """Return the tunnels in a VRF, serving it, or led through it as their front door."""
    led = _where(diff, lambda item: item.value(r"tunnel vrf (\S+)") == vrf)
    return led | _in_vrf(diff, vrf)


def _on(diff: RouterDiff, interface: str) -> set[str]:
    """Return the tunnels that leave by an interface, or borrow its address."""
    lines = {f"tunnel source {interface}", f"ip unnumbered {interface}"}
    return _where(diff, lambda item: any(node.text in lines for node in item.body))


def _touched(change: Change, lines: re.Pattern[str]) -> bool:
    """Whether the change is a removal, or of a line that is felt."""
    nodes = (*added(change), *dropped(change))
    return change.action == "remove" or any(lines.fullmatch(node.text) for node in nodes)


def _tunnel(change: Change, _: RouterDiff) -> Iterable[str]:
    return {change.name} if _touched(change, _OF_A_TUNNEL) else ()


def _interface(change: Change, diff: RouterDiff) -> Iterable[str]:
    if not _touched(change, _OF_AN_INTERFACE):
        return ()
    item = diff.found.get(change.key)
    vrf = vrf_of(item) if item else None
    served = {name for name in _tunnels(diff) if vrf in inside_of(name, diff)}
    return _on(diff, change.name) | served


def _vrf(change: Change, diff: RouterDiff) -> Iterable[str]:
    if change.action == "remove" or has_new_rd(diff, change.name):
        return _through(diff, change.name)
    lost = {node.text.split()[-1] for node in dropped(change) if "route-target" in node.text}
    owners = [
        vrf.name for vrf in _kind(diff, "vrf") if lost & targets_of(diff.found, vrf.name, "export")
    ]
    both = [_in_vrf(diff, name) for name in owners]
    return set().union(*both) & _in_vrf(diff, change.name) if both else ()


def _family(change: Change, diff: RouterDiff) -> Iterable[str]:
    if change.action == "remove":
        return _in_vrf(diff, change.name)
    nodes = (*added(change), *dropped(change))
    if any(node.text.startswith("bgp router-id ") for node in nodes):
        return _in_vrf(diff, change.name)
    if any(_LOST_BY_A_FAMILY.fullmatch(node.text) for node in dropped(change)):
        return _in_vrf(diff, change.name)
    peers = {match[1] for node in nodes if (match := _NEIGHBOR.fullmatch(node.text))}
    return {name for peer in peers for name in _toward(diff, change.name, peer)}


def _toward(diff: RouterDiff, vrf: str, peer: str) -> Iterator[str]:
    """Yield the tunnels by which a neighbour of a VRF is reached."""
    route = diff.found.get(("route", f"{vrf} {peer} 255.255.255.255"))
    return (via_of(node.text) for node in (route.body if route else ()))


def _route(change: Change, diff: RouterDiff) -> Iterable[str]:
    """Take out of service the tunnel of a speaker's route, or those that lead to a gateway."""
    gone = dropped(change)
    if not gone:
        return ()
    vrf, address, _mask = change.name.split()
    led = _where(
        diff,
        lambda item: (
            item.value(r"tunnel destination (\S+)") == address
            and (item.value(r"tunnel vrf (\S+)") or GLOBAL) == vrf
        ),
    )
    return {via_of(node.text) for node in gone} | led


def _bgp(change: Change, diff: RouterDiff) -> Iterable[str]:
    return _tunnels(diff) if change.action == "remove" else ()


_RULES: Mapping[Kind, Callable[[Change, RouterDiff], Iterable[str]]] = MappingProxyType(
    {
        "tunnel": _tunnel,
        "interface": _interface,
        "loopback": _interface,
        "vrf": _vrf,
        "vrf_family": _vrf,
        "family": _family,
        "route": _route,
        "bgp": _bgp,
    }
)
