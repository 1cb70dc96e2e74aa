"""A ping succeeds only where its packet and the answer arrive; CEF and counters say so too."""

import re

import pytest

from lab.router.device import Router
from lab.router.faults import Deaf
from lab.tests.router.rack import Console, article_router


@pytest.fixture
def router() -> Router:
    """The article's router, its tunnels up and its routes learned."""
    return article_router()


@pytest.mark.parametrize(
    ("command", "marks"),
    [
        ("ping vrf OUTSIDE_ONE 10.0.255.254", "!!!!!"),
        ("ping vrf OUTSIDE_TWO 10.0.255.254 repeat 3", "!!!"),
        ("ping vrf INSIDE_VRF 10.0.0.4 source GigabitEthernet3", "!!!!!"),
        ("ping vrf INSIDE_VRF 10.0.0.5 source 172.16.2.4", "!!!!!"),
        ("ping vrf INSIDE_VRF 10.0.0.4 source Gi3 size 1400 df-bit", "!!!!!"),
        ("ping vrf INSIDE_VRF 10.0.0.4 df-bit size 1423 source Gi3", "M.M.M"),
        ("ping vrf INSIDE_VRF 10.0.0.4 size 1500 source Gi3", "!!!!!"),
        ("ping vrf INSIDE_VRF 10.9.0.4 source GigabitEthernet3", "....."),
        ("ping vrf INSIDE_VRF 172.16.2.4", "!!!!!"),
        ("ping 172.16.0.1", "!!!!!"),
        ("ping 192.0.2.77", "....."),
    ],
)
def test_it_arrives_or_not(router: Router, command: str, marks: str) -> None:
    shown = Console(router).type(command).splitlines()
    assert marks in shown
    rate = 100 * marks.count("!") // len(marks)
    assert shown[-1].startswith(f"Success rate is {rate} percent ({marks.count('!')}/{len(marks)})")


@pytest.mark.parametrize(
    "lines",
    [
        ["interface Tunnel0", "shutdown", "interface Tunnel1", "shutdown"],
        ["router bgp 64900", "address-family ipv4 vrf INSIDE_VRF", "no redistribute static"],
        ["no ip route vrf OUTSIDE_ONE 10.0.255.254 255.255.255.255 Tunnel0",
         "no ip route vrf OUTSIDE_TWO 10.0.255.254 255.255.255.255 Tunnel1"],
    ],
    ids=["tunnels down", "no way back", "no way to the speakers"],
)  # fmt: skip
def test_what_is_hurt_is_noticed(router: Router, lines: list[str]) -> None:
    router.type_lines(lines, "console")
    router.clock.advance(600)
    shown = Console(router).type("ping vrf INSIDE_VRF 10.0.0.4 source GigabitEthernet3")
    assert ".....\nSuccess rate is 0 percent (0/5)" in shown


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("ping vrf NONE 10.0.0.4", "% VRF NONE does not exist"),
        ("ping vrf INSIDE_VRF 10.0.0.4 source Gi4",
         "% Invalid source interface - IP not enabled or interface is down"),
        ("ping vrf INSIDE_VRF 10.0.0.4 source 192.0.2.1",
         "% Invalid source address- IP address not on any of our up interfaces"),
    ],
)  # fmt: skip
def test_a_wrong_source_is_refused(router: Router, command: str, reply: str) -> None:
    assert Console(router).type(command) == reply


def test_what_is_pinged_is_counted_and_the_counts_rise_with_time(router: Router) -> None:
    console = Console(router)

    def encapsulated() -> int:
        shown = console.type("show crypto ipsec sa interface Tunnel0")
        return int(shown.partition("#pkts encaps: ")[2].partition(",")[0])

    first = encapsulated()
    console.type("ping vrf OUTSIDE_ONE 10.0.255.254 repeat 100")
    assert encapsulated() == first + 100
    router.clock.advance(60)
    assert encapsulated() == first + 102


