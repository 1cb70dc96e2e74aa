"""What is legal and seldom meant, in plain words, for the plan."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network
from typing import NamedTuple

from fvrf.capacity.reach import overloads, reaches
from fvrf.intent.model import Intent
from fvrf.intent.private_peering import peering_warnings
from fvrf.intent.tuning import AZURE_HOLD_S, AZURE_KEEPALIVE_S


def warnings(intent: Intent) -> Iterator[str]:
    """Yield what is legal but should be known."""
    yield from _weak_crypto(intent)
    yield from _one_sided_pfs(intent)
    yield from _merged_keyrings(intent)
    yield from _unused(intent)
    yield from _equal_asns(intent)
    yield from _overlapping_prefixes(intent)
    yield from _out_of_reach(intent)
    yield from _short_timers(intent)
    yield from peering_warnings(intent)


def _out_of_reach(intent: Intent) -> Iterator[str]:
    for one in reaches(intent):
        if one.wanted_mbps is not None and not one.is_enough:
            yield (
                f"{one.host}: {one.reach_mbps / 1000:g} of {one.wanted_mbps / 1000:g} Gbps can be"
                f" reached: {one.binds}"
            )
    for name, wanted, carried in overloads(intent):
        yield (
            f"{name}: its routers want {wanted / 1000:g} Gbps of it, and it carries"
            f" {carried / 1000:g}"
        )


def _short_timers(intent: Intent) -> Iterator[str]:
    for host, router in intent.routers.items():
        timers = router.bgp.timers
        if timers and (timers.keepalive_s < AZURE_KEEPALIVE_S or timers.hold_s < AZURE_HOLD_S):
            yield (
                f"{host}: BGP timers of {timers.keepalive_s} and {timers.hold_s} s: Microsoft calls"
                f" less than {AZURE_KEEPALIVE_S} and {AZURE_HOLD_S} s unreliable"
            )


def _weak_crypto(intent: Intent) -> Iterator[str]:
    for host, router in intent.routers.items():
        for policy in router.crypto_used():
            if policy.weak:
                yield f"{host}: crypto policy {policy.name} is weak: {policy.weak}"


def _one_sided_pfs(intent: Intent) -> Iterator[str]:
    """Azure's own proposals have PFS as responder only (About VPN devices)."""
    for host, router in intent.routers.items():
        for policy in router.crypto_used():
            if policy.pfs_group != policy.azure_pfs_group:
                yield (
                    f"{host}: crypto policy {policy.name} has PFS, and Azure by itself asks for"
                    " none: a rekey that Azure begins may fail"
                )


def _merged_keyrings(intent: Intent) -> Iterator[str]:
    for host, router in intent.routers.items():
        if router.naming == "article":
            yield f"{host}: one keyring for all connections: their keys cannot be rotated singly"


def _unused(intent: Intent) -> Iterator[str]:
    for host, router in intent.routers.items():
        used = {placed.connection.uplink for placed in router.connections()}
        used |= {outside.inside for outside in router.outside.values()}
        for name in (*router.uplinks, *router.inside):
            if name not in used:
                yield f"{host}: {name} is used by no connection"


def _equal_asns(intent: Intent) -> Iterator[str]:
    """One line for each AS that several sites of a gateway have."""
    sites: dict[tuple[str, int], set[str]] = {}
    for router in intent.routers.values():
        for gateway in {placed.connection.gateway for placed in router.connections()}:
            sites.setdefault((gateway, router.asn), set()).add(router.site)
    for (gateway, asn), names in sorted(sites.items()):
        if len(names) > 1:
            yield (
                f"sites {_some(names)} have the same AS {asn} toward {gateway}:"
                " they do not reach each other through Azure"
            )


def _some(names: Iterable[str], limit: int = 5) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - limit} more" if len(ordered) > limit else ""
    return ", ".join(ordered[:limit]) + more


class _Announced(NamedTuple):
    """A prefix as a gateway hears it; ordered so that a network stands before its parts."""

    prefix: IPv4Network
    site: str
    vrf: str

    def __str__(self) -> str:
        return f"{self.prefix} of {self.site} ({self.vrf})"


def _overlapping_prefixes(intent: Intent) -> Iterator[str]:
    """One line for each prefix that another site, or another inside VRF, announces too."""
    heard: dict[str, set[_Announced]] = {}
    for router in intent.routers.values():
        for placed in router.connections():
            inside = router.inside[placed.outside.inside]
            heard.setdefault(placed.connection.gateway, set()).update(
                _Announced(prefix, router.site, placed.outside.inside)
                for prefix in inside.announced
            )
    for gateway, announced in sorted(heard.items()):
        for one, other in _overlaps(sorted(announced)):
            yield f"{one} and {other} overlap toward {gateway}: Azure sends to one of them"
    yield from _overlapping_gateway(intent, heard)


def _overlaps(announced: Iterable[_Announced]) -> Iterator[tuple[_Announced, _Announced]]:
    """Pair each with the nearest network before it that holds it and has another owner.

    In this order a network stands before all its parts, so those that hold the next one are
    always the end of a stack.
    """
    around: list[_Announced] = []
    for one in announced:
        while around and not one.prefix.subnet_of(around[-1].prefix):
            around.pop()
        owner = (one.site, one.vrf)
        other = next((o for o in reversed(around) if (o.site, o.vrf) != owner), None)
        if other is not None:
            yield other, one
        around.append(one)


def _overlapping_gateway(intent: Intent, heard: dict[str, set[_Announced]]) -> Iterator[str]:
    for gateway, announced in sorted(heard.items()):
        for own in intent.gateways[gateway].prefixes:
            for one in sorted(announced):
                if one.prefix.overlaps(own):
                    yield f"{one} overlaps with {gateway}'s own {own}: Azure keeps its own"
