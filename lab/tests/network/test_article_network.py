"""The article's own site shows the article's own tables."""

from ipaddress import IPv4Address, IPv4Network

from lab.network.results import BgpPrefix, ConnectionStatus, EffectiveRoute, GatewayRoute
from lab.tests.network.article import GATEWAY, ONE, ROUTER, SPEAKER, TWO, Net


def test_both_tunnels_are_ready_with_their_front_and_inside_vrf(settled: Net) -> None:
    shown = [
        (
            session.session_id,
            str(session.local),
            str(session.remote),
            session.port,
            session.front_door,
            session.inside,
            (session.encryption, session.integrity, session.prf, session.group),
            session.lifetime_s,
        )
        for session in settled.model.ike_sessions(ROUTER)
    ]
    suite = ("aes-cbc-256", "sha1", "sha1", "2")
    assert shown == [
        (1, "172.16.0.5", "23.98.148.37", 4500, "", "OUTSIDE_ONE", suite, 86400),
        (2, "172.16.1.4", "23.98.148.37", 4500, "OUTSIDE_TWO", "OUTSIDE_TWO", suite, 86400),
    ]


def test_each_tunnel_has_a_child_of_its_own(settled: Net) -> None:
    children = [session.child for session in settled.model.ike_sessions(ROUTER)]
    assert [child and child.transform for child in children] == ["esp-aes 256 esp-sha-hmac"] * 2
    assert len({spi for child in children if child for spi in (child.spi_in, child.spi_out)}) == 4


def test_two_prefixes_are_received_in_each_outside_vrf(settled: Net) -> None:
    received = {
        vrf: [str(path.prefix) for path in settled.model.bgp_sessions(ROUTER, vrf)[0].received]
        for vrf in ("OUTSIDE_ONE", "OUTSIDE_TWO")
    }
    assert received == {
        "OUTSIDE_ONE": ["10.0.0.0/16", "172.16.1.4/32"],
        "OUTSIDE_TWO": ["10.0.0.0/16", "192.168.255.254/32"],
    }


def test_the_bgp_routes_are_the_articles(settled: Net) -> None:
    assert settled.routes("OUTSIDE_ONE") == {
        "10.0.0.0/16": ["10.0.255.254 (OUTSIDE_ONE) Tunnel0"],
        "172.16.0.0/16": ["172.16.2.1 (INSIDE_VRF) GigabitEthernet3"],
        "172.16.1.4/32": ["10.0.255.254 (OUTSIDE_ONE) Tunnel0"],
    }
    assert settled.routes("OUTSIDE_TWO") == {
        "10.0.0.0/16": ["10.0.255.254 (OUTSIDE_TWO) Tunnel1"],
        "172.16.0.0/16": ["172.16.2.1 (INSIDE_VRF) GigabitEthernet3"],
        "192.168.255.254/32": ["10.0.255.254 (OUTSIDE_TWO) Tunnel1"],
    }
    assert settled.routes("INSIDE_VRF") == {
        "10.0.0.0/16": [
            "10.0.255.254 (OUTSIDE_ONE) Tunnel0",
            "10.0.255.254 (OUTSIDE_TWO) Tunnel1",
        ],
        "172.16.1.4/32": ["10.0.255.254 (OUTSIDE_ONE) Tunnel0"],
        "192.168.255.254/32": ["10.0.255.254 (OUTSIDE_TWO) Tunnel1"],
    }


def test_a_route_from_azure_has_the_distance_and_as_path_of_ebgp(settled: Net) -> None:
    route = next(
        route
        for route in settled.model.routes(ROUTER, "INSIDE_VRF")
        if str(route.prefix) == "10.0.0.0/16"
    )
    assert (route.distance, route.metric, route.as_path) == (20, 0, (65515,))
    assert {path.from_peer for path in route.paths} == {SPEAKER}


def test_what_is_not_bgp_is_connected_local_or_static(settled: Net) -> None:
    shown = [
        (str(route.prefix), route.source, route.distance)
        for route in settled.model.routes(ROUTER, "OUTSIDE_TWO")
        if route.source != "bgp"
    ]
    assert shown == [
        ("10.0.255.254/32", "static", 1),
        ("23.98.148.37/32", "static", 1),
        ("172.16.1.0/24", "connected", 0),
        ("172.16.1.4/32", "local", 0),
    ]


