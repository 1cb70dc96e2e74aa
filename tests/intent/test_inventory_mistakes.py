"""What does not go together between hosts is found before any connection is opened."""

from typing import Any

import pytest
from inventories import GONE, changed, gateway, hosts, problems_of, router

OUT1 = "data outside OUT1 connections 0"

# What is changed, and the lines that say so, after `hosts.yaml: `.
CASES: list[tuple[list[tuple[str, Any]], list[str]]] = [
    (
        [(f"r1 {OUT1} gateway", "gw9")],
        [("r1: data.outside.OUT1.connections[0].gateway: no such gateway host (value: gw9)"
         " -> one of gw, gw2")],
    ),
    (
        [("r1 data asn", 64999), ("gw data asn", 64999)],
        ["r1: data.asn: is gw's own; eBGP needs two (value: 64999)"],
    ),
    (
        [("r2 data uplinks GigabitEthernet1 public_address", "198.51.100.3")],
        [("r2: data.outside.OUT1.connections[0].uplink: public address is used toward gw by"
         " r1 outside.OUT2.connections[0].uplink already (value: 198.51.100.3)")],
    ),
    (
        [(f"r2 {OUT1} bgp_address", "172.16.1.4")],
        [("r2: data.outside.OUT1.connections[0].bgp_address: BGP address is used toward gw by"
         " r1 outside.OUT2.connections[0].uplink already (value: 172.16.1.4)")],
    ),
    (
        [(f"r2 {OUT1} bgp_address", "10.1.7.7")],
        [("r2: data.outside.OUT1.connections[0].bgp_address: the BGP address lies in gw's own"
         " 10.1.0.0/16: Azure refuses it (value: 10.1.7.7)")],
    ),
    # Azure's names: unique in a resource group, whichever gateway, whatever the case
    (
        [(f"r2 {OUT1} azure", {"connection": "c2_out2", "local_network_gateway": "L"})],
        [("r2: data.outside.OUT2.connections[0].azure.connection: connection name is used toward gw"
         " by r2 outside.OUT1.connections[0].azure.connection already (value: C2_OUT2)")],
    ),
    (
        [(f"r2 {OUT1} gateway", "gw2"),
         (f"r2 {OUT1} azure", {"connection": "C", "local_network_gateway": "L2_OUT2"})],
        [("r2: data.outside.OUT2.connections[0].azure.local_network_gateway: local network gateway"
         " name is used toward gw by"
         " r2 outside.OUT1.connections[0].azure.local_network_gateway already (value: L2_OUT2)")],
    ),
    (
        [(f"r2 {OUT1} azure", {"connection": "FVRF-R1-1", "local_network_gateway": "L"})],
        [("r2: data.outside.OUT1.connections[0].azure.connection: connection name is used toward gw"
         " by r1 outside.OUT2.connections[0].tunnel already (value: FVRF-R1-1)")],
    ),
    # Gateways
    (
        [("gw data identity", {"kind": "client_secret", "secret": "file:s"})],
        ["gw: data.identity.tenant: is required for kind client_secret",
         "gw: data.identity.client: is required for kind client_secret"],
    ),
    (
        [("gw data identity", {"kind": "cli", "secret": "file:s"})],
        ["gw: data.identity.secret: belongs to kind client_secret -> remove it"],
    ),
    (
        [("gw2 data name", "GW"), ("gw2 data resource_group", "VPN")],
        ["gw2: data.name: gw is the same Azure gateway (value: GW)"],
    ),
    (
        [("gw2 data instances 0 public_address", "192.0.2.1")],
        ["gw2: data.instances[0].public_address: is gw's already (value: 192.0.2.1)"],
    ),
    (
        [("g-w", {"groups": ["gateway"], "data": gateway(3)}),
         ("G_W", {"groups": ["gateway"], "data": gateway(4) | {"name": "other"}})],
        ["G_W: its name is too like g-w: their IKEv2 peers would be one"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "lines"), CASES)
def test_a_contradiction_between_hosts_is_named_with_its_path_and_reason(
    changes: list[tuple[str, Any]], lines: list[str]
) -> None:
    assert problems_of(changed(hosts(), *changes)) == [f"hosts.yaml: {line}" for line in lines]


def test_a_gateway_that_does_not_parse_is_not_called_missing() -> None:
    tree = changed(hosts(), ("gw data asn", GONE))

    assert problems_of(tree) == ["hosts.yaml: gw: data.asn: is required"]


def test_names_may_be_equal_in_different_resource_groups() -> None:
    names = {"connection": "C2_OUT2", "local_network_gateway": "L2_OUT2"}
    tree = changed(
        hosts(),
        (f"r2 {OUT1} gateway", "gw2"),
        ("gw2 data resource_group", "vpn-two"),
        (f"r2 {OUT1} azure", names),
    )

    assert problems_of(tree) == []


def test_the_same_addresses_may_serve_two_gateways() -> None:
    data = router(3)
    for outside in data["outside"].values():
        own = outside["connections"][0]
        outside["connections"].append(own | {"gateway": "gw2", "tunnel": own["tunnel"] + 50})
    data["outside"]["OUT1"]["connections"][1]["bgp_address"] = "192.168.255.33"
    tree = hosts() | {"r3": {"groups": ["csr"], "data": data}}

    assert problems_of(tree) == []
