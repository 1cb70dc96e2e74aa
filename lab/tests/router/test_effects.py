"""What follows from a line: what vanishes with it, and what the router says."""

import pytest

from lab.router.device import Router

BASE = [
    "ip vrf RED",
    "rd 1:1",
    "route-target both 1:1",
    "ip vrf BLUE",
    "rd 1:2",
    "interface GigabitEthernet2",
    "ip vrf forwarding RED",
    "ip address 192.0.2.1 255.255.255.0",
    "ip route vrf RED 10.0.0.0 255.0.0.0 GigabitEthernet2",
    "crypto ikev2 proposal P",
    "encryption aes-gcm-256",
    "prf sha384",
    "group 20",
    "crypto ikev2 policy POL",
    "proposal P",
    "crypto ikev2 keyring K",
    "peer C",
    "address 198.51.100.1",
    "pre-shared-key some-key",
    "crypto ikev2 profile P",
    "match identity remote address 198.51.100.1 255.255.255.255",
    "authentication remote pre-share",
    "authentication local pre-share",
    "keyring local K",
    "crypto ipsec transform-set T esp-gcm 256",
    "crypto ipsec profile P",
    "set transform-set T",
    "set ikev2-profile P",
    "interface Tunnel1",
    "ip vrf forwarding RED",
    "ip unnumbered GigabitEthernet2",
    "tunnel mode ipsec ipv4",
    "tunnel protection ipsec profile P",
    "router bgp 64900",
    "no bgp default ipv4-unicast",
    "address-family ipv4 vrf RED",
    "neighbor 10.0.255.4 remote-as 65515",
    "neighbor 10.0.255.4 ebgp-multihop 5",
    "neighbor 10.0.255.4 activate",
]

PROFILE_MUST = (
    "IKEv2 profile MUST have:\n"
    "   1. A local and a remote authentication method.\n"
    "   2. A match identity or a match certificate or match any statement."
)

NOTICES = [
    pytest.param(
        ["interface GigabitEthernet2", "ip vrf forwarding BLUE"],
        "% Interface GigabitEthernet2 IPv4 disabled and address(es) removed due to enabling"
        " VRF BLUE\n% The static routes in VRF RED with outgoing interface GigabitEthernet2"
        " will be removed",
        ["ip address 192.0.2.1", "ip route vrf RED"],
        id="interface to another VRF",
    ),
    pytest.param(
        ["interface GigabitEthernet2", "no ip vrf forwarding RED"],
        "% Interface GigabitEthernet2 IPv4 disabled and address(es) removed due to disabling"
        " VRF RED\n% The static routes in VRF RED with outgoing interface GigabitEthernet2"
        " will be removed",
        ["ip address 192.0.2.1", "ip route vrf RED"],
        id="interface out of its VRF",
    ),
    pytest.param(
        ["interface GigabitEthernet2", "ip vrf forwarding RED"], "", [], id="the same VRF again"
    ),
    pytest.param(
        ["no ip vrf RED"],
        "% IPv4 addresses from all interfaces in VRF RED have been removed",
        ["forwarding RED", "192.0.2.1", "ip route vrf RED", "ipv4 vrf RED", "unnumbered"],
        id="VRF removed",
    ),
    pytest.param(["ip vrf RED", "rd 1:9"], "", ["route-target"], id="another rd"),
    pytest.param(
        ["ip vrf RED", "no rd 1:1"],
        '% "rd 1:1" for VRF RED scheduled for deletion',
        ["route-target", "ipv4 vrf RED"],
        id="rd removed",
    ),
    pytest.param(
        ["router bgp 64900", "address-family ipv4 vrf RED", "no neighbor 10.0.255.4 remote-as 1"],
        "",
        ["neighbor 10.0.255.4"],
        id="neighbour without its AS",
    ),
    pytest.param(
        ["crypto ikev2 keyring K", "peer C", "address 198.51.100.2"],
        "",
        ["pre-shared-key"],
        id="peer with another address",
    ),
    pytest.param(
        ["crypto ikev2 keyring K", "peer C", "pre-shared-key local other"],
        "",
        ["pre-shared-key some-key"],
        id="keys for each way",
    ),
    pytest.param(
        ["interface Tunnel1", "ip address 192.0.3.1 255.255.255.0"],
        "",
        ["ip unnumbered"],
        id="own address instead of a borrowed one",
    ),
    pytest.param(
        ["interface Tunnel1", "no tunnel protection ipsec"],
        "",
        ["tunnel protection"],
        id="protection removed",
    ),
    pytest.param(
        ["crypto ikev2 policy POL", "proposal P"],
        "% Policy already has same proposal set",
        [],
        id="proposal again",
    ),
    pytest.param(
        ["crypto ikev2 profile P", "keyring local K"],
        "% Profile already contains this keyring",
        [],
        id="keyring again",
    ),
    pytest.param(
        ["crypto ikev2 profile P", "match identity remote address 198.51.100.1"],
        "% Already found same 'match identity' statement",
        [],
        id="identity again",
    ),
    pytest.param(["crypto ikev2 profile P"], "", [], id="complete profile entered"),
    pytest.param(["crypto ikev2 profile Q"], PROFILE_MUST, [], id="new profile"),
    pytest.param(
        ["crypto ikev2 policy Q"],
        "IKEv2 policy MUST have atleast one complete proposal attached ",
        [],
        id="new policy",
    ),
    pytest.param(
        ["no ip route vrf RED 10.9.0.0 255.255.0.0 192.0.2.2"],
        "%No matching route to delete",
        [],
        id="absent route",
    ),
]

