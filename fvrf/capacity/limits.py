"""Every limit of Azure's and of the routers', with its source and that source's date.

The one place to mend when Microsoft changes a table. Rates are megabits a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from types import MappingProxyType
from typing import Literal

# The families that the published tables tell apart: GCMAES256, AES256 with SHA256, DES3.
Cipher = Literal["gcm", "cbc", "3des"]
SkuName = Literal[
    "Basic",
    "VpnGw1", "VpnGw2", "VpnGw3", "VpnGw4", "VpnGw5",
    "VpnGw1AZ", "VpnGw2AZ", "VpnGw3AZ", "VpnGw4AZ", "VpnGw5AZ",
]  # fmt: skip
Generation = Literal[1, 2]

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "sku": "Microsoft, VPN Gateway: SKUs by tunnels and throughput, 2026-06-08",
        "tunnel": "Microsoft, VPN Gateway: SKU performance by algorithm, no date of its own",
        "bgp": "Microsoft, VPN Gateway: BGP FAQ, no date of its own",
        "paths": "the article on FVRF tunnels alone; Microsoft does not say it, no date of its own",
        "hub": "Microsoft, Virtual WAN: limits, 2025-04-07, and its FAQ, no date of its own",
        "article": "the article on FVRF tunnels, no date of its own",
        "licence": "the intent; the router shows it, and preflight reads it",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sku:
    """A row of Azure's table: `aggregate_mbps` is of both instances together.

    `tunnel_mbps` is what one tunnel carries, by cipher; empty where Azure says nothing.
    """

    name: str
    generation: Generation
    connections: int
    aggregate_mbps: int
    tunnel_mbps: Mapping[Cipher, int]
    has_bgp: bool = True

    @property
    def is_zonal(self) -> bool:
        """Whether new gateways may be made of it: those without AZ are slated for migration."""
        return self.name.endswith("AZ")


def _rates(gcm: int, cbc: int, triple_des: int) -> Mapping[Cipher, int]:
    return MappingProxyType({"gcm": gcm, "cbc": cbc, "3des": triple_des})


# generation, number of the VpnGw, connections, aggregate, a tunnel with each cipher
_TABLE: tuple[tuple[Generation, int, int, int, Mapping[Cipher, int]], ...] = (
    (1, 1, 30, 650, _rates(650, 500, 130)),
    (1, 2, 30, 1000, _rates(1200, 650, 140)),
    (1, 3, 30, 1250, _rates(1250, 700, 140)),
    (2, 2, 30, 1250, _rates(1250, 550, 130)),
    (2, 3, 30, 2500, _rates(1500, 700, 140)),
    (2, 4, 100, 5000, _rates(2300, 700, 140)),
    (2, 5, 100, 10000, _rates(2300, 700, 140)),
)
_BASIC = Sku(
    name="Basic",
    generation=1,
    connections=10,
    aggregate_mbps=100,
    tunnel_mbps=MappingProxyType({}),
    has_bgp=False,
)
SKUS: Mapping[tuple[str, int], Sku] = MappingProxyType(
    {("Basic", 1): _BASIC}
    | {
        (name, generation): Sku(
            name=name,
            generation=generation,
            connections=connections,
            aggregate_mbps=aggregate,
            tunnel_mbps=rates,
        )
        for generation, number, connections, aggregate, rates in _TABLE
        for name in (f"VpnGw{number}AZ", f"VpnGw{number}")
    }
)

# The article's figures, as a profile of their own: one core a tunnel, whatever the SKU.
ARTICLE_TUNNEL_MBPS: Mapping[Cipher, int] = MappingProxyType({"gcm": 2000, "cbc": 650, "3des": 140})

# The largest number of connections of any gateway; beyond it there is Virtual WAN.
MOST_CONNECTIONS = 100
INSTANCES = 2
# Equal-cost routes that Azure programs into a NIC.
EQUAL_COST_PATHS = 8
# Azure drops a BGP session that brings more.
MOST_PREFIXES = 4000
# Azure's side of APIPA for VPN, and the whole of what the other side may be.
AZURE_APIPA = (IPv4Network("169.254.21.0/24"), IPv4Network("169.254.22.0/24"))
APIPA = IPv4Network("169.254.0.0/16")

# Virtual WAN: a scale unit's rate, the most of a gateway, one link's tunnel with GCM and without.
SCALE_UNIT_MBPS = 500
MOST_SCALE_UNITS = 40
HUB_TUNNEL_MBPS: Mapping[Cipher, int] = MappingProxyType({"gcm": 1250, "cbc": 1000, "3des": 140})
HUB_CONNECTION_LINKS = 4
HUB_CONNECTIONS = 1000


def sku_of(name: str, generation: int | None) -> Sku | None:
    """Return a row of the table; without a generation, the newer one that has the SKU."""
    if generation is not None:
        return SKUS.get((name, generation))
    return SKUS.get((name, 2)) or SKUS.get((name, 1))


def cipher_of(ipsec_encryption: str) -> Cipher:
    """Return the family of an encryption in Azure's words."""
    if ipsec_encryption.startswith("GCM"):
        return "gcm"
    return "3des" if ipsec_encryption.startswith("DES") else "cbc"
