"""What Azure accepts as a connection, as far as the connection's own body tells."""

import string

from lab.azure import checks
from lab.azure.errors import Json, bad_request

TYPE = "Microsoft.Network/connections"
OWNER = "VirtualNetworkGatewayConnection"
LONGEST_KEY = 128

# Every member of the model of api-version 2026-03-01 that a client may write.
MEMBERS = frozenset(
    {
        "authorizationKey",
        "authenticationType",
        "certificateAuthentication",
        "connectionMode",
        "connectionProtocol",
        "connectionType",
        "dpdTimeoutSeconds",
        "egressNatRules",
        "enableBgp",
        "enablePrivateLinkFastPath",
        "expressRouteGatewayBypass",
        "gatewayCustomBgpIpAddresses",
        "ingressNatRules",
        "ipsecPolicies",
        "localNetworkGateway2",
        "peer",
        "routingWeight",
        "sharedKey",
        "trafficSelectorPolicies",
        "tunnelProperties",
        "useLocalAzureIpAddress",
        "usePolicyBasedTrafficSelectors",
        "virtualNetworkGateway1",
        "virtualNetworkGateway2",
    }
)
MODES = ("Default", "ResponderOnly", "InitiatorOnly")
PROTOCOLS = ("IKEv2", "IKEv1")
TYPES = ("IPsec", "Vnet2Vnet", "ExpressRoute", "VPNClient")

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
# All printable ASCII but space, hyphen and tilde (VPN gateway FAQ).
KEY_CHARACTERS = frozenset(string.digits + string.ascii_letters + string.punctuation) - {"-", "~"}


def connection_properties(document: Json) -> Json:
    """Return the properties that a PUT writes, all defaults filled in, the key left out."""
    body = checks.required(document, "properties", dict, {}, OWNER)
    checks.known_members(body, MEMBERS, OWNER)
    kind = checks.required(body, "connectionType", str, "", OWNER)
    checks.choice(body, "connectionType", TYPES, kind)
    if kind != "IPsec":
        raise bad_request("ConnectionTypeNotSupported", f"This lab has no {kind} connections.")
    return {
        "virtualNetworkGateway1": {
            "id": checks.reference(body, "virtualNetworkGateway1", OWNER),
        },
        "localNetworkGateway2": {"id": checks.reference(body, "localNetworkGateway2", OWNER)},
        "connectionType": kind,
        "connectionProtocol": checks.choice(body, "connectionProtocol", PROTOCOLS, "IKEv2"),
        "connectionMode": checks.choice(body, "connectionMode", MODES, "Default"),
        "routingWeight": checks.between(body, "routingWeight", 0, 32000, 0),
        "dpdTimeoutSeconds": checks.between(body, "dpdTimeoutSeconds", 9, 3600, 45),
        "enableBgp": checks.value(body, "enableBgp", bool, default=False),
        "useLocalAzureIpAddress": checks.value(body, "useLocalAzureIpAddress", bool, default=False),
        "usePolicyBasedTrafficSelectors": checks.value(
            body, "usePolicyBasedTrafficSelectors", bool, default=False
        ),
        "ipsecPolicies": _policies(body),
        "trafficSelectorPolicies": checks.value(body, "trafficSelectorPolicies", list, []),
        "gatewayCustomBgpIpAddresses": _custom_bgp(body),
    }


def _policies(body: Json) -> list[Json]:
    policies = checks.value(body, "ipsecPolicies", list, [])
    if len(policies) > 1:
        # The code is unconfirmed; the limit is documented.
        raise bad_request(
            "VpnConnectionMoreThanOneIpsecPolicy", "A connection has at most one IPsec policy."
        )
    return [_policy(one) for one in policies]


def _policy(policy: object) -> Json:
    """Return a policy: all eight members, legal words, GCM paired with itself."""
    if not isinstance(policy, dict):
        raise checks.malformed("A member of 'ipsecPolicies' must be an object.")
    checks.known_members(policy, {*POLICY_WORDS, *POLICY_LIFETIMES}, "IpsecPolicy")
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


def _custom_bgp(body: Json) -> list[Json]:
    """Return the chosen speakers; which ones there are is the gateway's to say."""
    entries = checks.value(body, "gatewayCustomBgpIpAddresses", list, [])
    name = "gatewayCustomBgpIpAddresses"
    for entry in entries:
        if not isinstance(entry, dict):
            raise checks.malformed(f"A member of '{name}' must be an object.")
        checks.required(entry, "ipConfigurationId", str, "", name)
        checks.address(checks.required(entry, "customBgpIpAddress", str, "", name), name)
    return entries


def check_key(key: str) -> str:
    """Return a shared key; ArmError where Azure would not take it. The key is never repeated."""
    if not 1 <= len(key) <= LONGEST_KEY or not KEY_CHARACTERS.issuperset(key):
        raise bad_request(
            "InvalidSharedKey",  # code unconfirmed
            f"A shared key has 1 to {LONGEST_KEY} printable ASCII characters, without space, "
            "hyphen and tilde.",
        )
    return key
