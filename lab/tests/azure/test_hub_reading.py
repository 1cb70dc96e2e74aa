"""What stands of a virtual WAN: it is read, asked for its routes, and reset."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.network.models import EffectiveRoutesParameters

from lab.azure.end import NOWHERE
from lab.azure.owners import owners
from lab.certificates import Certificates
from lab.network.results import HubRoute
from lab.tests.azure.simulated import Site
from lab.tests.azure.virtual_wan import (
    CONNECTION,
    GATEWAY,
    GROUP,
    HUB,
    create_connection,
    create_site,
    virtual_wan,
)
from lab.tests.azure.wire import Wire
from lab.world import ExpressRouteFact

BRANCH, OTHER = IPv4Network("172.16.0.0/16"), IPv4Network("172.21.0.0/16")


@pytest.fixture
def site(tmp_path: Path, certificates: Certificates) -> Iterator[Site]:
    with virtual_wan(tmp_path, certificates) as site:
        yield site


def routes(site: Site, kind: str | None = None, resource: str = "") -> list[tuple[str, str, str]]:
    """Return prefix, next hop and AS path of each effective route, next hops by their names."""
    body: Any = None
    if kind is not None:
        body = EffectiveRoutesParameters(
            {"virtualWanResourceType": kind, "resourceId": site.id_of(resource)}
        )
    hubs = site.client().virtual_hubs
    found: Any = hubs.begin_get_effective_virtual_hub_routes(GROUP, HUB, body).result()
    return [
        (one.address_prefixes[0], one.next_hops[0].rsplit("/", 1)[-1], one.as_path)
        for one in found.value
    ]


def test_a_virtual_wan_names_its_hubs_and_sites(site: Site) -> None:
    create_site(site)

    (wan,) = site.client().virtual_wans.list_by_resource_group(GROUP)

    found: Any = wan.properties
    assert [one.id for one in found.virtual_hubs] == [site.id_of(f"virtualHubs/{HUB}")]
    assert [one.id for one in found.vpn_sites] == [site.id_of("vpnSites/branch")]


def test_a_hub_names_its_gateway(site: Site) -> None:
    found: Any = site.client().virtual_hubs.get(GROUP, HUB).properties

    assert found.vpn_gateway.id == site.id_of(f"vpnGateways/{GATEWAY}")
    assert (found.address_prefix, found.virtual_router_asn) == ("10.0.254.0/23", 65515)


def test_a_gateway_shows_both_instances(site: Site) -> None:
    (found,) = site.client().vpn_gateways.list_by_resource_group(GROUP)

    shown: Any = found.as_dict()["properties"]
    assert (shown["vpnGatewayScaleUnit"], shown["bgpSettings"]["asn"]) == (10, 65515)
    assert shown["bgpSettings"]["bgpPeeringAddresses"][1] == {
        "ipconfigurationId": "Instance1",
        "defaultBgpIpAddresses": ["10.0.255.5"],
        "customBgpIpAddresses": ["169.254.21.5", "169.254.22.5"],
        "tunnelIpAddresses": ["192.0.2.5", "10.0.254.5"],
    }


def test_what_is_not_there_is_not_found(site: Site) -> None:
    client = site.client()

    for ask in (client.virtual_wans.get, client.virtual_hubs.get, client.vpn_gateways.get):
        with pytest.raises(ResourceNotFoundError):
            ask(GROUP, "none")


def test_the_networks_of_a_hub_are_found_from_their_connections(site: Site) -> None:
    client = site.client()

    found: Any = client.hub_virtual_network_connections.list(GROUP, HUB)
    ids = {one.name: one.properties.remote_virtual_network.id for one in found}
    network: Any = client.virtual_networks.get(GROUP, ids["spoke-two"].rsplit("/", 1)[-1])

    assert list(ids) == ["spoke-one", "spoke-two"]
    assert network.properties.address_space.address_prefixes == ["10.2.0.0/16", "10.3.0.0/16"]
    with pytest.raises(ResourceNotFoundError):
        client.hub_virtual_network_connections.get(GROUP, HUB, "none")


def test_effective_routes_are_of_networks_and_of_the_gateway(site: Site) -> None:
    site.network.hub = (
        HubRoute(prefix=BRANCH, as_path=(64900, 64900)),
        HubRoute(prefix=OTHER, as_path=()),
    )

    found = routes(site, "RouteTable", f"virtualHubs/{HUB}/hubRouteTables/defaultRouteTable")

    assert found == [
        ("10.1.0.0/16", "spoke-one", ""),
        ("10.2.0.0/16", "spoke-two", ""),
        ("10.3.0.0/16", "spoke-two", ""),
        ("172.16.0.0/16", GATEWAY, "64900-64900"),
        ("172.21.0.0/16", GATEWAY, ""),
    ]
    assert routes(site) == found


def test_a_connection_has_the_routes_of_its_table(site: Site) -> None:
    create_site(site)
    create_connection(site)

    assert routes(site, "VpnConnection", CONNECTION) == routes(site)


@pytest.mark.parametrize(
    ("kind", "resource"),
    [
        ("RouteTable", "virtualHubs/hub-scus/hubRouteTables/none"),
        ("VpnConnection", CONNECTION),
        ("ExpressRouteConnection", "expressRouteGateways/er/expressRouteConnections/c"),
        ("Table", "virtualHubs/hub-scus/hubRouteTables/defaultRouteTable"),
    ],
)
def test_routes_of_what_a_hub_does_not_have_are_refused(
    site: Site, kind: str, resource: str
) -> None:
    with pytest.raises(HttpResponseError) as refused:
        routes(site, kind, resource)

    assert refused.value.status_code == 400


def test_expressroute_comes_first_for_an_equal_prefix(
    tmp_path: Path, certificates: Certificates
) -> None:
    with virtual_wan(tmp_path, certificates, ExpressRouteFact(prefixes=(BRANCH,))) as site:
        site.network.hub = (HubRoute(prefix=BRANCH, as_path=(64900,)),)

        found = [row for row in routes(site) if row[0] == str(BRANCH)]
        hub: Any = site.client().virtual_hubs.get(GROUP, HUB).properties

    assert found == [("172.16.0.0/16", "hub-scus-er", "12076-12076")]
    assert hub.express_route_gateway.id.endswith("/expressRouteGateways/hub-scus-er")


@pytest.mark.parametrize(
    ("query", "away"), [("", [True, True]), ("&ipConfigurationId=Instance1", [False, True])]
)
def test_a_reset_restarts_an_instance(site: Site, query: str, away: list[bool]) -> None:
    site.freeze()
    gateway = site.azure.hubs[GATEWAY]

    answer = Wire(site)("POST", f"vpnGateways/{GATEWAY}/reset", None, query)
    during = [one.public_address == NOWHERE for one in gateway.view().instances]
    site.advance(60)

    assert (answer.status, during, gateway.state) == (202, away, "Succeeded")
    assert all(one.public_address != NOWHERE for one in gateway.view().instances)


def test_a_reset_names_an_instance_that_there_is(site: Site) -> None:
    answer = Wire(site)(
        "POST", f"vpnGateways/{GATEWAY}/reset", None, "&ipConfigurationId=Instance2"
    )

    assert (answer.status, answer.code) == (400, "InvalidIpConfigurationId")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (CONNECTION, ""),
        (f"{CONNECTION}/vpnLinkConnections/one", ""),
        ("vpnSites/branch", ""),
        ("vpnSites/new", "/vpnGateways/hub-scus-vpn"),
    ],
)
def test_a_path_tells_whose_hub_it_is(site: Site, path: str, text: str) -> None:
    create_site(site)
    create_connection(site)

    assert owners(site.azure, site.id_of(path), text) == {GATEWAY}
