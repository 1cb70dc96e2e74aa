"""Connections through the real SDK: what is shown, what is not, what is silently ignored."""

from ipaddress import IPv4Address

from lab.network.results import ConnectionStatus, InstanceStatus
from lab.network.views import ConnectionView, IpsecPolicyView
from lab.tests.azure.simulated import (
    GROUP,
    Site,
    as_connection,
    connection_body,
    create_connection,
    create_local,
    local_body,
    policy,
)


def test_a_provisioned_connection_is_what_the_network_sees(site: Site) -> None:
    create_local(site)
    create_connection(site, sharedKey="azure123", ipsecPolicies=[policy()])

    (seen,) = site.azure.gateways["azure-vng"].view().connections

    assert seen == ConnectionView(
        id=site.id_of("connections/c1"),
        peer_address=IPv4Address("198.51.100.10"),
        key="azure123",
        enable_bgp=True,
        peer_asn=64900,
        peer_bgp_address=IPv4Address("192.168.255.254"),
        policy=IpsecPolicyView(
            sa_lifetime_s=27000,
            sa_data_size_kb=102400000,
            ipsec_encryption="GCMAES256",
            ipsec_integrity="GCMAES256",
            ike_encryption="GCMAES256",
            ike_integrity="SHA384",
            dh_group="ECP384",
            pfs_group="ECP384",
        ),
    )
    assert site.network.changes == 2


def test_a_get_shows_the_state_and_never_the_key(site: Site) -> None:
    create_local(site)
    create_connection(site, sharedKey="azure123")
    site.network.status = ConnectionStatus(
        status="Connected",
        tunnels=(
            InstanceStatus(
                instance=0, status="Connected", since=1_510_000_000, ingress_bytes=5, egress_bytes=7
            ),
        ),
    )

    shown = site.client().virtual_network_gateway_connections.get(GROUP, "C1").as_dict()

    assert "azure123" not in str(shown)
    assert shown["properties"] == {
        "provisioningState": "Succeeded",
        "resourceGuid": shown["properties"]["resourceGuid"],
        "virtualNetworkGateway1": {"id": site.id_of("virtualNetworkGateways/azure-vng")},
        "localNetworkGateway2": {"id": site.id_of("localNetworkGateways/one")},
        "connectionType": "IPsec",
        "connectionProtocol": "IKEv2",
        "connectionMode": "Default",
        "routingWeight": 0,
        "dpdTimeoutSeconds": 45,
        "enableBgp": True,
        "useLocalAzureIpAddress": False,
        "usePolicyBasedTrafficSelectors": False,
        "ipsecPolicies": [],
        "trafficSelectorPolicies": [],
        "gatewayCustomBgpIpAddresses": [],
        "connectionStatus": "Connected",
        "tunnelConnectionStatus": [
            {
                "tunnel": "c1_23.98.148.37",
                "connectionStatus": "Connected",
                "ingressBytesTransferred": 5,
                "egressBytesTransferred": 7,
                "lastConnectionEstablishedUtcTime": "11/06/2017 20:26:40",
            }
        ],
        "ingressBytesTransferred": 5,
        "egressBytesTransferred": 7,
    }


def test_a_list_omits_what_only_the_network_knows(site: Site) -> None:
    create_local(site)
    create_connection(site)
    client = site.client()
    hidden = {"connectionStatus", "tunnelConnectionStatus", "ingressBytesTransferred", "sharedKey"}

    (of_group,) = client.virtual_network_gateway_connections.list(GROUP)
    (of_gateway,) = client.virtual_network_gateways.list_connections(GROUP, "azure-vng")

    assert not hidden & set(of_group.as_dict()["properties"])
    assert not hidden & set(of_gateway.as_dict()["properties"])


def test_a_put_ignores_a_changed_key_in_silence(site: Site) -> None:
    create_local(site)
    create_connection(site, sharedKey="first1")

    create_connection(site, sharedKey="second2")

    connections = site.client().virtual_network_gateway_connections
    assert connections.get_shared_key(GROUP, "c1").value == "first1"


