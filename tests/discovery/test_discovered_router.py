"""The intent of a router, read back from its configuration and from Azure's far ends."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from random import Random
from typing import Any

import pytest
from inventories import article, changed, hosts, intent_of, router
from site_draws import drawn

from fvrf.discovery.crypto import FoundPolicy, chosen_policies
from fvrf.discovery.far_ends import FarEnd
from fvrf.discovery.router import Discovered, discovered
from fvrf.errors import CannotLook
from fvrf.intent.model import Intent, Router
from fvrf.plan.build import build
from fvrf.plan.model import RouterPlan
from fvrf.secrets import SecretRef
from tasks.project import Selection, open_project
from tasks.render import environment

ROOT = Path(__file__).parents[2]
# What neighbours of the site's own say is not in what is rendered.
HEARD = {"learned-csr"}
CONFIGS = (ROOT / "config.yaml", ROOT / "examples/topologies/config.yaml")


def running(intent: Intent, plan: RouterPlan) -> str:
    """Return a router's configuration as rendered, with the interfaces that others manage."""
    uplinks = intent.routers[plan.host].uplinks
    others = [
        f"interface {name}\n ip address {uplink.address.ip} {uplink.address.netmask}\n"
        for name, uplink in uplinks.items()
        if not uplink.managed
    ]
    return environment().get_template("router.j2").render(plan=plan) + "".join(others)


NEITHER_END = "name what the site announces over ExpressRoute into its network"


def ends_of(plan: RouterPlan) -> list[FarEnd]:
    return [
        FarEnd(
            gateway=connection.gateway,
            connection=connection.name,
            local_gateway=connection.local_gateway_name,
            public_address=connection.public_address,
            bgp_address=connection.bgp_address,
            site=connection.site,
        )
        for connection in plan.connections
    ]


def read_back(intent: Intent, host: str) -> Discovered:
    plan = build(intent).routers[host]
    return discovered(host, running(intent, plan), intent.gateways, ends_of(plan))


def told(data: Mapping[str, Any] | Router) -> dict[str, Any]:
    """Return what a router itself tells of its intent: neither keys' names nor who manages what."""
    made = data if isinstance(data, Router) else Router.model_validate(data)
    tree: dict[str, Any] = made.model_dump(
        exclude={"login", "pacing", "window", "throughput_gbps", "licensed_gbps"}
    )
    for uplink in tree["uplinks"].values():
        del uplink["managed"]
    for outside in tree["outside"].values():
        for connection in outside["connections"]:
            connection |= {"key": None, "previous_key": None}
        outside["connections"] = sorted(outside["connections"], key=lambda c: c["tunnel"])
    return tree


@pytest.mark.parametrize("config", CONFIGS, ids=["shipped", "topologies"])
def test_the_intent_of_every_example_is_read_back(config: Path) -> None:
    intent = open_project(config, Selection(), offline=True).intent

    for host, own in intent.routers.items():
        if host in HEARD:
            continue
        found = read_back(intent, host)
        gaps = {("expressroute", name): NEITHER_END for name in own.expressroute}
        data = {**found.data, "expressroute": own.expressroute}
        assert (told(data), found.gaps, found.notes) == (told(own), gaps, ())


def drawn_intents() -> Iterator[tuple[Intent, str]]:
    for number in range(1, 41):
        tree, _ = drawn(Random(number), number)  # noqa: S311 - no secret
        yield intent_of(tree), f"site-{number:03}"


def effects(intent: Intent, host: str, data: Mapping[str, Any]) -> tuple[str, list[object]]:
    """Return what both ends get of a router's intent, keys aside."""
    made = {**intent.routers, host: Router.model_validate(data)}
    plan = build(intent.model_copy(update={"routers": made})).routers[host]
    text = re.sub("<<.*>>", "KEY", running(intent, plan))
    key = SecretRef("file", "any")
    return text, [replace(connection, key=key) for connection in plan.connections]


def test_the_plan_of_sites_of_any_shape_is_the_same_when_read_back() -> None:
    for intent, host in drawn_intents():
        found = read_back(intent, host)
        own = intent.routers[host].model_dump(mode="json", exclude_defaults=True)
        for uplink in own["uplinks"].values():
            uplink["managed"] = uplink.get("front_door", "global") != "global"
        for outside in own["outside"].values():
            for connection in outside["connections"]:
                connection["key"] = "file:any"

        beside = {"expressroute": own.get("expressroute", {})}
        gaps = {("expressroute", name): NEITHER_END for name in beside["expressroute"]}
        assert (found.gaps, found.notes) == (gaps, ()), host
        assert effects(intent, host, found.data | beside) == effects(intent, host, own), host


