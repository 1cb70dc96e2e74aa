"""What each shape of intent becomes as text: marks, filters and lines that come and go."""

import re
from types import SimpleNamespace

import pytest
from inventories import Tree, article, changed, hosts, plan_of
from jinja2 import UndefinedError

from tasks.render import environment

Block = tuple[str, ...]
TWO_SESSIONS = changed(
    hosts(),
    (
        "r1 data outside OUT2 connections",
        [
            hosts()["r1"]["data"]["outside"]["OUT2"]["connections"][0],
            {"uplink": "GigabitEthernet2", "gateway": "gw2", "tunnel": 2, "key": "env:KEY_TWO"},
        ],
    ),
)
OBJECTS = re.compile(
    r"crypto ikev2 (?:proposal|policy|keyring|profile) (?P<ikev2>\S+)"
    r"|crypto ipsec (?:transform-set|profile) (?P<ipsec>\S+)"
    r"|ip prefix-list (?P<list>\S+) .*"
    r"|route-map (?P<map>\S+) .*"
)


def text_of(tree: Tree, name: str) -> str:
    plan = plan_of(tree).routers[name]
    return environment().get_template("router.j2").render(plan=plan)


def blocks_of(tree: Tree, name: str = "r1") -> list[Block]:
    """Return the top-level commands with their bodies, stripped."""
    found: list[list[str]] = []
    for line in text_of(tree, name).splitlines():
        if line.strip() in {"", "!"}:
            continue
        if not line[0].isspace():
            found.append([])
        found[-1].append(line.strip())
    return [tuple(block) for block in found]


def block(tree: Tree, header: str, name: str = "r1") -> Block:
    (one,) = (block for block in blocks_of(tree, name) if block[0] == header)
    return one


def test_every_object_of_the_scheme_fvrf_bears_its_prefix() -> None:
    names = [
        next(group for group in match.groups() if group)
        for block in blocks_of(TWO_SESSIONS)
        if (match := OBJECTS.match(block[0]))
    ]

    assert len(names) == 17
    assert [name for name in names if not name.startswith("fvrf-")] == []


def test_every_vrf_tunnel_and_route_of_the_scheme_fvrf_bears_the_mark() -> None:
    marks = {
        block[0]: block[1] if block[1:] else block[0]
        for block in blocks_of(TWO_SESSIONS)
        if re.match(r"ip vrf |interface Tunnel|ip route ", block[0])
    }

    assert len(marks) == 3 + 3 + 6
    assert [
        at for at, mark in marks.items() if not re.search(r"description fvrf |name fvrf$", mark)
    ] == []


def test_the_scheme_article_has_no_mark_no_filter_and_no_name_of_ours() -> None:
    assert "fvrf" not in text_of(hosts(), "r2").replace("match fvrf", "")
    assert [
        block[0]
        for block in blocks_of(hosts(), "r2")
        if block[0].startswith(("ip prefix-list", "route-map"))
    ] == []


def test_the_filters_refuse_the_default_route_and_host_routes_and_pass_the_sites_own() -> None:
    filters = [b for b in blocks_of(hosts()) if b[0].startswith(("ip prefix-list", "route-map"))]

    assert filters == [
        ("ip prefix-list fvrf-gw-in seq 5 permit 0.0.0.0/0 ge 1 le 31",),
        ("ip prefix-list fvrf-IN-out seq 2886762496 permit 172.16.0.0/16",),
        ("route-map fvrf-nexthop-peer permit 10", "set ip next-hop peer-address"),
    ]