def test_the_service_makes_a_key_where_none_is_given(site: Site) -> None:
    create_local(site)
    create_connection(site)

    made = site.client().virtual_network_gateway_connections.get_shared_key(GROUP, "c1").value

    (seen,) = site.azure.gateways["azure-vng"].view().connections
    assert made
    assert seen.key == made


def test_the_key_changes_through_its_own_endpoint(site: Site) -> None:
    create_local(site)
    create_connection(site, sharedKey="first1")
    connections = site.client().virtual_network_gateway_connections

    connections.begin_set_shared_key(GROUP, "c1", {"value": "second2"}).result()

    (seen,) = site.azure.gateways["azure-vng"].view().connections
    assert connections.get_shared_key(GROUP, "c1").value == "second2"
    assert seen.key == "second2"


def test_a_put_replaces_the_whole(site: Site) -> None:
    create_local(site)
    create_connection(site, ipsecPolicies=[policy()], dpdTimeoutSeconds=30)

    body = connection_body(site)
    del body["tags"]
    connections = site.client().virtual_network_gateway_connections
    connections.begin_create_or_update(GROUP, "c1", as_connection(body)).result()

    shown = connections.get(GROUP, "c1")
    assert shown.properties is not None
    assert (shown.tags, shown.properties.ipsec_policies, shown.properties.dpd_timeout_seconds) == (
        {},
        [],
        45,
    )


def test_a_body_that_was_read_may_be_written_back(site: Site) -> None:
    create_local(site)
    create_connection(site, ipsecPolicies=[policy()])
    connections = site.client().virtual_network_gateway_connections
    read = connections.get(GROUP, "c1")

    written = connections.begin_create_or_update(GROUP, "c1", read).result()

    assert written.as_dict()["properties"] == read.as_dict()["properties"]


def test_tags_change_alone(site: Site) -> None:
    create_local(site)
    create_connection(site, ipsecPolicies=[policy()])
    client = site.client()

    client.local_network_gateways.update_tags(GROUP, "one", {"tags": {"a": "b"}})
    client.virtual_network_gateway_connections.begin_update_tags(
        GROUP, "c1", {"tags": {"c": "d"}}
    ).result()

    local = client.local_network_gateways.get(GROUP, "one")
    connection = client.virtual_network_gateway_connections.get(GROUP, "c1")
    assert (local.tags, connection.tags) == ({"a": "b"}, {"c": "d"})
    assert connection.as_dict()["properties"]["ipsecPolicies"] == [policy()]


def test_a_deleted_connection_is_gone_from_both_sides(site: Site) -> None:
    create_local(site)
    create_connection(site)
    client = site.client()

    client.virtual_network_gateway_connections.begin_delete(GROUP, "c1").result()
    client.local_network_gateways.begin_delete(GROUP, "one").result()

    assert list(client.virtual_network_gateway_connections.list(GROUP)) == []
    assert list(client.local_network_gateways.list(GROUP)) == []
    assert site.azure.gateways["azure-vng"].view().connections == ()


def test_deleting_what_is_not_there_is_no_error(site: Site) -> None:
    client = site.client()

    client.virtual_network_gateway_connections.begin_delete(GROUP, "none").result()
    client.local_network_gateways.begin_delete(GROUP, "none").result()


def test_a_far_end_that_moves_is_seen_once_its_write_has_ended(site: Site) -> None:
    create_local(site)
    create_connection(site)
    site.freeze()
    moved = local_body(address="198.51.100.99")

    site.put("localNetworkGateways/one", moved)
    (before,) = site.azure.gateways["azure-vng"].view().connections
    site.advance(10)
    (after,) = site.azure.gateways["azure-vng"].view().connections

    assert (str(before.peer_address), str(after.peer_address)) == (
        "198.51.100.10",
        "198.51.100.99",
    )
