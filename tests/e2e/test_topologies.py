"""Every shape of site, from a blank router to routes verified path by path at both ends.

All are rolled out at once, on a lab of their own; docs/topologies.md has a line for each.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from noe import ROOT, Done, Operator, operating

EXAMPLE = ROOT / "examples/topologies/config.yaml"
WORLD = ROOT / "lab/world/topologies"
HOSTS = yaml.safe_load((EXAMPLE.parent / "inventory/hosts.yaml").read_text())
ROUTERS = {name for name, host in HOSTS.items() if host["groups"] == ["csr"]}
PAGE = (ROOT / "docs/topologies.md").read_text(encoding="utf-8")


def tunnels(*numbers: int) -> set[str]:
    return {f"Tunnel{number}" for number in numbers}


# The tunnels that share the traffic of an inside VRF to a gateway's prefix, all alike.
PATHS: dict[str, dict[tuple[str, str], set[str]]] = {
    "branch1-csr": {("INSIDE", "10.0.0.0/16"): tunnels(10, 11, 20, 21, 110, 111, 120, 121)},
    "standby-csr": {("INSIDE", "10.1.0.0/16"): tunnels(*range(1, 9))},
    "pair-csr": {
        ("INSIDE", "10.2.0.0/16"): tunnels(1, 2, 101, 102),
        ("INSIDE", "10.3.0.0/16"): tunnels(1, 2, 101, 102),
    },
    "apipa-csr": {("INSIDE", "10.4.0.0/16"): tunnels(1, 2, 3, 101, 102, 103)},
    "dual1-csr": {
        ("INSIDE", "10.2.0.0/16"): tunnels(1, 101),
        ("INSIDE", "10.3.0.0/16"): tunnels(1, 101),
    },
    "dual2-csr": {
        ("INSIDE", "10.2.0.0/16"): tunnels(1, 101),
        ("INSIDE", "10.3.0.0/16"): tunnels(1, 101),
    },
    "regions-csr": {
        ("INSIDE", "10.1.0.0/16"): tunnels(1),
        ("INSIDE", "10.4.0.0/16"): tunnels(2, 3, 102, 103),
    },
    "tenants-csr": {
        ("RED", "10.1.0.0/16"): tunnels(1, 2),
        ("BLUE", "10.2.0.0/16"): tunnels(3, 103),
        ("BLUE", "10.3.0.0/16"): tunnels(3, 103),
    },
    "successor-c8000v": {
        ("INSIDE", "10.2.0.0/16"): tunnels(1, 2, 101, 102),
        ("INSIDE", "10.3.0.0/16"): tunnels(1, 2, 101, 102),
    },
    "private-csr": {("INSIDE", "10.20.0.0/16"): tunnels(1, 101)},
    "leased-csr": {
        ("INSIDE", "10.2.0.0/16"): tunnels(1, 2, 3, 101, 102, 103),
        ("INSIDE", "10.3.0.0/16"): tunnels(1, 2, 3, 101, 102, 103),
    },
    "learned-csr": {
        ("INSIDE", "10.2.0.0/16"): tunnels(1, 101),
        ("INSIDE", "10.3.0.0/16"): tunnels(1, 101),
    },
    "trunk-csr": {
        ("INSIDE", "10.2.0.0/16"): tunnels(1, 2, 101, 102),
        ("INSIDE", "10.3.0.0/16"): tunnels(1, 2, 101, 102),
    },
    "hub-csr": {
        ("INSIDE", "10.51.0.0/16"): tunnels(1, 2, 3, 4, 101, 102, 103, 104),
        ("INSIDE", "10.52.0.0/16"): tunnels(1, 2, 3, 4, 101, 102, 103, 104),
    },
    "definition-c8000v": {
        ("INSIDE", "10.2.0.0/16"): tunnels(1, 2, 101, 102),
        ("INSIDE", "10.3.0.0/16"): tunnels(1, 2, 101, 102),
    },
}


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator before the first rollout of all shapes."""
    folder: Path = tmp_path_factory.mktemp("topologies")
    with operating(folder, like=EXAMPLE, world=WORLD) as noe:
        yield noe


@pytest.fixture(scope="module")
def rollout(operator: Operator) -> Done:
    """The rollout of all shapes at once."""
    return operator.rollout()


