"""A lab loaded from a folder: real routers' configurations, bodies as ARM's GET answers them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.azure import connection_rules, gateway_shapes, local_rules
from lab.network.views import ConnectionView
from lab.process import Options, Parts, build
from lab.world import DEFAULT_WORLD, World, WorldError, load_world

GROUP = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/vpn-testing"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
LOCAL_ID, CONNECTION_ID = f"{NETWORK}/localNetworkGateways/lng", f"{NETWORK}/connections/conn"
LOCAL: dict[str, Any] = {
    "id": LOCAL_ID,
    "location": "southcentralus",
    "tags": {"owner": "us"},
    "properties": {
        "provisioningState": "Succeeded",
        "gatewayIpAddress": "198.51.100.10",
        "localNetworkAddressSpace": {"addressPrefixes": ["192.168.255.254/32"]},
        "bgpSettings": {"asn": 64900, "bgpPeeringAddress": "192.168.255.254", "peerWeight": 0},
    },
}
CONNECTION: dict[str, Any] = {
    "id": CONNECTION_ID,
    "location": "South Central US",
    "properties": {
        "provisioningState": "Succeeded",
        "connectionStatus": "Connected",
        "connectionType": "IPsec",
        "enableBgp": True,
        "dpdTimeoutSeconds": 30,
        "virtualNetworkGateway1": {"id": f"{NETWORK}/virtualNetworkGateways/azure-vng"},
        "localNetworkGateway2": {"id": LOCAL_ID},
        "somethingNew": 1,
    },
}
CONFIGURATION = "version 16.12\nhostname real\n!\nip nat pool X\n!\nend\n"


def parts_of(world: World, folder: Path, secrets: Mapping[str, str]) -> Parts:
    options = Options(run=folder, world=world.path, speed=0, operation_s=1, seed=0)
    made: dict[str, str] = {name: value or "made" for name, value in world.secrets.items()}
    return build(world, options, folder / "events.jsonl", {**made, **secrets})


def shipped_gateway(folder: Path) -> dict[str, Any]:
    return gateway_shapes.gateway(
        parts_of(load_world(), folder, {}).azure.gateways["azure-vng"],
    )


def write(folder: Path, *, gateway: dict[str, Any], connections: list[dict[str, Any]]) -> Path:
    """Write a world of one gateway and one router."""
    shipped = yaml.safe_load(DEFAULT_WORLD.read_text())
    state = {
        "gateway": gateway,
        "local_network_gateways": [LOCAL],
        "connections": connections,
        "keys": {CONNECTION_ID.upper(): "<<psk-1>>"},
    }
    uplink = {"address": "172.16.0.5", "next_hop": "172.16.0.1", "public": "198.51.100.10"}
    router = {"platform": "csr1000v-16.12", "running": "real.cfg", "lan": {}}
    world = {
        **shipped,
        "gateways": {
            "azure-vng": {"state": "azure-vng.json", "prefixes": ["10.0.0.0/16"], "nics": ["nic"]}
        },
        "routers": {"real": {**router, "uplinks": {"GigabitEthernet2": uplink}}},
    }
    (folder / "azure-vng.json").write_text(json.dumps(state))
    (folder / "real.cfg").write_text(CONFIGURATION)
    (folder / "world.yaml").write_text(yaml.safe_dump(world))
    return folder


def test_a_gateway_shows_what_it_was_loaded_from(tmp_path: Path) -> None:
    body = shipped_gateway(tmp_path)
    body["properties"]["ipConfigurations"][0]["name"] = "default"
    text = json.dumps(body).replace("vnetGatewayConfig0", "default")
    world = load_world(write(tmp_path, gateway=json.loads(text), connections=[]))

    shown = gateway_shapes.gateway(parts_of(world, tmp_path, {}).azure.gateways["azure-vng"])

    drop = {"etag", "resourceGuid"}
    assert _without(shown, drop) == _without(json.loads(text), drop)


def test_connections_stand_with_their_far_ends_and_keys(tmp_path: Path) -> None:
    gateway = shipped_gateway(tmp_path)
    world = load_world(write(tmp_path, gateway=gateway, connections=[CONNECTION]))

    azure = parts_of(world, tmp_path, {"psk-1": "lab-key"}).azure

    local = azure.store.get(LOCAL_ID)
    connection = azure.store.get(CONNECTION_ID)
    assert (local.type, local.tags, local.state) == (local_rules.TYPE, {"owner": "us"}, "Succeeded")
    assert (connection.type, connection.location) == (connection_rules.TYPE, "southcentralus")
    assert connection.properties["dpdTimeoutSeconds"] == 30
    (view,) = azure.gateways["azure-vng"].view().connections
    assert isinstance(view, ConnectionView)
    assert (view.key, view.peer_asn, view.enable_bgp) == ("lab-key", 64900, True)


@pytest.mark.parametrize(
    ("shown", "state"),
    [("Succeeded", "Succeeded"), ("Updating", "Succeeded"), ("Failed", "Failed")],
)
def test_no_operation_is_loaded(tmp_path: Path, shown: str, state: str) -> None:
    connection = {
        **CONNECTION,
        "properties": CONNECTION["properties"] | {"provisioningState": shown},
    }
    gateway = shipped_gateway(tmp_path)
    world = load_world(write(tmp_path, gateway=gateway, connections=[connection]))

    assert parts_of(world, tmp_path, {}).azure.store.get(CONNECTION_ID).state == state


def test_what_azure_has_and_the_lab_does_not_model_is_said(tmp_path: Path) -> None:
    other = {**CONNECTION, "id": f"{CONNECTION_ID}-2"}
    other["properties"] = {**CONNECTION["properties"], "connectionType": "Vnet2Vnet"}
    gateway = shipped_gateway(tmp_path)
    world = load_world(write(tmp_path, gateway=gateway, connections=[CONNECTION, other]))

    parts = parts_of(world, tmp_path, {})

    assert parts.unmodelled == [
        f"{CONNECTION_ID}: somethingNew",
        f"{CONNECTION_ID}-2: somethingNew",
        f"{CONNECTION_ID}-2: not loaded: This lab has no Vnet2Vnet connections.",
    ]
    assert [line.lines for line in parts.routers["real"].opaque] == [("ip nat pool X",)]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("azure-vng.json", "gateways.azure-vng.state: cannot read"),
        ("real.cfg", "routers.real.running: no file real.cfg"),
        ("world.yaml", "No such file"),
    ],
)
def test_a_missing_file_is_named(tmp_path: Path, spoil: str, said: str) -> None:
    write(tmp_path, gateway=shipped_gateway(tmp_path), connections=[])
    (tmp_path / spoil).unlink()

    with pytest.raises(WorldError, match=said):
        load_world(tmp_path)


def test_a_body_that_is_no_gateways_is_refused_with_the_place(tmp_path: Path) -> None:
    write(tmp_path, gateway={"id": NETWORK, "properties": {}}, connections=[])

    with pytest.raises(WorldError, match=r"azure-vng\.json: gateway\.properties\.bgpSettings: mis"):
        load_world(tmp_path)


def _without(value: Any, names: set[str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {n: _without(v, names) for n, v in value.items() if n not in names}
    return [_without(v, names) for v in value] if isinstance(value, list) else value
