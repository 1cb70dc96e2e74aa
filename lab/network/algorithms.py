"""Algorithms: Azure's words in IOS keywords, and what each end offers where nothing is set.

Azure's default offers are those of "About VPN devices and IPsec/IKE parameters for Site-to-Site
VPN Gateway connections", as responder. The IOS defaults are what `show crypto ikev2 proposal
default` prints on IOS-XE 16 and 17.
"""

from dataclasses import dataclass
from itertools import product

from lab.network.views import IpsecPolicyView, PolicyView, ProposalView

AZURE_IKE_LIFETIME_S = 28800

IKE_ENCRYPTION = {
    "GCMAES256": "aes-gcm-256",
    "GCMAES128": "aes-gcm-128",
    "AES256": "aes-cbc-256",
    "AES192": "aes-cbc-192",
    "AES128": "aes-cbc-128",
    "DES3": "3des",
    "DES": "des",
}
# The two GCM words are of the older API; they name the hash of the same strength [unconfirmed].
IKE_INTEGRITY = {
    "SHA384": "sha384",
    "SHA256": "sha256",
    "SHA1": "sha1",
    "MD5": "md5",
    "GCMAES256": "sha384",
    "GCMAES128": "sha256",
}
DH_GROUP = {
    "DHGroup1": "1",
    "DHGroup2": "2",
    "DHGroup14": "14",
    "DHGroup2048": "14",
    "DHGroup24": "24",
    "ECP256": "19",
    "ECP384": "20",
}
ESP_ENCRYPTION = {
    "GCMAES256": "esp-gcm 256",
    "GCMAES192": "esp-gcm 192",
    "GCMAES128": "esp-gcm 128",
    "AES256": "esp-aes 256",
    "AES192": "esp-aes 192",
    "AES128": "esp-aes 128",
    "DES3": "esp-3des",
    "DES": "esp-des",
    "None": "esp-null",
}
ESP_INTEGRITY = {"SHA256": "esp-sha256-hmac", "SHA1": "esp-sha-hmac", "MD5": "esp-md5-hmac"}
PFS_GROUP = {
    "None": None,
    "PFS1": "group1",
    "PFS2": "group2",
    "PFS14": "group14",
    "PFS2048": "group14",
    "PFS24": "group24",
    "ECP256": "group19",
    "ECP384": "group20",
}

# `esp-aes` alone is the 128 bit one.
SHORT_TRANSFORMS = {"esp-aes": "esp-aes 128", "esp-gcm": "esp-gcm 128"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IkeSuite:
    """One combination for an IKE SA in IOS keywords; GCM has no integrity of its own."""

    encryption: str
    integrity: str | None
    prf: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSuite:
    """One combination for a child SA; `pfs` is the group keyword or None."""

    transforms: frozenset[str]
    pfs: str | None


DEFAULT_POLICY = PolicyView(name="default", front_door="any", proposals=("default",))
DEFAULT_PROPOSAL = ProposalView(
    name="default",
    encryption=("aes-cbc-256",),
    integrity=("sha512", "sha384"),
    prf=("sha512", "sha384"),
    groups=("19", "14", "21", "5"),
)

_DEFAULT_IKE = frozenset(
    IkeSuite(encryption=encryption, integrity=integrity, prf=integrity, group="2")
    for encryption, integrity in product(("aes-cbc-256", "aes-cbc-128", "3des"), ("sha1", "sha256"))
)
# The groups that Azure takes as responder, for each pair of transforms.
_DEFAULT_CHILD = {
    ("esp-gcm 256",): (None,),
    ("esp-aes 256", "esp-sha-hmac"): (None, "group1", "group2", "group14", "group24"),
    ("esp-aes 256", "esp-sha256-hmac"): (None, "group1", "group2", "group14", "group24"),
    ("esp-aes 128", "esp-sha-hmac"): (None, "group1", "group2", "group14"),
    ("esp-aes 128", "esp-sha256-hmac"): (None, "group1", "group2", "group14"),
    ("esp-3des", "esp-sha-hmac"): (None, "group1", "group2", "group14"),
    ("esp-3des", "esp-sha256-hmac"): (None, "group2"),
    ("esp-des", "esp-sha-hmac"): (None,),
}


def is_gcm(encryption: str) -> bool:
    """Tell an AEAD cipher, which takes a PRF in place of an integrity algorithm."""
    return "-gcm-" in encryption


def router_suites(proposal: ProposalView) -> tuple[IkeSuite, ...]:
    """Return what a proposal offers, best first; empty when it is incomplete.

    The PRF follows the integrity algorithms where none is set.
    """
    prfs = proposal.prf or proposal.integrity
    return tuple(
        IkeSuite(encryption=encryption, integrity=integrity, prf=prf, group=group)
        for encryption in proposal.encryption
        for integrity in ((None,) if is_gcm(encryption) else proposal.integrity)
        for prf in prfs
        for group in proposal.groups
    )


def azure_ike_suites(policy: IpsecPolicyView | None) -> frozenset[IkeSuite]:
    """Return what Azure takes for the IKE SA: one suite of a custom policy, else its defaults."""
    if policy is None:
        return _DEFAULT_IKE
    encryption = IKE_ENCRYPTION.get(policy.ike_encryption)
    hashing = IKE_INTEGRITY.get(policy.ike_integrity)
    group = DH_GROUP.get(policy.dh_group)
    if encryption is None or hashing is None or group is None:
        return frozenset()
    integrity = None if is_gcm(encryption) else hashing
    return frozenset(
        {IkeSuite(encryption=encryption, integrity=integrity, prf=hashing, group=group)}
    )


def azure_child_suites(policy: IpsecPolicyView | None, ike_group: str) -> frozenset[ChildSuite]:
    """Return what Azure takes for a child SA; `PFSMM` means the group of the IKE SA."""
    if policy is None:
        return frozenset(
            ChildSuite(transforms=frozenset(transforms), pfs=pfs)
            for transforms, groups in _DEFAULT_CHILD.items()
            for pfs in groups
        )
    names = {ESP_ENCRYPTION.get(policy.ipsec_encryption), ESP_INTEGRITY.get(policy.ipsec_integrity)}
    transforms = frozenset(name for name in names if name is not None)
    pfs = f"group{ike_group}" if policy.pfs_group == "PFSMM" else PFS_GROUP.get(policy.pfs_group)
    return frozenset({ChildSuite(transforms=transforms, pfs=pfs)})


def router_transforms(typed: tuple[str, ...]) -> frozenset[str]:
    """Return a transform set's transforms without regard to order and short forms."""
    return frozenset(SHORT_TRANSFORMS.get(name, name) for name in typed)
