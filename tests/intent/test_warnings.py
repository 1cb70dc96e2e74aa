"""What is legal and seldom meant is said in plain words, once for each thing."""

import pytest
from inventories import Tree, changed, hosts, intent_of, router

from fvrf.intent.warnings import warnings

WEAK = "crypto policy article-legacy is weak: 3DES, SHA-1 and DH group 2; no PFS."


def fleet(*routers: Tree) -> Tree:
    """Return the sound inventory's gateways with other routers in the scheme `fvrf`."""
    gateways = {name: host for name, host in hosts().items() if name.startswith("gw")}
    made = {f"r{n}": {"groups": ["csr"], "data": data} for n, data in enumerate(routers, 1)}
    return made | gateways


def said(tree: Tree) -> list[str]:
    return list(warnings(intent_of(tree)))


def prefixes(number: int, *networks: str, **other: object) -> Tree:
    data = router(number, **other)
    next_hop = f"172.{15 + number}.2.1"
    data["inside"]["IN"]["prefixes"] = dict.fromkeys(networks, next_hop)
    return data


def test_the_scheme_and_the_crypto_of_the_article_are_warned_of() -> None:
    first, second = said(hosts())

    assert first.startswith(f"r2: {WEAK}")
    assert second == "r2: one keyring for all connections: their keys cannot be rotated singly"


OWN = {
    "ike": {"encryption": "AES256", "integrity": "SHA256", "dh_group": "DHGroup2"},
    "esp": {"encryption": "AES256", "integrity": "SHA1", "pfs_group": "PFS2048"},
    "azure": "default",
}


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (
            {"azure": "default"},
            [
                "SHA-1 and DH group 2. Catalyst 8000V 17.11 and later refuses it",
                (
                    "r1: crypto policy own has PFS, and Azure by itself asks for none: a rekey that"
                    " Azure begins may fail"
                ),
            ],
        ),
        ({"azure": "custom"}, ["SHA-1 and DH group 2. Catalyst 8000V 17.11 and later refuses it"]),
        (
            {
                "azure": "custom",
                "esp": {"encryption": "DES", "integrity": "MD5", "pfs_group": "PFS24"},
            },
            ["DES, MD5, DH group 2 and DH group 24. Catalyst 8000V 17.11 and later refuses it"],
        ),
        (
            {
                "ike": {"encryption": "GCMAES128", "integrity": "SHA256", "dh_group": "ECP256"},
                "esp": {"encryption": "AES128", "integrity": "SHA256", "pfs_group": "None"},
                "azure": "custom",
            },
            ["no PFS"],
        ),
    ],
)
def test_what_is_weak_of_ones_own_policy_is_named(change: Tree, lines: list[str]) -> None:
    own = router(1, crypto="own", crypto_policies={"own": OWN | change})

    found = [line.removeprefix("r1: crypto policy own is weak: ") for line in said(fleet(own))]

    assert found == lines


def test_different_sites_with_the_strong_default_give_no_warning() -> None:
    assert said(fleet(router(1), router(2))) == []


def test_sites_with_one_as_are_named_together() -> None:
    assert said(fleet(*(router(n, asn=64900) for n in range(1, 8)))) == [
        (
            "sites site1, site2, site3, site4, site5 and 2 more have the same AS 64900 toward gw:"
            " they do not reach each other through Azure"
        )
    ]


def test_two_routers_of_one_site_may_share_as_and_prefixes() -> None:
    pair = [prefixes(n, "172.31.0.0/16", site="hq", asn=64900) for n in (1, 2)]

    assert said(fleet(*pair)) == []


@pytest.mark.parametrize(
    ("networks", "lines"),
    [
        (("172.16.0.0/16", "172.17.0.0/16"), []),
        (
            ("172.16.0.0/16", "172.16.0.0/16"),
            [("172.16.0.0/16 of site1 (IN) and 172.16.0.0/16 of site2 (IN) overlap toward gw:"
             " Azure sends to one of them")],
        ),
        (
            ("172.16.8.0/24", "172.16.0.0/12"),
            [("172.16.0.0/12 of site2 (IN) and 172.16.8.0/24 of site1 (IN) overlap toward gw:"
             " Azure sends to one of them")],
        ),
    ],
)  # fmt: skip
def test_overlapping_prefixes_of_two_sites_are_named(
    networks: tuple[str, str], lines: list[str]
) -> None:
    one, two = networks

    assert said(fleet(prefixes(1, one), prefixes(2, two))) == lines


def test_overlaps_are_found_through_networks_of_the_same_site_between_them() -> None:
    outer = prefixes(1, "10.128.0.0/9", "172.16.0.0/16")
    inner = prefixes(2, "10.128.0.0/16", "10.128.1.0/24", "192.168.0.0/24")

    assert [line.split(" overlap")[0] for line in said(fleet(outer, inner))] == [
        "10.128.0.0/9 of site1 (IN) and 10.128.0.0/16 of site2 (IN)",
        "10.128.0.0/9 of site1 (IN) and 10.128.1.0/24 of site2 (IN)",
    ]


def test_a_prefix_that_overlaps_the_gateways_own_is_named() -> None:
    assert said(fleet(prefixes(1, "10.1.8.0/24"))) == [
        "10.1.8.0/24 of site1 (IN) overlaps with gw's own 10.1.0.0/16: Azure keeps its own"
    ]


def test_an_uplink_and_an_inside_vrf_without_a_connection_are_named() -> None:
    spare = {"address": "172.30.0.5/24", "public_address": "198.51.100.200"}
    alone = {
        "id": 9,
        "interface": "GigabitEthernet9",
        "address": "172.29.2.4/24",
        "prefixes": {"172.29.0.0/16": "172.29.2.1"},
    }
    tree = changed(
        fleet(router(1)),
        ("r1 data uplinks GigabitEthernet8", spare),
        ("r1 data inside ALONE", alone),
    )

    assert said(tree) == [
        "r1: GigabitEthernet8 is used by no connection",
        "r1: ALONE is used by no connection",
    ]
