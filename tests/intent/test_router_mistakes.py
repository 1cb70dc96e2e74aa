"""What does not go together on one router is one line each, with the way out of it."""

from typing import Any

import pytest
from inventories import article, changed, hosts, problems_of

SECOND = {
    "uplink": "GigabitEthernet2",
    "gateway": "gw2",
    "tunnel": 2,
    "key": "file:psk-second",
}

# Where it is said.
GI2 = "r1: data.uplinks.GigabitEthernet2"
ONE = "r1: data.outside.OUT1.connections[0]"
TWO = "r1: data.outside.OUT2.connections[0]"
ALSO = "r1: data.outside.OUT2.connections[1]"
R2 = "r2: data.outside.OUT2.connections"

# What is changed, and the lines that say so, after `hosts.yaml: `.
CASES: list[tuple[list[tuple[str, Any]], list[str]]] = [
    # References
    (
        [("r1 data outside OUT1 inside", "INSIDE")],
        [
            (
                "r1: data.outside.OUT1.inside: no such inside VRF on this router (value: INSIDE)"
                " -> one of IN"
            )
        ],
    ),
    (
        [("r1 data outside OUT1 connections 0 uplink", "GigabitEthernet9")],
        [
            (
                f"{ONE}.uplink: no such uplink on this router"
                " (value: GigabitEthernet9) -> one of GigabitEthernet1, GigabitEthernet2"
            )
        ],
    ),
    (
        [("r1 data uplinks GigabitEthernet2 front_door", "OUT3")],
        [
            (
                f"{GI2}.front_door: names no VRF of `front_doors`, and no outside VRF of this"
                " router (value: OUT3) -> global, one of `front_doors`, or the outside VRF of"
                " the uplink's connection"
            ),
            (
                f"{TWO}.uplink: its front door is OUT3, which is another outside VRF"
                " (value: GigabitEthernet2)"
            ),
            (
                f"{TWO}.bgp_address: is required: GigabitEthernet2 is"
                " not in VRF OUT2, so the tunnel cannot borrow its address"
            ),
        ],
    ),
    # Rule 1: numbers
    (
        [("r1 data outside OUT2 id", 1)],
        [
            (
                "r1: data.outside.OUT2.id: VRF id is taken by outside.OUT1.id: it makes the RD and"
                " RT (value: 1)"
            )
        ],
    ),
    (
        [("r1 data inside IN id", 2)],
        [
            (
                "r1: data.inside.IN.id: VRF id is taken by outside.OUT2.id: it makes the RD and RT"
                " (value: 2)"
            )
        ],
    ),
    (
        [("r1 data outside OUT2 connections 0 tunnel", 0)],
        [
            (
                f"{TWO}.tunnel: tunnel number is taken by"
                " outside.OUT1.connections[0].tunnel (value: 0)"
            ),
            (
                f"{TWO}.tunnel: connection name is used toward gw by"
                " r1 outside.OUT1.connections[0].tunnel already (value: fvrf-r1-0)"
            ),
            (
                f"{TWO}.tunnel: local network gateway name is used"
                " toward gw by r1 outside.OUT1.connections[0].tunnel already (value: fvrf-r1-0)"
            ),
        ],
    ),
    (
        [
            (
                "r1 data inside OUT1",
                hosts()["r1"]["data"]["inside"]["IN"]
                | {
                    "id": 4,
                    "interface": "GigabitEthernet4",
                    "address": "172.30.2.4/24",
                    "prefixes": {"172.30.0.0/16": "172.30.2.1"},
                },
            )
        ],
        ["r1: data.outside.OUT1: the name is inside.OUT1's already (value: OUT1)"],
    ),
    # Interfaces
    (
        [("r1 data inside IN interface", "GigabitEthernet2")],
        ["r1: data.inside.IN.interface: is an uplink already (value: GigabitEthernet2)"],
    ),
    (
        [("r1 data inside IN2", hosts()["r1"]["data"]["inside"]["IN"] | {"id": 4})],
        [
            (
                "r1: data.inside.IN2.interface: is the interface of inside.IN.interface already"
                " (value: GigabitEthernet3)"
            )
        ],
    ),
    (
        [
            (
                "r1 data uplinks GigabitEthernet4",
                {"address": "172.16.0.9/25", "public_address": "198.51.100.99"},
            )
        ],
        [
            (
                "r1: data.uplinks.GigabitEthernet4.address: overlaps with"
                " uplinks.GigabitEthernet1.address (172.16.0.5/24) in one VRF (value:"
                " 172.16.0.9/25)"
            )
        ],
    ),
    # Rule 6: next hops and front doors
    (
        [("r1 data uplinks GigabitEthernet2 next_hop", None)],
        [
            (
                f"{GI2}.next_hop: is required where the front door is the"
                " outside VRF itself: a learned prefix that covers the gateway would swallow"
                " the tunnel"
            )
        ],
    ),
    (
        [("r1 data uplinks GigabitEthernet2 next_hop", "172.16.9.1")],
        [(f"{GI2}.next_hop: next hop is not in 172.16.1.0/24 (value: 172.16.9.1)")],
    ),
    (
        [("r1 data uplinks GigabitEthernet2 next_hop", "172.16.1.4")],
        [(f"{GI2}.next_hop: next hop is the router's own address (value: 172.16.1.4)")],
    ),
    (
        [("r1 data inside IN prefixes", {"172.16.0.0/16": "172.16.3.1"})],
        [
            (
                "r1: data.inside.IN.prefixes.172.16.0.0/16: next hop is not in 172.16.2.0/24"
                " (value: 172.16.3.1)"
            )
        ],
    ),
    (
        [
            ("r1 data uplinks GigabitEthernet2 front_door", "global"),
            ("r1 data outside OUT2 connections 0 bgp_address", "192.168.255.100"),
        ],
        [
            (
                f"{TWO}.uplink: gw is reached from front door global"
                " through GigabitEthernet1 already: IKE would leave by the wrong one"
                " (value: GigabitEthernet2) -> give the second uplink a front-door VRF of its own"
            )
        ],
    ),
    (
        [("gw data instances 0 speakers", ["192.0.2.1"])],
        [
            (
                f"{TWO}.uplink: gw's address is a speaker too: it needs"
                " another front door (value: GigabitEthernet2)"
            ),
            (
                f"{R2}[0].uplink: gw's address is a speaker too: it needs"
                " another front door (value: GigabitEthernet2)"
            ),
        ],
    ),
    # Rules 4 and 5: BGP addresses
    (
        [("r1 data outside OUT1 connections 0 bgp_address", None)],
        [
            (
                f"{ONE}.bgp_address: is required: GigabitEthernet1 is not"
                " in VRF OUT1, so the tunnel cannot borrow its address"
            )
        ],
    ),
    (
        [("r1 data outside OUT1 connections 0 bgp_address", "198.51.100.3")],
        [(f"{ONE}.bgp_address: the BGP address may not be a public address (value: 198.51.100.3)")],
    ),
    (
        [("r1 data uplinks GigabitEthernet2 public_address", "172.16.1.4")],
        [(f"{TWO}.bgp_address: the BGP address may not be a public address (value: 172.16.1.4)")],
    ),
    (
        [("r1 data outside OUT1 connections 0 bgp_address", "169.254.100.1")],
        [
            (
                f"{ONE}.bgp_address: is link-local, and not every instance of gw has an APIPA"
                " address to speak with it by (value: 169.254.100.1)"
            )
        ],
    ),
    (
        [("r1 data outside OUT2 connections 0 bgp_address", "172.16.1.9")],
        [
            (
                f"{TWO}.bgp_address: overlaps with GigabitEthernet2"
                " (172.16.1.4/24) in one VRF (value: 172.16.1.9)"
            )
        ],
    ),
    (
        [
            (
                "r1 data outside OUT1 connections",
                [
                    hosts()["r1"]["data"]["outside"]["OUT1"]["connections"][0],
                    SECOND | {"uplink": "GigabitEthernet1", "bgp_address": "192.168.255.1"},
                ],
            )
        ],
        [
            (
                "r1: data.outside.OUT1.connections[1].bgp_address: is in one VRF with"
                " outside.OUT1.connections[0].bgp_address, which has it already (value:"
                " 192.168.255.1)"
            )
        ],
    ),
    (
        [
            (
                "r1 data outside OUT2 connections",
                [
                    SECOND | {"gateway": "gw"},
                    SECOND | {"gateway": "gw", "tunnel": 1},
                ],
            )
        ],
        [
            (
                f"{ALSO}.gateway: 10.1.255.254 is a neighbor in OUT2 by"
                " outside.OUT2.connections[0].gateway already (value: gw) -> give the connection"
                " an APIPA address and other speakers, or another outside VRF"
            ),
            (
                f"{ALSO}.uplink: public address is used toward gw by"
                " r1 outside.OUT2.connections[0].uplink already (value: 198.51.100.3)"
            ),
            (
                f"{ALSO}.uplink: BGP address is used toward gw by"
                " r1 outside.OUT2.connections[0].uplink already (value: 172.16.1.4)"
            ),
        ],
    ),
    # The scheme `article`
    (
        [("r2 data outside OUT1 connections 0 azure", None)],
        ["r2: data.outside.OUT1.connections[0].azure: is required in the scheme article"],
    ),
    (
        [("r2 data outside OUT1 connections 0 key", "file:another")],
        [
            (
                f"{R2}[0].key: the scheme article has one keyring, so all"
                " keys to a gateway must be one -> use naming: fvrf for a key per connection"
            )
        ],
    ),
    (
        [
            (
                "r2 data outside OUT2 connections",
                [
                    article(2)["outside"]["OUT2"]["connections"][0],
                    SECOND | {"azure": {"connection": "C", "local_network_gateway": "L"}},
                ],
            )
        ],
        [
            (
                f"{R2}[1].tunnel: the scheme article names one connection"
                " per outside VRF (value: 2) -> use naming: fvrf"
            ),
            (
                f"{R2}[1].uplink: the scheme article has one IKEv2 policy"
                " per outside VRF, and outside.OUT2.connections[0].uplink matches its address"
                " already (value: GigabitEthernet2) -> use naming: fvrf"
            ),
        ],
    ),
]


@pytest.mark.parametrize(("changes", "lines"), CASES)
def test_a_contradiction_on_a_router_is_named_with_its_path_and_reason(
    changes: list[tuple[str, Any]], lines: list[str]
) -> None:
    assert problems_of(changed(hosts(), *changes)) == [f"hosts.yaml: {line}" for line in lines]


def test_a_contradiction_in_a_groups_data_names_the_group_file() -> None:
    tree = changed(
        hosts(),
        ("r1 data uplinks GigabitEthernet2 next_hop", "172.16.9.1"),
        ("r1 origin", {"uplinks": "groups.yaml"}),
    )

    (line,) = problems_of(tree)

    assert line.startswith("groups.yaml: r1: data.uplinks.GigabitEthernet2.next_hop: ")