ELSEWHERE = "tunnel destination 192.0.2.9"
STRONG = {"r1": {"groups": ["csr"], "data": router(1)}, "gw": hosts()["gw"]}
PAIR = deepcopy(STRONG)
PAIR["r1"]["data"]["outside"]["OUT1"]["connections"][0]["loopback"] = 1
PAIR["gw"]["data"]["instances"] = [
    {"public_address": "192.0.2.1", "speakers": ["10.1.255.4"]},
    {"public_address": "192.0.2.2", "speakers": ["10.1.255.5"]},
]
# A case's id: what stands otherwise on the router; the gap that it leaves and its reason.
UPLINK, INSIDE = ("uplinks", "GigabitEthernet2"), ("inside", "IN")
ROUTE = "ip route vrf IN 172.16.0.0 255.255.0.0 172.16.2.1 name fvrf"
BY_INTERFACE = ROUTE.replace("172.16.2.1", "GigabitEthernet3")
GAPS = {
    "rd of an outside VRF": (
        ("rd 64513:1", "rd 65000:1"),
        (("outside", "OUT1", "id"), "its RD is 65000:1; the plan makes asn:id"),
    ),
    "rd of the inside VRF": (
        ("rd 64513:3", "rd 65000:3"),
        ((*INSIDE, "id"), "its RD is 65000:3; the plan makes asn:id"),
    ),
    "no way to the inside VRF": (
        ("route-target export 64513:3", ""),
        (("outside", "OUT1", "inside"), "it imports the targets of no VRF"),
    ),
    "no address": (
        ("ip address 172.16.1.4 255.255.255.0", "no ip address"),
        ((*UPLINK, "address"), "it has no address"),
    ),
    "another group": (
        ("group 20", "group 21"),
        (("crypto",), "an algorithm that stands is not one of both ends, or none stands"),
    ),
    "no inside route": (
        (ROUTE, ""),
        ((*INSIDE, "prefixes"), "it has no static route; name prefix and next hop"),
    ),
    "inside route by an interface": (
        (ROUTE, BY_INTERFACE),
        ((*INSIDE, "prefixes"), "it has no static route; name prefix and next hop"),
    ),
    "no inside address": (
        ("ip address 172.16.2.4 255.255.255.0", "no ip address"),
        ((*INSIDE, "interface"), "no one interface with an address is in it"),
    ),
}


@pytest.mark.parametrize("case", GAPS)
def test_what_the_router_does_not_tell_is_marked_with_the_reason(case: str) -> None:
    (there, instead), (path, why) = GAPS[case]
    intent = intent_of(STRONG)
    plan = build(intent).routers["r1"]
    text = running(intent, plan)
    assert there in text

    found = discovered("r1", text.replace(there, instead), intent.gateways, ends_of(plan))

    at: Any = found.data
    for step in path:
        at = at[step] if step != "prefixes" else "FILL-IN"
    assert (found.gaps[path], at) == (why, "FILL-IN")


def test_a_policy_that_is_not_shipped_is_written_out() -> None:
    data = {
        "crypto": "mixed",
        "crypto_policies": {
            "mixed": {
                "version": 3,
                "ike": {
                    "encryption": ["AES256", "AES192"],
                    "integrity": ["SHA256"],
                    "dh_group": ["DHGroup14", "ECP256"],
                    "lifetime_s": 7200,
                },
                "esp": {
                    "encryption": "AES128",
                    "integrity": "SHA1",
                    "pfs_group": "PFS2048",
                    "lifetime_s": 3600,
                    "lifetime_kb": 2560,
                },
                "dpd": {"interval_s": 20, "retry_s": 3},
            }
        },
    }
    intent = intent_of(changed(STRONG, *((f"r1 data {key}", part) for key, part in data.items())))

    found = read_back(intent, "r1")

    assert {key: found.data[key] for key in data} == data
    assert found.gaps == {}


def test_a_connection_with_another_policy_names_it() -> None:
    path = "r1 data outside OUT2 connections 0 crypto"
    found = read_back(intent_of(changed(STRONG, (path, "gcm128"))), "r1")

    named = [outside["connections"][0].get("crypto") for outside in found.data["outside"].values()]
    assert (found.data["crypto"], named, found.gaps) == ("gcm256", [None, "gcm128"], {})


def test_policies_of_one_name_that_differ_get_numbers() -> None:
    one, two = (FoundPolicy("found", f'{{"version": {number}}}') for number in (1, 2))

    chosen = chosen_policies({"Tunnel1": one, "Tunnel2": two, "Tunnel3": two})

    assert chosen.data == {
        "crypto": "found-2",
        "crypto_policies": {"found": {"version": 1}, "found-2": {"version": 2}},
    }
    assert chosen.others == {"Tunnel1": "found"}


