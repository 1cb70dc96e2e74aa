"""One thing wrong, and what is seen of it; everything else is the article's."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

from lab.network.views import (
    GatewayView,
    InterfaceView,
    IpsecPolicyView,
    PrefixRuleView,
    RouteMapRuleView,
    RouterView,
    StaticRouteView,
)
from lab.tests.network.article import (
    AZURE,
    GATEWAY,
    GATEWAY_VIEW,
    ONE,
    ROUTER,
    ROUTER_VIEW,
    SPEAKER,
    TWO,
    make_net,
)
from lab.tests.network.changes import (
    connection,
    family,
    item,
    keyring_peer,
    neighbor,
    tunnel,
    without,
    without_connection,
    without_family,
    without_route,
)

BOTH = {"Tunnel0", "Tunnel1"}
UP = "up"
PROFILE_TWO = "VRF_OUTSIDE_TWO_PROFILE"
STRONG = IpsecPolicyView(
    sa_lifetime_s=27000,
    sa_data_size_kb=102400000,
    ipsec_encryption="GCMAES256",
    ipsec_integrity="GCMAES256",
    ike_encryption="GCMAES256",
    ike_integrity="SHA384",
    dh_group="ECP384",
    pfs_group="ECP384",
)
# What the article's router offers, as a custom policy.
ARTICLE = IpsecPolicyView(
    sa_lifetime_s=27000,
    sa_data_size_kb=102400000,
    ipsec_encryption="AES256",
    ipsec_integrity="SHA1",
    ike_encryption="AES256",
    ike_integrity="SHA1",
    dh_group="DHGroup2",
    pfs_group="None",
)


@dataclass(frozen=True, kw_only=True)
class TunnelCase:
    """Tunnel1 is what breaks, unless `up` says otherwise; `why` is its reason."""

    id: str
    view: RouterView | GatewayView
    why: str
    up: frozenset[str] = frozenset({"Tunnel0"})
    of: str = "Tunnel1"


def _second_route(prefix: str, next_hop: str) -> RouterView:
    route = StaticRouteView(
        vrf="OUTSIDE_TWO", prefix=IPv4Network(prefix), next_hop=IPv4Address(next_hop)
    )
    kept = without_route("OUTSIDE_TWO", prefix)
    return replace(kept, static_routes=(*kept.static_routes, route))


def _into_itself() -> RouterView:
    route = StaticRouteView(vrf="OUTSIDE_TWO", prefix=IPv4Network(AZURE), interface="Tunnel1")
    kept = without_route("OUTSIDE_TWO", "23.98.148.37/32")
    return replace(kept, static_routes=(*kept.static_routes, route))


def _second_uplink_in_one_front_door() -> RouterView:
    """Put a third tunnel's source beside GigabitEthernet1, which the default route leaves by."""
    view = tunnel("Tunnel1", front_door="")
    view = item("interfaces", "GigabitEthernet2", view, vrf="")
    view = item("ikev2_profiles", PROFILE_TWO, view, front_door="")
    view = item("policies", "VRF_OUTSIDE_TWO_POLICY", view, front_door="")
    view = item("interfaces", "Tunnel1", view, unnumbered=None)
    return item("interfaces", "Tunnel1", view, address=IPv4Interface("172.16.9.9/32"))


