"""What breaks the best case is seen, and the lowest finding that failed names the cause.

Each row is a copy of the site, broken by hand in one way; a stack that is not ours was broken in
the same ways, and fewer tunnels or paths were left there too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from noe import Operator, operating
from site_copies import copy, gateway, router
from site_worlds import Tree, write

SPEAKERS = ("10.0.255.4", "10.0.255.5", "169.254.21.1", "169.254.21.5")
# Every SA has been rekeyed by then, every hold time is over; and none is rekeyed just then.
REKEYS_S = 31 * 3600
TUNNELS = {f"Tunnel{n}" for n in (10, 11, 20, 21, 110, 111, 120, 121)}
PATHS = "INSIDE route to 10.0.0.0/16, egress tunnels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A way to break a copy: lines that its console gets, `{n}` the copy's number.

    `cause` is the check and the subject of the first finding that fails, `left` the tunnels that
    carry traffic still; `next_hop` is what its gateway announces in place of its own addresses.
    """

    name: str
    lines: Sequence[str]
    cause: tuple[str, str] | None
    left: set[str]
    shape: str = ""
    next_hop: str | None = None


def without(*numbers: int) -> set[str]:
    return TUNNELS - {f"Tunnel{number}" for number in numbers}


def again(*numbers: int) -> list[str]:
    """Begin tunnels anew: a changed key does nothing to a session that stands."""
    return [
        line
        for number in numbers
        for line in (f"interface Tunnel{number}", "shutdown", "no shutdown")
    ]


def key(connection: int, peers: Sequence[int], value: str) -> list[str]:
    lines = [f"crypto ikev2 keyring fvrf-azgw-{{n:03}}-{connection}"]
    return lines + [
        x for k in peers for x in (f"peer azgw-{{n:03}}-{k}", f"pre-shared-key {value}")
    ]


def no_neighbor_lines(what: str, vrfs: Sequence[str] = ("OUT1", "OUT2")) -> list[str]:
    return ["router bgp 64900"] + [
        line
        for vrf in vrfs
        for line in (
            f"address-family ipv4 vrf {vrf}",
            *(f"no neighbor {speaker} {what}" for speaker in SPEAKERS),
        )
    ]


def new_sessions(vrfs: Sequence[str] = ("OUT1", "OUT2")) -> list[str]:
    """Begin BGP sessions anew: a changed filter does nothing to what was accepted before."""
    return ["router bgp 64900"] + [
        line
        for vrf in vrfs
        for line in (
            f"address-family ipv4 vrf {vrf}",
            *(f"{word}neighbor {one} shutdown" for one in SPEAKERS for word in ("", "no ")),
        )
    ]


def through(door: str, port: int, address: str, connection: int) -> list[str]:
    """Let an uplink and its connection have another front door."""
    own = f"FD{port}"
    return [
        f"interface GigabitEthernet{port}",
        f"ip vrf forwarding {door}",
        f"ip address 198.18.{{n}}.{address} 255.255.255.252",
        *(
            line
            for number in (connection, connection + 100)
            for line in (f"interface Tunnel{number}", f"tunnel vrf {door}")
        ),
        f"crypto ikev2 policy fvrf-{own}-198.18.{{n}}.{address}",
        f"no match fvrf {own}",
        f"match fvrf {door}",
        f"crypto ikev2 profile fvrf-azgw-{{n:03}}-{connection}",
        f"no match fvrf {own}",
        f"match fvrf {door}",
    ]


