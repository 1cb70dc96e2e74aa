"""Every mistake in a single field is one line: file, host, path, reason, value, remedy."""

import pytest
from inventories import GONE, Tree, changed, hosts, problems_of

IPV6 = "IPv6 is not supported: the tunnels and their BGP sessions are IPv4 only"
NOT_A_REFERENCE = (
    "not a reference: write env:NAME, file:NAME, keyvault:VAULT/NAME, keyvault:VAULT/NAME@VERSION"
    " or command:PROGRAM ARGUMENT ..., never the secret itself"
)
UPLINK = "r1 data uplinks GigabitEthernet2"
INSIDE = "r1 data inside IN"
CONNECTION = "r1 data outside OUT1 connections 0"

# What is changed, to what, and the line that says so, after `hosts.yaml: `.
CASES = [
    ("r1 data asn", GONE, "r1: data.asn: is required"),
    (f"{CONNECTION} key", GONE, "r1: data.outside.OUT1.connections[0].key: is required"),
    ("gw data asn", GONE, "gw: data.asn: is required"),
    (
        "r1 data ans",
        64513,
        "r1: data.ans: unknown key -> remove it or correct its spelling",
    ),
    (
        f"{UPLINK} frontdoor",
        "OUT2",
        (
            "r1: data.uplinks.GigabitEthernet2.frontdoor: unknown key"
            " -> remove it or correct its spelling"
        ),
    ),
    (
        "r1 data pacing",
        {"kind": "fast"},
        "r1: data.pacing.kind: Input should be 'block' or 'line' (value: fast)",
    ),
    (
        "r1 data pacing",
        {"lines": 51},
        "r1: data.pacing.lines: Input should be less than or equal to 50 (value: 51)",
    ),
    # Wrong types
    (
        "r1 data asn",
        "64513",
        "r1: data.asn: Input should be a valid integer (value: 64513)",
    ),
    (
        f"{CONNECTION} tunnel",
        True,
        (
            "r1: data.outside.OUT1.connections[0].tunnel: Input should be a valid integer"
            " (value: True)"
        ),
    ),
    (
        "r1 data site",
        False,
        "r1: data.site: Input should be a valid string (value: False) -> put it in quotes",
    ),
    (
        f"{UPLINK} managed",
        "no",
        "r1: data.uplinks.GigabitEthernet2.managed: Input should be a valid boolean (value: no)",
    ),
    ("r1 data uplinks", ["a"], "r1: data.uplinks: must be a mapping"),
    ("r1 data outside OUT1", "IN", "r1: data.outside.OUT1: must be a mapping"),
    ("r1 data outside OUT1 connections", {}, "r1: data.outside.OUT1.connections: must be a list"),
    (
        "r1 data inside",
        {},
        "r1: data.inside: must not be empty",
    ),
    # Addresses
    (
        f"{UPLINK} next_hop",
        "2001:db8::1",
        f"r1: data.uplinks.GigabitEthernet2.next_hop: {IPV6} (value: 2001:db8::1)",
    ),
    (
        f"{UPLINK} address",
        "2001:db8::4/64",
        f"r1: data.uplinks.GigabitEthernet2.address: {IPV6} (value: 2001:db8::4/64)",
    ),
    ("gw data prefixes 0", "2001:db8::/56", f"gw: data.prefixes[0]: {IPV6} (value: 2001:db8::/56)"),
    (
        f"{UPLINK} next_hop",
        "172.16.1.256",
        (
            "r1: data.uplinks.GigabitEthernet2.next_hop: Input is not a valid IPv4 address"
            " (value: 172.16.1.256)"
        ),
    ),
    (
        f"{UPLINK} next_hop",
        172.16,
        (
            "r1: data.uplinks.GigabitEthernet2.next_hop: not an address: write all four parts,"
            " as in 172.16.1.4 (value: 172.16)"
        ),
    ),
    (
        f"{UPLINK} public_address",
        "224.0.0.1",
        (
            "r1: data.uplinks.GigabitEthernet2.public_address: not an address that a host can have"
            " (value: 224.0.0.1)"
        ),
    ),
    (
        f"{UPLINK} address",
        "172.16.1.4",
        (
            "r1: data.uplinks.GigabitEthernet2.address: write it with its prefix length,"
            " as in 172.16.1.4/24 (value: 172.16.1.4)"
        ),
    ),
    (
        f"{UPLINK} address",
        "172.16.1.0/24",
        (
            "r1: data.uplinks.GigabitEthernet2.address: the network's own or its broadcast address"
            " in 172.16.1.0/24 (value: 172.16.1.0/24)"
        ),
    ),
    (
        f"{INSIDE} prefixes",
        {"172.16.2.0/16": "172.16.2.1"},
        (
            "r1: data.inside.IN.prefixes.172.16.2.0/16: an address within a network: the network"
            " itself is 172.16.0.0/16 (value: 172.16.2.0/16)"
        ),
    ),
    (
        f"{INSIDE} prefixes",
        {"0.0.0.0/0": "172.16.2.1"},
        (
            "r1: data.inside.IN.prefixes.0.0.0.0/0: the default route and host routes are not"
            " announced to other sites (value: 0.0.0.0/0)"
        ),
    ),
    (
        f"{INSIDE} prefixes",
        {"172.16.9.9/32": "172.16.2.1"},
        (
            "r1: data.inside.IN.prefixes.172.16.9.9/32: the default route and host routes are not"
            " announced to other sites (value: 172.16.9.9/32)"
        ),
    ),
    (
        f"{INSIDE} prefixes",
        {"224.0.0.0/8": "172.16.2.1"},
        (
            "r1: data.inside.IN.prefixes.224.0.0.0/8: not a network that hosts can be in"
            " (value: 224.0.0.0/8)"
        ),
    ),
    # Numbers and names
    (
        "r1 data asn",
        65515,
        "r1: data.asn: AS 65515 is reserved by Azure; take one of 64512-65514 (value: 65515)",
    ),
    (
        "r1 data asn",
        64500,
        "r1: data.asn: AS 64500 is reserved by IANA; take one of 64512-65514 (value: 64500)",
    ),
    (
        f"{CONNECTION} tunnel",
        100,
        (
            "r1: data.outside.OUT1.connections[0].tunnel: Input should be less than or equal to 99"
            " (value: 100)"
        ),
    ),
    (
        f"{INSIDE} id",
        0,
        "r1: data.inside.IN.id: Input should be greater than or equal to 1 (value: 0)",
    ),
    (
        f"{INSIDE} interface",
        "Gi3",
        (
            "r1: data.inside.IN.interface: not a physical interface, nor a subinterface: write its"
            " whole name, as in GigabitEthernet2 or GigabitEthernet2.100 (value: Gi3)"
        ),
    ),
    (
        "r1 data crypto",
        "strong",
        (
            "r1: data.crypto: no such crypto policy; there are article-legacy, azure-default,"
            " cbc256-sha256, gcm128, gcm256, gcm256-group14 (value: strong)"
        ),
    ),
    (
        "r1 data naming",
        "mine",
        "r1: data.naming: Input should be 'fvrf' or 'article' (value: mine)",
    ),
    (
        "r1 data outside OUT1 inside",
        "global",
        (
            "r1: data.outside.OUT1.inside: not a VRF name: up to 32 letters, digits, dots, dashes"
            " and underscores (value: global)"
        ),
    ),
    (
        "gw data instances",
        [{"public_address": "192.0.2.1", "speakers": []}],
        "gw: data.instances[0].speakers: must not be empty",
    ),
    (
        "gw platform",
        "cisco_asa",
        (
            "gw: platform: neither a router nor a gateway (value: cisco_asa)"
            " -> one of azure_vpn_gateway, azure_vwan_gateway, cisco_ios, cisco_xe"
        ),
    ),
    # Secrets
    (
        f"{CONNECTION} key",
        "azure123",
        f"r1: data.outside.OUT1.connections[0].key: {NOT_A_REFERENCE}",
    ),
    (
        f"{CONNECTION} key",
        123456,
        f"r1: data.outside.OUT1.connections[0].key: {NOT_A_REFERENCE}",
    ),
    (
        "gw data identity",
        {"kind": "client_secret", "tenant": "t", "client": "c", "secret": "azure123"},
        f"gw: data.identity.secret: {NOT_A_REFERENCE}",
    ),
    (
        "r1 data password",
        "azure123",
        "r1: data.password: unknown key -> remove it or correct its spelling",
    ),
    (
        f"{CONNECTION}",
        "key=azure123",
        "r1: data.outside.OUT1.connections[0]: must be a mapping",
    ),
    (
        f"{CONNECTION} bgp_address",
        ["azure123"],
        (
            "r1: data.outside.OUT1.connections[0].bgp_address: Input is not a valid IPv4 address"
            " (value: a list)"
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "line"), CASES)
def test_a_wrong_field_is_named_with_its_path_and_reason(
    path: str, value: object, line: str
) -> None:
    assert problems_of(changed(hosts(), (path, value))) == [f"hosts.yaml: {line}"]


@pytest.mark.parametrize(("path", "value", "_"), CASES)
def test_a_secret_in_clear_is_never_shown(path: str, value: object, _: str) -> None:
    assert "azure123" not in "".join(problems_of(changed(hosts(), (path, value))))


@pytest.mark.parametrize("name", ["../r1", "r 1", "-r1", "r" * 64, "r/1"])
def test_a_host_name_must_fit_into_every_name_made_of_it(name: str) -> None:
    tree: Tree = {name: hosts()["r1"], "gw": hosts()["gw"]}

    assert problems_of(tree) == [
        (
            f"hosts.yaml: {name}: not a host name: up to 63 letters, digits, dots, dashes and"
            " underscores"
        )
    ]


def test_a_mistake_in_a_group_names_the_group_file() -> None:
    tree = changed(
        hosts(),
        ("r1 data asn", 65515),
        ("r1 data site", "-"),
        ("r1 origin", {"asn": "groups.yaml", "site": "defaults.yaml"}),
    )

    assert [line.split(": data")[0] for line in problems_of(tree)] == [
        "defaults.yaml: r1",
        "groups.yaml: r1",
    ]


def test_every_mistake_of_every_host_is_reported_at_once() -> None:
    tree = changed(
        hosts(),
        ("r1 data asn", GONE),
        ("r1 data uplinks GigabitEthernet2 next_hop", "::1"),
        ("r2 data outside OUT2 connections 0 gateway", "gw9"),
        ("gw data prefixes", []),
    )

    assert [line.split(": ")[1:3] for line in problems_of(tree)] == [
        ["r1", "data.asn"],
        ["r1", "data.uplinks.GigabitEthernet2.next_hop"],
        ["gw", "data.prefixes"],
        ["r2", "data.outside.OUT2.connections[0].gateway"],
    ]


def test_the_sound_inventory_has_no_problem() -> None:
    assert problems_of(hosts()) == []
