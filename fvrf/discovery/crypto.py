"""Which of the known crypto policies a tunnel of a running configuration has."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address

from fvrf.crypto import (
    DH_GROUP,
    IKE_ENCRYPTION,
    IKE_INTEGRITY,
    PFS_GROUP,
    POLICIES,
    TRANSFORMS,
    CryptoPolicy,
)
from fvrf.intent.fields import GLOBAL
from fvrf.iosxe.items import Item, Items

_LIFETIME = r"set security-association lifetime"


def policy_of(items: Items, profile: str, front_door: str, local: IPv4Address) -> str | None:
    """Return the policy that an IPsec profile and the proposals of its uplink make up, or None."""
    offers = {
        frozenset(node.text for node in offer.body) for offer in _offers(items, front_door, local)
    }
    child = set(_child(items, profile))
    return next(
        (
            policy.name
            for policy in POLICIES.values()
            if _proposal(policy) in offers and _wanted_child(policy) <= child
        ),
        None,
    )


def _offers(items: Items, front_door: str, local: IPv4Address) -> Iterator[Item]:
    """Yield the IKEv2 proposals of the policies that an uplink meets."""
    for (kind, _), item in items.items():
        if kind != "policy" or (item.value(r"match fvrf (\S+)") or GLOBAL) != front_door:
            continue
        addresses = tuple(item.values(r"match address local (\S+)"))
        if not addresses or str(local) in addresses:
            for name in item.values(r"proposal (\S+)"):
                if ("proposal", name) in items:
                    yield items["proposal", name]


def _proposal(policy: CryptoPolicy) -> frozenset[str]:
    integrity = _words(
        "prf" if policy.is_gcm else "integrity", map(IKE_INTEGRITY.get, policy.ike_integrity)
    )
    return frozenset(
        {
            _words("encryption", map(IKE_ENCRYPTION.get, policy.ike_encryption)),
            integrity,
            _words("group", map(DH_GROUP.get, policy.dh_group)),
        }
    )


def _words(keyword: str, values: Iterable[str | None]) -> str:
    return " ".join((keyword, *filter(None, values)))


def _wanted_child(policy: CryptoPolicy) -> set[str]:
    return {
        TRANSFORMS[policy.ipsec_encryption, policy.ipsec_integrity],
        f"pfs {PFS_GROUP[policy.pfs_group]}",
        f"{_LIFETIME} seconds {policy.sa_lifetime_s}",
        f"{_LIFETIME} kilobytes {policy.sa_data_size_kb}",
    }


def _child(items: Items, profile: str) -> Iterator[str]:
    """Yield what an IPsec profile settles of its child SAs, the group of PFS always."""
    found = items.get(("ipsec_profile", profile))
    if found is None:
        return
    yield from (node.text for node in found.body)
    yield f"pfs {found.value(r'set pfs (.+)')}"
    name = found.value(r"set transform-set (\S+)") or ""
    transforms = items.get(("transform_set", name))
    if transforms is not None and transforms.header is not None:
        yield transforms.header.partition(f" {name} ")[2]
