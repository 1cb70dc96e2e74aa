"""What Azure accepts of a connection and its VPN site together, on one hub's VPN gateway."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from lab.azure.errors import ArmError, Json, bad_request
from lab.azure.store import same
from lab.azure.vwan.gateway import HubGateway, site_link, users_of

MOST_CONNECTIONS = 1000  # of a hub (Virtual WAN limits)
LINK_LOCAL = IPv4Network("169.254.0.0/16")


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A connection's properties and those of its site, each under its id."""

    connection_id: str
    connection: Json
    site_id: str
    site: Json

    def pairs(self) -> Iterator[tuple[Json, Json]]:
        """Yield each link connection, as its properties, with the link it leads to."""
        for one in self.connection["vpnLinkConnections"]:
            written = one["properties"]
            link_id = written["vpnSiteLink"]["id"]
            peer = site_link(self.site, link_id)
            if peer is None or not same(link_id.rsplit("/", 2)[0], self.site_id):
                raise bad_request(
                    "InvalidResourceReference",
                    f"Resource {link_id} referenced by resource {self.connection_id} was not found "
                    f"among the links of {self.site_id}.",
                )
            yield written, peer


def check(gateway: HubGateway, joined: Joined) -> None:
    """Refuse a connection that cannot stand on this gateway, beside its other ones."""
    _check_place(gateway, joined)
    for written, peer in joined.pairs():
        _check_bgp(gateway, joined, written, peer)
        _check_speakers(gateway, written, peer)
    _check_peers(gateway, joined)


def _check_place(gateway: HubGateway, joined: Joined) -> None:
    """Refuse one connection too many, another one to the site, two to a link, a foreign site."""
    others = [one for one in gateway.connections() if not same(one.id, joined.connection_id)]
    if len(others) >= MOST_CONNECTIONS:
        text = f"{gateway.id} has no room for another connection than its {len(others)}."
        raise bad_request("VpnConnectionLimitReached", text)  # code unconfirmed
    if not same(joined.site["virtualWan"]["id"], gateway.wan_id):
        text = f"{joined.site_id} is no site of the virtual WAN of {gateway.id}."
        raise bad_request("VpnSiteNotInVirtualWan", text)  # code unconfirmed
    for one in users_of(gateway.store, joined.site_id):
        if gateway.owns(one) and not same(one.id, joined.connection_id):
            # That a hub has one connection to a site is taken from the portal; code unconfirmed.
            text = f"{joined.site_id} is connected to {gateway.id} by {one.id} already."
            raise bad_request("VpnSiteAlreadyConnected", text)
    used = [written["vpnSiteLink"]["id"].casefold() for written, _ in joined.pairs()]
    if len(set(used)) < len(used):
        text = f"Two link connections of {joined.connection_id} lead to one link."
        raise bad_request("VpnSiteLinkUsedTwice", text)  # code unconfirmed


def _check_bgp(gateway: HubGateway, joined: Joined, written: Json, peer: Json) -> None:
    """BGP needs settings at the far end, and an address outside the hub and its networks."""
    if not written["enableBgp"]:
        return
    settings = peer.get("bgpProperties")
    if settings is None:
        raise bad_request(
            "BgpSettingsNotSpecified",  # code unconfirmed
            f"BGP is enabled on {joined.connection_id}, and its link has no BGP properties.",
        )
    address = IPv4Address(settings["bgpPeeringAddress"])
    speakers = {s for one in gateway.instances for s in (one.speaker, *one.custom_speakers)}
    if address in speakers or any(address in prefix for prefix in gateway.prefixes):
        raise bad_request(
            "BgpPeeringAddressInVirtualHub",  # code unconfirmed
            f"BGP peering address {address} of {joined.site_id} is one of {gateway.id} or lies in "
            "its virtual hub.",
        )
    if address in LINK_LOCAL and written["useLocalAzureIpAddress"]:
        raise _apipa_error(f"{address} is no BGP peering address over ExpressRoute.")


def _check_speakers(gateway: HubGateway, written: Json, peer: Json) -> None:
    """Refuse custom speakers without BGP, over ExpressRoute, unknown, or not one an instance.

    Over ExpressRoute the peer "can't be an APIPA address" ("ExpressRoute encryption: IPsec over
    ExpressRoute for Virtual WAN"); then there is no use for the gateway's either [unconfirmed].
    """
    chosen = written["vpnGatewayCustomBgpAddresses"]
    if not chosen:
        return
    if not written["enableBgp"] or "bgpProperties" not in peer:
        raise _apipa_error("BGP is not enabled on the link connection.")
    if written["useLocalAzureIpAddress"]:
        raise _apipa_error("There are no custom BGP addresses over ExpressRoute.")
    instances = [gateway.instance_of(entry["ipConfigurationId"]) for entry in chosen]
    if sorted(-1 if one is None else one for one in instances) != list(gateway.indexes):
        raise _apipa_error("Give one address for each instance of the gateway.")
    for index, entry in zip(instances, chosen, strict=True):
        address = IPv4Address(entry["customBgpIpAddress"])
        if index is None or address not in gateway.instances[index].custom_speakers:
            where = entry["ipConfigurationId"]
            raise _apipa_error(f"{address} is no custom BGP address of {where}.")


def _apipa_error(message: str) -> ArmError:
    return bad_request("VpnGatewayCustomBgpAddressInvalid", message)  # code unconfirmed


def _check_peers(gateway: HubGateway, joined: Joined) -> None:
    """Refuse a BGP address that two link connections of the gateway have.

    Two links with the same public address are accepted, as recorded; the network finds only the
    first of them.
    """
    own = [one for pair in joined.pairs() if (one := _peer(*pair))]
    for address in own:
        if own.count(address) > 1 or address in _other_peers(gateway, joined):
            raise bad_request(
                "VpnSiteLinkDuplicateBgpPeeringAddress",  # code unconfirmed
                f"Two link connections of {gateway.id} have the BGP peering address {address}.",
            )


def _other_peers(gateway: HubGateway, joined: Joined) -> set[str | None]:
    found = set()
    for link in gateway.links():
        site = gateway.store.find(link.connection.properties["remoteVpnSite"]["id"])
        if site is not None and not same(link.connection.id, joined.connection_id):
            peer = site_link(site.properties, link.properties["vpnSiteLink"]["id"])
            found.add(_peer(link.properties, peer or {}))
    return found


def _peer(written: Json, peer: Json) -> str | None:
    if not written["enableBgp"] or "bgpProperties" not in peer:
        return None
    return str(peer["bgpProperties"]["bgpPeeringAddress"])
