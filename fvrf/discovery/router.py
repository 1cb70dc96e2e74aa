"""A router's intent, from its running configuration and from what Azure knows of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from fvrf.discovery.connections import FoundConnection, connection_data, found_connections
from fvrf.discovery.crypto import ChosenPolicies, FoundPolicy, chosen_policies, found_policy
from fvrf.discovery.far_ends import FarEnd, far_end_of
from fvrf.discovery.inside import other_sources
from fvrf.discovery.keys import KeyNames, NamedKey
from fvrf.discovery.notes import Notes, Path
from fvrf.discovery.preference import prepended, rank
from fvrf.discovery.tuning import found_tuning
from fvrf.discovery.tunnels import address_of, found_tunnels, interface, is_leased, vlan_of
from fvrf.errors import CannotLook
from fvrf.intent.fields import DHCP, GLOBAL
from fvrf.intent.model import Gateway
from fvrf.iosxe.emitters import via_of
from fvrf.iosxe.items import Item, Items, Kind, items_of, targets_of
from fvrf.iosxe.scope import is_marked, vrf_of
from fvrf.iosxe.text import keys_of

Data = dict[str, Any]
_NO_POLICY = "an algorithm that stands is not one of both ends, or none stands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """The `data` of a router as an inventory has it.

    Under the paths in `gaps` stands `FILL-IN`, for the reason given; `notes` is what does not fit
    the model; `keys` says whose key each reference is to hold.
    """

    host: str
    data: Mapping[str, Any]
    gaps: Mapping[Path, str]
    notes: tuple[str, ...]
    keys: tuple[NamedKey, ...]


def discovered(
    host: str, running: str, gateways: Mapping[str, Gateway], ends: Sequence[FarEnd]
) -> Discovered:
    """Return the intent that makes a router's tunnels; raises CannotLook where it has none."""
    items, notes = items_of(running), Notes()
    connections = found_connections(tuple(found_tunnels(items)), gateways, notes)
    if not connections:
        raise CannotLook(
            f"{host} has no tunnel to a gateway of the inventory",
            remedy="; ".join(notes.said) or "give it an intent by hand",
            code="F240",
        )
    keys = KeyNames(host=host, items=items, keys=keys_of(running))
    reader = _Reader(
        host=host, items=items, gateways=gateways, ends=ends, found=connections, notes=notes
    )
    data = reader.data(keys)
    return Discovered(
        host=host,
        data=data,
        gaps=notes.gaps,
        notes=tuple(notes.said),
        keys=tuple(keys.named),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one part of the intent after the other."""

    host: str
    items: Items
    gateways: Mapping[str, Gateway]
    ends: Sequence[FarEnd]
    found: Sequence[FoundConnection]
    notes: Notes

    def data(self, keys: KeyNames) -> Data:
        inside = {vrf: self._inside_of(vrf) for vrf in self._outside_vrfs}
        crypto = self._crypto()
        uplinks = {name: self._uplink(name) for name in self._uplinks}
        return {
            "site": self._site(),
            "asn": self._asn(),
            **({} if self._is_marked else {"naming": "article"}),
            **self._vrf_style(),
            **crypto.data,
            **self._prepend(),
            **self._tuning(),
            **self._expressroute(),
            "uplinks": {name: _without_defaults(up) for name, up in uplinks.items()},
            **self._front_doors({up["front_door"] for up in uplinks.values()} - {GLOBAL, *inside}),
            "inside": {name: self._inside_vrf(name) for name in dict.fromkeys(inside.values())},
            "outside": {vrf: self._outside_vrf(vrf, inside[vrf], keys, crypto) for vrf in inside},
        }

    @property
    def _outside_vrfs(self) -> list[str]:
        return list(dict.fromkeys(connection.first.vrf for connection in self.found))

    @property
    def _uplinks(self) -> list[str]:
        return sorted({connection.first.source for connection in self.found})

    @property
    def _is_marked(self) -> bool:
        return any(is_marked(self._item("vrf", vrf)) for vrf in self._outside_vrfs)

    def _vrf_style(self) -> Data:
        headers = {(self._item("vrf", vrf).header or "").split()[0] for vrf in self._outside_vrfs}
        if len(headers) > 1:
            self.notes.differs("VRFs", "some are of the other style; the plan has one for all")
        return {"vrf_style": "vrf_definition"} if headers == {"vrf"} else {}

    def _site(self) -> str:
        """Return the site that Azure's tags name; else the router's own name will do."""
        sites = (self._end_of(connection) for connection in self.found)
        return next((end.site for end in sites if end and end.site), self.host)

    def _end_of(self, connection: FoundConnection) -> FarEnd | None:
        address = connection.bgp_address(self.items)
        return None if address is None else far_end_of(self.ends, connection.gateway, address)

    def _asn(self) -> int | str:
        header = self._item("bgp", "process").header or ""
        number = header.rpartition(" ")[2]
        if number.isdecimal():
            return int(number)
        return self.notes.gap(("asn",), "it has no BGP process with a plain number")

    def _crypto(self) -> ChosenPolicies:
        found: dict[str, FoundPolicy | None] = {}
        for connection in self.found:
            first = connection.first
            uplink = interface(self.items, first.source)
            address = address_of(uplink) if uplink else None
            if address is not None or is_leased(uplink):
                local = address.ip if address else None
                found[first.name] = found_policy(self.items, first, local)
        known = {tunnel: policy for tunnel, policy in found.items() if policy}
        if not known or len(known) < len(found):
            return ChosenPolicies(crypto=self.notes.gap(("crypto",), _NO_POLICY))
        chosen = chosen_policies(known)
        if chosen.others and not self._is_marked:
            differing = ", ".join({policy: tunnel for tunnel, policy in known.items()}.values())
            return ChosenPolicies(
                crypto=self.notes.gap(("crypto",), f"tunnels differ: {differing}")
            )
        return chosen

    def _prepend(self) -> Data:
        """Return how often each connection prepends, beside what is its own."""
        times = [
            prepended(self.items, one, gateway) - rank(self.items, one, gateway)
            for one in self.found
            for gateway in (self.gateways[one.gateway],)
        ]
        return {"prepend": max(times)} if any(times) else {}

    def _rank(self, connection: FoundConnection) -> Data:
        own = rank(self.items, connection, self.gateways[connection.gateway])
        return {"prepend": own} if own else {}

    def _tuning(self) -> Data:
        tunnels = [one.name for c in self.found for one in c.tunnels.values()]
        return found_tuning(
            self.items, self._outside_vrfs, tunnels, self.notes, is_marked=self._is_marked
        )

    def _expressroute(self) -> Data:
        """Leave open what neither end tells: what the site announces beside its tunnels."""
        why = "name what the site announces over ExpressRoute into its network"
        gateways = dict.fromkeys(one.gateway for one in self.found if one.is_private)
        gaps = {name: [self.notes.gap(("expressroute", name), why)] for name in gateways}
        return {"expressroute": gaps} if gaps else {}

    def _uplink(self, name: str) -> Data:
        item, own = interface(self.items, name), [c for c in self.found if c.first.source == name]
        front_door = own[0].first.front_door
        path: Path = ("uplinks", name)
        if item is None or (vrf_of(item) or GLOBAL) != front_door:
            self.notes.differs(name, f"does not stand in the front door {front_door}")
        return {
            "managed": front_door != GLOBAL,
            **vlan_of(item),
            "address": self._address(item, path),
            "front_door": front_door,
            "next_hop": self._next_hop(front_door, own),
            "public_address": self._public_address(path, own),
        }

    def _address(self, item: Item | None, path: Path) -> str:
        address = address_of(item) if item else None
        if address is None and is_leased(item):
            return DHCP
        return str(address or self.notes.gap((*path, "address"), "it has no address"))

    def _front_doors(self, names: set[str]) -> Data:
        doors = {name: {"id": self._id(name, ("front_doors", name))} for name in sorted(names)}
        return {"front_doors": doors} if doors else {}

    def _next_hop(self, front_door: str, own: Sequence[FoundConnection]) -> str | None:
        for connection in own:
            for tunnel in connection.tunnels.values():
                route = self._item("route", f"{front_door} {tunnel.destination} 255.255.255.255")
                hops = [node.text for node in route.body]
                via = via_of(hops[0]) if hops else ""
                if match := re.fullmatch(r"(\d+\.\S+)|\S+ (dhcp)", via):
                    return match[1] or match[2]
        return None

    def _public_address(self, path: Path, own: Sequence[FoundConnection]) -> str:
        known = {end.public_address for c in own if (end := self._end_of(c))} - {None}
        if len(known) == 1:
            return str(known.pop())
        wanted = ", ".join(f"{c.bgp_address(self.items)} at {c.gateway}" for c in own)
        why = f"no local network gateway has the BGP address {wanted}"
        if known:
            why = f"Azure has several: {', '.join(sorted(map(str, known)))}"
        return self.notes.gap((*path, "public_address"), why)

    def _id(self, vrf: str, path: Path) -> int | str:
        rd = self._item("vrf", vrf).value(r"rd (\S+)") or "none"
        asn, _, number = rd.rpartition(":")
        if asn == str(self._asn()) and number.isdecimal():
            return int(number)
        return self.notes.gap((*path, "id"), f"its RD is {rd}; the plan makes asn:id")

    def _inside_of(self, outside: str) -> str:
        """Return the VRF whose route target an outside VRF imports."""
        wanted = targets_of(self.items, outside, "import")
        for kind, name in self.items:
            is_other = kind == "vrf" and name not in self._outside_vrfs
            if is_other and wanted & targets_of(self.items, name, "export"):
                return name
        return self.notes.gap(("outside", outside, "inside"), "it imports the targets of no VRF")

    def _inside_vrf(self, name: str) -> Data:
        path: Path = ("inside", name)
        chosen = self._inside_interface(name)
        address = address_of(chosen) if chosen else None
        prefixes = self._prefixes(name)
        others = other_sources(self.items, name, prefixes, self.notes)
        if not prefixes and not others:
            self.notes.gap((*path, "prefixes"), "it has no static route; name prefix and next hop")
        return {
            "id": self._id(name, path),
            "interface": chosen.name
            if chosen
            else self.notes.gap((*path, "interface"), "no one interface with an address is in it"),
            **vlan_of(chosen),
            "address": str(address)
            if address
            else self.notes.gap((*path, "address"), "see its interface"),
            **({"prefixes": prefixes} if prefixes or not others else {}),
            **others,
        }

    def _inside_interface(self, vrf: str) -> Item | None:
        """Return the interface of the BGP router-id, else the only one of the VRF."""
        named = self._item("family", vrf).value(r"bgp router-id interface (\S+)")
        own = [
            item
            for (kind, _), item in self.items.items()
            if kind == "interface" and vrf_of(item) == vrf and address_of(item)
        ]
        chosen = [item for item in own if item.name == named] or own
        return chosen[0] if len(chosen) == 1 else None

    def _prefixes(self, vrf: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for (kind, name), item in self.items.items():
            if kind != "route" or name.split()[0] != vrf:
                continue
            prefix = IPv4Network("/".join(name.split()[1:]))
            hop = re.search(r" (\d+\.\d+\.\d+\.\d+)(?: name .*)?$", item.body[0].text)
            if hop is None or len(item.body) > 1 or str(prefix.netmask) == hop[1]:
                self.notes.left_out(item.body[0].text, "a prefix has one next hop, an address")
            else:
                found[str(prefix)] = hop[1]
        return found

    def _outside_vrf(self, vrf: str, inside: str, keys: KeyNames, crypto: ChosenPolicies) -> Data:
        own = [connection for connection in self.found if connection.first.vrf == vrf]
        return {
            "id": self._id(vrf, ("outside", vrf)),
            "inside": inside,
            "connections": [
                connection_data(self.host, c, self.gateways[c.gateway], self.items, self.ends, keys)
                | crypto.data_of(c.first.name)
                | self._rank(c)
                for c in own
            ],
        }

    def _item(self, kind: Kind, name: str) -> Item:
        """Return an object, or an empty one of its kind."""
        return self.items.get((kind, name)) or Item(kind=kind, name=name)


def _without_defaults(uplink: Data) -> Data:
    defaults = {"managed": True, "front_door": GLOBAL, "next_hop": None}
    return {key: value for key, value in uplink.items() if defaults.get(key, ...) != value}
