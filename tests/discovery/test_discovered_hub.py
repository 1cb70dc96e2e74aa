"""A virtual WAN's hub, from what Azure says of its VPN gateway and of its routes."""

from fvrf.azure.resources import Json
from fvrf.discovery.gateway import differences
from fvrf.discovery.hub import hub_data
from fvrf.intent.load import HostSource, place_of
from fvrf.intent.model import HubGateway, HubPlace

PLACE = {"subscription": "11111111-2222-3333-4444-555555555555", "resource_group": "vpn"}


def body() -> Json:
    return {
        "properties": {
            "vpnGatewayScaleUnit": 2,
            "bgpSettings": {
                "asn": 65515,
                "bgpPeeringAddresses": [
                    {
                        "ipconfigurationId": f"Instance{k}",
                        "defaultBgpIpAddresses": [f"10.0.255.{k + 4}"],
                        "customBgpIpAddresses": [f"169.254.21.{4 * k + 1}"],
                        "tunnelIpAddresses": [f"192.0.2.{k + 4}", f"10.0.254.{k + 4}"],
                    }
                    for k in range(2)
                ],
            },
        }
    }


def row(prefix: str, hop: str) -> Json:
    return {"addressPrefixes": [prefix], "nextHopType": hop}


ROUTES = {
    "value": [
        row("10.2.0.0/16", "Virtual Network Connection"),
        row("10.1.0.0/16", "Virtual Network Connection"),
        row("172.16.0.0/16", "VPN_S2S_Gateway"),
    ]
}


def test_a_hub_has_the_prefixes_of_its_networks_and_no_size_but_scale_units() -> None:
    found = hub_data(body(), ROUTES)

    assert found == {
        "asn": 65515,
        "scale_units": 2,
        "prefixes": ["10.1.0.0/16", "10.2.0.0/16"],
        "instances": [
            {
                "public_address": f"192.0.2.{k + 4}",
                "private_address": f"10.0.254.{k + 4}",
                "speakers": [f"10.0.255.{k + 4}", f"169.254.21.{4 * k + 1}"],
            }
            for k in range(2)
        ],
    }
    own = HubGateway.model_validate({**PLACE, **found})
    assert list(differences(own, found)) == []
    assert list(differences(own, hub_data(body(), {"value": None}))) == [
        "prefixes: the inventory has 10.1.0.0/16, 10.2.0.0/16, Azure "
    ]


def test_another_size_is_a_difference() -> None:
    found = hub_data(body(), ROUTES)
    own = HubGateway.model_validate({**PLACE, **found, "scale_units": 4})

    assert list(differences(own, found)) == ["scale_units: the inventory has 4, Azure 2"]


def test_a_hub_of_which_nothing_is_said_yet_is_known_for_one() -> None:
    source = HostSource(
        name="hub", platform="azure_vwan_gateway", data=PLACE, origin={}, file="hosts.yaml"
    )

    place, problems = place_of(source)

    assert (source.is_bare, problems) == (True, [])
    assert isinstance(place, HubPlace)
