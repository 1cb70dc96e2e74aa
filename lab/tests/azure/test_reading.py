"""Reads and actions: the gateway, its peers and routes, lists in pages, tokens."""

import re
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError

from lab.azure.shapes import time_span
from lab.network.results import EffectiveRoute, GatewayRoute, PeerStatus
from lab.tests.azure.simulated import GROUP, Site, create_connection, create_local, local_body

SPEAKER = IPv4Address("10.0.255.254")
PEERS = (IPv4Address("192.168.255.254"), IPv4Address("172.16.1.4"))


def learned(peer: IPv4Address) -> GatewayRoute:
    return GatewayRoute(
        local_address=SPEAKER,
        network=IPv4Network("172.16.0.0/16"),
        next_hop=peer,
        source_peer=peer,
        origin="EBgp",
        as_path=(64900, 64901),
        weight=32768,
    )


def test_the_gateway_stands_already(site: Site) -> None:
    shown = site.client().virtual_network_gateways.get(GROUP, "Azure-VNG").as_dict()
    configuration = f"{shown['id']}/ipConfigurations/vnetGatewayConfig0"

    assert shown["properties"]["bgpSettings"] == {
        "asn": 65515,
        "bgpPeeringAddress": "10.0.255.254",
        "peerWeight": 0,
        "bgpPeeringAddresses": [
            {
                "ipconfigurationId": configuration,
                "defaultBgpIpAddresses": ["10.0.255.254"],
                "customBgpIpAddresses": [],
                "tunnelIpAddresses": ["23.98.148.37"],
            }
        ],
    }
    assert [one.name for one in site.client().virtual_network_gateways.list(GROUP)] == ["azure-vng"]


def test_peers_are_shown_with_the_time_they_are_up(site: Site) -> None:
    site.freeze()
    since = site.azure.clock.now() - 800_000.5
    states = [("Connected", since, 1), ("Connecting", None, 0)]
    site.network.peers = tuple(
        PeerStatus(
            local_address=SPEAKER,
            neighbor=peer,
            asn=64900,
            state=state,
            since=up_since,
            routes_received=routes,
            messages_sent=2,
            messages_received=3,
        )
        for peer, (state, up_since, routes) in zip(PEERS, states, strict=True)
    )
    site.call(lambda: site.azure.clock.set_speed(1000))
    gateways = site.client().virtual_network_gateways

    everyone = gateways.begin_get_bgp_peer_status(GROUP, "azure-vng").result().value
    one = gateways.begin_get_bgp_peer_status(GROUP, "azure-vng", peer=str(PEERS[1])).result().value

    assert everyone is not None
    assert one is not None
    assert [(row.neighbor, row.state, row.routes_received) for row in everyone] == [
        ("192.168.255.254", "Connected", 1),
        ("172.16.1.4", "Connecting", 0),
    ]
    assert re.fullmatch(r"9\.06:\d\d:\d\d\.\d{7}", str(everyone[0].connected_duration))
    assert [(row.neighbor, row.connected_duration) for row in one] == [("172.16.1.4", None)]


def test_routes_are_shown_as_azure_words_them(site: Site) -> None:
    site.network.learned = tuple(learned(peer) for peer in PEERS)
    site.network.advertised = (learned(SPEAKER),)
    site.network.effective = (
        EffectiveRoute(
            source="VirtualNetworkGateway",
            state="Active",
            prefix=IPv4Network("172.16.0.0/16"),
            next_hop_type="VirtualNetworkGateway",
            next_hop=IPv4Address("23.98.148.37"),
        ),
        EffectiveRoute(
            source="Default",
            state="Active",
            prefix=IPv4Network("10.0.0.0/16"),
            next_hop_type="VnetLocal",
            next_hop=None,
        ),
    )
    client = site.client()
    gateways = client.virtual_network_gateways

    routes = gateways.begin_get_learned_routes(GROUP, "azure-vng").result().as_dict()
    sent = gateways.begin_get_advertised_routes(GROUP, "azure-vng", peer=str(PEERS[0])).result()
    nics = client.network_interfaces
    effective: dict[str, Any] = (
        nics.begin_get_effective_route_table(GROUP, "azure-vm961").result().as_dict()
    )

    assert routes["value"][0] == {
        "localAddress": "10.0.255.254",
        "network": "172.16.0.0/16",
        "nextHop": "192.168.255.254",
        "sourcePeer": "192.168.255.254",
        "origin": "EBgp",
        "asPath": "64900-64901",
        "weight": 32768,
    }
    assert [one.source_peer for one in sent.value or []] == ["10.0.255.254"]
    assert effective["value"] == [
        {
            "source": "VirtualNetworkGateway",
            "state": "Active",
            "addressPrefix": ["172.16.0.0/16"],
            "nextHopType": "VirtualNetworkGateway",
            "nextHopIpAddress": ["23.98.148.37"],
        },
        {
            "source": "Default",
            "state": "Active",
            "addressPrefix": ["10.0.0.0/16"],
            "nextHopType": "VnetLocal",
            "nextHopIpAddress": [],
        },
    ]
    assert nics.get(GROUP, "azure-vm961").name == "azure-vm961"


