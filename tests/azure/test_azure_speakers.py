"""A connection's APIPA addresses: each is named with the IP configuration that has it."""

from dataclasses import replace
from ipaddress import IPv4Address

import azure_builders as build
import pytest

from fvrf.azure.az import az_commands
from fvrf.azure.fields import differences
from fvrf.azure.resources import Desired, Json, desired
from fvrf.azure.speakers import located

CHOSEN = (IPv4Address("169.254.21.1"), IPv4Address("169.254.21.5"))
SCOPE = f"/subscriptions/{build.SUBSCRIPTION}/resourceGroups/{build.GROUP}/providers"
CONFIGURATION = f"{SCOPE}/Microsoft.Network/virtualNetworkGateways/azure-vng/ipConfigurations/"
FIELD = "gatewayCustomBgpIpAddresses"


def wanted(*speakers: IPv4Address) -> Desired:
    one = replace(build.ONE, speakers=speakers or build.ONE.speakers, custom_speakers=speakers)
    return desired(build.plan(one))


def gateway() -> Json:
    instances = [
        {
            "ipconfigurationId": f"{CONFIGURATION}{name}",
            "customBgpIpAddresses": [str(address), str(address + 64)],
        }
        for name, address in zip(("first", "second"), CHOSEN, strict=True)
    ]
    return build.gateway_body(bgpSettings={"asn": 65515, "bgpPeeringAddresses": instances})


def entries(speakers: Desired) -> list[Json]:
    (pair,) = speakers.pairs
    body = pair.connection.body(None, location=build.LOCATION)
    found: list[Json] = body["properties"][FIELD]
    return found


def test_each_chosen_address_comes_with_its_ip_configuration() -> None:
    assert entries(located(wanted(*CHOSEN), gateway())) == [
        {"customBgpIpAddress": "169.254.21.1", "ipConfigurationId": f"{CONFIGURATION}first"},
        {"customBgpIpAddress": "169.254.21.5", "ipConfigurationId": f"{CONFIGURATION}second"},
    ]


def test_a_connection_by_default_addresses_has_none_chosen() -> None:
    assert entries(located(wanted(), gateway())) == []


def test_nothing_is_said_of_it_where_the_gateway_has_no_such_addresses() -> None:
    (pair,) = desired(build.plan(build.ONE)).pairs

    assert FIELD not in pair.connection.declared


SHOWN: list[tuple[list[Json] | None, list[str]]] = [
    (
        [
            {"ipConfigurationId": f"{CONFIGURATION}SECOND", "customBgpIpAddress": "169.254.21.5"},
            {"ipConfigurationId": f"{CONFIGURATION}first", "customBgpIpAddress": "169.254.21.1"},
        ],
        [],
    ),
    (
        [
            {"ipConfigurationId": f"{CONFIGURATION}first", "customBgpIpAddress": "169.254.21.65"},
            {"ipConfigurationId": f"{CONFIGURATION}second", "customBgpIpAddress": "169.254.21.5"},
        ],
        [f"{FIELD}: found 169.254.21.65, 169.254.21.5, wanted 169.254.21.1, 169.254.21.5"],
    ),
    (None, [f"{FIELD}: found none, wanted 169.254.21.1, 169.254.21.5"]),
]


@pytest.mark.parametrize(("shown", "changes"), SHOWN)
def test_they_are_compared_in_any_order_and_any_case(
    shown: list[Json] | None, changes: list[str]
) -> None:
    (pair,) = located(wanted(*CHOSEN), gateway()).pairs
    found = build.built(pair.connection, **{FIELD: shown})

    assert [str(change) for change in differences(pair.connection, found)] == changes


def test_addresses_that_nobody_wants_any_more_are_a_difference() -> None:
    (pair,) = located(wanted(), gateway()).pairs
    found = build.built(pair.connection, **{FIELD: SHOWN[0][0]})

    assert [str(change) for change in differences(pair.connection, found)] == [
        f"{FIELD}: found 169.254.21.5, 169.254.21.1, wanted none"
    ]


def test_the_script_asks_the_gateway_which_configuration_has_each() -> None:
    one = replace(build.ONE, speakers=CHOSEN, custom_speakers=CHOSEN)
    script = az_commands(build.plan(one))

    assert "[?contains(customBgpIpAddresses, '\"'\"'169.254.21.1'\"'\"')]" in script
    assert (
        '\\"ipConfigurationId\\":\\"$SPEAKER_1\\",\\"customBgpIpAddress\\":\\"169.254.21.5\\"'
        in script
    )
