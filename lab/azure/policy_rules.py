"""What Azure accepts as the IPsec policy of a connection."""

from lab.azure import checks
from lab.azure.errors import Json, bad_request

POLICY_LIFETIMES = ("saLifeTimeSeconds", "saDataSizeKilobytes")
# The enumerations of the SDK and of the documents; None has a meaning of its own for each.
POLICY_WORDS = {
    "ipsecEncryption": "None DES DES3 AES128 AES192 AES256 GCMAES128 GCMAES192 GCMAES256",
    "ipsecIntegrity": "MD5 SHA1 SHA256 GCMAES128 GCMAES192 GCMAES256",
    "ikeEncryption": "DES DES3 AES128 AES192 AES256 GCMAES128 GCMAES256",
    "ikeIntegrity": "MD5 SHA1 SHA256 SHA384 GCMAES128 GCMAES256",
    "dhGroup": "None DHGroup1 DHGroup2 DHGroup14 DHGroup2048 DHGroup24 ECP256 ECP384",
    "pfsGroup": "None PFS1 PFS2 PFS14 PFS2048 PFS24 PFSMM ECP256 ECP384",
}
SHORTEST_LIFETIME_S = 300
LONGEST_LIFETIME_S = 172799
SMALLEST_LIFETIME_KB = 1024
LARGEST_LIFETIME_KB = 2147483647


def policies(body: Json) -> list[Json]:
    """Return the policies of a connection's body: one, or none."""
    members = {*POLICY_WORDS, *POLICY_LIFETIMES}
    entries = checks.objects(body, "ipsecPolicies", members)
    if len(entries) > 1:
        # The code is unconfirmed; the limit is documented.
        raise bad_request(
            "VpnConnectionMoreThanOneIpsecPolicy", "A connection has at most one IPsec policy."
        )
    return [_policy(one) for one in entries]


def _policy(policy: Json) -> Json:
    """Return a policy: all eight members, legal words, GCM paired with itself."""
    for name in (*POLICY_LIFETIMES, *POLICY_WORDS):
        if policy.get(name) is None:
            raise bad_request(
                "VpnIpsecPolicyPropertyMissing",  # code unconfirmed
                f"Required property '{name}' of an IPsec policy is missing: "
                "no partial policy is allowed.",
            )
    words = {n: checks.choice(policy, n, legal.split(), "") for n, legal in POLICY_WORDS.items()}
    _check_gcm(words)
    return {**_lifetimes(policy), **words}


def _lifetimes(policy: Json) -> Json:
    """Return the lifetimes; no kilobytes at all (0) is accepted beside 1024 and more."""
    size = checks.between(policy, "saDataSizeKilobytes", 0, LARGEST_LIFETIME_KB, 0)
    if 0 < size < SMALLEST_LIFETIME_KB:
        text = f"'saDataSizeKilobytes' is 0 or at least {SMALLEST_LIFETIME_KB}, not {size}."
        raise checks.malformed(text)
    seconds = checks.between(
        policy, "saLifeTimeSeconds", SHORTEST_LIFETIME_S, LONGEST_LIFETIME_S, 0
    )
    return {"saLifeTimeSeconds": seconds, "saDataSizeKilobytes": size}


def _check_gcm(words: Json) -> None:
    encryption, integrity = words["ipsecEncryption"], words["ipsecIntegrity"]
    if encryption == integrity or not (encryption + integrity).count("GCM"):
        return
    raise bad_request(
        "VpnIpsecPolicyGcmMismatch",  # code unconfirmed
        f"ipsecEncryption {encryption} and ipsecIntegrity {integrity}: with GCM both must be "
        "the same algorithm and key length.",
    )
