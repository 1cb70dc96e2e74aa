"""What Azure accepts of a connection and its local network gateway together, on one gateway."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import product

from lab.azure.errors import ArmError, Json, bad_request
from lab.azure.gateway import Gateway
from lab.azure.store import same

# Site-to-site connections by SKU, whatever its generation; each counts once, also where an
# active-active gateway makes two tunnels of it.
CONNECTIONS = {"Basic": 10, "VpnGw1": 30, "VpnGw2": 30, "VpnGw3": 30}
MOST_CONNECTIONS = 100
NAT_MODES = {"ingressNatRules": "IngressSnat", "egressNatRules": "EgressSnat"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A connection's properties joined with those of its far end."""

    connection_id: str
    local_id: str
    connection: Json
    local: Json


def check_link(gateway: Gateway, link: Link) -> None:
    """Refuse a link that cannot stand on this gateway, beside its other ones."""
    _check_bgp(gateway, link)
    _check_speakers(gateway, link)
    _check_nat_rules(gateway, link)
    others = [one for one in _links(gateway) if not same(one.connection_id, link.connection_id)]
    _check_sku(gateway, link, len(others))
    for other in others:
        _check_pair(link, other)


def _links(gateway: Gateway) -> Iterable[Link]:
    for connection in gateway.connections():
        local = gateway.store.find(connection.properties["localNetworkGateway2"]["id"])
        if local is not None:
            yield Link(
                connection_id=connection.id,
                local_id=local.id,
                connection=connection.properties,
                local=local.properties,
            )


def _check_bgp(gateway: Gateway, link: Link) -> None:
    """BGP needs settings at the far end, another ASN, and an address outside the network."""
    if not link.connection["enableBgp"]:
        return
    settings = link.local.get("bgpSettings")
    if settings is None:
        raise bad_request(
            "BgpSettingsNotSpecified",  # code unconfirmed
            f"BGP is enabled on {link.connection_id}, and {link.local_id} has no BGP settings.",
        )
    if settings["asn"] == gateway.fact.asn:
        raise bad_request(
            "GatewaysCannotHaveSameAsn",  # code unconfirmed
            f"{gateway.id} and {link.local_id} have the same ASN {gateway.fact.asn}.",
        )
    peer = IPv4Address(settings["bgpPeeringAddress"])
    if any(peer in prefix for prefix in gateway.fact.prefixes):
        raise bad_request(
            "BgpPeeringAddressInVirtualNetwork",  # code unconfirmed
            f"BGP peering address {peer} of {link.local_id} lies in the virtual network.",
        )
    if any(peer in (one.speaker, *one.custom_speakers) for one in gateway.fact.instances):
        raise bad_request(
            "BgpPeeringAddressOverlapsGateway",  # code unconfirmed
            f"BGP peering address {peer} of {link.local_id} is the gateway's own.",
        )


def _check_sku(gateway: Gateway, link: Link, others: int) -> None:
    """Refuse what the gateway's SKU does not have (table of VPN gateway SKUs)."""
    sku = gateway.fact.sku
    if others >= CONNECTIONS.get(sku.removesuffix("AZ"), MOST_CONNECTIONS):
        raise bad_request(
            "VpnGatewayConnectionLimitReached",  # code unconfirmed
            f"{gateway.id} of SKU {sku} has no room for another connection than its {others}.",
        )
    if sku == "Basic" and (link.connection["enableBgp"] or link.connection["ipsecPolicies"]):
        raise bad_request(
            "VpnGatewaySkuNotSupported",  # code unconfirmed
            f"{gateway.id} of SKU Basic has neither BGP nor custom IPsec policies.",
        )


def _check_nat_rules(gateway: Gateway, link: Link) -> None:
    """Refuse NAT rules that the gateway does not have, or has for the other direction."""
    for member, mode in NAT_MODES.items():
        for rule in link.connection.get(member, ()):
            if gateway.nat_mode(rule["id"]) != mode:
                raise bad_request(
                    "InvalidResourceReference",
                    f"Resource {rule['id']} referenced by resource {link.connection_id} is no "
                    f"{mode} rule of {gateway.id}.",
                )


def _check_speakers(gateway: Gateway, link: Link) -> None:
    """Refuse custom speakers without BGP, unknown ones, or not one for every instance."""
    chosen = link.connection["gatewayCustomBgpIpAddresses"]
    if not chosen:
        return
    if not link.connection["enableBgp"]:
        raise _speaker_error(f"BGP is not enabled on {link.connection_id}.")
    instances = [gateway.instance_of(entry["ipConfigurationId"]) for entry in chosen]
    if sorted(-1 if one is None else one for one in instances) != list(
        range(len(gateway.fact.instances))
    ):
        raise _speaker_error("Give one address for each IP configuration of the gateway.")
    for entry in chosen:
        _check_speaker(gateway, entry)


def _check_speaker(gateway: Gateway, entry: Json) -> None:
    instance = gateway.instance_of(entry["ipConfigurationId"])
    address = IPv4Address(entry["customBgpIpAddress"])
    if instance is None or address not in gateway.fact.instances[instance].custom_speakers:
        raise _speaker_error(f"{address} is no custom BGP address of {entry['ipConfigurationId']}.")


def _speaker_error(message: str) -> ArmError:
    return bad_request("GatewayCustomBgpIpAddressInvalid", message)  # code unconfirmed


def _check_pair(link: Link, other: Link) -> None:
    """Far ends of one gateway have public and BGP addresses and prefixes of their own.

    The rule is documented (highly available connectivity); only the code for prefixes is
    confirmed, the other two are made in its likeness.
    """
    public = link.local.get("gatewayIpAddress")
    if public is not None and public == other.local.get("gatewayIpAddress"):
        raise bad_request(
            "ConnectionDuplicateGatewayIpAddress",
            f"{link.local_id} and {other.local_id} have the same gateway IP address {public}.",
        )
    peer = _peer(link)
    if peer is not None and peer == _peer(other):
        raise bad_request(
            "ConnectionDuplicateBgpPeeringAddress",
            f"{link.local_id} and {other.local_id} have the same BGP peering address {peer}.",
        )
    if any(one.overlaps(two) for one, two in product(_prefixes(link), _prefixes(other))):
        raise bad_request(
            "ConnectionOverlappingAddressSpaces",
            f"The address spaces of {link.local_id} and {other.local_id} overlap.",
        )


def _peer(link: Link) -> str | None:
    if not link.connection["enableBgp"] or "bgpSettings" not in link.local:
        return None
    return str(link.local["bgpSettings"]["bgpPeeringAddress"])


def _prefixes(link: Link) -> list[IPv4Network]:
    return [IPv4Network(p) for p in link.local["localNetworkAddressSpace"]["addressPrefixes"]]