TUNNEL_CASES = [
    TunnelCase(
        id="wrong key in the keyring",
        view=keyring_peer(local_key="other", remote_key="other"),
        why="authentication failed: the pre-shared keys differ",
        up=frozenset(),
    ),
    TunnelCase(
        id="wrong key in one direction",
        view=keyring_peer(remote_key="other"),
        why="authentication failed: the pre-shared keys differ",
        up=frozenset(),
    ),
    TunnelCase(
        id="wrong key at Azure",
        view=connection(TWO, key="other"),
        why="authentication failed: the pre-shared keys differ",
    ),
    TunnelCase(
        id="keyring peer has another address",
        view=keyring_peer(address=IPv4Network("23.98.148.38")),
        why="keyring AZURE_KEYRING has no key for 23.98.148.37",
        up=frozenset(),
    ),
    TunnelCase(
        id="keyring missing",
        view=without("keyrings", "AZURE_KEYRING"),
        why="keyring AZURE_KEYRING has no key for 23.98.148.37",
        up=frozenset(),
    ),
    TunnelCase(
        id="IKEv2 profile without its fvrf",
        view=item("ikev2_profiles", PROFILE_TWO, front_door=""),
        why=f"IKEv2 profile {PROFILE_TWO} matches fvrf global, not OUTSIDE_TWO",
    ),
    TunnelCase(
        id="IKEv2 profile matches another interface",
        view=item("ikev2_profiles", PROFILE_TWO, local_interfaces=("GigabitEthernet1",)),
        why=f"IKEv2 profile {PROFILE_TWO} does not match GigabitEthernet2 172.16.1.4",
    ),
    TunnelCase(
        id="IKEv2 profile names another identity",
        view=item("ikev2_profiles", PROFILE_TWO, remote_identities=(IPv4Network(SPEAKER),)),
        why=f"IKEv2 profile {PROFILE_TWO} does not name remote identity 23.98.148.37",
    ),
    TunnelCase(
        id="IKEv2 profile without local authentication",
        view=item("ikev2_profiles", PROFILE_TWO, authentication_local=None),
        why=f"IKEv2 profile {PROFILE_TWO} is incomplete",
    ),
    TunnelCase(
        id="IKEv2 profile authenticates by certificate",
        view=item("ikev2_profiles", PROFILE_TWO, authentication_local="rsa-sig"),
        why=f"IKEv2 profile {PROFILE_TWO} does not authenticate by pre-share",
    ),
    TunnelCase(
        id="IKEv2 profile missing",
        view=without("ikev2_profiles", PROFILE_TWO),
        why=f"IKEv2 profile {PROFILE_TWO} of {PROFILE_TWO} is not there",
    ),
    TunnelCase(
        id="IPsec profile missing",
        view=without("ipsec_profiles", PROFILE_TWO),
        why=f"IPsec profile {PROFILE_TWO} is not there",
    ),
    TunnelCase(
        id="policy without its fvrf falls back to IOS's own",
        view=item("policies", "VRF_OUTSIDE_TWO_POLICY", front_door=""),
        why="no IKEv2 proposal in common (router policy default)",
    ),
    TunnelCase(
        id="policy for another local address falls back to IOS's own",
        view=item(
            "policies", "VRF_OUTSIDE_TWO_POLICY", local_addresses=(IPv4Address("172.16.1.5"),)
        ),
        why="no IKEv2 proposal in common (router policy default)",
    ),
    TunnelCase(
        id="proposal missing",
        view=without("proposals", "AZURE_PROPOSAL"),
        why="no IKEv2 proposal in common (router policy default)",
        up=frozenset(),
    ),
    TunnelCase(
        id="proposal without a group is incomplete",
        view=item("proposals", "AZURE_PROPOSAL", groups=()),
        why="no IKEv2 proposal in common (router policy default)",
        up=frozenset(),
    ),
    TunnelCase(
        id="proposal with another group",
        view=item("proposals", "AZURE_PROPOSAL", groups=("20",)),
        why="no IKEv2 proposal in common (router policy VRF_OUTSIDE_TWO_POLICY)",
        up=frozenset(),
    ),
    TunnelCase(
        id="Azure's own policy is another",
        view=connection(TWO, policy=STRONG),
        why="no IKEv2 proposal in common (router policy VRF_OUTSIDE_TWO_POLICY)",
    ),
    TunnelCase(
        id="transform set is another",
        view=item("transform_sets", "AZURE_IPSEC_PROPOSAL", transforms=("esp-gcm 128",)),
        why=f"no transform in common (IPsec profile {PROFILE_TWO})",
        up=frozenset(),
    ),
    TunnelCase(
        id="transform set missing",
        view=without("transform_sets", "AZURE_IPSEC_PROPOSAL"),
        why=f"no transform in common (IPsec profile {PROFILE_TWO})",
        up=frozenset(),
    ),
    TunnelCase(
        id="Azure's IPsec integrity is another",
        view=connection(TWO, policy=replace(ARTICLE, ipsec_integrity="SHA256")),
        why=f"no transform in common (IPsec profile {PROFILE_TWO})",
    ),
    TunnelCase(
        id="tunnel shut down",
        view=item("interfaces", "Tunnel1", shutdown=True),
        why="the tunnel interface is shut down",
    ),
    TunnelCase(
        id="tunnel in the mode of a new interface",
        view=tunnel("Tunnel1", mode="gre ip"),
        why="tunnel mode is gre ip",
        up=frozenset({"Tunnel0", "Tunnel1"}),
    ),
    TunnelCase(
        id="tunnel without an address",
        view=item("interfaces", "Tunnel1", unnumbered=None),
        why="the tunnel interface has no address",
    ),
    TunnelCase(
        id="tunnel without protection",
        view=tunnel("Tunnel1", ipsec_profile=None),
        why="tunnel destination or tunnel protection is missing",
    ),
    TunnelCase(
        id="tunnel to another address",
        view=tunnel("Tunnel0", destination=IPv4Address("23.98.148.38")),
        why="no gateway at 23.98.148.38",
        up=frozenset({"Tunnel1"}),
        of="Tunnel0",
    ),
    TunnelCase(
        id="tunnel vrf missing",
        view=tunnel("Tunnel1", front_door=""),
        why="tunnel source GigabitEthernet2 is in VRF OUTSIDE_TWO, tunnel vrf is global",
    ),
    TunnelCase(
        id="source shut down",
        view=item("interfaces", "GigabitEthernet2", shutdown=True),
        why="tunnel source GigabitEthernet2 is down or not there",
    ),
    TunnelCase(
        id="source lost its address with its VRF",
        view=item("interfaces", "GigabitEthernet1", address=None),
        why="tunnel source GigabitEthernet1 has no address",
        up=frozenset({"Tunnel1"}),
        of="Tunnel0",
    ),
    TunnelCase(
        id="no route to Azure in the front door",
        view=without_route("OUTSIDE_TWO", "23.98.148.37/32"),
        why="no route to 23.98.148.37 in VRF OUTSIDE_TWO",
    ),
    TunnelCase(
        id="next hop that nobody answers for",
        view=_second_route("23.98.148.37/32", "172.16.1.9"),
        why="nobody answers at next hop 172.16.1.9 on GigabitEthernet2",
    ),
    TunnelCase(
        id="destination routed into the tunnel itself",
        view=_into_itself(),
        why="23.98.148.37 is routed into the tunnel itself",
    ),
    TunnelCase(
        id="second uplink in one front door",
        view=_second_uplink_in_one_front_door(),
        why="the provider on GigabitEthernet1 drops packets from 172.16.1.4: not its address",
    ),
    TunnelCase(
        id="uplink with another address than the provider gave",
        view=item("interfaces", "GigabitEthernet2", address=IPv4Interface("172.16.1.7/24")),
        why="the provider on GigabitEthernet2 drops packets from 172.16.1.7: not its address",
    ),
    TunnelCase(
        id="no connection",
        view=without_connection(TWO),
        why="no connection to 198.51.100.11 in azure-vng",
    ),
    TunnelCase(
        id="local network gateway with the private address",
        view=connection(TWO, peer_address=IPv4Address("172.16.1.4")),
        why="no connection to 198.51.100.11 in azure-vng",
    ),
    TunnelCase(
        id="connection speaks IKEv1",
        view=connection(TWO, protocol="IKEv1"),
        why="Azure speaks IKEv1 with 198.51.100.11",
    ),
    TunnelCase(
        id="second tunnel with the same ends",
        view=replace(
            ROUTER_VIEW,
            interfaces={
                **ROUTER_VIEW.interfaces,
                "Tunnel2": replace(ROUTER_VIEW.interfaces["Tunnel1"], name="Tunnel2"),
            },
        ),
        why="same source and destination as Tunnel1",
        up=frozenset(BOTH),
        of="Tunnel2",
    ),
]