@pytest.mark.parametrize(
    ("tree", "header", "expected"),
    [
        (
            hosts(),
            "ip vrf OUT2",
            (
                "description fvrf outside of IN|rd 64513:2|route-target export 64513:2"
                "|route-target import 64513:3"
            ),
        ),
        (
            hosts(),
            "ip vrf IN",
            (
                "description fvrf inside|rd 64513:3|route-target export 64513:3"
                "|route-target import 64513:2|route-target import 64513:1"
            ),
        ),
        (
            hosts(),
            "interface GigabitEthernet2",
            "ip vrf forwarding OUT2|ip address 172.16.1.4 255.255.255.0|no shutdown",
        ),
        (
            changed(hosts(), ("r1 data uplinks GigabitEthernet1 managed", True)),
            "interface GigabitEthernet1",
            "ip address 172.16.0.5 255.255.255.0|no shutdown",
        ),
        (
            hosts(),
            "crypto ikev2 proposal fvrf-gcm256-v1",
            "encryption aes-gcm-256|prf sha384|group 20",
        ),
        (
            hosts(),
            "crypto ikev2 policy fvrf-OUT2-172.16.1.4",
            "match fvrf OUT2|match address local 172.16.1.4|proposal fvrf-gcm256-v1",
        ),
        (
            hosts(),
            "crypto ikev2 policy fvrf-global-172.16.0.5",
            "match address local 172.16.0.5|proposal fvrf-gcm256-v1",
        ),
        (
            hosts(),
            "crypto ikev2 keyring fvrf-gw-0",
            "peer gw-0|address 192.0.2.1|pre-shared-key <<file:psk-1>>",
        ),
        (
            hosts(),
            "crypto ikev2 profile fvrf-gw-1",
            (
                "match fvrf OUT2|match address local interface GigabitEthernet2"
                "|match identity remote address 192.0.2.1 255.255.255.255"
                "|authentication remote pre-share|authentication local pre-share"
                "|keyring local fvrf-gw-1|lifetime 28800|dpd 10 5 on-demand"
            ),
        ),
        (
            hosts(),
            "crypto ipsec transform-set fvrf-gcm256-v1 esp-gcm 256",
            "mode tunnel",
        ),
        (
            hosts(),
            "crypto ipsec profile fvrf-gw-0",
            (
                "set transform-set fvrf-gcm256-v1|set pfs group20|set ikev2-profile fvrf-gw-0"
                "|set security-association lifetime kilobytes 102400000"
                "|set security-association lifetime seconds 27000"
            ),
        ),
        (
            hosts(),
            "interface Tunnel0",
            (
                "description fvrf gw instance 0|ip vrf forwarding OUT1"
                "|ip address 192.168.255.1 255.255.255.255|ip mtu 1400|ip tcp adjust-mss 1350"
                "|tunnel source GigabitEthernet1|tunnel mode ipsec ipv4"
                "|tunnel destination 192.0.2.1"
                "|tunnel protection ipsec profile fvrf-gw-0"
            ),
        ),
        (
            hosts(),
            "interface Tunnel1",
            (
                "description fvrf gw instance 0|ip vrf forwarding OUT2"
                "|ip unnumbered GigabitEthernet2"
                "|ip mtu 1400|ip tcp adjust-mss 1350|tunnel source GigabitEthernet2"
                "|tunnel mode ipsec ipv4|tunnel destination 192.0.2.1|tunnel vrf OUT2"
                "|tunnel protection ipsec profile fvrf-gw-1"
            ),
        ),
        (
            changed(hosts(), ("r1 data uplinks GigabitEthernet1 next_hop", "172.16.0.1")),
            "ip route 192.0.2.1 255.255.255.255 172.16.0.1 name fvrf",
            "",
        ),
        (hosts(), "ip route vrf OUT1 10.1.255.254 255.255.255.255 Tunnel0 name fvrf", ""),
    ],
)
def test_an_object_is_written_line_by_line(tree: Tree, header: str, expected: str) -> None:
    assert block(tree, header)[1:] == tuple(line for line in expected.split("|") if line)


def families(tree: Tree, name: str = "r1") -> dict[str, Block]:
    """Return the address families by VRF."""
    (bgp,) = (block for block in blocks_of(tree, name) if block[0].startswith("router bgp"))
    found: dict[str, list[str]] = {}
    for line in bgp[1:]:
        if line.startswith("address-family"):
            found[line.split()[-1]] = current = []
        elif found and line != "exit-address-family":
            current.append(line)
    return {vrf: tuple(lines) for vrf, lines in found.items()}


def neighbor(address: str, source: str, gateway: str = "gw") -> Block:
    lines = (
        "remote-as 65515",
        "ebgp-multihop 5",
        f"update-source {source}",
        "activate",
        f"prefix-list fvrf-{gateway}-in in",
        "prefix-list fvrf-IN-out out",
        "route-map fvrf-nexthop-peer in",
    )
    return tuple(f"neighbor {address} {line}" for line in lines)


def test_address_families_of_one_session_each() -> None:
    assert families(hosts()) == {
        "IN": (
            "bgp router-id interface GigabitEthernet3",
            "redistribute static",
            "maximum-paths eibgp 2",
        ),
        "OUT1": ("bgp router-id interface Tunnel0", *neighbor("10.1.255.254", "Tunnel0")),
        "OUT2": (
            "bgp router-id interface GigabitEthernet2",
            *neighbor("10.1.255.254", "GigabitEthernet2"),
        ),
    }


def test_several_sessions_of_an_outside_vrf_are_all_imported_and_balanced() -> None:
    found = families(TWO_SESSIONS)

    assert found["IN"] == (
        "import path selection all",
        "import path limit 3",
        "bgp router-id interface GigabitEthernet3",
        "redistribute static",
        "maximum-paths eibgp 3",
    )
    assert found["OUT2"] == (
        "bgp router-id interface GigabitEthernet2",
        *neighbor("10.1.255.254", "GigabitEthernet2"),
        *neighbor("10.2.255.254", "GigabitEthernet2", "gw2"),
        "maximum-paths eibgp 2",
    )


@pytest.mark.parametrize("name", ["r1", "r2"])
def test_the_text_is_typed_as_it_stands(name: str) -> None:
    """No line ends in white space or holds what a template left over."""
    lines = text_of(hosts(), name).splitlines()

    assert [line for line in lines if line != line.rstrip()] == []
    assert [line for line in lines if re.search(r"None|[{}]", line)] == []


