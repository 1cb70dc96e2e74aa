"""A rollout as an NOE runs it: what it leaves, what it repairs, and that it writes no more."""

import json
import stat

import pytest
from noe import ARTICLE, STRONG, Operator

SITES = ("--site", "scus", "--site", "neu")


def test_first_rollout_proves_and_saves_both_sites(blank: Operator) -> None:
    done = blank.rollout(*SITES)

    assert (done.code, done.outcome(ARTICLE), done.outcome(STRONG)) == (0, "confirmed", "confirmed")
    for router in done.report["routers"]:
        assert {finding["verdict"] for finding in router["post"]} == {"passed"}
        assert "failed" in {finding["verdict"] for finding in router["pre"]}
        assert blank.startup(router["host"]) == blank.running(router["host"])
    assert blank.status("eus-onprem-csr")["logins"] == 0
    assert sorted(blank.connections()) == [
        "CSR_OUTSIDE_1",
        "CSR_OUTSIDE_2",
        "fvrf-neu-branch-csr-0",
        "fvrf-neu-branch-csr-1",
    ]


def test_change_folder_holds_the_record_and_is_private(settled: Operator) -> None:
    folder = settled.changes()[0]

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "journal.jsonl",
        "plan.json",
        "plan.txt",
        "report.json",
        "report.html",
        ARTICLE,
        STRONG,
    }
    assert {path.name for path in (folder / ARTICLE).iterdir()} == {
        "intended.cfg",
        "running-pre.cfg",
        "running-post.cfg",
        "diff.txt",
        "pre.json",
        "post.json",
    }


def test_second_rollout_writes_nothing_at_either_end(settled: Operator) -> None:
    before = len(settled.events())

    done = settled.rollout(*SITES)

    assert (done.code, done.outcome(ARTICLE), done.outcome(STRONG)) == (0, "unchanged", "unchanged")
    assert settled.writes(before) == []


ROUTER_DRIFT = {
    "key": (
        "crypto ikev2 keyring AZURE_KEYRING",
        "peer AZURE_VNG",
        "no pre-shared-key azure123",
        "pre-shared-key Wrong123",
    ),
    "proposal": ("crypto ikev2 proposal AZURE_PROPOSAL", "group 14"),
    "policy": (
        "crypto ikev2 policy VRF_OUTSIDE_ONE_POLICY",
        "no match address local 172.16.0.5",
        "match address local 172.16.0.6",
    ),
    "identity": (
        "crypto ikev2 profile VRF_OUTSIDE_ONE_PROFILE",
        "no match identity remote address 23.98.148.37 255.255.255.255",
        "match identity remote address 23.98.148.38 255.255.255.255",
    ),
    "transform-set": ("crypto ipsec transform-set AZURE_IPSEC_PROPOSAL esp-aes esp-sha-hmac",),
    "front-door-route": ("no ip route vrf OUTSIDE_TWO 23.98.148.37 255.255.255.255 172.16.1.1",),
    "speaker-route": ("no ip route vrf OUTSIDE_ONE 10.0.255.254 255.255.255.255 Tunnel0",),
    "route-target": ("ip vrf INSIDE_VRF", "no route-target import 64900:1"),
    "destination": ("interface Tunnel0", "tunnel destination 23.98.148.38"),
    "remote-as": (
        "router bgp 64900",
        "address-family ipv4 vrf OUTSIDE_ONE",
        "no neighbor 10.0.255.254",
        "neighbor 10.0.255.254 remote-as 65514",
    ),
    "activate": (
        "router bgp 64900",
        "address-family ipv4 vrf OUTSIDE_TWO",
        "no neighbor 10.0.255.254 activate",
    ),
    "maximum-paths": (
        "router bgp 64900",
        "address-family ipv4 vrf INSIDE_VRF",
        "no maximum-paths eibgp 2",
    ),
    "redistribute": (
        "router bgp 64900",
        "address-family ipv4 vrf INSIDE_VRF",
        "no redistribute static",
    ),
    "shutdown": ("interface GigabitEthernet2", "shutdown"),
}


