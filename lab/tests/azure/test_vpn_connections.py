"""Connections of a hub's VPN gateway: link connections, their keys, states and actions."""

from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.network.models import ConnectionSharedKeyResult

from lab.azure.faults import ConnectionStuck, KeyUnreadable, OperationFails, WrongKey
from lab.certificates import Certificates
from lab.network.results import ConnectionStatus, InstanceStatus
from lab.network.views import ConnectionView
from lab.tests.azure.simulated import Body, Site, policy
from lab.tests.azure.virtual_wan import (
    APIPA,
    CONNECTION,
    GATEWAY,
    GROUP,
    LINK,
    chosen,
    connection_body,
    connection_link,
    create_connection,
    create_site,
    link_body,
    virtual_wan,
)
from lab.tests.azure.wire import Wire

WHERE = (GROUP, GATEWAY, "c1")


@pytest.fixture
def site(tmp_path: Path, certificates: Certificates) -> Iterator[Site]:
    with virtual_wan(tmp_path, certificates) as site:
        create_site(site, link_body(1), link_body(2))
        yield site


def seen(site: Site) -> tuple[ConnectionView, ...]:
    """Return what the network sees of the hub's connections."""
    return site.call(site.azure.hubs[GATEWAY].view).connections


def key_of(site: Site, link: str = "one") -> str:
    found: Any = site.client().vpn_link_connections.list_default_shared_key(*WHERE, link)
    return str(found.properties.shared_key)


def set_key(site: Site, **properties: object) -> Any:  # noqa: ANN401 - the SDK's model
    body: Any = ConnectionSharedKeyResult({"properties": properties})
    links = site.client().vpn_link_connections
    return links.begin_set_or_init_default_shared_key(*WHERE, "one", body).result()


def test_the_network_sees_each_link_once_it_is_provisioned(site: Site) -> None:
    site.freeze()
    links = (
        connection_link(site, "one", ipsecPolicies=[policy()], sharedKey="key1"),
        connection_link(site, "two", enableBgp=False, vpnLinkConnectionMode="ResponderOnly"),
    )
    status, answer = site.put(CONNECTION, connection_body(site, *links))
    before = seen(site)
    site.advance(60)

    one, two = seen(site)
    assert (status, answer["properties"]["provisioningState"], before) == (201, "Updating", ())
    assert (one.id, one.key, one.peer_asn) == (site.id_of(LINK), "key1", 64900)
    assert (one.peer_address, one.peer_bgp_address) == (
        IPv4Address("198.51.100.1"),
        IPv4Address("172.16.1.4"),
    )
    assert one.policy is not None
    assert (two.enable_bgp, two.mode, two.policy) == (False, "ResponderOnly", None)


def test_static_prefixes_are_those_of_the_site(site: Site) -> None:
    create_site(site, addressSpace={"addressPrefixes": ["10.9.0.0/16"]})
    create_connection(site)

    assert [str(one) for one in seen(site)[0].address_prefixes] == ["10.9.0.0/16"]


def test_no_answer_has_a_key_but_the_list_of_it(site: Site) -> None:
    create_connection(site, connection_link(site, sharedKey="key1"))
    wire = Wire(site)

    bodies = [
        wire("GET", path).body
        for path in (CONNECTION, LINK, f"vpnGateways/{GATEWAY}", f"{LINK}/sharedKeys/default")
    ]

    assert [one for one in bodies if "sharedKey'" in str(one)] == []
    assert bodies[-1]["properties"] == {"sharedKeyLength": 4}
    assert key_of(site) == "key1"


def test_a_key_is_made_up_where_none_is_given(site: Site) -> None:
    create_connection(site, connection_link(site, "one"), connection_link(site, "two"))

    assert len(key_of(site, "one")) == len(key_of(site, "two")) == 32
    assert key_of(site, "one") != key_of(site, "two")


def test_a_put_keeps_a_key_that_it_does_not_name(site: Site) -> None:
    create_connection(site, connection_link(site, sharedKey="key1"))
    create_connection(site, connection_link(site))
    kept = key_of(site)
    create_connection(site, connection_link(site, sharedKey="key2"))

    assert (kept, key_of(site)) == ("key1", "key2")


def test_a_key_is_set_by_its_own_resource(site: Site) -> None:
    create_connection(site)

    answer = set_key(site, sharedKey="key2")

    assert (answer.properties.shared_key, answer.properties.shared_key_length) == (None, 4)
    assert (key_of(site), seen(site)[0].key) == ("key2", "key2")


def test_a_key_is_made_up_in_the_length_asked_for(site: Site) -> None:
    create_connection(site)

    set_key(site, sharedKeyLength=20)

    assert len(key_of(site)) == 20


@pytest.mark.parametrize("properties", [{}, {"sharedKeyLength": 0}, {"sharedKey": "with space"}])
def test_a_key_that_azure_does_not_take_is_refused(site: Site, properties: Body) -> None:
    create_connection(site)

    with pytest.raises(HttpResponseError) as refused:
        set_key(site, **properties)

    assert refused.value.status_code == 400


def test_the_write_of_a_key_is_done_before_the_connection_is_free(site: Site) -> None:
    create_connection(site)
    site.freeze()
    wire = Wire(site)

    body = {"properties": {"sharedKey": "key2"}}
    written = wire("PUT", f"{LINK}/sharedKeys/default", body)
    site.advance(8.5)
    state = wire.poll(written.headers["azure-asyncoperation"]).body["status"]
    again = wire("PUT", f"{LINK}/sharedKeys/default", body)

    assert (written.status, state) == (200, "Succeeded")
    assert (again.status, again.code) == (409, "AnotherOperationInProgress")