IN_USE = (
    "% Transform-set is in use by:\n    crypto ipsec profile P\n"
    "% first remove the set from the above"
)
REFUSALS = [
    (["ip vrf BLUE", "rd 1:1"], "% RD 1:1 already in use by VRF RED"),
    (
        ["interface Tunnel1", "ip vrf forwarding NONE"],
        "% VRF NONE not configured, invalid vrf name",
    ),
    (
        ["router bgp 64900", "address-family ipv4 vrf NONE"],
        "% VRF NONE does not exist or does not have a RD.",
    ),
    (["router bgp 65000"], "BGP is already running; AS is 64900"),
    (
        ["router bgp 64900", "address-family ipv4 vrf RED", "neighbor 10.9.9.9 activate"],
        "% Specify remote-as or peer-group commands first",
    ),
    (
        ["no crypto ipsec transform-set T"],
        IN_USE,
    ),
    (["ip route 10.0.0.1 255.0.0.0 192.0.2.9"], "%Inconsistent address and mask"),
    (["no interface GigabitEthernet2"], "% Removal of physical interfaces is not permitted"),
]


@pytest.fixture
def site(router: Router) -> Router:
    router.type_lines(BASE, "console")
    return router


@pytest.mark.parametrize(("lines", "notice", "gone"), NOTICES)
def test_a_line_has_its_notice_and_its_consequences(
    site: Router, lines: list[str], notice: str, gone: list[str]
) -> None:
    assert site.type_lines(lines, "console")[-1] == notice
    assert [text for text in gone if text in site.running_text()] == []


@pytest.mark.parametrize(("lines", "refusal"), REFUSALS)
def test_a_refused_line_changes_nothing(site: Router, lines: list[str], refusal: str) -> None:
    before = site.running_text()
    assert site.type_lines(lines, "console")[-1] == refusal
    assert site.running_text() == before


def test_a_removal_from_the_top_down_is_never_refused(site: Router) -> None:
    replies = site.type_lines(
        [
            "interface Tunnel1",
            "no tunnel protection ipsec profile P",
            "no interface Tunnel1",
            "no crypto ipsec profile P",
            "no crypto ikev2 profile P",
            "no crypto ikev2 policy POL",
            "no crypto ikev2 keyring K",
            "no crypto ikev2 proposal P",
            "no crypto ipsec transform-set T",
        ],
        "console",
    )
    assert replies == [""] * len(replies)
    assert "crypto" not in site.running_text()


def test_a_new_neighbour_is_active_unless_the_default_is_off(router: Router) -> None:
    router.type_lines(
        [
            "ip vrf V",
            "rd 1:1",
            "router bgp 65001",
            "address-family ipv4 vrf V",
            "neighbor 192.0.2.9 remote-as 65002",
        ],
        "console",
    )
    assert "  neighbor 192.0.2.9 activate\n" in router.running_text()
