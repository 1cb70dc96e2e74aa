"""What Azure accepts as a connection, as far as the connection's own body tells."""

from collections.abc import Mapping

from lab.azure import checks
from lab.azure.errors import Json, bad_request
from lab.azure.policy_rules import policies

TYPE = "Microsoft.Network/connections"
OWNER = "VirtualNetworkGatewayConnection"

MODES = ("Default", "ResponderOnly", "InitiatorOnly")
PROTOCOLS = ("IKEv2", "IKEv1")
TYPES = ("IPsec", "Vnet2Vnet", "ExpressRoute", "VPNClient")
AUTHENTICATIONS = ("PSK", "Certificate")
FLAGS = ("enableBgp", "useLocalAzureIpAddress", "usePolicyBasedTrafficSelectors")

# Writable members that mean something for other kinds of connections only: their type is
# checked, and an IPsec connection keeps nothing of them.
OF_OTHER_KINDS: Mapping[str, type] = {
    "authorizationKey": str,
    "enablePrivateLinkFastPath": bool,
    "expressRouteGatewayBypass": bool,
    "peer": dict,
    "routingConfiguration": dict,
    "virtualNetworkGateway2": dict,
}
# Every member of the model of api-version 2026-03-01 that a client may write.
MEMBERS = frozenset(
    {
        *FLAGS,
        *OF_OTHER_KINDS,
        "authenticationType",
        "certificateAuthentication",
        "connectionMode",
        "connectionProtocol",
        "connectionType",
        "dpdTimeoutSeconds",
        "egressNatRules",
        "gatewayCustomBgpIpAddresses",
        "ingressNatRules",
        "ipsecPolicies",
        "localNetworkGateway2",
        "routingWeight",
        "sharedKey",
        "trafficSelectorPolicies",
        "tunnelProperties",
        "virtualNetworkGateway1",
    }
)
SELECTORS = ("localAddressRanges", "remoteAddressRanges")
CERTIFICATE_MEMBERS = (
    "outboundAuthCertificate",
    "inboundAuthCertificateSubjectName",
    "inboundAuthCertificateChain",
)


def connection_properties(document: Json) -> Json:
    """Return the properties that a PUT writes, all defaults filled in, the key left out."""
    body = checks.required(document, "properties", dict, {}, OWNER)
    checks.known_members(body, MEMBERS, OWNER)
    kind = _kind(body)
    return {
        "virtualNetworkGateway1": {"id": checks.reference(body, "virtualNetworkGateway1", OWNER)},
        "localNetworkGateway2": {"id": checks.reference(body, "localNetworkGateway2", OWNER)},
        "connectionType": kind,
        "connectionProtocol": checks.choice(body, "connectionProtocol", PROTOCOLS, "IKEv2"),
        "connectionMode": checks.choice(body, "connectionMode", MODES, "Default"),
        "routingWeight": checks.between(body, "routingWeight", 0, 32000, 0),
        "dpdTimeoutSeconds": checks.between(body, "dpdTimeoutSeconds", 9, 3600, 45),
        **{name: checks.value(body, name, bool, default=False) for name in FLAGS},
        "ipsecPolicies": policies(body),
        "trafficSelectorPolicies": traffic_selectors(body),
        "gatewayCustomBgpIpAddresses": custom_bgp(body, "gatewayCustomBgpIpAddresses"),
        **_optional(body),
    }


def _kind(body: Json) -> str:
    """Return the type of the connection, of which the lab has one."""
    checks.required(body, "connectionType", str, "", OWNER)
    kind = checks.choice(body, "connectionType", TYPES, "")
    if kind != "IPsec":
        raise bad_request("ConnectionTypeNotSupported", f"This lab has no {kind} connections.")
    for name, member in OF_OTHER_KINDS.items():
        checks.check_type(body, name, member)
    return kind


def _optional(body: Json) -> Json:
    """Return the members that a GET shows only where they were written."""
    members = {
        "ingressNatRules": nat_rules(body, "ingressNatRules"),
        "egressNatRules": nat_rules(body, "egressNatRules"),
        "tunnelProperties": _tunnel_properties(body),
        "authenticationType": checks.choice(body, "authenticationType", ("", *AUTHENTICATIONS), ""),
        "certificateAuthentication": _certificates(body),
    }
    return {name: found for name, found in members.items() if found}


def traffic_selectors(body: Json) -> list[Json]:
    """Return the selectors, each with prefixes on both sides."""
    name = "trafficSelectorPolicies"
    entries = checks.objects(body, name, SELECTORS)
    for entry in entries:
        for side in SELECTORS:
            checks.required(entry, side, list, [], name)
            for prefix in checks.texts(entry, side):
                checks.prefix(prefix, side)
    return entries


def nat_rules(body: Json, name: str) -> list[Json]:
    """Return references to NAT rules; which ones there are is the gateway's to say."""
    entries = checks.objects(body, name, ("id",))
    for entry in entries:
        checks.required(entry, "id", str, "", name)
    return entries


def _tunnel_properties(body: Json) -> list[Json]:
    """Return the addresses of the tunnels of a high-bandwidth gateway."""
    name, members = "tunnelProperties", ("tunnelIpAddress", "bgpPeeringAddress")
    entries = checks.objects(body, name, members)
    for entry in entries:
        for member in members:
            if entry.get(member) is not None:
                checks.address(checks.value(entry, member, str, ""), member)
    return entries


def _certificates(body: Json) -> Json:
    """Return the certificates; they are refused where the key authenticates [unconfirmed]."""
    found = checks.value(body, "certificateAuthentication", dict, {})
    checks.known_members(found, CERTIFICATE_MEMBERS, "CertificateAuthentication")
    checks.value(found, "outboundAuthCertificate", str, "")
    checks.value(found, "inboundAuthCertificateSubjectName", str, "")
    checks.texts(found, "inboundAuthCertificateChain")
    by_certificate = checks.choice(body, "authenticationType", AUTHENTICATIONS, "PSK") != "PSK"
    if bool(found) != by_certificate:
        raise checks.malformed(
            "'certificateAuthentication' goes with the authentication type 'Certificate'."
        )
    return found


def custom_bgp(body: Json, name: str) -> list[Json]:
    """Return the chosen speakers; which ones there are is the gateway's to say."""
    entries = checks.objects(body, name, ("ipConfigurationId", "customBgpIpAddress"))
    for entry in entries:
        checks.required(entry, "ipConfigurationId", str, "", name)
        checks.address(checks.required(entry, "customBgpIpAddress", str, "", name), name)
    return entries
