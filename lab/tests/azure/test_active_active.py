"""A gateway of two instances with custom speakers."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from lab.certificates import Certificates
from lab.network.views import InstanceView
from lab.tests.azure.simulated import (
    GROUP,
    Body,
    Site,
    connection_body,
    create_connection,
    create_local,
    local_body,
    running,
)
from lab.world import InstanceFact, load_world

PUBLIC = ("192.0.2.4", "192.0.2.5")
SPEAKERS = ("10.0.255.4", "10.0.255.5")
CUSTOM = ("169.254.21.1", "169.254.21.5")


@pytest.fixture
def site(tmp_path: Path, certificates: Certificates) -> Iterator[Site]:
    instances = tuple(
        InstanceFact(
            public_address=IPv4Address(public),
            speaker=IPv4Address(speaker),
            custom_speakers=(IPv4Address(custom),),
            private_address=IPv4Address(speaker),
        )
        for public, speaker, custom in zip(PUBLIC, SPEAKERS, CUSTOM, strict=True)
    )
    world = load_world()
    gateway = replace(world.gateways["azure-vng"], instances=instances)
    world = replace(world, gateways={"azure-vng": gateway})
    with running(tmp_path, certificates, world) as site:
        yield site


def chosen(site: Site, *addresses: str) -> list[Body]:
    """Return the choice of a custom speaker for each instance in turn."""
    gateway = site.azure.gateways["azure-vng"]
    return [
        {"ipConfigurationId": gateway.ip_configuration_id(index), "customBgpIpAddress": address}
        for index, address in enumerate(addresses)
    ]


def test_both_instances_are_shown(site: Site) -> None:
    shown = site.client().virtual_network_gateways.get(GROUP, "azure-vng").as_dict()["properties"]

    settings = shown["bgpSettings"]
    assert (shown["activeActive"], settings["bgpPeeringAddress"]) == (True, "10.0.255.4,10.0.255.5")
    assert [one["customBgpIpAddresses"] for one in settings["bgpPeeringAddresses"]] == [
        [CUSTOM[0]],
        [CUSTOM[1]],
    ]
    assert site.azure.gateways["azure-vng"].view().instances == tuple(
        InstanceView(
            public_address=IPv4Address(public),
            speakers=(IPv4Address(speaker), IPv4Address(custom)),
            private_address=IPv4Address(speaker),
        )
        for public, speaker, custom in zip(PUBLIC, SPEAKERS, CUSTOM, strict=True)
    )


def test_private_addresses_are_shown_beside_the_public_ones(site: Site) -> None:
    shown = site.client().virtual_network_gateways.get(GROUP, "azure-vng").as_dict()["properties"]

    assert shown["enablePrivateIpAddress"] is True
    assert [one["properties"]["privateIPAddress"] for one in shown["ipConfigurations"]] == list(
        SPEAKERS
    )
    assert [one["tunnelIpAddresses"] for one in shown["bgpSettings"]["bgpPeeringAddresses"]] == [
        list(pair) for pair in zip(PUBLIC, SPEAKERS, strict=True)
    ]


def test_the_network_sees_the_speakers_that_were_chosen(site: Site) -> None:
    create_local(site, "one", local_body(peer="169.254.100.1"))
    create_connection(site, gatewayCustomBgpIpAddresses=chosen(site, *CUSTOM))

    (seen,) = site.azure.gateways["azure-vng"].view().connections

    assert seen.custom_bgp == {0: IPv4Address(CUSTOM[0]), 1: IPv4Address(CUSTOM[1])}


@pytest.mark.parametrize(
    ("addresses", "enable_bgp"),
    [
        (CUSTOM[:1], True),
        (CUSTOM[::-1], True),
        ((CUSTOM[0], "169.254.21.9"), True),
        (CUSTOM, False),
    ],
    ids=["one of two", "exchanged", "unknown", "without BGP"],
)
def test_a_choice_that_cannot_be_is_refused(
    site: Site,
    addresses: tuple[str, ...],
    enable_bgp: bool,  # noqa: FBT001 - a case
) -> None:
    create_local(site)
    entries = chosen(site, *addresses)
    body = connection_body(site, enableBgp=enable_bgp, gatewayCustomBgpIpAddresses=entries)

    status, answer = site.put("connections/c1", body)

    assert (status, answer["error"]["code"]) == (400, "GatewayCustomBgpIpAddressInvalid")
