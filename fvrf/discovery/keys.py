"""Which key of a running configuration each connection has, as a named reference."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fvrf.discovery.tunnels import FoundTunnel
from fvrf.iosxe.items import Items
from fvrf.iosxe.text import KeyPlace
from fvrf.secrets import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedKey:
    """A reference that was made up, and the keyring and peer whose key belongs there."""

    reference: str
    keyring: str
    peer: str


@dataclass(slots=True, kw_only=True)
class KeyNames:
    """Gives equal keys one reference, and other keys references of their own.

    `keys` are those that stand in the clear; two that are encrypted are told apart by their places.
    """

    host: str
    items: Items
    keys: Mapping[KeyPlace, Secret]
    named: list[NamedKey] = field(default_factory=list)

    def reference(self, tunnel: FoundTunnel) -> str:
        """Return the reference for the key of a tunnel's connection."""
        place = self._place(tunnel)
        for known in self.named:
            if place is not None and self._same(place, (known.keyring, known.peer)):
                return known.reference
        reference = f"file:psk-{self.host}-{tunnel.number}"
        keyring, peer = place or ("", "")
        self.named.append(NamedKey(reference=reference, keyring=keyring, peer=peer))
        return reference

    def _same(self, one: KeyPlace, other: KeyPlace) -> bool:
        return one == other or (one in self.keys and self.keys[one] == self.keys.get(other))

    def _place(self, tunnel: FoundTunnel) -> KeyPlace | None:
        ipsec = self.items.get(("ipsec_profile", tunnel.profile))
        name = ipsec.value(r"set ikev2-profile (\S+)") if ipsec else None
        profile = self.items.get(("ikev2_profile", name or ""))
        keyring = profile.value(r"keyring local (\S+)") if profile else None
        found = self.items.get(("keyring", keyring or ""))
        for peer in found.body if found else ():
            if any(line.text == f"address {tunnel.destination}" for line in peer.children):
                return keyring or "", peer.text.removeprefix("peer ")
        return None
