"""The mode of the prompt after each line."""

import pytest

from fvrf.iosxe.modes import mode_after


@pytest.mark.parametrize(
    ("mode", "line", "after"),
    [
        ("", "configure terminal", "config"),
        ("", "configure terminal revert timer 10", "config"),
        ("", "clear crypto session local 192.0.2.1 remote 192.0.2.2", ""),
        ("config", "ip vrf OUT1", "config-vrf"),
        ("config-vrf", "description fvrf outside of CORP", "config-vrf"),
        ("config-vrf", "ip vrf OUT2", "config-vrf"),
        ("config-vrf", "interface GigabitEthernet2", "config-if"),
        ("config-if", "ip vrf forwarding OUT1", "config-if"),
        ("config-if", "no ip vrf forwarding OUT1", "config-if"),
        ("config-if", "no tunnel protection ipsec profile P", "config-if"),
        ("config-if", "no interface Tunnel1", "config"),
        ("config-if", "interface GigabitEthernet2.100", "config-subif"),
        ("config", "no ip vrf OUT1", "config"),
        ("config-if", "crypto ikev2 proposal P", "config-ikev2-proposal"),
        ("config-ikev2-proposal", "crypto ikev2 policy P", "config-ikev2-policy"),
        ("config-ikev2-policy", "no proposal P", "config-ikev2-policy"),
        ("config-ikev2-policy", "crypto ikev2 keyring K", "config-ikev2-keyring"),
        ("config-ikev2-keyring", "peer A", "config-ikev2-keyring-peer"),
        ("config-ikev2-keyring", "no peer A", "config-ikev2-keyring"),
        ("config-ikev2-keyring-peer", "  address 192.0.2.1", "config-ikev2-keyring-peer"),
        ("config-ikev2-keyring-peer", "exit", "config-ikev2-keyring"),
        ("config-ikev2-keyring", "exit", "config"),
        ("config-ikev2-keyring", "crypto ikev2 profile P", "config-ikev2-profile"),
        ("config-ikev2-profile", "crypto ipsec transform-set T esp-gcm 256", "cfg-crypto-trans"),
        ("cfg-crypto-trans", "mode tunnel", "cfg-crypto-trans"),
        ("cfg-crypto-trans", "exit", "config"),
        ("cfg-crypto-trans", "crypto ipsec profile P", "ipsec-profile"),
        ("ipsec-profile", "no crypto ipsec profile P", "config"),
        ("ipsec-profile", "end", ""),
        ("ipsec-profile", "router bgp 64900", "config-router"),
        ("config-router", "address-family ipv4 vrf OUT1", "config-router-af"),
        ("config-router-af", "neighbor 10.0.0.1 route-map M in", "config-router-af"),
        ("config-router-af", "exit-address-family", "config-router"),
        ("config-router", "no address-family ipv4 vrf OUT1", "config-router"),
        ("config-router", "ip route vrf OUT1 10.0.0.1 255.255.255.255 Tunnel1", "config"),
        ("config-router", "no router bgp 64900", "config"),
        ("config", "no ip prefix-list P seq 5 permit 10.0.0.0/8", "config"),
        ("config", "route-map M permit 10", "config-route-map"),
        ("config-route-map", "set ip next-hop peer-address", "config-route-map"),
        ("config-route-map", "end", ""),
        ("config", "archive", "config-archive"),
        ("config-archive", "path bootflash:backup", "config-archive"),
        ("config-archive", "exit", "config"),
        ("config", "exit", ""),
    ],
)
def test_a_line_leads_to_its_mode(mode: str, line: str, after: str) -> None:
    assert mode_after(mode, line) == after
