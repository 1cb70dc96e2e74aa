"""The routers' tunnels to a hub's VPN gateway: both instances, BGP, APIPA, what the hub learns."""

from collections import Counter
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from lab.azure.calls import Call
from lab.azure.routes import find
from lab.network.negotiation import azure_end
from lab.network.views import UplinkFact
from lab.tests.network.hub_lab import GATEWAY, ROUTER, Hub
from lab.tests.network.test_private_ends import END
from lab.world import ExpressRouteFact

SITE = "172.16.0.0/16"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    hub = Hub(tmp_path)
    hub.connect()
    return hub


def test_four_links_bring_up_a_tunnel_to_either_instance(hub: Hub) -> None:
    assert (len(hub.tunnels()), hub.sessions()) == (8, 8)
    assert hub.states() == ["Connected"] * 4


def test_the_hub_learns_the_sites_prefixes(hub: Hub) -> None:
    assert hub.hub_routes() == {
        "10.1.0.0/16": ("Virtual Network Connection", ""),
        "10.2.0.0/16": ("Virtual Network Connection", ""),
        "10.3.0.0/16": ("Virtual Network Connection", ""),
        "172.16.0.0/16": ("VPN_S2S_Gateway", "64900"),
    }


def test_the_router_learns_the_hub_and_its_networks_over_all_tunnels(hub: Hub) -> None:
    ways = Counter(
        str(route.prefix)
        for route in hub.network.routes(ROUTER, "INSIDE")
        if route.source == "bgp"
        for _ in route.paths
    )

    prefixes = ("10.0.254.0/23", "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16")
    assert ways == dict.fromkeys(prefixes, 8)


def test_a_hub_speaks_from_a_custom_address_only_where_it_is_named(tmp_path: Path) -> None:
    hub = Hub(tmp_path)
    hub.connect(vpnGatewayCustomBgpAddresses=[])

    assert (len(hub.tunnels()), hub.sessions()) == (8, 4)


def test_another_key_keeps_a_link_down(hub: Hub) -> None:
    path = f"vpnGateways/{GATEWAY}/vpnConnections/branch1/vpnLinkConnections/link10"
    hub.ask("PUT", f"{path}/sharedKeys/default", {"properties": {"sharedKey": "other"}})
    hub.parts.clock.advance(120)

    assert hub.states() == ["NotConnected", "Connected", "Connected", "Connected"]
    assert len(hub.tunnels()) == 6


def test_a_reset_of_a_link_takes_it_down_and_it_comes_again(hub: Hub) -> None:
    path = f"vpnGateways/{GATEWAY}/vpnConnections/branch1/vpnLinkConnections/link10"
    whole = hub.id_of(f"{path}/resetconnection")
    route, names = find("POST", whole)
    call = Call(method="POST", base="https://lab", path=whole, names=names)
    route.handler(hub.parts.azure, call)
    during = len(hub.tunnels())
    hub.parts.clock.advance(60)

    assert (during, len(hub.tunnels())) == (6, 8)


def test_what_is_deleted_goes_from_the_hubs_routes(hub: Hub) -> None:
    hub.ask("DELETE", f"vpnGateways/{GATEWAY}/vpnConnections/branch1")

    assert (hub.tunnels(), SITE in hub.hub_routes()) == (set(), False)


def test_one_instance_away_leaves_the_other_half(hub: Hub) -> None:
    gateway = hub.parts.azure.hubs[GATEWAY]
    gateway.restarting.add(1)
    hub.parts.azure.changed()
    hub.parts.clock.advance(120)

    assert {one.removeprefix("Tunnel") for one in hub.tunnels()} == {"10", "11", "20", "21"}
    assert hub.states() == ["Connected"] * 4


def test_a_static_prefix_of_a_site_is_the_hubs_without_bgp(tmp_path: Path) -> None:
    hub = Hub(tmp_path)
    hub.connect(enableBgp=False, vpnGatewayCustomBgpAddresses=[])
    site = hub.ask("GET", "vpnSites/branch1")
    space = {"addressPrefixes": [SITE]}
    body = {**site, "properties": {**site["properties"], "addressSpace": space}}
    hub.ask("PUT", "vpnSites/branch1", body)

    assert hub.hub_routes()[SITE] == ("VPN_S2S_Gateway", "")


def test_a_link_over_expressroute_ends_at_the_private_address(tmp_path: Path) -> None:
    hub = Hub(tmp_path)
    gateway = hub.parts.azure.hubs[GATEWAY]
    own, peer = "10.200.9.4", IPv4Address("10.200.9.4")
    express = ExpressRouteFact(prefixes=(IPv4Network("10.200.9.0/24"),))
    gateway.fact = replace(gateway.fact, expressroute=express)
    link = {"name": "peering", "properties": {"ipAddress": own}}
    wan = {"id": hub.id_of("virtualWans/wan")}
    site = {"virtualWan": wan, "vpnSiteLinks": [link]}
    hub.ask("PUT", "vpnSites/branch1", {"location": "southcentralus", "properties": site})
    reference = {"id": hub.id_of("vpnSites/branch1/vpnSiteLinks/peering")}
    written = {"vpnSiteLink": reference, "useLocalAzureIpAddress": True}
    hub.ask(
        "PUT",
        f"vpnGateways/{GATEWAY}/vpnConnections/branch1",
        {
            "properties": {
                "remoteVpnSite": {"id": hub.id_of("vpnSites/branch1")},
                "vpnLinkConnections": [{"name": "peering", "properties": written}],
            }
        },
    )
    uplink = UplinkFact(address=peer, next_hop=peer + 1, public=peer, expressroute=True)
    end = replace(END, local=peer, destination=IPv4Address("10.0.254.4"))

    found = azure_end(end, uplink, [gateway.view()])

    assert (found.instance, found.connection.id.rsplit("/", 1)[-1]) == (0, "peering")