@pytest.mark.parametrize("case", ROUTER_DRIFT)
def test_saved_drift_of_the_router_is_repaired(settled: Operator, case: str) -> None:
    settled.type(ARTICLE, *ROUTER_DRIFT[case])
    assert settled.do("plan", "--site", "scus").code == 1

    done = settled.rollout("--site", "scus")

    assert (done.code, done.outcome(ARTICLE)) == (0, "confirmed"), done.reason(ARTICLE)
    assert settled.do("plan", "--site", "scus").code == 0


STRONG_DRIFT = {
    "prefix-list": ("no ip prefix-list fvrf-INSIDE_VRF-out",),
    "route-map": ("no route-map fvrf-nexthop-peer permit 10",),
    "mark": ("ip vrf OUTSIDE_ONE", "description fvrf something else"),
    "pfs": ("crypto ipsec profile fvrf-azure-vng-0", "set pfs group14"),
}


@pytest.mark.parametrize("case", STRONG_DRIFT)
def test_saved_drift_of_a_marked_router_is_repaired(settled: Operator, case: str) -> None:
    settled.type(STRONG, *STRONG_DRIFT[case])
    assert settled.do("plan", "--site", "neu").code == 1

    done = settled.rollout("--site", "neu")

    assert (done.code, done.outcome(STRONG)) == (0, "confirmed"), done.reason(STRONG)
    assert settled.do("plan", "--site", "neu").code == 0


def test_unsaved_drift_is_left_to_its_owner_with_the_remedy(settled: Operator) -> None:
    settled.type(
        ARTICLE, "no ip route vrf INSIDE_VRF 172.16.0.0 255.255.0.0 172.16.2.1", save=False
    )
    before = len(settled.events())

    done = settled.rollout("--site", "scus")

    assert (done.code, done.outcome(ARTICLE)) == (2, "skipped")
    assert "not saved" in done.reason(ARTICLE)
    assert "write memory" in done.reason(ARTICLE)
    assert settled.writes(before) == []

    taken = settled.rollout("--site", "scus", "--save-foreign")

    assert (taken.code, taken.outcome(ARTICLE)) == (0, "confirmed")
    assert settled.startup(ARTICLE) == settled.running(ARTICLE)


def test_plan_names_the_difference_and_writes_nothing(settled: Operator) -> None:
    settled.type(ARTICLE, "interface Tunnel1", "ip tcp adjust-mss 1300")
    before = len(settled.events())
    backups = sorted((settled.folder / "backups").rglob("*.cfg"))

    text, machine = (
        settled.do("plan", "--site", "scus"),
        settled.do("plan", "--site", "scus", "--json"),
    )

    assert (text.code, machine.code) == (1, 1)
    assert "- ip tcp adjust-mss 1300" in text.out.replace("-  ", "- ").replace("   ", " ")
    assert json.loads(machine.out)["routers"][ARTICLE]["in_sync"] is False
    assert settled.writes(before) == []
    assert sorted((settled.folder / "backups").rglob("*.cfg")) == backups
    assert settled.rollout("--site", "scus").code == 0


def test_verify_tells_a_network_that_is_hurt_from_one_that_cannot_be_seen(
    settled: Operator,
) -> None:
    sound = settled.do("verify", "--site", "scus")
    settled.type(ARTICLE, "interface Tunnel1", "shutdown")
    settled.advance(200)
    hurt = settled.do("verify", "--site", "scus")
    settled.type(ARTICLE, "interface Tunnel1", "no shutdown")
    settled.advance(60)
    refused = settled.fault("ssh-refused", router=ARTICLE)
    unseen = settled.do("verify", "--site", "scus", "--json")
    settled.heal(refused)

    assert (sound.code, hurt.code, unseen.code) == (0, 1, 2)
    assert "Tunnel1" in hurt.out
    assert "error" in {finding["verdict"] for finding in json.loads(unseen.out)[ARTICLE]}
    assert settled.do("verify", "--site", "scus", "--wait", "60").code == 0
