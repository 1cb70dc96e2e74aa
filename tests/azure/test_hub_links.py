"""Links and link connections as entries of what they stand in: pure."""

import hub_builders as hub

from fvrf.azure.gateway import gateway_conflicts
from fvrf.azure.links import (
    link_connection,
    site_link,
    with_link_connection,
    with_site_link,
    without,
)
from fvrf.azure.resources import Json, desired
from tasks.azure.rest import Ref

PAIR, OTHER = desired(hub.plan()).pairs
SITE_ID = PAIR.local_gateway.id.rpartition("/vpnSiteLinks/")[0]
CONNECTION_ID = PAIR.connection.id.rpartition("/vpnLinkConnections/")[0]
WAN_ID = SITE_ID.replace(f"vpnSites/{hub.SITE}", "virtualWans/wan")


def site() -> Json:
    link = PAIR.local_gateway.body(None, location="southcentralus")
    sent = with_site_link(None, "link-one", link, WAN_ID)
    sent["properties"]["provisioningState"] = "Succeeded"
    return {**sent, "id": SITE_ID, "name": hub.SITE, "etag": "one"}


def connection() -> Json:
    link = PAIR.connection.body(None, location="southcentralus")
    sent = with_link_connection(None, "link-one", link)
    (entry,) = sent["properties"]["vpnLinkConnections"]
    entry["properties"] |= {"sharedKey": "NotForAnyone", "connectionStatus": "Connected"}
    return {**sent, "id": CONNECTION_ID, "name": hub.SITE, "etag": "one"}


def test_a_first_link_makes_the_site_of_the_wan_with_tags_and_no_address_space() -> None:
    sent = with_site_link(
        None, "link-one", PAIR.local_gateway.body(None, location="southcentralus"), WAN_ID
    )

    assert sent == {
        "location": "southcentralus",
        "tags": dict(PAIR.local_gateway.tags),
        "properties": {
            "virtualWan": {"id": WAN_ID},
            "addressSpace": {"addressPrefixes": []},
            "vpnSiteLinks": [
                {
                    "name": "link-one",
                    "properties": {
                        "ipAddress": "198.51.100.2",
                        "bgpProperties": {"asn": 64900, "bgpPeeringAddress": "10.200.1.1"},
                    },
                }
            ],
        },
    }


def test_another_link_leaves_the_rest_of_the_site_as_it_is() -> None:
    before = site()
    before["properties"]["deviceProperties"] = {"deviceVendor": "Cisco"}
    link = OTHER.local_gateway.body(None, location="southcentralus")

    sent = with_site_link(before, "link-two", link, "")

    names = [entry["name"] for entry in sent["properties"]["vpnSiteLinks"]]
    assert names == ["link-one", "link-two"]
    assert sent["properties"]["deviceProperties"] == {"deviceVendor": "Cisco"}
    assert "provisioningState" not in sent["properties"]
    assert "etag" not in sent


def test_what_is_sent_of_other_links_holds_no_key_and_no_state() -> None:
    link = OTHER.connection.body(None, location="southcentralus")

    sent = with_link_connection(connection(), "link-two", link)

    assert sent["properties"]["remoteVpnSite"] == {"id": SITE_ID}
    assert "NotForAnyone" not in str(sent)
    assert "connectionStatus" not in str(sent)


def test_what_is_shown_of_a_link_connection_has_its_sites_tags_and_no_key() -> None:
    shown = link_connection(connection(), "LINK-ONE", {"owner": "us"})

    assert shown is not None
    assert shown["id"] == PAIR.connection.id
    assert shown["tags"] == {"owner": "us"}
    assert shown["properties"]["connectionStatus"] == "Connected"
    assert "NotForAnyone" not in str(shown)


def test_a_link_that_is_not_there_is_none() -> None:
    assert site_link(site(), "link-two") is None


def test_the_last_entry_goes_with_the_whole() -> None:
    link = OTHER.local_gateway.body(None, location="southcentralus")
    both = with_site_link(site(), "link-two", link, "")

    rest = without(both, "vpnSiteLinks", "link-one")

    assert rest is not None
    assert [entry["name"] for entry in rest["properties"]["vpnSiteLinks"]] == ["link-two"]
    assert without(site(), "vpnSiteLinks", "Link-One") is None


def test_an_id_is_read_with_both_words_that_azure_has_for_a_link_connection() -> None:
    other = PAIR.connection.id.replace("vpnLinkConnections", "VpnSiteLinkConnections")

    assert Ref.of(other) == Ref.of(PAIR.connection.id)
    assert Ref.of(PAIR.connection.id).parents == (hub.GATEWAY, hub.SITE)


def test_a_hub_of_another_size_is_a_conflict() -> None:
    body: Json = {
        "properties": {
            "vpnGatewayScaleUnit": 2,
            "bgpSettings": {
                "asn": 65515,
                "bgpPeeringAddresses": [
                    {
                        "ipconfigurationId": f"Instance{k}",
                        "defaultBgpIpAddresses": [str(hub.DEFAULT[k])],
                        "customBgpIpAddresses": [str(hub.APIPA[k]), str(hub.OTHERS[k])],
                        "tunnelIpAddresses": [str(hub.PUBLIC[k]), f"10.0.254.{k + 4}"],
                    }
                    for k in range(2)
                ],
            },
        }
    }

    (conflict,) = gateway_conflicts(hub.plan(), body)

    assert (conflict.subject, conflict.expected, conflict.actual) == ("scale units", "10", "2")
    assert gateway_conflicts(hub.plan(scale_units=None), body) == ()
