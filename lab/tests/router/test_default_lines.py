"""`default` puts a line back to its default, where `no` would negate or remove it."""

import pytest

from lab.router.device import Router

PORT = ["interface GigabitEthernet2"]
CASES = [
    (["logging console", "no logging console"], "default logging console", "logging console"),
    ([*PORT, "no ip redirects"], "default ip redirects", "ip redirects"),
    ([*PORT, "no negotiation auto"], "default negotiation auto", "no negotiation"),
    ([*PORT, "ip address 192.0.2.1 255.255.255.0"], "default ip address", "192.0.2.1"),
    ([*PORT, "shutdown"], "default shutdown", " shutdown\n!\ninterface GigabitEthernet3"),
    ([*PORT, "ip mtu 1400"], "default ip mtu", "ip mtu"),
    (["crypto ikev2 profile P", "lifetime 28800"], "default lifetime", "lifetime"),
    (
        ["crypto ipsec profile P", "set security-association lifetime kilobytes disable"],
        "default set security-association lifetime kilobytes",
        "lifetime kilobytes",
    ),
    (["router bgp 65001", "no bgp log-neighbor-changes"], "default bgp log-neighbor-changes",
     "no bgp log"),
    (["router bgp 65001", "no bgp default ipv4-unicast"], "default bgp default ipv4-unicast",
     "bgp default"),
    (["ip route 10.0.0.0 255.0.0.0 192.0.2.9"], "default ip route 10.0.0.0 255.0.0.0 192.0.2.9",
     "ip route 10.0.0.0"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "line", "gone"), CASES, ids=[line for _, line, _ in CASES])
def test_the_default_is_back_and_not_printed(
    router: Router, before: list[str], line: str, gone: str
) -> None:
    assert router.type_lines([*before, line], "console")[-1] == ""
    assert gone not in router.running_text()


def test_no_keeps_another_line_where_ios_does(router: Router) -> None:
    router.type_lines(["line vty 0 4", "exec-timeout 5 0", "no exec-timeout"], "console")
    assert "line vty 0 4\n exec-timeout 0 0\n" in router.running_text()
    router.type_lines(["line vty 0 4", "default exec-timeout"], "console")
    assert "exec-timeout" not in router.running_text()


def test_an_interface_loses_all_its_lines_and_its_routes(router: Router) -> None:
    replies = router.type_lines(
        [
            "ip vrf RED",
            *PORT,
            "ip vrf forwarding RED",
            "ip address 192.0.2.1 255.255.255.0",
            "shutdown",
            "interface Tunnel1",
            "ip unnumbered GigabitEthernet2",
            "ip route vrf RED 10.0.0.0 255.0.0.0 GigabitEthernet2",
            "default interface GigabitEthernet2",
        ],
        "console",
    )
    assert replies[-1] == "Interface GigabitEthernet2 set to default configuration"
    text = router.running_text()
    assert "interface GigabitEthernet2\n no ip address\n!" in text
    assert [word for word in ("unnumbered", "ip route vrf RED", "192.0.2.1") if word in text] == []
