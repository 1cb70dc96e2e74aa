"""VPN sites: up to four links, each with an address and a BGP peer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.network.models import TagsObject

from lab.certificates import Certificates
from lab.tests.azure.simulated import Body, Site
from lab.tests.azure.virtual_wan import (
    GROUP,
    connection_body,
    create_connection,
    create_site,
    link_body,
    site_body,
    virtual_wan,
)

PATH = "vpnSites/branch"


@pytest.fixture
def site(tmp_path: Path, certificates: Certificates) -> Iterator[Site]:
    with virtual_wan(tmp_path, certificates) as site:
        yield site


def test_a_site_has_four_links_that_are_read_by_themselves(site: Site) -> None:
    create_site(site, *(link_body(number) for number in (1, 2, 3, 4)))
    client = site.client()

    names = [one.name for one in client.vpn_site_links.list_by_vpn_site(GROUP, "branch")]
    link: Any = client.vpn_site_links.get(GROUP, "branch", "TWO").as_dict()

    assert names == ["one", "two", "three", "four"]
    assert link["id"] == site.id_of("vpnSites/branch/vpnSiteLinks/two")
    assert link["properties"] == {
        "provisioningState": "Succeeded",
        "ipAddress": "198.51.100.2",
        "linkProperties": {"linkProviderName": "provider", "linkSpeedInMbps": 1000},
        "bgpProperties": {"asn": 64900, "bgpPeeringAddress": "172.16.2.4"},
    }
    with pytest.raises(ResourceNotFoundError):
        client.vpn_site_links.get(GROUP, "branch", "five")


def test_a_put_replaces_the_whole_site(site: Site) -> None:
    create_site(site, link_body(1), link_body(2), addressSpace={"addressPrefixes": ["10.9.0.0/16"]})

    status, answer = site.put(PATH, site_body(site, link_body(2)))

    assert (status, answer["properties"]["provisioningState"]) == (200, "Updating")
    assert [one["name"] for one in answer["properties"]["vpnSiteLinks"]] == ["two"]
    assert answer["properties"]["addressSpace"] == {"addressPrefixes": []}


def test_tags_are_patched_at_once(site: Site) -> None:
    create_site(site)
    sites = site.client().vpn_sites
    before = sites.get(GROUP, "branch").etag

    patched: Any = sites.update_tags(GROUP, "branch", TagsObject(tags={"a": "b"}))

    assert (patched.tags, patched.properties.provisioning_state) == ({"a": "b"}, "Succeeded")
    assert patched.etag != before


def test_another_version_is_refused(site: Site) -> None:
    create_site(site)

    status, answer = site.put(PATH, site_body(site), **{"If-Match": 'W/"old"'})

    assert (status, answer["error"]["code"]) == (412, "PreconditionFailed")


def test_a_site_goes_unless_a_connection_leads_to_it(site: Site) -> None:
    create_site(site)
    create_connection(site)
    client = site.client()

    with pytest.raises(HttpResponseError) as refused:
        client.vpn_sites.begin_delete(GROUP, "branch")
    client.vpn_connections.begin_delete(GROUP, "hub-scus-vpn", "c1").result()
    client.vpn_sites.begin_delete(GROUP, "branch").result()

    assert refused.value.error is not None
    assert refused.value.error.code == "InUseVpnSiteCannotBeDeleted"
    assert list(client.vpn_sites.list_by_resource_group(GROUP)) == []
    client.vpn_sites.begin_delete(GROUP, "branch").result()  # what is not there is gone


def test_a_link_in_use_stays(site: Site) -> None:
    create_site(site, link_body(1), link_body(2))
    create_connection(site)

    status, answer = site.put(PATH, site_body(site, link_body(2)))

    assert (status, answer["error"]["code"]) == (400, "InvalidResourceReference")


def test_a_write_waits_for_one_on_its_connection(site: Site) -> None:
    create_site(site)
    site.freeze()
    site.put("vpnGateways/hub-scus-vpn/vpnConnections/c1", connection_body(site))

    status, answer = site.put(PATH, site_body(site))

    assert (status, answer["error"]["code"]) == (409, "AnotherOperationInProgress")


def test_of_an_address_and_a_name_the_address_is_kept(site: Site) -> None:
    both = link_body(1, fqdn="branch.example.com")
    named = link_body(2, fqdn="branch.example.com", ipAddress="")

    _, answer = site.put(PATH, site_body(site, both, named))

    first, second = (one["properties"] for one in answer["properties"]["vpnSiteLinks"])
    assert ("fqdn" in first, first["ipAddress"]) == (False, "198.51.100.1")
    assert ("ipAddress" in second, second["fqdn"]) == (False, "branch.example.com")


def asn(number: int) -> Body:
    return {"asn": number, "bgpPeeringAddress": "172.16.1.4"}


@pytest.mark.parametrize(
    ("links", "code"),
    [
        ([link_body(number) for number in (1, 2, 3, 4, 5)], "VpnSiteLinkCountInvalid"),
        ([link_body(1), link_body(1)], "VpnSiteLinkNameDuplicate"),
        ([link_body(1, ipAddress="")], "InvalidRequestFormat"),
        ([link_body(1, ipAddress="198.51.100.300")], "InvalidRequestFormat"),
        ([link_body(1, fqdn="no name")], "InvalidRequestFormat"),
        ([link_body(1, bgpProperties=asn(65515))], "VpnSiteLinkAsnNotAllowed"),
        ([link_body(1, bgpProperties=asn(0))], "VpnSiteLinkAsnNotAllowed"),
        ([link_body(1, bgpProperties={"asn": 64900})], "InvalidRequestFormat"),
        ([link_body(1, ipAddress="172.16.1.4")], "VpnSiteLinkBgpPeeringAddressInvalid"),
        ([link_body(1, surprise=1)], "InvalidRequestContent"),
        ([{"name": "-", "properties": {}}], "InvalidResourceName"),
    ],
)
def test_what_azure_does_not_take_is_refused(site: Site, links: list[Body], code: str) -> None:
    status, answer = site.put(PATH, site_body(site, *links))

    assert (status, answer["error"]["code"]) == (400, code)


def test_a_site_needs_a_virtual_wan_that_there_is(site: Site) -> None:
    wan = {"id": site.id_of("virtualWans/none")}

    status, answer = site.put(PATH, site_body(site, virtualWan=wan))

    assert (status, answer["error"]["code"]) == (400, "InvalidResourceReference")
