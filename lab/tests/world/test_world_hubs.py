"""What a world file may say of a virtual WAN, and what is wrong with it."""

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.world import DEFAULT_WORLD, ExpressRouteFact, World, WorldError, load_world

VWAN = DEFAULT_WORLD.parent / "vwan" / DEFAULT_WORLD.name
GATEWAY = ("hubs", "hub-scus", "gateway")
HUB = yaml.safe_load(VWAN.read_text())["virtual_wans"]["wan"]["hubs"]["hub-scus"]


def load(folder: Path, *way: str | int, to: object) -> World:
    """Load the world of a virtual WAN with another value at a place of it."""
    world = yaml.safe_load(VWAN.read_text())
    place: Any = world["virtual_wans"]["wan"]
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = to
    world["routers"] = {}
    (folder / "world.yaml").write_text(yaml.safe_dump(world))
    return load_world(folder / "world.yaml")


def test_a_hub_is_read_with_its_gateway() -> None:
    world = load_world(VWAN)

    hub = world.hubs["hub-scus-vpn"]
    assert dict(world.virtual_wans) == {"wan": "vpn-vwan"}
    assert (hub.hub, hub.wan, hub.scale_unit) == ("hub-scus", "wan", 10)
    assert [one.configuration for one in hub.instances] == ["Instance0", "Instance1"]
    assert hub.instances[0].private_address == IPv4Address("10.0.254.4")
    assert hub.networks["spoke-one"] == (IPv4Network("10.1.0.0/16"),)


def test_a_gateway_s_name_is_its_own(tmp_path: Path) -> None:
    world = yaml.safe_load(DEFAULT_WORLD.read_text()) | {"routers": {}}
    wans = yaml.safe_load(VWAN.read_text())["virtual_wans"]
    wans["wan"]["resource_group"] = "vpn-testing"
    wans["wan"]["hubs"]["hub-scus"]["gateway"]["name"] = "azure-vng"
    (tmp_path / "world.yaml").write_text(yaml.safe_dump(world | {"virtual_wans": wans}))

    with pytest.raises(WorldError, match=r"gateways\.azure-vng: a hub's VPN gateway has this name"):
        load_world(tmp_path)


def test_a_world_without_a_virtual_wan_has_no_hubs() -> None:
    assert dict(load_world().hubs) == {}


def test_a_hub_may_have_expressroute(tmp_path: Path) -> None:
    world = load(tmp_path, "hubs", "hub-scus", "expressroute", to={"prefixes": ["172.16.0.0/16"]})

    assert world.hubs["hub-scus-vpn"].expressroute == ExpressRouteFact(
        prefixes=(IPv4Network("172.16.0.0/16"),)
    )


@pytest.mark.parametrize(
    ("way", "value", "problem"),
    [
        (("resource_group",), "none", "virtual_wans.wan.resource_group: no such resource group"),
        ((*GATEWAY, "instances"), [], "virtual_wans.wan.hubs.hub-scus.gateway.instances: a hub's"),
        ((*GATEWAY, "instances", 0, "private_address"), None, "private_address: missing"),
        ((*GATEWAY, "instances", 0, "custom_speakers"), ["10.0.0.1"], "a custom speaker is one of"),
        (
            (*GATEWAY, "instances", 0, "custom_speakers"),
            ["169.254.21.5"],
            "a custom speaker stands on two instances",
        ),
        ((*GATEWAY, "sku"), "VpnGw1", "gateway.sku: unknown key"),
        (("hubs", "again"), HUB, "virtual_wans: two VPN gateways have one name"),
    ],
)
def test_a_mistake_names_its_key(
    tmp_path: Path, way: tuple[str | int, ...], value: object, problem: str
) -> None:
    with pytest.raises(WorldError, match=problem):
        load(tmp_path, *way, to=value)
