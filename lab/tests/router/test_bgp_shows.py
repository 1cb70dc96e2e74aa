"""BGP of all VRFs and of one neighbour, as it is shown."""

import pytest

from lab.router.device import Router
from lab.tests.router.rack import Console, article_router

FAMILY = ["router bgp 64900", "address-family ipv4 vrf OUTSIDE_ONE"]
NEIGHBOR = "show ip bgp vpnv4 vrf OUTSIDE_ONE neighbors 10.0.255.254"


@pytest.fixture
def router() -> Router:
    """The article's router, its tunnels up and its routes learned."""
    return article_router()


@pytest.mark.parametrize(
    "rest",
    ["all", "all summary", "all neighbors", "vrf OUTSIDE_ONE", "vrf OUTSIDE_ONE summary",
     "vrf OUTSIDE_ONE neighbors 10.0.255.254 advertised-routes"],
)  # fmt: skip
def test_both_spellings_show_the_same(router: Router, rest: str) -> None:
    console = Console(router)
    shown = console.type(f"show ip bgp vpnv4 {rest}")
    assert "%" not in shown
    assert console.type(f"show bgp vpnv4 unicast {rest}") == shown


def test_the_summary_of_all_has_the_neighbours_of_every_vrf(router: Router) -> None:
    rows = Console(router).type("show ip bgp vpnv4 all summary").splitlines()
    assert rows[0] == "BGP router identifier 172.16.0.5, local AS number 64900"
    assert [row.split()[0] for row in rows[-2:]] == ["10.0.255.254", "10.0.255.254"]
    assert [row.split()[-1] for row in rows[-2:]] == ["2", "2"]


def test_the_table_of_all_names_each_net_once(router: Router) -> None:
    shown = Console(router).type("show bgp vpnv4 unicast all").splitlines()
    heads = [row for row in shown if row.startswith("Route Distinguisher")]
    assert [head.split()[2] for head in heads] == ["64900:3", "64900:1", "64900:2"]
    at = shown.index(heads[0])
    assert shown[at + 1 : at + 3] == [
        " *>   10.0.0.0/16      10.0.255.254                           0 65515 i",
        " *m                    10.0.255.254                           0 65515 i",
    ]


def test_a_neighbour_tells_its_state_its_policy_and_its_counts(router: Router) -> None:
    lists = ["ip prefix-list NETS permit 0.0.0.0/0 ge 1 le 31", *FAMILY]
    router.type_lines([*lists, "neighbor 10.0.255.254 prefix-list NETS in"], "console")
    console = Console(router)
    console.type("clear ip bgp vrf OUTSIDE_ONE *")
    assert "\n  BGP state = Active, down for 00:00:00\n" in console.type(NEIGHBOR)
    router.clock.advance(70)
    shown = console.type(NEIGHBOR)
    assert shown.startswith(
        "BGP neighbor is 10.0.255.254,  vrf OUTSIDE_ONE,  remote AS 65515, external link\n"
        "  BGP version 4, remote router ID 10.0.255.254\n"
        "  BGP state = Established, up for 00:01:02\n"
    )
    for line in (
        "  Incoming update prefix filter list is NETS",
        "    Prefixes Current:               1          1 (Consumes 136 bytes)",
        "    Total:                                0          1",
    ):
        assert f"\n{line}\n" in shown


def test_what_came_before_the_filter_is_kept_only_where_it_is_asked_for(router: Router) -> None:
    console = Console(router)
    refused = "% Inbound soft reconfiguration not enabled on 10.0.255.254"
    assert console.type(f"{NEIGHBOR} received-routes") == refused
    kept = "neighbor 10.0.255.254 soft-reconfiguration inbound"
    router.type_lines([*FAMILY, kept], "console")
    assert console.type(f"{NEIGHBOR} received-routes").endswith("Total number of prefixes 2 ")
    assert console.type(f"{NEIGHBOR} routes").endswith("Total number of prefixes 2 ")


def test_a_net_tells_its_paths_in_full(router: Router) -> None:
    console = Console(router)
    shown = console.type("show bgp vpnv4 unicast vrf INSIDE_VRF 10.0.0.0/16").splitlines()
    assert shown[1:] == [
        "Paths: (2 available, best #1, table INSIDE_VRF)",
        "  Not advertised to any peer",
        "  Refresh Epoch 1",
        "  65515, imported path from 64900:1:10.0.0.0/16 (OUTSIDE_ONE)",
        "    10.0.255.254 (via vrf OUTSIDE_ONE) from 10.0.255.254 (10.0.255.254)",
        "      Origin IGP, localpref 100, valid, external, multipath, best",
        "      Extended Community: RT:64900:1",
        "      rx pathid: 0, tx pathid: 0x0",
        "  Refresh Epoch 1",
        "  65515, imported path from 64900:2:10.0.0.0/16 (OUTSIDE_TWO)",
        "    10.0.255.254 (via vrf OUTSIDE_TWO) from 10.0.255.254 (10.0.255.254)",
        "      Origin IGP, localpref 100, valid, external, multipath",
        "      Extended Community: RT:64900:2",
        "      rx pathid: 0, tx pathid: 0",
    ]
    assert console.type("show ip bgp vpnv4 vrf INSIDE_VRF 10.0.9.9").splitlines() == shown
    own = console.type("show ip bgp vpnv4 vrf OUTSIDE_ONE 172.16.0.0 255.255.0.0")
    assert "\n  Advertised to update-groups:\n" in own
    assert "Origin incomplete, metric 0, localpref 100, weight 32768, valid, sourced, best" in own


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("show bgp vpnv4 unicast vrf NONE summary",
         "% VRF NONE does not exist or does not have a RD."),
        ("show ip bgp vpnv4 vrf OUTSIDE_ONE neighbors 10.9.9.9",
         "% No such neighbor or address family"),
        ("show ip bgp vpnv4 vrf OUTSIDE_ONE 192.0.2.1", "% Network not in table"),
        ("show ip bgp vpnv4 all neighbors 10.9.9.9", "% No such neighbor or address family"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused(router: Router, command: str, reply: str) -> None:
    assert Console(router).type(command) == reply
