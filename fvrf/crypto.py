"""Crypto policies: one object for both ends, and the one table of their keywords.

Azure's words are those of `ipsecPolicies` in azure-mgmt-network; IOS-XE's those of its command
reference. Of a list the router offers, the first is Azure's, which takes exactly one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Azure -> IOS-XE: `encryption` of an IKEv2 proposal.
IKE_ENCRYPTION: Mapping[str, str] = MappingProxyType(
    {
        "GCMAES256": "aes-gcm-256",
        "GCMAES128": "aes-gcm-128",
        "AES256": "aes-cbc-256",
        "AES192": "aes-cbc-192",
        "AES128": "aes-cbc-128",
        "DES3": "3des",
    }
)
# Azure -> IOS-XE: `integrity` with CBC, `prf` with GCM.
IKE_INTEGRITY: Mapping[str, str] = MappingProxyType(
    {"SHA384": "sha384", "SHA256": "sha256", "SHA1": "sha1"}
)
# Azure -> IOS-XE: `group`.
DH_GROUP: Mapping[str, str] = MappingProxyType(
    {"ECP384": "20", "ECP256": "19", "DHGroup14": "14", "DHGroup2": "2"}
)
# Azure (encryption, integrity) -> IOS-XE: the transforms of a transform set.
TRANSFORMS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("GCMAES256", "GCMAES256"): "esp-gcm 256",
        ("GCMAES128", "GCMAES128"): "esp-gcm 128",
        ("AES256", "SHA256"): "esp-aes 256 esp-sha256-hmac",
        ("AES256", "SHA1"): "esp-aes 256 esp-sha-hmac",
        ("AES128", "SHA256"): "esp-aes esp-sha256-hmac",
        ("AES128", "SHA1"): "esp-aes esp-sha-hmac",
    }
)
# Azure -> IOS-XE: `set pfs`; None where there is none.
PFS_GROUP: Mapping[str, str | None] = MappingProxyType(
    {
        "ECP384": "group20",
        "ECP256": "group19",
        "PFS2048": "group14",
        "PFS2": "group2",
        "None": None,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CryptoPolicy:
    """A named policy in Azure's words; lists are the router's offer, best first.

    `ike_lifetime_s` is the router's alone (Azure's is fixed at 28800 s); None leaves the
    router's default. `dpd` is interval and retry in seconds, None to leave it out.
    """

    name: str
    version: int
    ike_encryption: tuple[str, ...]
    ike_integrity: tuple[str, ...]
    dh_group: tuple[str, ...]
    ipsec_encryption: str
    ipsec_integrity: str
    pfs_group: str
    sa_lifetime_s: int
    sa_data_size_kb: int
    ike_lifetime_s: int | None
    dpd: tuple[int, int] | None
    weak: str | None = None

    @property
    def is_gcm(self) -> bool:
        """GCM proposals have a PRF and no integrity on IOS-XE."""
        return self.ike_encryption[0].startswith("GCM")


STRONG = CryptoPolicy(
    name="gcm256",
    version=1,
    ike_encryption=("GCMAES256",),
    ike_integrity=("SHA384",),
    dh_group=("ECP384",),
    ipsec_encryption="GCMAES256",
    ipsec_integrity="GCMAES256",
    pfs_group="ECP384",
    sa_lifetime_s=27000,
    sa_data_size_kb=102400000,
    ike_lifetime_s=28800,
    dpd=(10, 5),
)
ARTICLE_LEGACY = CryptoPolicy(
    name="article-legacy",
    version=1,
    ike_encryption=("AES256", "AES128", "DES3"),
    ike_integrity=("SHA1",),
    dh_group=("DHGroup2",),
    ipsec_encryption="AES256",
    ipsec_integrity="SHA1",
    pfs_group="None",
    sa_lifetime_s=3600,
    sa_data_size_kb=102400000,
    ike_lifetime_s=None,
    dpd=None,
    weak="3DES, SHA-1 and DH group 2; no PFS. Catalyst 8000V 17.11 and later refuses them",
)
POLICIES: Mapping[str, CryptoPolicy] = MappingProxyType(
    {policy.name: policy for policy in (STRONG, ARTICLE_LEGACY)}
)