def test_a_reset_takes_the_connection_down_while_it_runs(site: Site) -> None:
    create_local(site)
    create_connection(site)
    site.freeze()
    connections = site.client().virtual_network_gateway_connections

    connections.begin_reset_connection(GROUP, "c1", polling=False)
    down = site.azure.gateways["azure-vng"].view().connections
    site.advance(10)

    assert down == ()
    assert len(site.azure.gateways["azure-vng"].view().connections) == 1


def test_ike_sas_are_a_text_of_json(site: Site) -> None:
    create_local(site)
    create_connection(site)

    shown: Any = (
        site.client().virtual_network_gateway_connections.begin_get_ike_sas(GROUP, "c1").result()
    )

    assert shown == '{"Status":"Successful","Data":null}'


def test_lists_come_in_pages(site: Site) -> None:
    names = [f"local-{number:02}" for number in range(12)]
    for number, name in enumerate(names):
        create_local(site, name, local_body(f"198.51.100.{number}", f"10.9.9.{number}"))

    pages = site.client().local_network_gateways.list(GROUP).by_page()

    assert [[one.name for one in page] for page in pages] == [names[:5], names[5:10], names[10:]]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "00:00:00"),
        (59.5, "00:00:59.5000000"),
        (11_488.0193520, "03:11:28.0193520"),
        (86_400 * 9 + 7 * 3600, "9.07:00:00"),
    ],
)
def test_durations_are_time_spans(seconds: float, text: str) -> None:
    assert time_span(seconds) == text


def test_a_wrong_client_secret_is_refused(site: Site) -> None:
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        list(site.client("not-the-secret").local_network_gateways.list(GROUP))


def token_of(site: Site, kind: str) -> str | None:
    tokens = {
        "none": None,
        "expired": site.tokens.issue(site.base, lifetime_s=-1),
        "foreign": site.tokens.issue("https://vault.azure.net"),
        "forged": site.tokens.issue(site.base)[:-4] + "AAAA",
        "noise": "noise",
        "good": site.tokens.issue(site.base),
        "public cloud": site.tokens.issue("https://management.azure.com"),
    }
    return tokens[kind]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("none", (401, "AuthenticationFailed")),
        ("expired", (401, "ExpiredAuthenticationToken")),
        ("foreign", (401, "InvalidAuthenticationTokenAudience")),
        ("forged", (401, "InvalidAuthenticationToken")),
        ("noise", (401, "InvalidAuthenticationToken")),
        ("good", (200, None)),
        ("public cloud", (200, None)),
    ],
)
def test_a_call_needs_a_token_for_this_cloud(
    site: Site, kind: str, expected: tuple[int, str | None]
) -> None:
    status, body = site.send("GET", "/subscriptions?api-version=2024-05-01", token_of(site, kind))

    assert (status, body.get("error", {}).get("code")) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/subscriptions", (400, "MissingApiVersionParameter")),
        ("/subscriptions/other?api-version=2024-05-01", (404, "SubscriptionNotFound")),
        ("{sub}/resourceGroups/other?api-version=2024-05-01", (404, "ResourceGroupNotFound")),
        ("{sub}/RESOURCEGROUPS/VPN-Testing?api-version=2024-05-01", (200, None)),
        (
            "{sub}/resourceGroups/vpn-testing/providers/x?api-version=2024-05-01",
            (404, "InvalidResourceType"),
        ),
    ],
)
def test_paths_and_versions(site: Site, path: str, expected: tuple[int, str | None]) -> None:
    path = path.replace("{sub}", f"/subscriptions/{site.world.subscription}")

    status, body = site.send("GET", path, site.tokens.issue(site.base))

    assert (status, body.get("error", {}).get("code")) == expected


def test_the_peer_of_advertised_routes_is_required(site: Site) -> None:
    token = site.tokens.issue(site.base)
    path = f"{site.id_of('virtualNetworkGateways/azure-vng')}/getAdvertisedRoutes"

    assert site.send("POST", f"{path}?api-version=2024-05-01", token)[0] == 400


def test_the_request_log_holds_neither_bodies_nor_tokens(site: Site) -> None:
    create_local(site)
    create_connection(site, sharedKey="azure123")
    connections = site.client().virtual_network_gateway_connections
    connections.begin_set_shared_key(GROUP, "c1", {"value": "second2"}).result()

    log = str(site.events.since(0))

    assert "'method': 'PUT'" in log
    assert not any(secret in log for secret in ("azure123", "second2", "Bearer", "client-secret"))
