"""How a router's sessions, tunnels and the router itself are tuned, as its configuration says."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from fvrf.discovery.notes import Notes
from fvrf.intent.tuning import AZURE_MSS, AZURE_MTU, BgpTuning, BoxTuning, TunnelTuning
from fvrf.iosxe.items import Item, Items

Data = dict[str, Any]
_TUNED: dict[str, type[BgpTuning | BoxTuning | TunnelTuning]] = {
    "bgp": BgpTuning,
    "tunnels": TunnelTuning,
    "box": BoxTuning,
}
_CEF = r"ip cef load-sharing algorithm (include-ports source destination)(?: \S+)?"


def found_tuning(
    items: Items, vrfs: Sequence[str], tunnels: Sequence[str], notes: Notes, *, is_marked: bool
) -> Data:
    """Return `bgp`, `tunnels` and `box`, as far as they are alike everywhere and no defaults.

    `vrfs` are the outside VRFs, `tunnels` the tunnel interfaces.
    """
    parts = {
        "bgp": _bgp([items["family", vrf] for vrf in vrfs if ("family", vrf) in items], notes),
        "tunnels": _tunnels(items, [items["tunnel", name] for name in tunnels], notes),
        "box": _box(items),
    }
    if is_marked and parts["tunnels"].get("mtu") == AZURE_MTU:
        del parts["tunnels"]["mtu"]
    return {
        part: data
        for part, found in parts.items()
        if (data := {key: value for key, value in found.items() if _fits(part, key, value, notes)})
    }


def _fits(part: str, key: str, value: object, notes: Notes) -> bool:
    try:
        _TUNED[part].model_validate({key: value})
    except ValidationError:
        notes.differs(f"{part}.{key}", f"{value} is more or less than the intent takes")
        return False
    return True


def _alike(found: Iterable[str | None], what: str, notes: Notes) -> str | None:
    """Return the value that all have."""
    values = set(found)
    if len(values) > 1:
        notes.differs(what, "is not alike everywhere; the plan has one for all")
    return values.pop() if len(values) == 1 else None


def _bgp(families: Sequence[Item], notes: Notes) -> Data:
    def of(pattern: str, what: str) -> str | None:
        lines = [
            next((v for v in family.values(rf"neighbor {peer} {pattern}")), None)
            for family in families
            for peer in family.values(r"neighbor (\S+) remote-as .*")
        ]
        return _alike(lines, what, notes)

    data: Data = {}
    if timers := of(r"timers (\d+ \d+)", "BGP timers"):
        keepalive, hold = map(int, timers.split())
        data["timers"] = {"keepalive_s": keepalive, "hold_s": hold}
    if most := of(r"maximum-prefix (\d+ (?:restart \d+|warning-only))", "maximum-prefix"):
        limit, *restart = most.split()
        minutes = int(restart[1]) if len(restart) > 1 else None
        data["maximum_prefix"] = {"limit": int(limit), "restart_min": minutes}
    return data


def _tunnels(items: Items, tunnels: Sequence[Item], notes: Notes) -> Data:
    def of(pattern: str, among: Iterable[Item], what: str) -> int | None:
        value = _alike([item.value(pattern) for item in among], what, notes)
        return int(value) if value else None

    names = (item.value(r"tunnel protection ipsec profile (\S+)") for item in tunnels)
    profiles = [p for name in names if name and (p := items.get(("ipsec_profile", name)))]
    window = r"set security-association replay window-size (\d+)"
    found = {
        "mtu": of(r"ip mtu (\d+)", tunnels, "ip mtu"),
        "mss": of(r"ip tcp adjust-mss (\d+)", tunnels, "ip tcp adjust-mss"),
        "replay_window": of(window, profiles, "replay window"),
    }
    defaults = {"mss": AZURE_MSS}
    return {key: value for key, value in found.items() if value not in {None, defaults.get(key)}}


def _box(items: Items) -> Data:
    """Take over what stands: to leave it out would leave it to others."""

    def of(setting: str, pattern: str) -> str | None:
        item = items.get(("box", setting))
        return item.value(pattern) if item else None

    keepalive = of("crypto ikev2 nat keepalive", r"crypto ikev2 nat keepalive (\d+)")
    mtu = of("crypto ikev2 fragmentation", r"crypto ikev2 fragmentation mtu (\d+)")
    data: Data = {}
    if keepalive:
        data["nat_keepalive_s"] = int(keepalive)
    if mtu:
        data["fragmentation_mtu"] = int(mtu)
    if of("ip cef load-sharing algorithm", _CEF):
        data["cef_ports"] = True
    return data
