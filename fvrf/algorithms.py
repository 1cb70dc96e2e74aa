"""The one table of algorithms: Azure's words, IOS-XE's keywords, and what is wrong with some.

Azure's words are the enumerations of `ipsecPolicies` in azure-mgmt-network and its document on
IPsec/IKE policies; IOS-XE's are those of its command reference. Weak ones that 17.11.1a and later
refuse are those of field notice FN72510. Azure's default offers are those of "About VPN devices
and IPsec/IKE parameters for Site-to-Site VPN Gateway connections", as responder.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Field = Literal[
    "ike_encryption",
    "ike_integrity",
    "dh_group",
    "ipsec_encryption",
    "ipsec_integrity",
    "pfs_group",
]
NONE = "None"
# The first release that refuses weak words unless told otherwise at boot, and the line that does.
SHIELD = (17, 11)
UNSHIELDED = "crypto engine compliance shield disable"


class Word(NamedTuple):
    """What a word of Azure's is on IOS-XE: its keyword, empty where the line is left out.

    `weak` is its name where it is too weak for new tunnels, `shielded` whether newer releases
    refuse it, `refused` why only one of the two ends has it.
    """

    ios: str = ""
    weak: str = ""
    shielded: bool = False
    refused: str = ""


def _broken(ios: str, name: str) -> Word:
    return Word(ios, name, shielded=True)


def _not_azure(word: str) -> Word:
    return Word(refused=f"Azure has no {word}, only IOS-XE has")


_MAIN_MODE = Word(refused="IOS-XE has no such word: name the group of `ike.dh_group` itself")
_HASH = "IOS-XE has no such word: with GCM name the hash of its PRF, as in SHA384"

# IKE: `encryption`, `integrity` (with GCM `prf`) and `group`. ESP: the transforms and `set pfs`.
TABLE: Mapping[Field, Mapping[str, Word]] = MappingProxyType(
    {
        "ike_encryption": {
            "GCMAES256": Word("aes-gcm-256"),
            "GCMAES128": Word("aes-gcm-128"),
            "AES256": Word("aes-cbc-256"),
            "AES192": Word("aes-cbc-192"),
            "AES128": Word("aes-cbc-128"),
            "DES3": _broken("3des", "3DES"),
            "DES": _broken("des", "DES"),
        },
        "ike_integrity": {
            "SHA384": Word("sha384"),
            "SHA256": Word("sha256"),
            "SHA1": Word("sha1", "SHA-1"),
            "MD5": _broken("md5", "MD5"),
            "SHA512": _not_azure("SHA512"),
            "GCMAES256": Word(refused=_HASH),
            "GCMAES128": Word(refused=_HASH),
        },
        "dh_group": {
            "ECP384": Word("20"),
            "ECP256": Word("19"),
            "DHGroup14": Word("14"),
            "DHGroup2048": Word("14"),
            "DHGroup24": _broken("24", "DH group 24"),
            "DHGroup2": _broken("2", "DH group 2"),
            "DHGroup1": _broken("1", "DH group 1"),
            "DHGroup5": _not_azure("group 5"),
            "DHGroup15": _not_azure("group 15"),
            "DHGroup16": _not_azure("group 16"),
            "ECP521": _not_azure("group 21"),
            NONE: Word(refused="IKEv2 has no SA without a key exchange"),
        },
        "ipsec_encryption": {
            "GCMAES256": Word("esp-gcm 256"),
            "GCMAES192": Word("esp-gcm 192"),
            "GCMAES128": Word("esp-gcm"),
            "AES256": Word("esp-aes 256"),
            "AES192": Word("esp-aes 192"),
            "AES128": Word("esp-aes"),
            "DES3": _broken("esp-3des", "3DES"),
            "DES": _broken("esp-des", "DES"),
            NONE: _broken("esp-null", "no encryption"),
        },
        "ipsec_integrity": {
            "GCMAES256": Word(),
            "GCMAES192": Word(),
            "GCMAES128": Word(),
            "SHA256": Word("esp-sha256-hmac"),
            "SHA1": Word("esp-sha-hmac", "SHA-1"),
            "MD5": _broken("esp-md5-hmac", "MD5"),
            "SHA384": _not_azure("SHA384 for ESP"),
            "SHA512": _not_azure("SHA512 for ESP"),
        },
        "pfs_group": {
            "ECP384": Word("group20"),
            "ECP256": Word("group19"),
            "PFS2048": Word("group14"),
            "PFS14": Word("group14"),
            "PFS24": _broken("group24", "DH group 24"),
            "PFS2": _broken("group2", "DH group 2"),
            "PFS1": _broken("group1", "DH group 1"),
            NONE: Word(),
            "PFS5": _not_azure("group 5"),
            "PFS15": _not_azure("group 15"),
            "PFS16": _not_azure("group 16"),
            "ECP521": _not_azure("group 21"),
            "PFSMM": _MAIN_MODE,
        },
    }
)

# What Azure takes where it was given no policy: IKE with DH group 2 only.
DEFAULT_IKE: Mapping[Field, tuple[str, ...]] = MappingProxyType(
    {
        "ike_encryption": ("AES256", "AES128", "DES3"),
        "ike_integrity": ("SHA1", "SHA256"),
        "dh_group": ("DHGroup2",),
    }
)
# Of ESP by encryption and integrity, with the PFS groups.
DEFAULT_ESP: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("GCMAES256", "GCMAES256"): (NONE,),
        ("AES256", "SHA1"): (NONE, "PFS1", "PFS2", "PFS2048", "PFS14", "PFS24"),
        ("AES256", "SHA256"): (NONE, "PFS1", "PFS2", "PFS2048", "PFS14", "PFS24"),
        ("AES128", "SHA1"): (NONE, "PFS1", "PFS2", "PFS2048", "PFS14"),
        ("AES128", "SHA256"): (NONE, "PFS1", "PFS2", "PFS2048", "PFS14"),
        ("DES3", "SHA1"): (NONE, "PFS1", "PFS2", "PFS2048", "PFS14"),
        ("DES3", "SHA256"): (NONE, "PFS2"),
        ("DES", "SHA1"): (NONE,),
    }
)


def keyword(field: Field, word: str) -> str:
    """Return IOS-XE's keyword for a word that both ends have; empty where there is no line."""
    return TABLE[field][word].ios


def known(field: Field) -> tuple[str, ...]:
    """Return the words that both ends have, the best first."""
    return tuple(word for word, found in TABLE[field].items() if not found.refused)
