"""A lab of a virtual WAN as a process: its status, its faults, its keys."""

from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.network import NetworkManagementClient

from lab.client import LabClientError
from lab.tests.azure.virtual_wan import GATEWAY, GROUP, WORLD
from lab.tests.process.running import azure_of, lab

LINK = "c1/one"


def connect(azure: NetworkManagementClient) -> None:
    """Connect a site of one link."""
    wan = azure.virtual_wans.get(GROUP, "wan")
    link: Any = {"name": "one", "properties": {"ipAddress": "198.51.100.2"}}
    properties = {"virtualWan": {"id": wan.id}, "vpnSiteLinks": [link]}
    body: Any = {"location": "southcentralus", "properties": properties}
    site = azure.vpn_sites.begin_create_or_update(GROUP, "branch", body).result()
    link = {"name": "one", "properties": {"vpnSiteLink": {"id": f"{site.id}/vpnSiteLinks/one"}}}
    body = {"properties": {"remoteVpnSite": {"id": site.id}, "vpnLinkConnections": [link]}}
    azure.vpn_connections.begin_create_or_update(GROUP, GATEWAY, "c1", body).result()


def test_a_hub_is_told_of_like_a_gateway(tmp_path: Path) -> None:
    with lab(tmp_path, "--world", str(WORLD), "--speed", "200") as client:
        connect(azure_of(tmp_path))

        status = client.status()["gateways"][GATEWAY]
        client.post("/azure/negotiated-key", connection=LINK, key="other")
        client.post("/azure/negotiated-key", connection=LINK, key=None)
        with pytest.raises(LabClientError, match="no connection c1/two"):
            client.post("/azure/negotiated-key", connection="c1/two", key=None)

    assert status["busy"] is False
    assert status["connections"][LINK]["provisioning_state"] == "Succeeded"