@pytest.mark.parametrize("case", TUNNEL_CASES, ids=lambda case: case.id)
def test_a_tunnel_does_not_come_up(case: TunnelCase) -> None:
    router = case.view if isinstance(case.view, RouterView) else ROUTER_VIEW
    gateway = case.view if isinstance(case.view, GatewayView) else GATEWAY_VIEW
    net = make_net(router, gateway)
    net.clock.advance(30)
    assert (net.model.why(ROUTER, case.of), net.tunnels_up()) == (case.why, set(case.up))


HARMLESS = [
    ("policy for any front door", item("policies", "VRF_OUTSIDE_TWO_POLICY", front_door="any")),
    (
        "policy without an address",
        item("policies", "VRF_OUTSIDE_TWO_POLICY", local_addresses=()),
    ),
    ("profile for any front door", item("ikev2_profiles", PROFILE_TWO, front_door="any")),
    ("profile without an interface", item("ikev2_profiles", PROFILE_TWO, local_interfaces=())),
    (
        "profile for any identity",
        item("ikev2_profiles", PROFILE_TWO, remote_identities=(IPv4Network("0.0.0.0/0"),)),
    ),
    ("keyring peer for any address", keyring_peer(address=IPv4Network("0.0.0.0/0"))),
    ("tunnel source by its address", tunnel("Tunnel1", source="172.16.1.4")),
    (
        "transforms in another order",
        item("transform_sets", "AZURE_IPSEC_PROPOSAL", transforms=("esp-sha-hmac", "esp-aes 256")),
    ),
    (
        "private address as identity",
        item("ikev2_profiles", PROFILE_TWO, local_identity=IPv4Address("172.16.1.4")),
    ),
    ("Azure's policy written out", connection(TWO, policy=ARTICLE)),
    ("other lifetimes", item("ipsec_profiles", PROFILE_TWO, lifetime_s=28800, lifetime_kb=None)),
]


