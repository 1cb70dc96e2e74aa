"""The article's site on both ends: typed on the router, written by the SDK, seen by both."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.network.models import LocalNetworkGateway, VirtualNetworkGatewayConnection
from netmiko import ConnectHandler, NetmikoTimeoutException

from lab.client import LabClient
from lab.tests.process.running import azure_of, lab

GROUP = "vpn-testing"
ROUTER = "scus-onprem-csr"
KEY = "azure123"
# The connections of the article: their far ends, public and BGP address.
FAR_ENDS = {
    "CSR_OUTSIDE_1": ("198.51.100.10", "192.168.255.254"),
    "CSR_OUTSIDE_2": ("198.51.100.11", "172.16.1.4"),
}


def article() -> list[str]:
    """Return the article's commands for the router."""
    text = Path(__file__).with_name("article.cfg").read_text()
    return [line for line in text.splitlines() if not line.startswith("!")]


@contextmanager
def session(client: LabClient) -> Iterator[Any]:
    """Open an enabled session on the article's router, with a checked host key."""
    endpoint = client.description["routers"][ROUTER]
    connection = ConnectHandler(
        device_type="cisco_xe",
        host=endpoint["host"],
        port=endpoint["port"],
        username="netops",
        password=(client.run / "secrets" / "router-password").read_text(),
        secret=(client.run / "secrets" / "router-enable").read_text(),
        ssh_strict=True,
        alt_host_keys=True,
        alt_key_file=str(client.run / "known_hosts"),
    )
    try:
        connection.enable()
        yield connection
    finally:
        connection.disconnect()


def build_azure(client: LabClient) -> None:
    """Create the article's local network gateways and connections."""
    azure = azure_of(client.run)
    gateway = azure.virtual_network_gateways.get(GROUP, "azure-vng")
    for name, (public, peer) in FAR_ENDS.items():
        local = azure.local_network_gateways.begin_create_or_update(
            GROUP,
            f"{name}_LNG",
            LocalNetworkGateway(
                {
                    "location": "southcentralus",
                    "properties": {
                        "gatewayIpAddress": public,
                        "localNetworkAddressSpace": {"addressPrefixes": []},
                        "bgpSettings": {"asn": 64900, "bgpPeeringAddress": peer},
                    },
                }
            ),
        ).result()
        azure.virtual_network_gateway_connections.begin_create_or_update(
            GROUP,
            name,
            VirtualNetworkGatewayConnection(
                {
                    "location": "southcentralus",
                    "properties": {
                        "virtualNetworkGateway1": {"id": gateway.id},
                        "localNetworkGateway2": {"id": local.id},
                        "connectionType": "IPsec",
                        "enableBgp": True,
                        "sharedKey": KEY,
                    },
                }
            ),
        ).result()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabClient]:
    """Build both ends of the article and give them five minutes."""
    with lab(tmp_path_factory.mktemp("article"), "--speed", "100") as client:
        with session(client) as typing:
            typing.send_config_set(article(), cmd_verify=False, read_timeout=60)
        build_azure(client)
        client.advance(300)
        yield client


def test_both_connections_are_connected(built: LabClient) -> None:
    azure = azure_of(built.run)

    shown = {name: azure.virtual_network_gateway_connections.get(GROUP, name) for name in FAR_ENDS}

    assert {
        name: one.as_dict()["properties"]["connectionStatus"] for name, one in shown.items()
    } == dict.fromkeys(FAR_ENDS, "Connected")


def test_azure_shows_the_peers_and_routes_of_the_article(built: LabClient) -> None:
    gateways = azure_of(built.run).virtual_network_gateways

    peers = gateways.begin_get_bgp_peer_status(GROUP, "azure-vng").result().value or []
    routes = gateways.begin_get_learned_routes(GROUP, "azure-vng").result().value or []

    assert sorted((str(p.neighbor), p.asn, p.state, p.routes_received) for p in peers) == [
        ("172.16.1.4", 64900, "Connected", 1),
        ("192.168.255.254", 64900, "Connected", 1),
    ]
    assert sorted(
        (str(r.network), str(r.origin), str(r.source_peer), str(r.as_path), r.weight, r.next_hop)
        for r in routes
    ) == [
        ("10.0.0.0/16", "Network", "10.0.255.254", "", 32768, None),
        ("172.16.0.0/16", "EBgp", "172.16.1.4", "64900", 32768, "172.16.1.4"),
        ("172.16.0.0/16", "EBgp", "192.168.255.254", "64900", 32768, "192.168.255.254"),
        ("172.16.1.4/32", "Network", "10.0.255.254", "", 32768, None),
        ("192.168.255.254/32", "Network", "10.0.255.254", "", 32768, None),
    ]