def paths(done: Done, host: str) -> dict[tuple[str, str], set[str]]:
    """Return what was seen to share the traffic of each prefix."""
    subject = re.compile(r"(\S+) route to (\S+), egress tunnels")
    return {
        (match[1], match[2]): set(found["actual"].split(", "))
        for found in done.router(host)["post"]
        if (match := subject.fullmatch(found["subject"]))
    }


def test_every_shape_is_proven_and_confirmed(rollout: Done) -> None:
    outcomes = {router["host"]: router["outcome"] for router in rollout.report["routers"]}

    assert outcomes == dict.fromkeys(ROUTERS, "confirmed")
    assert {
        (router["host"], found["subject"])
        for router in rollout.report["routers"]
        for found in router["post"]
        if found["verdict"] != "passed"
    } == set()
    assert rollout.code == 0


@pytest.mark.parametrize("host", sorted(ROUTERS))
def test_the_tunnels_that_the_intent_makes_equal_share_the_traffic(
    rollout: Done, host: str
) -> None:
    assert paths(rollout, host) == PATHS[host]


def test_nothing_is_left_to_do(operator: Operator, rollout: Done) -> None:
    since = len(operator.events())

    assert (rollout.code, operator.do("plan").code, operator.rollout().code) == (0, 0, 0)
    assert operator.writes(since) == []


def test_no_tenant_sees_another(operator: Operator, rollout: Done) -> None:
    after = operator.changes()[0] / "tenants-csr/post.json"
    tables = json.loads(after.read_text())["seen"]["tables"]
    own = {"RED": "172.26.0.0/16", "BLUE": "172.27.0.0/16"}
    seen = {
        vrf: {route["prefix"] for route in tables[vrf]["routes"]} & {*own.values()}
        for vrf in tables
    }

    assert rollout.code == 0
    assert seen == {
        "RED": {own["RED"]},
        "RED1": {own["RED"]},
        "RED2": {own["RED"]},
        "BLUE": {own["BLUE"]},
        "BLUE1": {own["BLUE"]},
    }


def test_azure_prefers_the_router_that_does_not_prepend(operator: Operator, rollout: Done) -> None:
    (learned,) = (f for f in rollout.router("dual2-csr")["post"] if f["check"] == "learned")
    seen = json.loads((operator.changes()[0] / "pair-gw/post.json").read_text())["seen"]
    rows = [r for r in seen["effective"]["pair-vm"] if r["prefixes"] == ["172.24.0.0/16"]]

    assert learned["expected"] == "2 x, AS 64904 3 times"
    assert learned["actual"] == "2 x, AS path 64904-64904-64904"
    assert len(rows) == 2  # one by each instance, of the four that were learned


@pytest.mark.usefixtures("rollout")
def test_the_other_router_of_a_site_stands_in_while_its_own_paths_work(
    operator: Operator,
) -> None:
    profile = ("crypto ipsec profile fvrf-pair-gw-1", "set pfs group14")
    operator.type("dual1-csr", *profile)

    stood_in = operator.rollout("--host", "dual1-csr")

    assert (stood_in.code, stood_in.outcome("dual1-csr")) == (0, "confirmed")

    operator.type("dual1-csr", *profile)
    operator.type("dual2-csr", "interface GigabitEthernet2", "shutdown")
    operator.advance(300)
    refused = operator.rollout("--host", "dual1-csr")

    assert (refused.code, refused.outcome("dual1-csr")) == (2, "skipped")
    assert "the last working path of site dual from INSIDE" in refused.reason("dual1-csr")


@pytest.mark.usefixtures("rollout")
def test_the_pair_over_the_internet_stands_in_for_the_one_over_expressroute(
    operator: Operator,
) -> None:
    operator.type("private-csr", "interface GigabitEthernet2", "shutdown")
    operator.advance(300)
    cut = operator.do("verify", "--json", "--host", "private-csr")
    operator.type("private-csr", "interface GigabitEthernet2", "no shutdown")
    operator.advance(300)
    whole = operator.do("verify", "--host", "private-csr")

    (egress,) = (f for f in cut.json["private-csr"] if f["check"] == "egress")
    assert egress["actual"].partition(" (")[0] == "Tunnel102, Tunnel2"
    assert (cut.code, whole.code) == (1, 0)


