"""What a gateway lacks that its owner can give it: APIPA speakers, private addresses.

Only shown by a plan; it is done alone, by name, since the gateway's tunnels may be down meanwhile.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from fvrf.azure.fields import Change
from fvrf.azure.resources import Json, writable
from fvrf.plan.model import GatewayPlan

CUSTOM, PRIVATE = "customBgpIpAddresses", "enablePrivateIpAddress"
_READ_ONLY = ("defaultBgpIpAddresses", "tunnelIpAddresses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """One change of a gateway: what differs, and the whole `body` of the PUT.

    `sites` are those with a connection to it.
    """

    gateway: str
    changes: tuple[Change, ...]
    body: Json = field(repr=False)
    sites: tuple[str, ...]

    def __str__(self) -> str:
        changes = "; ".join(f"{c.field} {c.found} -> {c.wanted}" for c in self.changes)
        who = ", ".join(self.sites) or "none in the intent"
        return (
            f"{self.gateway}: {changes}; takes Azure up to an hour, in which its tunnels may be"
            f" down (sites: {who})"
        )


def preparation(plan: GatewayPlan, body: Json) -> Preparation | None:
    """Return what has to change of a gateway for the plan to work, None where nothing has.

    `body` is that of its GET. Another size or another number of instances is the owner's own
    matter: new addresses come of it, which no intent can know beforehand. So is all of a hub's.
    """
    if plan.hub is not None:
        return None
    wanted = deepcopy(writable(body))
    changes = (*_speakers(plan, wanted), *_private(plan, wanted))
    if not changes:
        return None
    return Preparation(
        gateway=plan.name,
        changes=changes,
        body=wanted,
        sites=tuple(sorted({connection.site for connection in plan.connections})),
    )


def _speakers(plan: GatewayPlan, body: Json) -> Iterator[Change]:
    """Put the APIPA speakers of each instance in its place, an instance told by its address."""
    custom: Mapping[IPv4Address, tuple[IPv4Address, ...]] = dict(
        zip(plan.public_addresses, plan.custom_speakers, strict=False)
    )
    settings = body["properties"].get("bgpSettings") or {}
    for instance in settings.get("bgpPeeringAddresses") or ():
        own = [one for text in instance.get("tunnelIpAddresses") or () for one in _known(text)]
        for name in _READ_ONLY:
            instance.pop(name, None)
        wanted = next((custom[one] for one in own if one in custom), None)
        found = sorted(one for text in instance.get(CUSTOM) or () for one in _known(text))
        if wanted is not None and found != sorted(wanted):
            instance[CUSTOM] = [str(address) for address in sorted(wanted)]
            name = str(instance.get("ipconfigurationId")).rpartition("/")[2]
            yield Change(f"{name} {CUSTOM}", _shown(found), _shown(wanted))


def _private(plan: GatewayPlan, body: Json) -> Iterator[Change]:
    if plan.wants_private_addresses and not body["properties"].get(PRIVATE):
        body["properties"][PRIVATE] = True
        yield Change(PRIVATE, "false", "true")


def _known(text: str) -> Iterator[IPv4Address]:
    """Yield an address of IPv4; those of IPv6, which tunnels may have too, are out of scope."""
    if ":" not in text:
        yield IPv4Address(text.strip())


def _shown(addresses: tuple[IPv4Address, ...] | list[IPv4Address]) -> str:
    return ", ".join(map(str, sorted(addresses))) or "none"
