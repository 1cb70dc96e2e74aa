"""What a world file may say of a gateway, and what is wrong with it."""

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.world import (
    DEFAULT_WORLD,
    ExpressRouteFact,
    GatewayFact,
    NatRuleFact,
    WorldError,
    load_world,
)

SECOND = {"public_address": "23.98.148.38", "speaker": "10.0.255.253"}
RULE = {"mode": "EgressSnat", "internal": "10.10.0.0/24", "external": "192.0.2.0/24"}


def load(folder: Path, *way: str | int, to: object) -> GatewayFact:
    """Load the shipped world with another value at a place of its gateway."""
    world = yaml.safe_load(DEFAULT_WORLD.read_text())
    place: Any = world["gateways"]["azure-vng"]
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = to
    (folder / "csr.cfg").write_text("")
    (folder / "world.yaml").write_text(yaml.safe_dump(world))
    return load_world(folder / "world.yaml").gateways["azure-vng"]


def test_the_optional_facts_are_read(tmp_path: Path) -> None:
    route = {"prefixes": ["172.16.0.0/16"], "next_hop": "10.0.254.4"}

    assert load(tmp_path, "network", "expressroute", to=route).expressroute == ExpressRouteFact(
        prefixes=(IPv4Network("172.16.0.0/16"),), next_hop=IPv4Address("10.0.254.4")
    )
    assert load(tmp_path, "announce_next_hop", to="10.0.255.5").announce_next_hop == IPv4Address(
        "10.0.255.5"
    )
    assert load(tmp_path, "instances", 0, "private_address", to="10.0.255.4").instances[
        0
    ].private_address == IPv4Address("10.0.255.4")
    assert load(tmp_path, "nat_rules", to={"out": RULE}).nat_rules == (
        NatRuleFact(
            name="out",
            mode="EgressSnat",
            internal=IPv4Network("10.10.0.0/24"),
            external=IPv4Network("192.0.2.0/24"),
        ),
    )


@pytest.mark.parametrize("edge", ["169.254.21.0", "169.254.22.255"])
def test_a_custom_speaker_is_of_azures_range(tmp_path: Path, edge: str) -> None:
    gateway = load(tmp_path, "instances", 0, "custom_speakers", to=[edge])

    assert gateway.instances[0].custom_speakers == (IPv4Address(edge),)


@pytest.mark.parametrize(
    ("way", "value", "problem"),
    [
        (
            ("instances", 0, "custom_speakers"),
            ["169.254.20.255"],
            "instances.0.custom_speakers.0: a custom speaker is one of 169.254.21.0 to ",
        ),
        (
            ("instances",),
            [{**SECOND, "custom_speakers": ["169.254.21.1"]}] * 2,
            "instances: a custom speaker stands on two instances",
        ),
        (("network", "expressroute"), {}, "network.expressroute.prefixes: missing"),
        (("network", "expressroute"), {"prefixes": ["172.16.0.1/16"]}, "expressroute.prefixes.0: "),
        (("announce_next_hop",), "none", "announce_next_hop: "),
        (("nat_rules",), {"out": RULE | {"mode": "Both"}}, "nat_rules.out.mode: none of "),
        (("nat_rules",), {"out": RULE | {"type": "Static"}}, "nat_rules.out.type: unknown key"),
    ],
)
def test_a_mistake_is_named_with_its_key(
    tmp_path: Path, way: tuple[str | int, ...], value: object, problem: str
) -> None:
    with pytest.raises(WorldError) as wrong:
        load(tmp_path, *way, to=value)

    assert problem in str(wrong.value)
    assert "gateways.azure-vng" in str(wrong.value)
