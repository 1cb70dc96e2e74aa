"""A lab loaded with a hub's VPN gateway that exists: bodies as ARM's GETs answer them."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.azure.vwan import shapes
from lab.process import Options, Parts, build
from lab.world import DEFAULT_WORLD, World, WorldError, load_world

VWAN = DEFAULT_WORLD.parent / "vwan" / DEFAULT_WORLD.name
GROUP = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/vpn-vwan"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
GATEWAY_ID, SITE_ID = f"{NETWORK}/vpnGateways/hub-scus-vpn", f"{NETWORK}/vpnSites/branch"
CONNECTION_ID = f"{GATEWAY_ID}/vpnConnections/c1"
# The spelling of the published examples, where recorded answers have `vpnLinkConnections`.
LINK_ID = f"{CONNECTION_ID}/VpnSiteLinkConnections/one"
SITE: dict[str, Any] = {
    "id": SITE_ID,
    "location": "South Central US",
    "tags": {"owner": "us"},
    "properties": {
        "provisioningState": "Succeeded",
        "virtualWan": {"id": f"{NETWORK}/virtualWans/wan"},
        "vpnSiteLinks": [
            {
                "name": "one",
                "id": f"{SITE_ID}/vpnSiteLinks/one",
                "properties": {
                    "provisioningState": "Succeeded",
                    "ipAddress": "198.51.100.2",
                    "bgpProperties": {"asn": 64900, "bgpPeeringAddress": "10.200.1.1"},
                },
            }
        ],
    },
}
CONNECTION: dict[str, Any] = {
    "id": CONNECTION_ID,
    "properties": {
        "provisioningState": "Succeeded",
        "remoteVpnSite": {"id": SITE_ID},
        "vpnLinkConnections": [
            {
                "name": "one",
                "id": LINK_ID,
                "properties": {
                    "provisioningState": "Succeeded",
                    "connectionStatus": "Connected",
                    "connectionStatusDetails": [],
                    "vpnSiteLink": {"id": f"{SITE_ID}/vpnSiteLinks/one"},
                    "enableBgp": True,
                    "somethingNew": 1,
                },
            }
        ],
    },
}


def parts_of(world: World, folder: Path) -> Parts:
    options = Options(run=folder, world=world.path, speed=0, operation_s=1, seed=0)
    secrets = {name: value or "made" for name, value in world.secrets.items()}
    return build(world, options, folder / "events.jsonl", {**secrets, "psk-1": "lab-key"})


def shipped_gateway(folder: Path) -> dict[str, Any]:
    return shapes.gateway(parts_of(load_world(VWAN), folder).azure.hubs["hub-scus-vpn"])


def written(folder: Path, **state: object) -> World:
    """Load a world whose hub has the state given, all else being what it is."""
    world = yaml.safe_load(VWAN.read_text())
    world["virtual_wans"]["wan"]["hubs"]["hub-scus"]["gateway"] = {"state": "hub.json"}
    world["routers"] = {}
    document = {
        "gateway": shipped_gateway(folder),
        "vpn_sites": [SITE],
        "vpn_connections": [CONNECTION],
        "keys": {LINK_ID: "<<psk-1>>"},
        **state,
    }
    (folder / "hub.json").write_text(json.dumps(document))
    (folder / "world.yaml").write_text(yaml.safe_dump(world))
    return load_world(folder)


def test_a_gateway_shows_what_it_was_loaded_from(tmp_path: Path) -> None:
    body = shipped_gateway(tmp_path)

    world = written(tmp_path, vpn_connections=[])

    shown = shapes.gateway(parts_of(world, tmp_path).azure.hubs["hub-scus-vpn"])
    assert shown | {"etag": ""} == body | {"etag": ""}


def test_connections_stand_with_their_sites_and_keys(tmp_path: Path) -> None:
    azure = parts_of(written(tmp_path), tmp_path).azure

    site = azure.store.get(SITE_ID)
    (view,) = azure.hubs["hub-scus-vpn"].view().connections
    assert (site.tags, site.location, site.state) == (
        {"owner": "us"},
        "southcentralus",
        "Succeeded",
    )
    assert (view.id, view.key, view.peer_asn) == (
        f"{CONNECTION_ID}/vpnLinkConnections/one",
        "lab-key",
        64900,
    )


def test_what_the_lab_does_not_model_is_said(tmp_path: Path) -> None:
    other = deepcopy(CONNECTION)
    other["id"] = f"{CONNECTION_ID}-2"
    other["properties"]["remoteVpnSite"]["id"] = f"{SITE_ID}-2"

    parts = parts_of(written(tmp_path, vpn_connections=[CONNECTION, other]), tmp_path)

    new, again, left = parts.unmodelled
    assert (new, again) == (
        f"{CONNECTION_ID}: one: somethingNew",
        f"{CONNECTION_ID}-2: one: somethingNew",
    )
    assert left.startswith(f"{CONNECTION_ID}-2: not loaded: Resource {SITE_ID}-2 referenced")


def test_a_body_that_is_no_gateways_is_refused_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"hub\.json: gateway\.properties\.bgpSettings: missing"):
        written(tmp_path, gateway={"id": NETWORK, "properties": {}})
