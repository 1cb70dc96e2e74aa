"""A virtual WAN on both ends: typed on the router, written by the SDK, seen by both."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.network import NetworkManagementClient

from lab.client import LabClient, LabClientError
from lab.tests.azure.simulated import policy
from lab.tests.azure.virtual_wan import APIPA, GATEWAY, GROUP, HUB, WORLD, chosen
from lab.tests.process.running import azure_of, lab

ROUTER, LINK = "branch2-csr", "c1/one"
WHERE = (GROUP, GATEWAY, "c1", "one")


def commands() -> list[str]:
    """Return the commands for the router."""
    text = Path(__file__).with_name("hub.cfg").read_text()
    return [line for line in text.splitlines() if not line.startswith("!")]


def connect(azure: NetworkManagementClient) -> None:
    """Connect a site of one link."""
    wan = azure.virtual_wans.get(GROUP, "wan")
    peer = {"asn": 64901, "bgpPeeringAddress": "169.254.100.1"}
    link: Any = {"ipAddress": "198.51.100.22", "bgpProperties": peer}
    properties = {
        "virtualWan": {"id": wan.id},
        "vpnSiteLinks": [{"name": "one", "properties": link}],
    }
    body: Any = {"location": "southcentralus", "properties": properties}
    site = azure.vpn_sites.begin_create_or_update(GROUP, "branch2", body).result()
    link = {
        "vpnSiteLink": {"id": f"{site.id}/vpnSiteLinks/one"},
        "sharedKey": "hubkey1",
        "enableBgp": True,
        "ipsecPolicies": [policy()],
        "vpnGatewayCustomBgpAddresses": chosen(*APIPA),
    }
    links = [{"name": "one", "properties": link}]
    body = {"properties": {"remoteVpnSite": {"id": site.id}, "vpnLinkConnections": links}}
    azure.vpn_connections.begin_create_or_update(GROUP, GATEWAY, "c1", body).result()


def state(client: LabClient) -> str:
    found = azure_of(client.run).vpn_site_link_connections.get(*WHERE).as_dict()
    return str(found["properties"]["connectionStatus"])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabClient]:
    """Build both ends and give them five minutes."""
    where = tmp_path_factory.mktemp("hub")
    with lab(where, "--world", str(WORLD), "--speed", "100") as client:
        replies = client.type(ROUTER, *commands())
        assert [one for one in replies if one.lstrip().startswith("%")] == []
        connect(azure_of(client.run))
        client.advance(300)
        yield client


def test_the_link_is_connected_and_the_hub_has_its_prefix(built: LabClient) -> None:
    hubs = azure_of(built.run).virtual_hubs

    found: Any = hubs.begin_get_effective_virtual_hub_routes(GROUP, HUB).result()

    rows = {one.address_prefixes[0]: (one.next_hop_type, one.as_path) for one in found.value}
    assert state(built) == "Connected"
    assert rows["172.21.0.0/16"] == ("VPN_S2S_Gateway", "64901")
    assert rows["10.1.0.0/16"] == ("Virtual Network Connection", "")


def test_the_status_tells_of_a_hub_as_of_a_gateway(built: LabClient) -> None:
    assert built.status()["gateways"][GATEWAY] == {
        "busy": False,
        "connections": {LINK: {"provisioning_state": "Succeeded", "status": "Connected"}},
    }


def test_another_key_takes_the_link_down(built: LabClient) -> None:
    built.post("/azure/negotiated-key", connection=LINK, key="another1")
    built.advance(300)
    broken = state(built)
    built.post("/azure/negotiated-key", connection=LINK, key=None)
    built.advance(300)

    assert (broken, state(built)) == ("NotConnected", "Connected")
    with pytest.raises(LabClientError, match="no connection c1/two"):
        built.post("/azure/negotiated-key", connection="c1/two", key=None)


def test_the_key_is_in_no_file(built: LabClient) -> None:
    files = [one for one in built.run.rglob("*") if one.is_file()]

    assert not any("hubkey1" in one.read_text() for one in files)
