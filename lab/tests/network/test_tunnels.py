"""One thing wrong with a tunnel, and what is seen of it; the rest is the article's."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

from lab.network.views import GatewayView, IpsecPolicyView, RouterView, StaticRouteView
from lab.tests.network.article import (
    AZURE,
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
    item,
    keyring_peer,
    rerouted,
    tunnel,
    without,
    without_connection,
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
        why="no gateway at 23.98.148.38 on the Internet",
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
        view=rerouted("23.98.148.37/32", "172.16.1.9"),
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


def test_ios_has_a_policy_of_its_own_where_none_is_configured() -> None:
    as_ios_offers = replace(ARTICLE, ike_integrity="SHA384", dh_group="ECP256")
    net = make_net(
        replace(ROUTER_VIEW, policies={}),
        connection(TWO, connection(ONE, policy=as_ios_offers), policy=as_ios_offers),
    )
    net.clock.advance(30)
    assert net.tunnels_up() == BOTH