def test_a_tunnel_to_somewhere_else_is_left_out() -> None:
    intent = intent_of(STRONG)
    plan = build(intent).routers["r1"]
    parts = running(intent, plan).partition("interface Tunnel1")
    text = parts[0] + parts[1] + parts[2].replace("tunnel destination 192.0.2.1", ELSEWHERE)

    found = discovered("r1", text, intent.gateways, ends_of(plan))

    assert found.notes == ("Tunnel1 is left out: no gateway of the inventory has 192.0.2.9",)
    assert list(found.data["outside"]) == ["OUT1"]


def test_public_addresses_are_azures_to_tell() -> None:
    intent = intent_of(STRONG)
    plan = build(intent).routers["r1"]
    one, two = ends_of(plan)
    moved = replace(one, bgp_address=IPv4Address("203.0.113.9"))

    found = discovered("r1", running(intent, plan), intent.gateways, [moved, two])

    assert found.data["uplinks"]["GigabitEthernet1"]["public_address"] == "FILL-IN"
    assert found.gaps == {
        ("uplinks", "GigabitEthernet1", "public_address"): (
            "no local network gateway has the BGP address 192.168.255.1 at gw"
        )
    }


def test_a_tunnel_that_is_missing_or_numbered_otherwise_is_noted() -> None:
    intent = intent_of(PAIR)
    plan = build(intent).routers["r1"]
    text = running(intent, plan)
    one = r"interface Tunnel101\n( .*\n)+"

    gone = discovered("r1", re.sub(one, "", text), intent.gateways, ends_of(plan))
    other = discovered("r1", text.replace("Tunnel101", "Tunnel7"), intent.gateways, ends_of(plan))

    assert gone.notes == ("Tunnel101: is not there; the plan builds it to 192.0.2.2",)
    assert other.notes == ("Tunnel7: the plan numbers it Tunnel101",)


def test_equal_keys_share_a_reference_and_others_do_not() -> None:
    tree = {"r2": {"groups": ["csr"], "data": article(2)}, **STRONG}
    intent = intent_of(tree)
    merged, single = read_back(intent, "r2"), read_back(intent, "r1")

    assert [key.reference for key in merged.keys] == ["file:psk-r2-0"]
    assert [key.reference for key in single.keys] == ["file:psk-r1-0", "file:psk-r1-1"]


def test_a_router_without_a_tunnel_to_us_is_refused_with_the_reason() -> None:
    intent = intent_of(STRONG)
    text = running(intent, build(intent).routers["r1"]).replace("192.0.2.1", "192.0.2.9")

    with pytest.raises(CannotLook, match="r1 has no tunnel to a gateway") as raised:
        discovered("r1", text, intent.gateways, [])

    assert "no gateway of the inventory has 192.0.2.9" in str(raised.value)


def test_tuning_that_the_intent_has_no_place_for_is_said() -> None:
    intent = intent_of(hosts())
    plan = build(intent).routers["r1"]
    text = running(intent, plan).replace("adjust-mss 1350", "adjust-mss 1360")
    text = text.replace("ip mtu 1400", "ip mtu 1390", 1)

    found = discovered("r1", text, intent.gateways, ends_of(plan))

    assert "tunnels" not in found.data
    assert found.notes == (
        "ip mtu: is not alike everywhere; the plan has one for all",
        "tunnels.mss: 1360 is more or less than the intent takes",
    )


SOURCES = {
    "connected": ["172.16.2.0/24"],
    "ospf": {"process": 10, "prefixes": ["172.17.0.0/24", "172.17.1.0/24"]},
}


@pytest.mark.parametrize(
    "other",
    [
        SOURCES,
        {"bgp": ["172.18.0.0/16", "172.19.0.0/16"], "prefixes": {}},
        {"bgp": ["172.18.0.0/16"], "connected": ["172.16.2.0/24"]},
    ],
    ids=["ospf", "bgp alone", "bgp and connected"],
)
def test_what_brings_the_sites_prefixes_is_read_back(other: dict[str, Any]) -> None:
    inside = hosts()["r1"]["data"]["inside"]["IN"]
    intent = intent_of(changed(hosts(), ("r1 data inside IN", inside | other)))

    plan = build(intent).routers["r1"]
    head = "  bgp router-id interface GigabitEthernet3\n"
    own = "  neighbor 172.16.2.9 remote-as 65001\n" if "bgp" in other else ""
    text = running(intent, plan).replace(head, head + own)

    found = discovered("r1", text, intent.gateways, ends_of(plan))

    assert (told(found.data), found.gaps, found.notes) == (told(intent.routers["r1"]), {}, ())