ROWS = (
    Broken(
        name="keys of two connections swapped",
        lines=[
            *key(10, (0, 1), "{c11}"),
            *key(11, (0, 1), "{c10}"),
            *again(10, 110, 11, 111),
        ],
        cause=("ikev2", "Tunnel10 IKEv2 session"),
        left=without(10, 110, 11, 111),
    ),
    Broken(
        name="one wrong peer key in one keyring",
        lines=[*key(10, (1,), "WrongKey123"), *again(110)],
        cause=("ikev2", "Tunnel110 IKEv2 session"),
        left=without(110),
    ),
    Broken(
        name="PFS differs on one connection",
        lines=["crypto ipsec profile fvrf-azgw-{n:03}-11", "set pfs group14"],
        cause=("pfs", "Tunnel11 PFS"),
        left=without(11, 111),
    ),
    Broken(
        name="two uplinks in one front door",
        lines=[
            *through("FD2", 3, "6", 11),
            "ip route vrf FD2 198.19.{n}.4 255.255.255.255 198.18.{n}.5",
            "ip route vrf FD2 198.19.{n}.5 255.255.255.255 198.18.{n}.5",
        ],
        cause=("ikev2", "Tunnel11 IKEv2 session"),
        left=without(11, 111),
    ),
    # With a front door of its own it has been proven by the rollout.
    Broken(
        name="private gateway address = speaker, front door = outside VRF",
        shape="private",
        lines=[
            *through("OUT1", 2, "2", 10),
            "ip route vrf OUT1 10.0.255.4 255.255.255.255 198.18.{n}.1",
            "ip route vrf OUT1 10.0.255.5 255.255.255.255 198.18.{n}.1",
        ],
        cause=("ikev2", "Tunnel10 IKEv2 session"),
        left=without(10, 110),
    ),
    Broken(
        name="default route only, and a prefix that covers the gateway is learned",
        shape="covering",
        lines=[*through("OUT1", 2, "2", 10), "ip route vrf OUT1 0.0.0.0 0.0.0.0 198.18.{n}.1"],
        cause=("ikev2", "Tunnel10 IKEv2 session"),
        left=without(10, 110),
    ),
    Broken(
        name="BGP address = public address",
        lines=["interface Loopback10", "ip address 198.18.{n}.2 255.255.255.255"],
        cause=("interface", "Loopback10 interface"),
        left=without(10, 110),
    ),
    Broken(
        name="one next hop announced, no inbound route-map",
        lines=no_neighbor_lines("route-map fvrf-nexthop-peer in"),
        cause=("outside_route", "OUT1 route to 10.0.0.0/16"),
        left={"Tunnel10 x4", "Tunnel20 x4"},
        next_hop="10.0.255.4",
    ),
    Broken(
        name="one next hop announced, with the route-map",
        lines=[],
        cause=None,
        left=TUNNELS,
        next_hop="10.0.255.4",
    ),
    Broken(
        name="no maximum-paths in INSIDE",
        lines=["router bgp 64900", "address-family ipv4 vrf INSIDE", "no maximum-paths eibgp 8"],
        cause=("paths", "INSIDE route to 10.0.0.0/16, paths"),
        left={"Tunnel10"},
    ),
    Broken(
        name="no RT import of OUT1",
        lines=["ip vrf INSIDE", "no route-target import 64900:1"],
        cause=("paths", "INSIDE route to 10.0.0.0/16, paths"),
        left=without(10, 11, 110, 111),
    ),
    Broken(
        name="no import path selection in INSIDE",
        lines=[
            "router bgp 64900",
            "address-family ipv4 vrf INSIDE",
            "no import path selection all",
            "no import path limit 8",
        ],
        cause=("paths", "INSIDE route to 10.0.0.0/16, paths"),
        left={"Tunnel10", "Tunnel20"},
    ),
    Broken(
        name="no outward prefix list, and a foreign static route",
        lines=[
            "ip route vrf INSIDE 192.168.77.0 255.255.255.0 172.16.2.1",
            *no_neighbor_lines("prefix-list fvrf-INSIDE-out out"),
        ],
        cause=("advertised", "OUT1 advertised to 10.0.255.4"),
        left=TUNNELS,
    ),
    Broken(
        name="no inward prefix list",
        lines=[*no_neighbor_lines("prefix-list fvrf-azgw-{n:03}-in in"), *new_sessions()],
        cause=("received", "OUT1 default and host routes from 10.0.255.4"),
        left=TUNNELS,
    ),
)
COPIES = {row.name: number for number, row in enumerate(ROWS, 1)}
Findings = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Findings]:
    """All copies rolled out, each broken in its way, and what one verification finds."""
    folder = tmp_path_factory.mktemp("broken")
    hosts: dict[str, Tree] = {}
    for row in ROWS:
        hosts |= copy(COPIES[row.name], row.shape)
    like, world = write(folder / "copies", hosts, {})
    with operating(folder, like=like, world=world, speed=40) as noe:
        assert noe.rollout().code == 0
        for row in ROWS:
            spoil(noe, row)
        for _ in range(REKEYS_S // 600):
            noe.advance(600)
        done = noe.do("verify", "--json")
        assert done.code == 1
        yield done.json


def spoil(noe: Operator, row: Broken) -> None:
    number = COPIES[row.name]
    keys = {name: (noe.run / f"secrets/psk-{name}").read_text() for name in ("c10", "c11")}
    replies = noe.type(router(number), *(line.format(n=number, **keys) for line in row.lines))
    assert [reply for reply in replies if "%" in reply and "removed due to" not in reply] == []
    if row.next_hop:
        noe.fault("announce-next-hop", gateway=gateway(number), next_hop=row.next_hop)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_is_seen_and_its_cause_is_named(row: Broken, found: Findings) -> None:
    findings = found[router(COPIES[row.name])]
    failed = [
        (one["check"], one["subject"])
        for one in findings
        if one["verdict"] != "passed" and "failed below" not in one["actual"]
    ]
    (egress,) = (one["actual"] for one in findings if one["subject"] == PATHS)

    assert set(egress.partition(" (failed")[0].split(", ")) == row.left
    if row.cause is None:
        assert failed == []
    else:
        check, subject = row.cause
        assert any((c, s[: len(subject)]) == (check, subject) for c, s in failed), failed


def test_a_pfs_that_differs_is_named_beside_what_it_broke(found: Findings) -> None:
    findings = found[router(COPIES["PFS differs on one connection"])]
    wrong = {
        (one["subject"], one["expected"], one["actual"].partition(" (")[0])
        for one in findings
        if one["check"] == "pfs" and one["verdict"] == "failed"
    }

    assert wrong == {
        ("Tunnel11 PFS", "group20", "group14"),
        ("Tunnel111 PFS", "group20", "group14"),
    }