@pytest.mark.parametrize(("_name", "view"), HARMLESS, ids=[name for name, _ in HARMLESS])
def test_what_agrees_in_other_words_comes_up(_name: str, view: RouterView | GatewayView) -> None:
    router = view if isinstance(view, RouterView) else ROUTER_VIEW
    gateway = view if isinstance(view, GatewayView) else GATEWAY_VIEW
    net = make_net(router, gateway)
    net.clock.advance(30)
    assert (net.tunnels_up(), len(net.established())) == (BOTH, 2)


@dataclass(frozen=True, kw_only=True)
class SessionCase:
    """The session of OUTSIDE_TWO is what breaks, its tunnel being up."""

    id: str
    view: RouterView | GatewayView
    why: str
    state: str


def _apipa_peer() -> GatewayView:
    return connection(TWO, peer_bgp_address=IPv4Address("169.254.100.1"))


LOOPBACK = InterfaceView(name="Loopback9", address=IPv4Interface("10.9.9.9/32"))

SESSION_CASES = [
    SessionCase(
        id="not activated",
        view=neighbor("OUTSIDE_TWO", activated=False),
        why="the neighbour is not activated",
        state="Idle",
    ),
    SessionCase(
        id="shut down",
        view=neighbor("OUTSIDE_TWO", shutdown=True),
        why="the neighbour is shut down",
        state="Idle (Admin)",
    ),
    SessionCase(
        id="no ebgp-multihop",
        view=neighbor("OUTSIDE_TWO", multihop=1),
        why="the neighbour is not directly connected and has no ebgp-multihop",
        state="Idle",
    ),
    SessionCase(
        id="wrong remote-as",
        view=neighbor("OUTSIDE_TWO", remote_as=65514),
        why="remote-as is 65514, the gateway is in AS 65515",
        state="Active",
    ),
    SessionCase(
        id="update-source in another VRF",
        view=neighbor("OUTSIDE_TWO", update_source="GigabitEthernet1"),
        why="update-source GigabitEthernet1 has no address in VRF OUTSIDE_TWO",
        state="Idle",
    ),
    SessionCase(
        id="no route to the speaker",
        view=without_route("OUTSIDE_TWO", "10.0.255.254/32"),
        why="no route to 10.0.255.254 in VRF OUTSIDE_TWO",
        state="Idle",
    ),
    SessionCase(
        id="speaker routed to the provider",
        view=_second_route("10.0.255.254/32", "172.16.1.1"),
        why="10.0.255.254 leaves by GigabitEthernet2, which is no live tunnel",
        state="Idle",
    ),
    SessionCase(
        id="VRF without a route distinguisher",
        view=item("vrfs", "OUTSIDE_TWO", rd=None),
        why="VRF OUTSIDE_TWO is not there or has no route distinguisher",
        state="Idle",
    ),
    SessionCase(
        id="BGP not enabled on the connection",
        view=connection(TWO, enable_bgp=False),
        why="BGP is not enabled on the connection",
        state="Active",
    ),
    SessionCase(
        id="local network gateway with another BGP address",
        view=connection(TWO, peer_bgp_address=IPv4Address("172.16.1.5")),
        why="Azure expects the peer 172.16.1.5, the router comes from 172.16.1.4",
        state="Active",
    ),
    SessionCase(
        id="local network gateway with another AS",
        view=connection(TWO, peer_asn=64901),
        why="Azure expects AS 64901, the router is in 64900",
        state="Active",
    ),
    SessionCase(
        id="APIPA peer of a gateway without APIPA",
        view=_apipa_peer(),
        why="Azure expects the peer 169.254.100.1, the router comes from 172.16.1.4",
        state="Active",
    ),
]


