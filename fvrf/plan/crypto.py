"""IKEv2 and IPsec objects: what belongs to a connection, to an uplink and to a crypto policy."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from fvrf.algorithms import keyword
from fvrf.plan.link import Link
from fvrf.plan.objects import (
    Ikev2ProfilePlan,
    IpsecProfilePlan,
    KeyringPeerPlan,
    KeyringPlan,
    PolicyPlan,
    ProposalPlan,
    TransformSetPlan,
)

_Object = TypeVar("_Object")
Links = Sequence[Link]


def _once(make: Callable[[Link], _Object], links: Links) -> tuple[_Object, ...]:
    """Make an object of each connection; connections that share it get it once, in order."""
    return tuple(dict.fromkeys(make(link) for link in links))


def proposals(links: Links) -> tuple[ProposalPlan, ...]:
    """One per crypto policy."""

    def make(link: Link) -> ProposalPlan:
        crypto = link.crypto
        integrity = tuple(keyword("ike_integrity", word) for word in crypto.ike_integrity)
        return ProposalPlan(
            name=link.name("proposal"),
            encryption=tuple(keyword("ike_encryption", word) for word in crypto.ike_encryption),
            integrity=() if crypto.is_gcm else integrity,
            prf=integrity if crypto.is_gcm else (),
            groups=tuple(keyword("dh_group", word) for word in crypto.dh_group),
        )

    return _once(make, links)


def policies(links: Links) -> tuple[PolicyPlan, ...]:
    """One per (front door, local address), with every proposal of its connections, newest first.

    A leased address is not known: its policy matches by the front door alone.
    """
    by_name: dict[str, list[Link]] = {}
    for link in links:
        by_name.setdefault(link.name("policy"), []).append(link)
    return tuple(_policy(name, own) for name, own in by_name.items())


def _policy(name: str, links: Links) -> PolicyPlan:
    newest = sorted(links, key=lambda link: (-link.crypto.version, link.crypto.name))
    return PolicyPlan(
        name=name,
        front_door=links[0].front_door,
        local_address=links[0].local_address,
        proposals=tuple(dict.fromkeys(link.name("proposal") for link in newest)),
    )


def keyrings(links: Links) -> tuple[KeyringPlan, ...]:
    """One per connection; connections with one keyring's name share it and merge their peers."""
    peers: dict[str, dict[KeyringPeerPlan, None]] = {}
    for link in links:
        own = peers.setdefault(link.name("keyring"), {})
        own.update(dict.fromkeys(_peers(link)))
    return tuple(KeyringPlan(name=name, peers=tuple(own)) for name, own in peers.items())


def _peers(link: Link) -> Iterable[KeyringPeerPlan]:
    for k, address in enumerate(link.peers):
        yield KeyringPeerPlan(
            name=link.name("peer", k),
            address=address,
            key=link.connection.key,
        )


def ikev2_profiles(links: Links) -> tuple[Ikev2ProfilePlan, ...]:
    """One per connection."""

    def make(link: Link) -> Ikev2ProfilePlan:
        return Ikev2ProfilePlan(
            name=link.name("profile"),
            front_door=link.front_door,
            local_interface=link.connection.uplink,
            remote_identities=link.peers,
            keyring=link.name("keyring"),
            lifetime_s=link.crypto.ike_lifetime_s,
            dpd=link.crypto.dpd,
        )

    return _once(make, links)


def transform_sets(links: Links) -> tuple[TransformSetPlan, ...]:
    """One per crypto policy."""

    def make(link: Link) -> TransformSetPlan:
        encryption = keyword("ipsec_encryption", link.crypto.ipsec_encryption)
        integrity = keyword("ipsec_integrity", link.crypto.ipsec_integrity)
        return TransformSetPlan(
            name=link.name("transform_set"), transforms=f"{encryption} {integrity}".strip()
        )

    return _once(make, links)


def ipsec_profiles(links: Links) -> tuple[IpsecProfilePlan, ...]:
    """One per connection; its tunnels share it."""

    def make(link: Link) -> IpsecProfilePlan:
        return IpsecProfilePlan(
            name=link.name("profile"),
            transform_set=link.name("transform_set"),
            pfs=keyword("pfs_group", link.crypto.pfs_group) or None,
            ikev2_profile=link.name("profile"),
            lifetime_s=link.crypto.sa_lifetime_s,
            lifetime_kb=link.crypto.sa_data_size_kb,
            replay_window=link.router.tunnels.replay_window,
        )

    return _once(make, links)