DRIFTS: dict[str, tuple[str, ...]] = {
    "definition-c8000v": (
        "vrf definition INSIDE",
        "address-family ipv4",
        "no route-target import 64908:2",
        "vrf definition OUT2",
        "rd 64908:77",
    ),
    "trunk-csr": ("interface GigabitEthernet2.200", "encapsulation dot1Q 201"),
    "successor-c8000v": (
        "no ip cef load-sharing algorithm",
        "crypto ikev2 nat keepalive 60",
        "crypto ikev2 fragmentation",
        "router bgp 64907",
        "address-family ipv4 vrf OUT2",
        "neighbor 10.2.255.4 timers 30 90",
        "no neighbor 10.2.255.5 maximum-prefix",
        "crypto ipsec profile fvrf-pair-gw-1",
        "no set security-association replay window-size",
        "interface Tunnel102",
        "ip mtu 1400",
        "no ip tcp adjust-mss",
    ),
    "leased-csr": (
        "interface GigabitEthernet3",
        "ip address 100.64.3.18 255.255.255.0",
        "no ip route vrf FD2 192.0.2.24 255.255.255.255 GigabitEthernet2 dhcp name fvrf",
        "crypto ikev2 profile fvrf-pair-gw-2",
        "lifetime 3600",
    ),
}

LOST = {
    "definition-c8000v": ("OUT2", "Loopback2"),
    "trunk-csr": ("OUT2", "GigabitEthernet2.200"),
    "successor-c8000v": ("OUT2", "Tunnel102"),
    "leased-csr": ("OUT2", "Tunnel102", "Loopback2"),
}


@pytest.mark.usefixtures("rollout")
@pytest.mark.parametrize("host", DRIFTS)
def test_a_shape_is_mended_taken_apart_and_built_again(operator: Operator, host: str) -> None:
    before = operator.running(host)
    operator.type(host, *DRIFTS[host])

    mended = operator.rollout("--host", host, "--allow-outage", HOSTS[host]["data"]["site"])

    assert (mended.code, mended.outcome(host)) == (0, "confirmed")
    assert sorted(operator.running(host).splitlines()) == sorted(before.splitlines())

    gone = operator.do("decommission", "--yes", "--host", host, "--vrf", "OUT2", "--prune", "2")

    assert (gone.code, gone.outcome(host)) == (0, "confirmed")
    assert [text for text in LOST[host] if text in operator.running(host)] == []

    again = operator.rollout("--host", host)

    assert (again.code, again.outcome(host)) == (0, "confirmed")
    assert sorted(operator.running(host).splitlines()) == sorted(before.splitlines())


def learned_by(operator: Operator, gateway: str, site: str) -> set[str]:
    """Return what a gateway has learned of a site's range, but for the BGP addresses."""
    (change, *_) = operator.changes()
    rows = json.loads((change / f"{gateway}/post.json").read_text())["seen"]["learned"]
    networks = {row["network"] for row in rows if row["network"].startswith(site)}
    return {network for network in networks if not network.endswith("/32")}


def test_of_what_a_site_hears_only_what_is_named_is_announced(
    operator: Operator, rollout: Done
) -> None:
    host, announced = "learned-csr", {"172.19.6.0/24", "172.19.32.0/20", "172.19.64.0/24"}
    site = [f["actual"] for f in rollout.router(host)["post"] if f["check"] == "site_route"]
    before = operator.running(host)
    drift = ("router bgp 64911", "address-family ipv4 vrf INSIDE", "no redistribute ospf 10")

    assert site == ["connected via GigabitEthernet6", "bgp via 172.19.6.9", "ospf via 172.19.6.7"]
    assert "neighbor 172.19.6.9 description core switch" in before
    operator.type(host, *drift)
    lacking = operator.do("verify", "--host", host)
    mended = operator.rollout("--host", host)

    assert (lacking.code, mended.code, mended.outcome(host)) == (1, 0, "confirmed")
    assert sorted(operator.running(host).splitlines()) == sorted(before.splitlines())
    assert learned_by(operator, "pair-gw", "172.19.") == announced


def test_the_page_has_a_line_for_each_shape() -> None:
    assert {host for host in ROUTERS if f"`{host}`" not in PAGE} == set()