@pytest.mark.parametrize("case", SESSION_CASES, ids=lambda case: case.id)
def test_a_session_does_not_stand(case: SessionCase) -> None:
    router = case.view if isinstance(case.view, RouterView) else ROUTER_VIEW
    gateway = case.view if isinstance(case.view, GatewayView) else GATEWAY_VIEW
    net = make_net(router, gateway)
    net.clock.advance(30)
    (session,) = net.model.bgp_sessions(ROUTER, "OUTSIDE_TWO")
    assert net.tunnels_up() == BOTH
    assert net.established() == {("OUTSIDE_ONE", "10.0.255.254")}
    assert (session.state, session.since) == (case.state, None)
    assert net.model.why_not_established(ROUTER, "OUTSIDE_TWO", SPEAKER) == case.why


ONE_PATH = ["10.0.255.254 (OUTSIDE_ONE) Tunnel0"]
OTHER_PATH = ["10.0.255.254 (OUTSIDE_TWO) Tunnel1"]


def _route_map(*rules: RouteMapRuleView) -> RouterView:
    view = neighbor("OUTSIDE_TWO", route_map_in="IN")
    return replace(view, route_maps={"IN": rules})


def _prefix_list(
    *rules: PrefixRuleView, inward: str | None = None, outward: str | None = None
) -> RouterView:
    view = neighbor("OUTSIDE_TWO", prefix_list_in=inward, prefix_list_out=outward)
    return replace(view, prefix_lists={"LIST": rules})


HOSTS_REFUSED = PrefixRuleView(
    sequence=5, permit=True, prefix=IPv4Network("0.0.0.0/0"), ge=1, le=31
)

