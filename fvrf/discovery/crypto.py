"""Which crypto policy a tunnel of a running configuration has: a shipped one, or one of its own."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address
from typing import Any

from pydantic import ValidationError

from fvrf.algorithms import TABLE, Field
from fvrf.crypto import POLICIES, CryptoPolicy
from fvrf.discovery.tunnels import FoundTunnel
from fvrf.intent.crypto import PolicyIntent
from fvrf.intent.fields import GLOBAL
from fvrf.iosxe.items import Item, Items
from fvrf.plan.objects import MARK

_LIFETIME = r"set security-association lifetime"
_IKE_LIFETIME_S = 86400  # IOS-XE's own, which a shipped policy may leave as it is
_MARKED = re.compile(rf"{MARK}-(?P<name>.+)-v(?P<version>\d+)")


@dataclass(frozen=True, slots=True)
class FoundPolicy:
    """A policy's name in the intent; `text` is what the inventory must say of it, as JSON."""

    name: str
    text: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """What the inventory must say of it; nothing of a shipped one."""
        return dict(json.loads(self.text)) if self.text else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenPolicies:
    """What the inventory says of a router's crypto: the policy of most of its tunnels, and others.

    `others` are by the first tunnel of a connection.
    """

    crypto: str
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        """What the router's data says of it."""
        own = {"crypto_policies": dict(self.own)} if self.own else {}
        return {"crypto": self.crypto, **own}

    def data_of(self, tunnel: str) -> dict[str, str]:
        """Return what the connection of a first tunnel says of it, mostly nothing."""
        return {"crypto": self.others[tunnel]} if tunnel in self.others else {}


def chosen_policies(found: Mapping[str, FoundPolicy]) -> ChosenPolicies:
    """Choose among the policies of all first tunnels, of which there is one at least.

    Policies of one name that differ get numbers after it.
    """
    counted = Counter(found.values())
    names: dict[FoundPolicy, str] = {}
    for policy in counted:
        taken = sum(other.name == policy.name for other in names)
        names[policy] = f"{policy.name}-{taken + 1}" if taken else policy.name
    ((most, _),) = counted.most_common(1)
    return ChosenPolicies(
        crypto=names[most],
        own={name: policy.data for policy, name in names.items() if policy.data},
        others={tunnel: names[policy] for tunnel, policy in found.items() if policy != most},
    )


def found_policy(
    items: Items, tunnel: FoundTunnel, local: IPv4Address | None
) -> FoundPolicy | None:
    """Return the policy of a tunnel; None where an algorithm is not one of both ends.

    `local` is the address that the tunnel leaves by, None where it is leased.
    """
    data = _data(items, tunnel, local)
    if data is None:
        return None
    try:
        policy = PolicyIntent.model_validate(data).named("")
    except ValidationError:
        return None
    for known in POLICIES.values():
        if _effects(known) == _effects(policy):
            return FoundPolicy(known.name)
    match = _MARKED.fullmatch(_transform_set(items, tunnel))
    name = match["name"] if match else "found"
    version = {"version": int(match["version"])} if match else {}
    return FoundPolicy(name, json.dumps({**version, **data}))


def _effects(policy: CryptoPolicy) -> CryptoPolicy:
    """Return a policy without what no line of a router tells."""
    lifetime = policy.ike_lifetime_s or _IKE_LIFETIME_S
    return replace(policy, name="", version=0, ike_lifetime_s=lifetime, azure_default=False)


def _data(items: Items, tunnel: FoundTunnel, local: IPv4Address | None) -> dict[str, Any] | None:
    ipsec = items.get(("ipsec_profile", tunnel.profile))
    name = _transform_set(items, tunnel)
    # Of several that the uplink offers ours has the name of the tunnel's transform set.
    offers = sorted(_offers(items, tunnel.front_door, local), key=lambda one: one.name != name)
    offer = next(iter(offers), None)
    transforms = items.get(("transform_set", name))
    if ipsec is None or offer is None or transforms is None:
        return None
    profile = items.get(("ikev2_profile", ipsec.value(r"set ikev2-profile (\S+)") or ""))
    return {"ike": _ike(offer, profile), "esp": _esp(ipsec, transforms), "dpd": _dpd(profile)}


def _transform_set(items: Items, tunnel: FoundTunnel) -> str:
    ipsec = items.get(("ipsec_profile", tunnel.profile))
    return (ipsec.value(r"set transform-set (\S+)") if ipsec else None) or ""


def _offers(items: Items, front_door: str, local: IPv4Address | None) -> Iterator[Item]:
    """Yield the IKEv2 proposals of the policies that an uplink meets."""
    for (kind, _), item in items.items():
        if kind != "policy" or (item.value(r"match fvrf (\S+)") or GLOBAL) != front_door:
            continue
        addresses = tuple(item.values(r"match address local (\S+)"))
        if not addresses or str(local) in addresses:
            for name in item.values(r"proposal (\S+)"):
                if ("proposal", name) in items:
                    yield items["proposal", name]


def _ike(offer: Item, profile: Item | None) -> Mapping[str, Any]:
    """Read a proposal; with GCM the hash is that of its PRF."""
    integrity = offer.value(r"(?:integrity|prf) (.+)") or ""
    lifetime = profile.value(r"lifetime (\d+)") if profile else None
    return {
        "encryption": _words("ike_encryption", (offer.value(r"encryption (.+)") or "").split()),
        "integrity": _words("ike_integrity", integrity.split()),
        "dh_group": _words("dh_group", (offer.value(r"group (.+)") or "").split()),
        "lifetime_s": int(lifetime or _IKE_LIFETIME_S),
    }


def _esp(ipsec: Item, transforms: Item) -> Mapping[str, Any]:
    encryption, integrity = _transforms(transforms)
    aead = _words("ipsec_encryption", [encryption])[0]
    pfs = ipsec.value(r"set pfs (\S+)")
    return {
        "encryption": aead,
        "integrity": _words("ipsec_integrity", [integrity])[0] if integrity else aead,
        "pfs_group": _words("pfs_group", [pfs])[0] if pfs else "None",
        "lifetime_s": int(ipsec.value(rf"{_LIFETIME} seconds (\d+)") or 0),
        "lifetime_kb": int(ipsec.value(rf"{_LIFETIME} kilobytes (\d+)") or 0),
    }


def _transforms(item: Item) -> tuple[str, str]:
    """Split `esp-aes 256 esp-sha-hmac` before the second transform; `esp-gcm 256` has none."""
    encryption, *others = re.findall(r"esp-\S+(?: \d+)?", item.header or "")
    return encryption, "".join(others)


def _dpd(profile: Item | None) -> Mapping[str, int] | None:
    found = re.fullmatch(r"(\d+) (\d+) on-demand", (profile and profile.value(r"dpd (.+)")) or "")
    return {"interval_s": int(found[1]), "retry_s": int(found[2])} if found else None


def _words(field: Field, keywords: Iterable[str]) -> list[str]:
    """Return Azure's words; a keyword that it has none for stays, and is refused for it."""
    return [
        next((w for w, f in TABLE[field].items() if f.ios == keyword and not f.refused), keyword)
        for keyword in keywords
    ]
