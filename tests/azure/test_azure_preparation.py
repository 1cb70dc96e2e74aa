"""What a gateway lacks and can be given: the one difference, and whose tunnels it may take down."""

from dataclasses import replace
from ipaddress import IPv4Address

import azure_builders as build
import pytest

from fvrf.azure.preparation import preparation
from fvrf.azure.resources import Json

PLAN = replace(build.plan(), custom_speakers=((),))
ONE, OTHER = IPv4Address("169.254.21.1"), IPv4Address("169.254.22.1")


def custom(body: Json) -> list[str]:
    (instance,) = body["properties"]["bgpSettings"]["bgpPeeringAddresses"]
    found: list[str] = instance["customBgpIpAddresses"]
    return found


def test_a_gateway_that_has_all_is_left_alone() -> None:
    assert preparation(PLAN, build.gateway_body()) is None


def test_speakers_that_it_lacks_are_the_one_difference() -> None:
    before = build.gateway_body()

    made = preparation(replace(PLAN, custom_speakers=((OTHER, ONE),)), before)

    assert made is not None
    assert custom(made.body) == ["169.254.21.1", "169.254.22.1"]
    assert made.body["properties"]["bgpSettings"]["asn"] == 65515
    assert custom(before) == []
    assert str(made) == (
        "azure-vng: x customBgpIpAddresses none -> 169.254.21.1, 169.254.22.1; takes Azure up to an"
        " hour, in which its tunnels may be down (sites: scus)"
    )


@pytest.mark.parametrize("enabled", [False, True])
def test_private_addresses_are_enabled_where_a_connection_leads_there(*, enabled: bool) -> None:
    plan = replace(build.plan(replace(build.ONE, private_peering=True)), custom_speakers=((),))

    made = preparation(plan, build.gateway_body(enablePrivateIpAddress=enabled))

    assert (made is None) == enabled
    if made is not None:
        assert made.body["properties"]["enablePrivateIpAddress"] is True
