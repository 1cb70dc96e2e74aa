"""What a throughput takes: tunnels, outside VRFs, connections, and a gateway that carries it.

One router toward one gateway. All outside VRFs are alike, so a number of connections is rounded up
to a whole number for each, as the article builds it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Literal

from fvrf.capacity.limits import (
    ARTICLE_TUNNEL_MBPS,
    EQUAL_COST_PATHS,
    INSTANCES,
    SKUS,
    Cipher,
    Sku,
)

Profile = Literal["azure", "article"]
# How many addresses a gateway speaks with: one, one of each instance, and with APIPA addresses.
SPEAKERS = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to build it; rates are in megabits a second.

    A connection takes an uplink with a public address of its own, and a front door. `binds` is the
    limit that holds first, `lifts` what would raise it.
    """

    sku: Sku
    cipher: Cipher
    speakers: int
    tunnel_mbps: int
    tunnels: int
    connections: int
    outside_vrfs: int
    reach_mbps: int
    wanted_mbps: int
    binds: str
    lifts: str

    @property
    def is_enough(self) -> bool:
        """Whether it reaches what is wanted."""
        return self.reach_mbps >= self.wanted_mbps


def options(
    wanted_mbps: int,
    *,
    profile: Profile = "azure",
    licensed_mbps: int | None = None,
    cipher: Cipher | None = None,
    speakers: int | None = None,
) -> list[Option]:
    """Return every way to build it, those that are enough first, then those with fewest parts."""
    found = [
        option(wanted_mbps, sku, each, number, profile=profile, licensed_mbps=licensed_mbps)
        for sku in _skus()
        for each in ((cipher,) if cipher else ("gcm", "cbc"))
        for number in ((speakers,) if speakers else SPEAKERS)
    ]
    return sorted(found, key=_order)


def _skus() -> Iterator[Sku]:
    """Yield what new gateways can be made of: zonal, and with BGP."""
    return (sku for sku in SKUS.values() if sku.is_zonal and sku.has_bgp)


def _order(one: Option) -> tuple[bool, int, int, int, int]:
    short = 0 if one.is_enough else -one.reach_mbps
    return (not one.is_enough, short, one.connections, one.sku.aggregate_mbps, one.outside_vrfs)


def option(
    wanted_mbps: int,
    sku: Sku,
    cipher: Cipher,
    speakers: int,
    *,
    profile: Profile = "azure",
    licensed_mbps: int | None = None,
) -> Option:
    """Work out what one SKU takes with one cipher and so many speakers."""
    instances = min(speakers, INSTANCES)
    rate = ARTICLE_TUNNEL_MBPS[cipher] if profile == "article" else sku.tunnel_mbps[cipher]
    wanted = ceil(ceil(wanted_mbps / rate) / instances)
    connections, outside = _alike(wanted, speakers // instances)
    most, fitting = _alike(EQUAL_COST_PATHS // instances, speakers // instances)
    if connections > EQUAL_COST_PATHS // instances:
        connections, outside = min(most, EQUAL_COST_PATHS // instances), fitting
    tunnels = connections * instances
    limits = {
        "tunnels": tunnels * rate,
        "gateway": gateway_mbps(sku, instances),
        "licence": licensed_mbps or 10**9,
    }
    binds = min(limits, key=lambda name: limits[name])
    return Option(
        sku=sku,
        cipher=cipher,
        speakers=speakers,
        tunnel_mbps=rate,
        tunnels=tunnels,
        connections=connections,
        outside_vrfs=outside,
        reach_mbps=limits[binds],
        wanted_mbps=wanted_mbps,
        binds=_words(binds, sku, tunnels, rate, instances),
        lifts=_lifts(binds, tunnels, cipher, speakers),
    )


def gateway_mbps(sku: Sku, instances: int) -> int:
    """Return what a gateway carries: each instance half of the SKU's aggregate.

    Microsoft gives the aggregate for the gateway; that one instance alone carries but its half is
    the safe reading.
    """
    return sku.aggregate_mbps * instances // INSTANCES


def _alike(connections: int, per_vrf: int) -> tuple[int, int]:
    """Return as many connections, or more, that fill outside VRFs alike, and how many those are."""
    outside = ceil(connections / per_vrf)
    return ceil(connections / outside) * outside, outside


def _words(binds: str, sku: Sku, tunnels: int, rate: int, instances: int) -> str:
    if binds == "tunnels":
        paths = f", {EQUAL_COST_PATHS} equal-cost paths" if tunnels == EQUAL_COST_PATHS else ""
        return f"{tunnels} tunnels of {rate} Mbps{paths}"
    if binds == "gateway":
        return f"{sku.name}: {gateway_mbps(sku, instances)} Mbps on {instances} instance(s)"
    return "the router's licence"


def _lifts(binds: str, tunnels: int, cipher: Cipher, speakers: int) -> str:
    if binds == "licence":
        return "a larger licence, or a second router"
    if binds == "gateway":
        more = "active-active, " if speakers < INSTANCES else ""
        return f"{more}a larger SKU, a second gateway, Virtual WAN"
    cheaper = "AES-GCM, " if cipher != "gcm" else ""
    if tunnels < EQUAL_COST_PATHS:
        return f"{cheaper}more connections"
    return f"{cheaper}a larger SKU, a second gateway, Virtual WAN"
