"""The parser takes what IOS takes, and refuses in its words with the caret in its place."""

import pytest

from lab.tests.router.rack import Console

INVALID = "% Invalid input detected at '^' marker.\n"

ACCEPTED = [
    pytest.param(["int gi2", "desc two  words"], " description two  words", id="spacing kept"),
    pytest.param(["interface Tunnel 7"], "interface Tunnel7", id="interface with a space"),
    pytest.param(["int tu7", "tun mode ips ipv4"], " tunnel mode ipsec ipv4", id="abbreviated"),
    pytest.param(
        ["crypto ikev2 proposal P", "encr aes-cbc-256 aes-cbc-128 3des"],
        " encryption aes-cbc-256 aes-cbc-128 3des",
        id="list",
    ),
    pytest.param(
        ["crypto ikev2 proposal P", "group 2 14", "group 20"], " group 20", id="list replaced"
    ),
    pytest.param(["crypto ikev2 policy P"], "crypto ikev2 policy P ", id="trailing space"),
    pytest.param(
        ["crypto ipsec transform-set T esp-aes 256 esp-sha-hmac"],
        "crypto ipsec transform-set T esp-aes 256 esp-sha-hmac \n mode tunnel",
        id="mode printed",
    ),
    pytest.param(
        ["crypto ikev2 profile P", "match identity remote address 192.0.2.9"],
        " match identity remote address 192.0.2.9 255.255.255.255 ",
        id="mask added",
    ),
    pytest.param(
        ["ip vrf V", "route-target both 1:1"],
        " route-target export 1:1\n route-target import 1:1",
        id="both halves",
    ),
    pytest.param(
        ["ip prefix-list L permit 10.0.0.0/8", "ip prefix-list L permit 11.0.0.0/8"],
        "ip prefix-list L seq 5 permit 10.0.0.0/8\nip prefix-list L seq 10 permit 11.0.0.0/8",
        id="sequence numbers",
    ),
    pytest.param(["route-map M"], "route-map M permit 10 ", id="route map entry"),
    pytest.param(
        ["vrf definition V", "rd 1:1", "address-family ipv4", "route-target export 1:1"],
        "vrf definition V\n rd 1:1\n !\n address-family ipv4\n  route-target export 1:1\n"
        " exit-address-family\n!",
        id="vrf definition",
    ),
    pytest.param(
        ["router bgp 65001", "no bgp default ipv4-unicast"],
        " no bgp default ipv4-unicast",
        id="negative line",
    ),
    pytest.param(["ip http server"], "\nip http server", id="negative line undone"),
    pytest.param(["no ip domain lookup"], "no ip domain lookup", id="default off"),
    pytest.param(
        ["interface Tunnel3", "hostname renamed"], "hostname renamed", id="leaves the submode"
    ),
]

HIDDEN = [
    (["interface GigabitEthernet2", "no shutdown"], "no shutdown"),
    (["interface Tunnel7", "tunnel mode gre ip"], "tunnel mode"),
    (["crypto ikev2 profile P", "lifetime 86400"], "lifetime 86400"),
    (
        ["crypto ipsec profile P", "set security-association lifetime seconds 3600"],
        "lifetime seconds",
    ),
    (["archive", "maximum 10"], "maximum"),
    (
        ["crypto ikev2 keyring K", "peer P", "address 192.0.2.1 255.255.255.255"],
        "192.0.2.1 255.255.255.255",
    ),
]

REFUSED = [
    ([], "interface Ethernet1", 10),
    ([], "ip vrff X", 6),
    ([], "no shotgun", 4),
    (["interface Tunnel1"], "tunnel destination 1.2.3", 19),
    (["interface GigabitEthernet2"], "tunnel source Tunnel1", 0),
    (["crypto ikev2 proposal P"], "group 3", 6),
    (["crypto ipsec profile P"], "set security-association lifetime seconds 119", 42),
]


@pytest.mark.parametrize(("lines", "shown"), ACCEPTED)
def test_a_line_is_taken_and_printed_in_its_canonical_form(
    console: Console, lines: list[str], shown: str
) -> None:
    console.type("configure terminal", *lines)
    assert shown in console.session.router.running_text()


@pytest.mark.parametrize(("lines", "hidden"), HIDDEN)
def test_a_default_is_not_printed(console: Console, lines: list[str], hidden: str) -> None:
    assert console.type("configure terminal", *lines) == ""
    assert hidden not in console.session.router.running_text()


@pytest.mark.parametrize(("before", "line", "column"), REFUSED)
def test_a_caret_stands_below_the_first_wrong_character(
    console: Console, before: list[str], line: str, column: int
) -> None:
    console.type("configure terminal", *before)
    before_text = console.session.router.running_text()
    caret = " " * (len(console.prompt) + column) + "^\n"
    assert console.type(line) == caret + INVALID
    assert console.session.router.running_text() == before_text


def test_too_short_and_too_ambiguous_lines_are_told_apart(console: Console) -> None:
    console.type("configure terminal")
    assert console.type("ip vrf") == "% Incomplete command.\n"
    assert console.type("i v X") == '% Ambiguous command:  "i v X"'


@pytest.mark.parametrize(
    ("lines", "prompt"),
    [
        (["ip vrf V"], "config-vrf"),
        (["vrf definition V", "address-family ipv4"], "config-vrf-af"),
        (["interface Loopback1"], "config-if"),
        (["crypto ikev2 keyring K", "peer P"], "config-ikev2-keyring-peer"),
        (["crypto ipsec transform-set T esp-gcm 256"], "cfg-crypto-trans"),
        (["crypto ipsec profile P"], "ipsec-profile"),
        (["router bgp 65001"], "config-router"),
        (["route-map M permit 10"], "config-route-map"),
        (["archive"], "config-archive"),
        (["interface Loopback1", "exit"], "config"),
    ],
)
def test_the_prompt_names_the_mode(console: Console, lines: list[str], prompt: str) -> None:
    console.type("configure terminal", *lines)
    assert console.prompt == f"bench-csr({prompt})#"


def test_do_runs_a_command_and_places_the_caret_in_the_whole_line(console: Console) -> None:
    console.type("configure terminal")
    assert console.type("do show privilege") == "Current privilege level is 15"
    caret = " " * (len(console.prompt) + len("do show ")) + "^\n"
    assert console.type("do show zzz") == caret + INVALID
