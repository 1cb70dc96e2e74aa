"""How BGP sessions and tunnels are tuned: what is rendered, and what is changed on a router."""

import pytest
from inventories import Tree, article, changed, hosts, intent_of, plan_of

from fvrf.intent.warnings import warnings
from fvrf.iosxe.diff import RouterDiff, compare
from fvrf.iosxe.effects import clears
from fvrf.iosxe.emit import commands
from fvrf.plan.model import RouterPlan
from tasks.render import environment

BGP = {"timers": {"keepalive_s": 20, "hold_s": 60}, "maximum_prefix": {"limit": 500}}
TUNNELS = {"mtu": 1360, "mss": 1300, "replay_window": 512}
TUNED = changed(hosts(), ("r1 data bgp", BGP), ("r1 data tunnels", TUNNELS))
PLAIN = (" timers ", " maximum-prefix ", " replay ")


def text_of(plan: RouterPlan) -> str:
    return environment().get_template("router.j2").render(plan=plan)


def lines_of(tree: Tree, name: str = "r1") -> list[str]:
    return [line.strip() for line in text_of(plan_of(tree).routers[name]).splitlines()]


def between(found: Tree, wanted: Tree) -> RouterDiff:
    plan = plan_of(wanted).routers["r1"]
    return compare(plan, text_of(plan), text_of(plan_of(found).routers["r1"]))


def typed(diff: RouterDiff) -> list[str]:
    return [line for block in commands(diff) for line in block.lines]


def test_every_session_and_tunnel_is_tuned_alike() -> None:
    lines = lines_of(TUNED)

    assert lines.count("neighbor 10.1.255.254 timers 20 60") == 2
    assert lines.count("neighbor 10.1.255.254 maximum-prefix 500 restart 30") == 2
    assert lines.count("ip mtu 1360") == lines.count("ip tcp adjust-mss 1300") == 2
    assert lines.count("set security-association replay window-size 512") == 2


@pytest.mark.parametrize("name", ["r1", "r2"])
def test_what_the_intent_does_not_set_is_left_to_the_router(name: str) -> None:
    lines = lines_of(hosts(), name)

    assert [line for line in lines if any(word in line for word in PLAIN)] == []


def test_too_many_prefixes_may_be_logged_only() -> None:
    most = {"limit": 500, "restart_min": None}
    lines = lines_of(changed(hosts(), ("r1 data bgp", {"maximum_prefix": most})))

    assert lines.count("neighbor 10.1.255.254 maximum-prefix 500 warning-only") == 2


def test_the_article_has_an_mtu_only_where_one_is_given() -> None:
    tuned = changed(hosts(), ("r2 data", article(2) | {"tunnels": {"mtu": 1390}}))

    assert lines_of(hosts(), "r2").count("ip mtu 1400") == 0
    assert lines_of(tuned, "r2").count("ip mtu 1390") == 2


def test_a_probe_is_as_large_as_the_tunnels_let_through() -> None:
    tree = changed(TUNED, ("gw data probe", "10.1.0.4"))

    assert {probe.size for probe in plan_of(tree).routers["r1"].probes} == {1360}
    assert {probe.size for probe in plan_of(tree).routers["r2"].probes} == {1400}


def test_tuning_comes_changes_and_goes() -> None:
    slower = changed(TUNED, ("r1 data bgp timers", {"keepalive_s": 30, "hold_s": 90}))
    family = ["router bgp 64513", "address-family ipv4 vrf OUT1"]

    assert between(TUNED, TUNED).in_sync
    come, gone = typed(between(hosts(), TUNED)), typed(between(TUNED, hosts()))
    at = come.index("address-family ipv4 vrf OUT1")
    assert come[at + 1 : at + 3] == [
        "neighbor 10.1.255.254 timers 20 60",
        "neighbor 10.1.255.254 maximum-prefix 500 restart 30",
    ]
    assert gone.count("no neighbor 10.1.255.254 timers 20 60") == 2
    assert gone.count("no set security-association replay window-size 512") == 2
    assert gone.count("ip mtu 1400") == gone.count("ip tcp adjust-mss 1350") == 2
    assert typed(between(TUNED, slower))[:4] == [
        *family,
        "neighbor 10.1.255.254 timers 30 90",
        "exit-address-family",
    ]


def test_new_timers_interrupt_nothing_and_a_new_window_is_negotiated() -> None:
    timed = between(hosts(), changed(hosts(), ("r1 data bgp", BGP)))
    wider = between(hosts(), changed(hosts(), ("r1 data tunnels", {"replay_window": 1024})))

    assert [block.interrupts for block in commands(timed)] == [
        f"BGP 10.1.255.254 in VRF {vrf}: new timers when it next starts" for vrf in ("OUT1", "OUT2")
    ]
    assert clears(timed) == ()
    assert clears(wider) == (
        "clear crypto session local 172.16.0.5 remote 192.0.2.1",
        "clear crypto session local 172.16.1.4 remote 192.0.2.1",
    )


def test_the_default_threshold_of_a_limit_is_no_difference() -> None:
    plan = plan_of(TUNED).routers["r1"]
    text = text_of(plan)

    assert compare(plan, text, text.replace("prefix 500 restart", "prefix 500 75 restart")).in_sync


def test_timers_below_azures_own_are_warned_of() -> None:
    azures = changed(TUNED, ("r1 data bgp timers", {"keepalive_s": 60, "hold_s": 180}))
    text = "r1: BGP timers of 20 and 60 s: Microsoft calls less than 60 and 180 s unreliable"

    assert text in warnings(intent_of(TUNED))
    assert [line for line in warnings(intent_of(azures)) if "timers" in line] == []
