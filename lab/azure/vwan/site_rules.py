"""What Azure accepts as a VPN site: its links, each an address and a BGP peer of its own."""

from lab.azure import checks
from lab.azure.errors import Json, bad_request
from lab.azure.local_rules import FQDN, LARGEST_ASN, RESERVED_ASNS, UNUSABLE_PEER

TYPE = "Microsoft.Network/vpnSites"
OWNER = "VpnSite"
MOST_LINKS = 4  # "a VPN site can have up to four links" (Virtual WAN FAQ)
# Of sites without links, which came before them; this lab has links alone.
OF_OLD_SITES = ("ipAddress", "siteKey", "bgpProperties")
MEMBERS = (
    *OF_OLD_SITES,
    "virtualWan",
    "deviceProperties",
    "addressSpace",
    "isSecuritySite",
    "vpnSiteLinks",
    "o365Policy",
)
CATEGORIES = ("allow", "optimize", "default")


def site_properties(document: Json) -> Json:
    """Return the properties that a PUT writes, with defaults; ArmError where refused."""
    body = checks.required(document, "properties", dict, {}, OWNER)
    checks.known_members(body, MEMBERS, OWNER)
    for name in OF_OLD_SITES:
        if body.get(name):
            raise checks.malformed(f"'{name}' is of sites without links, which this lab lacks.")
    space = checks.value(body, "addressSpace", dict, {})
    checks.known_members(space, ("addressPrefixes", "ipamPoolPrefixAllocations"), "AddressSpace")
    prefixes = checks.texts(space, "addressPrefixes")
    written = [str(checks.prefix(one, "addressPrefixes")) for one in prefixes]
    return {
        "virtualWan": {"id": checks.reference(body, "virtualWan", OWNER)},
        "deviceProperties": _device(body),
        "addressSpace": {"addressPrefixes": written},
        "isSecuritySite": checks.value(body, "isSecuritySite", bool, default=False),
        "o365Policy": {"breakOutCategories": _categories(body)},
        "vpnSiteLinks": _links(body),
    }


def _device(body: Json) -> Json:
    device = checks.value(body, "deviceProperties", dict, {})
    words = ("deviceVendor", "deviceModel")
    checks.known_members(device, (*words, "linkSpeedInMbps"), "DeviceProperties")
    told = {name: checks.value(device, name, str, "") for name in words}
    speed = checks.value(device, "linkSpeedInMbps", int, 0)
    return {**{name: one for name, one in told.items() if one}, "linkSpeedInMbps": speed}


def _categories(body: Json) -> Json:
    policy = checks.value(body, "o365Policy", dict, {})
    checks.known_members(policy, ("breakOutCategories",), "O365PolicyProperties")
    found = checks.value(policy, "breakOutCategories", dict, {})
    checks.known_members(found, CATEGORIES, "O365BreakOutCategoryPolicies")
    return {name: checks.value(found, name, bool, default=False) for name in CATEGORIES}


def _links(body: Json) -> list[Json]:
    """Return the links: one to four, each with a name of its own."""
    entries = checks.objects(body, "vpnSiteLinks", ("name", "id", "etag", "type", "properties"))
    if not 1 <= len(entries) <= MOST_LINKS:
        raise bad_request(
            "VpnSiteLinkCountInvalid",  # code unconfirmed
            f"A VPN site has 1 to {MOST_LINKS} links, not {len(entries)}.",
        )
    links = [_link(one) for one in entries]
    if len({one["name"].casefold() for one in links}) < len(links):
        # Code unconfirmed.
        raise bad_request("VpnSiteLinkNameDuplicate", "The links of a VPN site differ in name.")
    return links


def _link(entry: Json) -> Json:
    name = checks.required(entry, "name", str, "", "VpnSiteLink")
    checks.resource_name(name)
    body = checks.required(entry, "properties", dict, {}, name)
    members = ("linkProperties", "ipAddress", "fqdn", "bgpProperties")
    checks.known_members(body, members, "VpnSiteLinkProperties")
    properties = {**_address(body, name), "linkProperties": _provider(body)}
    if body.get("bgpProperties") is not None:
        settings = checks.value(body, "bgpProperties", dict, {})
        properties["bgpProperties"] = _bgp(settings, properties.get("ipAddress"), name)
    return {"name": name, "properties": properties}


def _address(body: Json, name: str) -> Json:
    """Return the far end; of an address and a name the published example keeps the address.

    The lab's network cannot resolve a name.
    """
    text, fqdn = (checks.value(body, one, str, "") for one in ("ipAddress", "fqdn"))
    if not text and not fqdn:
        raise checks.malformed(f"Link {name}: give 'ipAddress' or 'fqdn'.")
    if fqdn and not FQDN.fullmatch(fqdn):
        raise checks.malformed(f"'{fqdn}' of 'fqdn' is no name of a host.")
    if not text:
        return {"fqdn": fqdn}
    address = checks.address(text, "ipAddress")
    if address.is_multicast or address.is_loopback or address.is_unspecified:
        raise checks.malformed(f"'{address}' of 'ipAddress' is no address of a host.")
    return {"ipAddress": str(address)}


def _provider(body: Json) -> Json:
    found = checks.value(body, "linkProperties", dict, {})
    checks.known_members(
        found, ("linkProviderName", "linkSpeedInMbps"), "VpnLinkProviderProperties"
    )
    return {
        "linkProviderName": checks.value(found, "linkProviderName", str, ""),
        "linkSpeedInMbps": checks.value(found, "linkSpeedInMbps", int, 0),
    }


def _bgp(settings: Json, address: str | None, name: str) -> Json:
    """Return the BGP peer; the reserved numbers are those of "Create a site-to-site connection"."""
    checks.known_members(settings, ("asn", "bgpPeeringAddress"), "VpnLinkBgpSettings")
    asn = checks.required(settings, "asn", int, 0, "bgpProperties")
    if not 0 < asn <= LARGEST_ASN or asn in RESERVED_ASNS:
        text = f"The ASN {asn} of VPN site link {name} is reserved or out of range."
        raise bad_request("VpnSiteLinkAsnNotAllowed", text)  # code unconfirmed
    text = checks.required(settings, "bgpPeeringAddress", str, "", "bgpProperties")
    peer = str(checks.address(text, "bgpPeeringAddress"))
    if peer in (UNUSABLE_PEER, address):
        text = f"The BGP peering address {peer} of VPN site link {name} is not valid."
        raise bad_request("VpnSiteLinkBgpPeeringAddressInvalid", text)  # code unconfirmed
    return {"asn": asn, "bgpPeeringAddress": peer}