def test_what_the_plan_lacks_fails_the_template() -> None:
    """A misspelt name in a template is an error, never an empty text."""
    template = environment().from_string("{{ plan.hots }}")

    with pytest.raises(UndefinedError, match="hots"):
        template.render(plan=SimpleNamespace(host="r1"))


def test_the_article_scheme_uses_the_strong_policy_too() -> None:
    data = article(2) | {"crypto": "gcm256"}
    tree = changed(hosts(), ("r2 data", data))

    assert block(tree, "crypto ikev2 proposal AZURE_PROPOSAL", "r2")[1:] == (
        "encryption aes-gcm-256",
        "prf sha384",
        "group 20",
    )


def test_a_router_that_prepends_announces_its_as_so_often_more_to_every_speaker() -> None:
    tree = changed(TWO_SESSIONS, ("r1 data prepend", 2))
    lines = [line for block in blocks_of(tree) for line in block]

    assert block(tree, "route-map fvrf-prepend permit 10") == (
        "route-map fvrf-prepend permit 10",
        "set as-path prepend 64513 64513",
    )
    assert sum(line.endswith("route-map fvrf-prepend out") for line in lines) == 3
    assert "prepend" not in text_of(TWO_SESSIONS, "r1")


def test_a_connection_that_others_go_before_says_so_both_ways() -> None:
    tree = changed(
        TWO_SESSIONS,
        ("r1 data prepend", 1),
        ("r1 data outside OUT2 connections 0 prepend", 2),
    )
    lines = [line for block in blocks_of(tree) for line in block]

    assert block(tree, "route-map fvrf-standby-2-in permit 10") == (
        "route-map fvrf-standby-2-in permit 10",
        "set local-preference 98",
        "set ip next-hop peer-address",
    )
    assert block(tree, "route-map fvrf-standby-2-out permit 10") == (
        "route-map fvrf-standby-2-out permit 10",
        "set as-path prepend 64513 64513 64513",
    )
    assert block(tree, "route-map fvrf-prepend permit 10")[1:] == ("set as-path prepend 64513",)
    assert sum(line.endswith("route-map fvrf-standby-2-in in") for line in lines) == 1
    assert sum(line.endswith("route-map fvrf-standby-2-out out") for line in lines) == 1
    assert sum(line.endswith("route-map fvrf-prepend out") for line in lines) == 2


def test_a_router_has_one_style_of_vrf() -> None:
    tree = changed(TWO_SESSIONS, ("r1 data vrf_style", "vrf_definition"))
    text = text_of(tree, "r1")

    assert "ip vrf" not in text
    assert block(tree, "vrf definition OUT2") == (
        "vrf definition OUT2",
        "description fvrf outside of IN",
        "rd 64513:2",
        "address-family ipv4",
        "route-target export 64513:2",
        "route-target import 64513:3",
        "exit-address-family",
    )
    assert "vrf forwarding OUT2" in block(tree, "interface GigabitEthernet2")


def test_a_subinterface_bears_the_mark_and_has_its_vlan_before_its_address() -> None:
    inside = {"interface": "GigabitEthernet3.30", "vlan": 30}
    tree = changed(hosts(), *((f"r1 data inside IN {key}", inside[key]) for key in inside))

    assert block(tree, "interface GigabitEthernet3.30") == (
        "interface GigabitEthernet3.30",
        "description fvrf interface of IN",
        "encapsulation dot1Q 30",
        "ip vrf forwarding IN",
        "ip address 172.16.2.4 255.255.255.0",
        "no shutdown",
    )
    assert "interface GigabitEthernet3" not in {block[0] for block in blocks_of(tree)}


def test_an_uplink_by_dhcp_is_matched_by_its_front_door_and_reached_by_its_lease() -> None:
    uplink = {"address": "dhcp", "next_hop": "dhcp"}
    tree = changed(
        hosts(),
        *((f"r1 data uplinks GigabitEthernet2 {key}", uplink[key]) for key in uplink),
        ("r1 data outside OUT2 connections 0 bgp_address", "192.168.255.9"),
    )

    assert block(tree, "interface GigabitEthernet2") == (
        "interface GigabitEthernet2",
        "ip vrf forwarding OUT2",
        "ip address dhcp",
        "no shutdown",
    )
    assert block(tree, "crypto ikev2 policy fvrf-OUT2-dhcp") == (
        "crypto ikev2 policy fvrf-OUT2-dhcp",
        "match fvrf OUT2",
        "proposal fvrf-gcm256-v1",
    )
    assert (
        "ip route vrf OUT2 192.0.2.1 255.255.255.255 GigabitEthernet2 dhcp name fvrf"
        in text_of(tree, "r1").splitlines()
    )
    assert "tunnel source GigabitEthernet2" in block(tree, "interface Tunnel1")