def test_the_internal_network_is_advertised_to_azure(settled: Net) -> None:
    for vrf in ("OUTSIDE_ONE", "OUTSIDE_TWO"):
        assert settled.model.bgp_sessions(ROUTER, vrf)[0].advertised == (
            BgpPrefix(
                prefix=IPv4Network("172.16.0.0/16"),
                next_hop=IPv4Address("172.16.2.1"),
                as_path=(),
                origin="?",
                from_vrf="INSIDE_VRF",
                weight=32768,
                best=True,
            ),
        )


def test_azure_shows_both_connections_connected(settled: Net) -> None:
    shown = [settled.model.connection_status(GATEWAY, name) for name in (ONE, TWO)]
    assert [status.status for status in shown] == ["Connected", "Connected"]
    assert all(len(status.tunnels) == 1 for status in shown)
    assert isinstance(shown[0], ConnectionStatus)


def test_azure_shows_each_peer_connected_with_one_route(settled: Net) -> None:
    shown = [
        (str(row.local_address), str(row.neighbor), row.asn, row.state, row.routes_received)
        for row in settled.model.peer_status(GATEWAY)
    ]
    assert shown == [
        ("10.0.255.254", "192.168.255.254", 64900, "Connected", 1),
        ("10.0.255.254", "172.16.1.4", 64900, "Connected", 1),
    ]


def test_azure_learned_the_internal_network_from_both_tunnels(settled: Net) -> None:
    assert [_learned(row) for row in settled.model.learned_routes(GATEWAY)] == [
        "10.0.0.0/16 Network 10.0.255.254  32768 None",
        "172.16.1.4/32 Network 10.0.255.254  32768 None",
        "172.16.0.0/16 EBgp 172.16.1.4 64900 32768 172.16.1.4",
        "172.16.0.0/16 EBgp 192.168.255.254 64900 32768 192.168.255.254",
        "192.168.255.254/32 Network 10.0.255.254  32768 None",
    ]


def _learned(row: GatewayRoute) -> str:
    as_path = "-".join(str(asn) for asn in row.as_path)
    return f"{row.network} {row.origin} {row.source_peer} {as_path} {row.weight} {row.next_hop}"


def test_azure_advertises_its_network_and_the_other_tunnels_address(settled: Net) -> None:
    shown = [
        (str(row.network), str(row.next_hop), row.as_path)
        for row in settled.model.advertised_routes(GATEWAY, IPv4Address("172.16.1.4"))
    ]
    # The internal network goes out too: the router drops it for its own AS in the path.
    assert shown == [
        ("10.0.0.0/16", "10.0.255.254", (65515,)),
        ("172.16.0.0/16", "10.0.255.254", (65515, 64900)),
        ("192.168.255.254/32", "10.0.255.254", (65515,)),
    ]


def test_a_nic_has_a_route_to_the_internal_network_for_each_tunnel(settled: Net) -> None:
    assert [_effective(row) for row in settled.model.effective_routes(GATEWAY)] == [
        "Default Active 10.0.0.0/16 VnetLocal None",
        "VirtualNetworkGateway Active 192.168.255.254/32 VirtualNetworkGateway 23.98.148.37",
        "VirtualNetworkGateway Active 172.16.1.4/32 VirtualNetworkGateway 23.98.148.37",
        "VirtualNetworkGateway Active 172.16.0.0/16 VirtualNetworkGateway 23.98.148.37",
        "VirtualNetworkGateway Active 172.16.0.0/16 VirtualNetworkGateway 23.98.148.37",
        "Default Active 0.0.0.0/0 Internet None",
        "Default Active 10.0.0.0/8 None None",
        "Default Active 100.64.0.0/10 None None",
        "Default Active 192.168.0.0/16 None None",
        "Default Active 25.33.80.0/20 None None",
        "Default Active 25.41.3.0/25 None None",
    ]


def _effective(row: EffectiveRoute) -> str:
    return f"{row.source} {row.state} {row.prefix} {row.next_hop_type} {row.next_hop}"
