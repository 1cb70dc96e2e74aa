"""The world of a virtual WAN behind real HTTPS, and bodies that it accepts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from azure.mgmt.network.models import VpnConnection, VpnSite

from lab.certificates import Certificates
from lab.tests.azure.simulated import Body, Site, running
from lab.world import DEFAULT_WORLD, ExpressRouteFact, World, load_world

WORLD = DEFAULT_WORLD.parent / "vwan"
GROUP, GATEWAY, HUB = "vpn-vwan", "hub-scus-vpn", "hub-scus"
CONNECTION = f"vpnGateways/{GATEWAY}/vpnConnections/c1"
LINK = f"{CONNECTION}/vpnLinkConnections/one"
KEY = f"{LINK}/sharedKeys/default"
APIPA = ("169.254.21.1", "169.254.21.5")


@contextmanager
def virtual_wan(
    folder: Path, certificates: Certificates, expressroute: ExpressRouteFact | None = None
) -> Iterator[Site]:
    """Run the subscription of the virtual WAN, with ExpressRoute if it is given."""
    with running(folder, certificates, world(expressroute)) as site:
        yield site


def world(expressroute: ExpressRouteFact | None = None) -> World:
    """Return the world of the virtual WAN."""
    found = load_world(WORLD)
    hub = replace(found.hubs[GATEWAY], expressroute=expressroute or ExpressRouteFact())
    return replace(found, hubs={GATEWAY: hub})


def link_body(number: int = 1, **properties: object) -> Body:
    """Return a link of a VPN site, its addresses told apart by a number."""
    return {
        "name": ("none", "one", "two", "three", "four", "five")[number],
        "properties": {
            "ipAddress": f"198.51.100.{number}",
            "linkProperties": {"linkProviderName": "provider", "linkSpeedInMbps": 1000},
            "bgpProperties": {"asn": 64900, "bgpPeeringAddress": f"172.16.{number}.4"},
            **properties,
        },
    }


def site_body(site: Site, *links: Body, **properties: object) -> Body:
    """Return a VPN site that Azure accepts, of one link unless others are given."""
    return {
        "location": "southcentralus",
        "tags": {"owner": "test"},
        "properties": {
            "virtualWan": {"id": site.id_of("virtualWans/wan")},
            "vpnSiteLinks": list(links) or [link_body()],
            **properties,
        },
    }


def connection_link(site: Site, name: str = "one", /, **properties: object) -> Body:
    """Return a link connection to the link of the same name of the site `branch`."""
    return {
        "name": name,
        "properties": {
            "vpnSiteLink": {"id": site.id_of(f"vpnSites/branch/vpnSiteLinks/{name}")},
            "enableBgp": True,
            **properties,
        },
    }


def connection_body(site: Site, *links: Body, **properties: object) -> Body:
    """Return a connection to the site `branch`, of one link unless others are given."""
    return {
        "properties": {
            "remoteVpnSite": {"id": site.id_of("vpnSites/branch")},
            "vpnLinkConnections": list(links) or [connection_link(site)],
            **properties,
        }
    }


def chosen(*addresses: str) -> list[Body]:
    """Return the choice of a custom speaker for each instance in turn."""
    return [
        {"ipConfigurationId": f"Instance{index}", "customBgpIpAddress": address}
        for index, address in enumerate(addresses)
    ]


def create_site(site: Site, *links: Body, name: str = "branch", **properties: object) -> None:
    """Create a VPN site through the SDK and wait for it."""
    body: Any = VpnSite(site_body(site, *links, **properties))
    site.client().vpn_sites.begin_create_or_update(GROUP, name, body).result()


def create_connection(site: Site, *links: Body, name: str = "c1", **properties: object) -> None:
    """Create a connection through the SDK and wait for it."""
    body: Any = VpnConnection(connection_body(site, *links, **properties))
    connections = site.client().vpn_connections
    connections.begin_create_or_update(GROUP, GATEWAY, name, body).result()