# The routes of INSIDE_VRF by prefix, where all tunnels and sessions are up.
ROUTE_CASES: list[tuple[str, RouterView, dict[str, list[str]]]] = [
    (
        "no maximum-paths in the inside VRF",
        family("INSIDE_VRF", maximum_paths=1),
        {
            "10.0.0.0/16": ONE_PATH,
            "172.16.1.4/32": ONE_PATH,
            "192.168.255.254/32": OTHER_PATH,
        },
    ),
    (
        "inside VRF does not import an outside VRF",
        item("vrfs", "INSIDE_VRF", rt_import=frozenset({"64900:1"})),
        {"10.0.0.0/16": ONE_PATH, "172.16.1.4/32": ONE_PATH},
    ),
    (
        "outside VRF does not export",
        item("vrfs", "OUTSIDE_TWO", rt_export=frozenset()),
        {"10.0.0.0/16": ONE_PATH, "172.16.1.4/32": ONE_PATH},
    ),
    ("no address family for the inside VRF", without_family("INSIDE_VRF"), {}),
    (
        "inbound prefix list refuses host routes",
        _prefix_list(HOSTS_REFUSED, inward="LIST"),
        {"10.0.0.0/16": [*ONE_PATH, *OTHER_PATH], "172.16.1.4/32": ONE_PATH},
    ),
    (
        "inbound route map denies everything",
        _route_map(RouteMapRuleView(sequence=10, permit=False)),
        {"10.0.0.0/16": ONE_PATH, "172.16.1.4/32": ONE_PATH},
    ),
    (
        "inbound route map prepends: the path is longer",
        _route_map(RouteMapRuleView(sequence=10, permit=True, prepend=(65515,))),
        {
            "10.0.0.0/16": ONE_PATH,
            "172.16.1.4/32": ONE_PATH,
            "192.168.255.254/32": OTHER_PATH,
        },
    ),
    (
        "static route in the inside VRF keeps the route out",
        replace(
            ROUTER_VIEW,
            static_routes=(
                *ROUTER_VIEW.static_routes,
                StaticRouteView(
                    vrf="INSIDE_VRF",
                    prefix=IPv4Network("10.0.0.0/16"),
                    next_hop=IPv4Address("172.16.2.1"),
                ),
            ),
        ),
        {"172.16.1.4/32": ONE_PATH, "192.168.255.254/32": OTHER_PATH},
    ),
]


@pytest.mark.parametrize(
    ("_name", "view", "expected"), ROUTE_CASES, ids=[name for name, _, _ in ROUTE_CASES]
)
def test_everything_is_up_and_the_inside_routes_are_others(
    _name: str, view: RouterView, expected: dict[str, list[str]]
) -> None:
    net = make_net(view)
    net.clock.advance(30)
    assert (net.tunnels_up(), len(net.established())) == (BOTH, 2)
    assert net.routes("INSIDE_VRF") == expected


ADVERTISED: list[tuple[str, RouterView, list[str]]] = [
    ("nothing redistributed", family("INSIDE_VRF", redistribute=frozenset()), []),
    (
        "inside route is not there",
        item("interfaces", "GigabitEthernet3", shutdown=True),
        [],
    ),
    (
        "outside VRF does not import the inside VRF",
        item("vrfs", "OUTSIDE_TWO", rt_import=frozenset()),
        [],
    ),
    (
        "connected networks too",
        family("INSIDE_VRF", redistribute=frozenset({"static", "connected"})),
        ["172.16.0.0/16", "172.16.2.0/24"],
    ),
    (
        "a network statement",
        family("INSIDE_VRF", redistribute=frozenset(), networks=(IPv4Network("172.16.2.0/24"),)),
        ["172.16.2.0/24"],
    ),
    (
        "outbound prefix list without the prefix",
        _prefix_list(
            PrefixRuleView(sequence=5, permit=True, prefix=IPv4Network("172.17.0.0/16")),
            outward="LIST",
        ),
        [],
    ),
]


@pytest.mark.parametrize(
    ("_name", "view", "expected"), ADVERTISED, ids=[name for name, _, _ in ADVERTISED]
)
def test_what_reaches_azure_over_one_session(
    _name: str, view: RouterView, expected: list[str]
) -> None:
    net = make_net(view)
    net.clock.advance(30)
    (session,) = net.model.bgp_sessions(ROUTER, "OUTSIDE_TWO")
    assert [str(path.prefix) for path in session.advertised] == expected
    learned = {
        str(row.network)
        for row in net.model.learned_routes(GATEWAY)
        if str(row.source_peer) == "172.16.1.4"
    }
    assert learned == set(expected)


def test_the_tunnel_of_a_connection_that_breaks_leaves_the_other_one_alone() -> None:
    net = make_net(gateway=connection(ONE, key="other"))
    net.clock.advance(30)
    assert net.tunnels_up() == {"Tunnel1"}
    assert net.routes("INSIDE_VRF") == {"10.0.0.0/16": OTHER_PATH}
