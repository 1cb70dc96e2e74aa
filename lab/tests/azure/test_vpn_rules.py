"""What a hub's VPN gateway refuses of a connection, by itself and with its VPN site."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lab.azure.vwan import link_rules
from lab.certificates import Certificates
from lab.tests.azure.simulated import Body, Site, policy, running
from lab.tests.azure.virtual_wan import (
    APIPA,
    CONNECTION,
    GATEWAY,
    GROUP,
    chosen,
    connection_body,
    connection_link,
    create_connection,
    create_site,
    link_body,
    site_body,
    virtual_wan,
    world,
)

CUSTOM = "VpnGatewayCustomBgpAddressInvalid"


@pytest.fixture
def site(tmp_path: Path, certificates: Certificates) -> Iterator[Site]:
    with virtual_wan(tmp_path, certificates) as site:
        create_site(site, link_body(1), link_body(2))
        yield site


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"vpnGatewayCustomBgpAddresses": chosen(APIPA[0])}, CUSTOM),
        ({"vpnGatewayCustomBgpAddresses": chosen(*APIPA[::-1])}, CUSTOM),
        ({"vpnGatewayCustomBgpAddresses": chosen(*APIPA), "enableBgp": False}, CUSTOM),
        (
            {"vpnGatewayCustomBgpAddresses": chosen(*APIPA), "useLocalAzureIpAddress": True},
            CUSTOM,
        ),
        ({"vpnSiteLink": {"id": "/none"}}, "InvalidResourceReference"),
        ({"ipsecPolicies": [policy(), policy()]}, "VpnConnectionMoreThanOneIpsecPolicy"),
        ({"ipsecPolicies": [{}]}, "VpnIpsecPolicyPropertyMissing"),
        ({"sharedKey": "with-hyphen"}, "InvalidSharedKey"),
        ({"dpdTimeoutSeconds": 5}, "InvalidRequestFormat"),
        ({"vpnLinkConnectionMode": "Both"}, "InvalidRequestFormat"),
        ({"ingressNatRules": [{"id": "/none"}]}, "InvalidResourceReference"),
        ({"surprise": 1}, "InvalidRequestContent"),
    ],
)
def test_a_link_that_azure_does_not_take_is_refused(
    site: Site, properties: Body, code: str
) -> None:
    body = connection_body(site, connection_link(site, **properties))

    status, answer = site.put(CONNECTION, body)

    assert (status, answer["error"]["code"]) == (400, code)


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"vpnLinkConnections": []}, "VpnLinkConnectionCountInvalid"),
        ({"remoteVpnSite": {"id": "/none"}}, "InvalidResourceReference"),
        ({"remoteVpnSite": None}, "InvalidRequestFormat"),
        (
            {"routingConfiguration": {"associatedRouteTable": {"id": "/none"}}},
            "InvalidResourceReference",
        ),
        (
            {"routingConfiguration": {"inboundRouteMap": {"id": "/none"}}},
            "InvalidResourceReference",
        ),
    ],
)
def test_a_connection_that_azure_does_not_take_is_refused(
    site: Site, properties: Body, code: str
) -> None:
    status, answer = site.put(CONNECTION, connection_body(site, **properties))

    assert (status, answer["error"]["code"]) == (400, code)


def test_two_link_connections_lead_to_two_links(site: Site) -> None:
    one, other = connection_link(site, "one"), {**connection_link(site, "one"), "name": "other"}
    twice = site.put(CONNECTION, connection_body(site, one, one))[1]
    same_link = site.put(CONNECTION, connection_body(site, one, other))[1]

    assert twice["error"]["code"] == "VpnLinkConnectionNameDuplicate"
    assert same_link["error"]["code"] == "VpnSiteLinkUsedTwice"


def test_a_site_is_connected_once(site: Site) -> None:
    create_connection(site)

    body = connection_body(site, connection_link(site, "two"))
    status, answer = site.put(f"vpnGateways/{GATEWAY}/vpnConnections/c2", body)

    assert (status, answer["error"]["code"]) == (400, "VpnSiteAlreadyConnected")


@pytest.mark.parametrize(
    ("peer", "code"),
    [
        ("172.16.1.4", "VpnSiteLinkDuplicateBgpPeeringAddress"),
        ("10.0.255.9", "BgpPeeringAddressInVirtualHub"),
        ("10.1.0.4", "BgpPeeringAddressInVirtualHub"),
        ("169.254.21.1", "BgpPeeringAddressInVirtualHub"),
    ],
)
def test_a_bgp_peer_has_an_address_of_its_own(site: Site, peer: str, code: str) -> None:
    settings = {"asn": 64900, "bgpPeeringAddress": peer}
    create_site(site, link_body(1), link_body(2, bgpProperties=settings))

    body = connection_body(site, connection_link(site, "one"), connection_link(site, "two"))
    status, answer = site.put(CONNECTION, body)

    assert (status, answer["error"]["code"]) == (400, code)


def test_an_apipa_peer_is_none_over_expressroute(site: Site) -> None:
    settings = {"asn": 64900, "bgpPeeringAddress": "169.254.100.1"}
    create_site(site, link_body(1, bgpProperties=settings))

    body = connection_body(site, connection_link(site, useLocalAzureIpAddress=True))
    status, answer = site.put(CONNECTION, body)

    assert (status, answer["error"]["code"]) == (400, CUSTOM)


def test_bgp_needs_a_peer_at_the_other_end(site: Site) -> None:
    create_site(site, link_body(1, bgpProperties=None))

    status, answer = site.put(CONNECTION, connection_body(site))

    assert (status, answer["error"]["code"]) == (400, "BgpSettingsNotSpecified")


def test_a_site_cannot_become_what_its_connection_cannot_stand(site: Site) -> None:
    create_connection(site)

    body = site_body(site, link_body(1, bgpProperties=None))
    status, answer = site.put("vpnSites/branch", body)

    assert (status, answer["error"]["code"]) == (400, "BgpSettingsNotSpecified")


def test_what_is_fixed_at_creation_stays(site: Site) -> None:
    create_site(site, link_body(3), name="other")
    create_connection(site)
    other = {"remoteVpnSite": {"id": site.id_of("vpnSites/other")}}
    link = connection_link(site, "three")
    link["properties"]["vpnSiteLink"]["id"] = site.id_of("vpnSites/other/vpnSiteLinks/three")
    ikev1 = connection_link(site, vpnConnectionProtocolType="IKEv1")

    moved = site.put(CONNECTION, connection_body(site, link, **other))[1]
    changed = site.put(CONNECTION, connection_body(site, ikev1))[1]

    code = "VpnConnectionPropertyCannotBeChanged"
    assert (moved["error"]["code"], changed["error"]["code"]) == (code, code)


def test_a_hub_has_room_for_so_many_connections(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_rules, "MOST_CONNECTIONS", 0)

    status, answer = site.put(CONNECTION, connection_body(site))

    assert (status, answer["error"]["code"]) == (400, "VpnConnectionLimitReached")


def test_a_site_of_another_virtual_wan_is_not_connected(
    tmp_path: Path, certificates: Certificates
) -> None:
    two = replace(world(), virtual_wans={"wan": GROUP, "other": GROUP})
    with running(tmp_path, certificates, two) as site:
        create_site(site, virtualWan={"id": site.id_of("virtualWans/other")})

        status, answer = site.put(CONNECTION, connection_body(site))

    assert (status, answer["error"]["code"]) == (400, "VpnSiteNotInVirtualWan")
