"""Crypto policies: one object for both ends, in Azure's words; `algorithms` has their keywords.

Of a list the router offers, the first is Azure's, which takes exactly one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from fvrf.algorithms import NONE, TABLE, Field, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class CryptoPolicy:
    """A named policy in Azure's words; lists are the router's offer, best first.

    `ike_lifetime_s` is the router's alone (Azure's is fixed at 28800 s); None leaves the
    router's default. `dpd` is interval and retry in seconds, None to leave it out. With
    `azure_default` Azure is given no policy: the router offers what Azure takes by itself.
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
    azure_default: bool = False

    @property
    def is_gcm(self) -> bool:
        """GCM proposals have a PRF and no integrity on IOS-XE."""
        return self.ike_encryption[0].startswith("GCM")

    @property
    def azure_pfs_group(self) -> str:
        """The group that Azure is given; its default proposals have none where it begins."""
        return NONE if self.azure_default else self.pfs_group

    @property
    def shielded(self) -> tuple[str, ...]:
        """What 17.11.1a and later refuse of it, for a person (field notice FN72510).

        It names MD5 as integrity and not as PRF.
        """
        found = (
            word.weak
            for field, word in self._words()
            if word.shielded and not (field == "ike_integrity" and self.is_gcm)
        )
        return tuple(dict.fromkeys(found))

    @property
    def weak(self) -> str | None:
        """What is weak about it, for a person; None where nothing is."""
        *most, last = dict.fromkeys(word.weak for _, word in self._words() if word.weak) or [""]
        named = f"{', '.join(most)} and {last}" if most else last
        parts = [named, "no PFS" if self.pfs_group == NONE else ""]
        text = "; ".join(part for part in parts if part)
        if self.shielded:
            text += ". Catalyst 8000V 17.11 and later refuses it"
        return text or None

    def _words(self) -> Iterator[tuple[Field, Word]]:
        offers: tuple[tuple[Field, tuple[str, ...]], ...] = (
            ("ike_encryption", self.ike_encryption),
            ("ipsec_encryption", (self.ipsec_encryption,)),
            ("ike_integrity", self.ike_integrity),
            ("ipsec_integrity", (self.ipsec_integrity,)),
            ("dh_group", self.dh_group),
            ("pfs_group", (self.pfs_group,)),
        )
        for field, words in offers:
            for word in words:
                yield field, TABLE[field][word]


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
GCM128 = replace(
    STRONG,
    name="gcm128",
    ike_encryption=("GCMAES128",),
    ike_integrity=("SHA256",),
    dh_group=("ECP256",),
    ipsec_encryption="GCMAES128",
    ipsec_integrity="GCMAES128",
    pfs_group="ECP256",
)
GCM256_GROUP14 = replace(
    STRONG, name="gcm256-group14", dh_group=("DHGroup14",), pfs_group="PFS2048"
)
CBC256 = replace(
    STRONG,
    name="cbc256-sha256",
    ike_encryption=("AES256",),
    ike_integrity=("SHA256",),
    dh_group=("DHGroup14",),
    ipsec_encryption="AES256",
    ipsec_integrity="SHA256",
    pfs_group="PFS2048",
)
# The best of Azure's own proposals; without PFS, since Azure asks for none where it begins.
AZURE_DEFAULT = replace(
    STRONG,
    name="azure-default",
    ike_encryption=("AES256",),
    ike_integrity=("SHA256",),
    dh_group=("DHGroup2",),
    pfs_group=NONE,
    azure_default=True,
)
ARTICLE_LEGACY = CryptoPolicy(
    name="article-legacy",
    version=1,
    ike_encryption=("AES256", "AES128", "DES3"),
    ike_integrity=("SHA1",),
    dh_group=("DHGroup2",),
    ipsec_encryption="AES256",
    ipsec_integrity="SHA1",
    pfs_group=NONE,
    sa_lifetime_s=3600,
    sa_data_size_kb=102400000,
    ike_lifetime_s=None,
    dpd=None,
)
POLICIES: Mapping[str, CryptoPolicy] = MappingProxyType(
    {
        policy.name: policy
        for policy in (STRONG, GCM128, GCM256_GROUP14, CBC256, AZURE_DEFAULT, ARTICLE_LEGACY)
    }
)