def test_what_is_pinged_is_in_the_counters_of_the_tunnel_that_its_address_chooses(
    router: Router,
) -> None:
    console = Console(router)

    def sent(tunnel: str) -> int:
        shown = console.type(f"show interfaces {tunnel} | include packets output")
        return int(shown.partition("output, ")[2].partition(" bytes")[0])

    before = sent("Tunnel0"), sent("Tunnel1")
    console.type("ping vrf OUTSIDE_ONE 10.0.255.254 size 1000 repeat 100")
    assert (sent("Tunnel0") - before[0], sent("Tunnel1") - before[1]) == (100_000, 0)


def test_a_deaf_tunnel_sends_and_decrypts_nothing(router: Router) -> None:
    router.faults.add(Deaf(interface="Tunnel0"))
    shown = Console(router).type("show crypto session detail").partition("Tunnel1")[0]
    counts = [int(count) for count in re.findall(r"(?:c'ed|drop) (\d+)", shown)]
    came, dropped, went, _ = counts
    assert (came, went) == (0, dropped)
    assert dropped > 0


def test_an_sa_says_what_was_negotiated(router: Router) -> None:
    shown = Console(router).type("show crypto ipsec sa interface Tunnel1")
    assert "   protected vrf: OUTSIDE_TWO\n" in shown
    assert (
        "     plaintext mtu 1422, path mtu 1500, ip mtu 1500, ip mtu idb GigabitEthernet2" in shown
    )
    assert "     PFS (Y/N): N, DH group: none\n" in shown
    assert shown.count("        transform: esp-256-aes esp-sha-hmac ,\n") == 2


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("show ip cef vrf OUTSIDE_ONE 10.0.255.254", "10.0.255.254/32\n  attached to Tunnel0"),
        ("show ip cef vrf OUTSIDE_TWO 10.0.1.1", "10.0.0.0/16\n  nexthop 10.0.255.254 Tunnel1"),
        ("show ip cef vrf INSIDE_VRF 172.16.2.4",
         "172.16.2.4/32\n  receive for GigabitEthernet3"),
        ("show ip cef vrf OUTSIDE_ONE 203.0.113.1", "0.0.0.0/0\n  no route"),
    ],
)  # fmt: skip
def test_cef_resolves_to_an_interface(router: Router, command: str, shown: str) -> None:
    assert Console(router).type(command) == shown


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("show crypto ikev2 sa detailed", "      NAT-T is detected inside\n"),
        ("show crypto ikev2 proposal", "     DH Group   : DH_GROUP_1024_MODP/Group 2\n"),
        ("show crypto ikev2 policy", "      Match fvrf  : OUTSIDE_TWO\n"),
        ("show crypto ikev2 profile VRF_OUTSIDE_TWO_PROFILE", " Keyring: AZURE_KEYRING\n"),
        ("show crypto ipsec profile", "102400000 kilobytes/3600 seconds\n"),
        ("show crypto ipsec transform-set", ": { esp-256-aes esp-sha-hmac  } \n"),
        ("show ip interface Tunnel1", "Using address of GigabitEthernet2 (172.16.1.4)\n"),
        ("show ip interface Tunnel0", '  VPN Routing/Forwarding "OUTSIDE_ONE"\n'),
        (
            "show running-config vrf OUTSIDE_TWO",
            "interface Tunnel1\n ip vrf forwarding OUTSIDE_TWO\n",
        ),
        ("show platform", "Chassis type: CSR1000V"),
    ],
)
def test_other_shows_of_the_site(router: Router, command: str, wanted: str) -> None:
    assert wanted in Console(router).type(command) + "\n"


def test_lists_and_maps(router: Router) -> None:
    router.type_lines(
        [
            "ip prefix-list IN permit 0.0.0.0/0 ge 1 le 31",
            "route-map PEER permit 10",
            "match ip address prefix-list IN",
            "set ip next-hop peer-address",
        ],
        "console",
    )
    console = Console(router)
    assert console.type("show ip prefix-list") == (
        "ip prefix-list IN: 1 entries\n   seq 5 permit 0.0.0.0/0 ge 1 le 31"
    )
    assert console.type("show route-map PEER") == (
        "route-map PEER, permit, sequence 10\n  Match clauses:\n"
        "    ip address prefix-lists: IN \n  Set clauses:\n    ip next-hop peer-address\n"
        "  Policy routing matches: 0 packets, 0 bytes"
    )