def test_a_write_holds_the_whole_gateway(site: Site) -> None:
    create_site(site, link_body(3), name="other")
    create_connection(site)
    site.freeze()
    site.put(CONNECTION, connection_body(site))

    other = {"remoteVpnSite": {"id": site.id_of("vpnSites/other")}}
    link = connection_link(site, "three")
    link["properties"]["vpnSiteLink"]["id"] = site.id_of("vpnSites/other/vpnSiteLinks/three")
    body = connection_body(site, link, **other)
    status, answer = site.put(f"vpnGateways/{GATEWAY}/vpnConnections/c2", body)

    assert (status, answer["error"]["code"]) == (409, "AnotherOperationInProgress")


def test_a_link_has_a_state_and_a_list_has_none(site: Site) -> None:
    create_connection(site)
    tunnel = InstanceStatus(
        instance=1, status="Connected", since=1.0, ingress_bytes=5, egress_bytes=7
    )
    site.network.status = ConnectionStatus(status="Connected", tunnels=(tunnel,))
    links, wire = site.client().vpn_link_connections, Wire(site)

    one: Any = site.client().vpn_site_link_connections.get(*WHERE, "one").as_dict()
    whole = wire("GET", CONNECTION).body["properties"]
    (listed,) = (each.as_dict() for each in links.list_by_vpn_connection(*WHERE))

    assert one["properties"]["connectionStatus"] == "Connected"
    assert whole["vpnLinkConnections"][0]["properties"]["connectionStatus"] == "Connected"
    assert (whole["ingressBytesTransferred"], whole["egressBytesTransferred"]) == (5, 7)
    assert "connectionStatus" not in listed["properties"]


def test_the_sas_are_those_of_live_tunnels(site: Site) -> None:
    create_connection(site)
    tunnel = InstanceStatus(
        instance=1, status="Connected", since=1.0, ingress_bytes=0, egress_bytes=0
    )
    site.network.status = ConnectionStatus(status="Connected", tunnels=(tunnel,))

    found = site.client().vpn_link_connections.begin_get_ike_sas(*WHERE, "one").result()

    assert found == '{"Status":"Successful","Data":[{"tunnel":"one_192.0.2.5"}]}'


def test_a_reset_takes_one_link_down_for_a_while(site: Site) -> None:
    create_connection(site, connection_link(site, "one"), connection_link(site, "two"))
    site.freeze()

    answer = Wire(site)("POST", f"{LINK}/resetconnection")
    during = [one.id.rsplit("/", 1)[-1] for one in seen(site)]
    site.advance(30)

    assert (answer.status, during, len(seen(site))) == (202, ["two"], 2)


def test_a_link_that_is_written_no_more_goes_with_its_key(site: Site) -> None:
    create_connection(site, connection_link(site, "one"), connection_link(site, "two"))
    kept = key_of(site, "one")

    create_connection(site, connection_link(site, "one"))

    assert len(seen(site)) == 1
    assert list(site.azure.store.keys.values()) == [kept]


def test_a_deleted_connection_goes_with_its_keys(site: Site) -> None:
    create_connection(site)

    site.client().vpn_connections.begin_delete(*WHERE).result()

    assert (seen(site), site.azure.store.keys) == ((), {})
    assert list(site.client().vpn_connections.list_by_vpn_gateway(GROUP, GATEWAY)) == []


@pytest.mark.parametrize("named", ["c1", "c1/one"])
def test_faults_know_a_connection_and_a_link(site: Site, named: str) -> None:
    site.call(lambda: site.faults.add("1", ConnectionStuck(connection=named)))
    site.call(lambda: site.faults.add("2", WrongKey(connection=named, key="other")))
    site.call(lambda: site.faults.add("3", KeyUnreadable(connection=named)))
    create_connection(site, connection_link(site, sharedKey="key1"))

    answer = Wire(site)("POST", f"{LINK}/sharedKeys/default/listSharedKey")

    (one,) = seen(site)
    assert (one.key, one.silent) == ("other", frozenset({0, 1}))
    assert (answer.status, answer.code) == (403, "AuthorizationFailed")


def test_custom_addresses_are_taken_for_both_instances(site: Site) -> None:
    create_connection(site, connection_link(site, vpnGatewayCustomBgpAddresses=chosen(*APIPA)))

    assert seen(site)[0].custom_bgp == {0: IPv4Address(APIPA[0]), 1: IPv4Address(APIPA[1])}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "vpnGateways/none/vpnConnections/c1"),
        ("GET", f"vpnGateways/{GATEWAY}/vpnConnections/none"),
        ("GET", f"{CONNECTION}/vpnLinkConnections/none"),
        ("GET", f"{CONNECTION}/vpnLinkConnections/none/sharedKeys/default"),
        ("POST", f"{CONNECTION}/vpnLinkConnections/none/resetconnection"),
    ],
)
def test_what_is_not_there_is_not_found(site: Site, method: str, path: str) -> None:
    create_connection(site)

    answer = Wire(site)(method, path, connection_body(site) if method == "PUT" else None)

    assert (answer.status, answer.code) == (404, "ResourceNotFound")


def test_a_delete_of_nothing_is_done(site: Site) -> None:
    assert Wire(site)("DELETE", CONNECTION).status == 204


def test_a_failed_write_shows_and_keeps_what_was_provisioned(site: Site) -> None:
    create_connection(site, connection_link(site, "one"), connection_link(site, "two"))
    site.call(lambda: site.faults.add("1", OperationFails(code="InternalServerError")))

    with pytest.raises(HttpResponseError):
        create_connection(site, connection_link(site, "one"))

    found: Any = site.client().vpn_connections.get(*WHERE)
    assert found.properties.provisioning_state == "Failed"
    assert len(seen(site)) == 2
