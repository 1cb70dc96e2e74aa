"""What Azure accepts as a local network gateway."""

import re

from lab.azure import checks
from lab.azure.errors import Json, bad_request

TYPE = "Microsoft.Network/localNetworkGateways"
OWNER = "LocalNetworkGateway"
MEMBERS = ("gatewayIpAddress", "fqdn", "localNetworkAddressSpace", "bgpSettings")
SPACE_MEMBERS = ("addressPrefixes", "ipamPoolPrefixAllocations")
FQDN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)
BGP_MEMBERS = ("asn", "bgpPeeringAddress", "peerWeight", "bgpPeeringAddresses")

# Reserved by Azure and by IANA: VPN gateway FAQ, "Can I use any ASN?".
RESERVED_ASNS = (
    frozenset({8074, 8075, 12076, 23456, 4294967295})
    | frozenset({65515, *range(65517, 65521)})
    | frozenset(range(64496, 64512))
    | frozenset(range(65535, 65552))
)
LARGEST_ASN = 4294967295
UNUSABLE_PEER = "255.255.255.255"


def local_properties(document: Json, resource_id: str) -> Json:
    """Return the properties that a PUT writes, with defaults; ArmError where refused."""
    body = checks.required(document, "properties", dict, {}, OWNER)
    checks.known_members(body, MEMBERS, OWNER)
    properties = _address(body)
    space = checks.value(body, "localNetworkAddressSpace", dict, {})
    checks.known_members(space, SPACE_MEMBERS, "AddressSpace")
    prefixes = checks.texts(space, "addressPrefixes")
    written = [str(checks.prefix(one, "addressPrefixes")) for one in prefixes]
    properties["localNetworkAddressSpace"] = {"addressPrefixes": written}
    if body.get("bgpSettings") is not None:
        settings = checks.value(body, "bgpSettings", dict, {})
        properties["bgpSettings"] = _bgp(settings, properties, resource_id)
    return properties


def _address(body: Json) -> Json:
    """Return the far end: an address, or a name (which the lab's network cannot resolve)."""
    fqdn = checks.value(body, "fqdn", str, "")
    text = checks.value(body, "gatewayIpAddress", str, "")
    if bool(fqdn) == bool(text):
        raise checks.malformed(f"{OWNER}: give 'gatewayIpAddress' or 'fqdn', one of them.")
    if fqdn:
        if not FQDN.fullmatch(fqdn):
            raise checks.malformed(f"'{fqdn}' of 'fqdn' is no name of a host.")
        return {"fqdn": fqdn}
    address = checks.address(text, "gatewayIpAddress")
    if address.is_multicast or address.is_loopback or address.is_unspecified:
        raise checks.malformed(f"'{address}' of 'gatewayIpAddress' is no address of a host.")
    return {"gatewayIpAddress": str(address)}


def _bgp(settings: Json, properties: Json, resource_id: str) -> Json:
    checks.known_members(settings, BGP_MEMBERS, "BgpSettings")
    asn = checks.required(settings, "asn", int, 0, "bgpSettings")
    _check_asn(asn, resource_id)
    text = checks.required(settings, "bgpPeeringAddress", str, "", "bgpSettings")
    peer = str(checks.address(text, "bgpPeeringAddress"))
    if peer == UNUSABLE_PEER:
        # azure-cli issue 7977 shows the refusal; the code is unconfirmed.
        raise checks.malformed(f"The BGP peer IP {peer} of {resource_id} is not valid.")
    if peer == properties.get("gatewayIpAddress"):
        # Documented as a rule; the code is unconfirmed.
        raise bad_request(
            "LocalNetworkGatewayBgpPeeringAddressInvalid",
            f"The BGP peering address {peer} of {resource_id} must differ from its gateway IP.",
        )
    weight = checks.between(settings, "peerWeight", 0, 100, 0)
    return {"asn": asn, "bgpPeeringAddress": peer, "peerWeight": weight}


def _check_asn(asn: int, resource_id: str) -> None:
    if asn == 0:
        text = f"The local network gateway {resource_id} cannot have an ASN of zero"
        raise bad_request("LocalNetworkGatewayAsnCannotBeZero", text)  # code unconfirmed
    if not 0 < asn <= LARGEST_ASN or asn in RESERVED_ASNS:
        text = f"The ASN {asn} of local network gateway {resource_id} is reserved or out of range."
        raise bad_request("LocalNetworkGatewayAsnNotAllowed", text)  # code unconfirmed