def test_the_nic_has_a_route_for_each_tunnel(built: LabClient) -> None:
    nics = azure_of(built.run).network_interfaces

    routes = nics.begin_get_effective_route_table(GROUP, "azure-vm961").result().value or []

    shown = [
        (one.address_prefix, one.next_hop_type, one.next_hop_ip_address)
        for one in routes
        if one.source == "VirtualNetworkGateway"
    ]
    learned = (["172.16.0.0/16"], "VirtualNetworkGateway", ["23.98.148.37"])
    assert shown.count(learned) == 2


def test_the_router_balances_over_both_tunnels(built: LabClient) -> None:
    with session(built) as looking:
        sessions = looking.send_command("show crypto ikev2 session")
        routes = looking.send_command("show ip route vrf INSIDE_VRF 10.0.0.0 255.255.0.0")

    assert sessions.count("READY") == 2
    assert "10.0.255.254 (OUTSIDE_ONE), from 10.0.255.254" in routes
    assert "10.0.255.254 (OUTSIDE_TWO), from 10.0.255.254" in routes
    assert routes.count("traffic share count is 1") == 2


def test_another_key_takes_the_tunnel_down_on_both_ends(built: LabClient) -> None:
    built.post("/azure/negotiated-key", connection="CSR_OUTSIDE_2", key="another1")
    built.advance(300)
    with session(built) as looking:
        broken = looking.send_command("show crypto ikev2 session").count("READY")
    status = built.status()["gateways"]["azure-vng"]["connections"]

    built.post("/azure/negotiated-key", connection="CSR_OUTSIDE_2", key=None)
    built.advance(300)
    healed = built.status()["gateways"]["azure-vng"]["connections"]

    assert broken == 1
    assert status["CSR_OUTSIDE_1"]["status"] == "Connected"
    assert status["CSR_OUTSIDE_2"]["status"] != "Connected"
    assert healed["CSR_OUTSIDE_2"]["status"] == "Connected"


def test_a_wrong_key_fault_waits_for_the_next_write(built: LabClient) -> None:
    connections = azure_of(built.run).virtual_network_gateway_connections
    fault_id = built.fault("wrong-key", connection="CSR_OUTSIDE_1", key="another1")

    connections.begin_set_shared_key(GROUP, "CSR_OUTSIDE_1", {"value": KEY}).result()
    built.advance(300)
    broken = connections.get(GROUP, "CSR_OUTSIDE_1").as_dict()["properties"]["connectionStatus"]
    shown = connections.get_shared_key(GROUP, "CSR_OUTSIDE_1").value
    built.delete(f"/faults/{fault_id}")
    connections.begin_set_shared_key(GROUP, "CSR_OUTSIDE_1", {"value": KEY}).result()
    built.post("/azure/negotiated-key", connection="CSR_OUTSIDE_1", key=None)
    built.advance(300)
    healed = connections.get(GROUP, "CSR_OUTSIDE_1").as_dict()["properties"]["connectionStatus"]

    assert (broken, shown, healed) == ("NotConnected", KEY, "Connected")


def test_a_router_whose_ssh_is_refused_forwards_all_the_same(built: LabClient) -> None:
    fault_id = built.fault("ssh-refused", router=ROUTER)
    with pytest.raises(NetmikoTimeoutException), session(built):
        pass
    built.delete(f"/faults/{fault_id}")

    with session(built) as looking:
        assert looking.send_command("show crypto ikev2 session").count("READY") == 2


def test_the_key_is_in_no_file_but_its_own(built: LabClient) -> None:
    files = [one for one in built.run.rglob("*") if one.is_file() and one.parent.name != "secrets"]

    assert not any(KEY in one.read_text() for one in files)
