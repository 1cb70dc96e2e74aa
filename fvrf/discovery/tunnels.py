"""The IPsec tunnels of a running configuration, and the objects that they stand on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from fvrf.intent.fields import GLOBAL
from fvrf.iosxe.items import Item, Items, Kind
from fvrf.iosxe.scope import vrf_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTunnel:
    """A tunnel interface as it stands.

    `source` is the interface that it leaves by, `lender` the one whose address it borrows; where
    it has none, `address` is its own.
    """

    name: str
    vrf: str
    source: str
    front_door: str
    destination: IPv4Address
    address: IPv4Interface | None
    lender: str | None
    profile: str

    @property
    def number(self) -> int:
        """The number of the interface."""
        return int(self.name.removeprefix("Tunnel"))


def found_tunnels(items: Items) -> Iterator[FoundTunnel]:
    """Yield the tunnels that IPsec protects and that stand in a VRF, by their numbers."""
    tunnels = (_tunnel(items, item) for (kind, _), item in items.items() if kind == "tunnel")
    yield from sorted(filter(None, tunnels), key=lambda tunnel: tunnel.number)


def _tunnel(items: Items, item: Item) -> FoundTunnel | None:
    source, vrf = item.value(r"tunnel source (\S+)"), vrf_of(item)
    destination = item.value(r"tunnel destination (\d+\.\d+\.\d+\.\d+)")
    profile = item.value(r"tunnel protection ipsec profile (\S+)")
    if source is None or vrf is None or destination is None or profile is None:
        return None
    return FoundTunnel(
        name=item.name,
        vrf=vrf,
        source=_interface_of(items, source),
        front_door=item.value(r"tunnel vrf (\S+)") or GLOBAL,
        destination=IPv4Address(destination),
        address=address_of(item),
        lender=item.value(r"ip unnumbered (\S+)"),
        profile=profile,
    )


def address_of(item: Item) -> IPv4Interface | None:
    """Return the address of an interface; None where it has none, or one by DHCP."""
    text = item.value(r"ip address (\d\S+ \d\S+)")
    return None if text is None else IPv4Interface(text.replace(" ", "/"))


def is_leased(item: Item | None) -> bool:
    """Whether an interface gets its address by DHCP."""
    return item is not None and item.value(r"ip address (dhcp)") is not None


def vlan_of(item: Item | None) -> dict[str, int]:
    """Return the VLAN of a subinterface as the intent has it; nothing for other interfaces."""
    tag = item.value(r"encapsulation dot1Q (\d+)") if item else None
    return {} if tag is None else {"vlan": int(tag)}


def interface(items: Items, name: str) -> Item | None:
    """Return an interface of any kind."""
    kinds: tuple[Kind, ...] = ("interface", "loopback", "tunnel")
    return next((items[kind, name] for kind in kinds if (kind, name) in items), None)


def _interface_of(items: Items, source: str) -> str:
    """Return the interface that has an address, where a tunnel's source is one."""
    if not re.fullmatch(r"[\d.]+", source):
        return source
    for (kind, name), item in items.items():
        address = address_of(item) if kind in ("interface", "loopback") else None
        if address is not None and str(address.ip) == source:
            return name
    return source
