"""What a site announces beside its static routes: brought in by what is not ours."""

import pytest
from inventories import Tree, changed, hosts, plan_of

from fvrf.expected import ExpectedSiteRoute, expected_router
from fvrf.iosxe.diff import RouterDiff, compare
from fvrf.iosxe.emit import commands
from fvrf.plan.model import RouterPlan
from tasks.render import environment

OTHERS = {
    "connected": ["172.16.2.0/24"],
    "bgp": ["172.17.1.0/24", "172.17.0.0/24"],
    "ospf": {"process": 10, "prefixes": ["172.18.0.0/16"]},
}
INSIDE = hosts()["r1"]["data"]["inside"]["IN"]
ALL = changed(hosts(), ("r1 data inside IN", INSIDE | OTHERS))
NO_STATIC = changed(
    hosts(), ("r1 data inside IN", {**INSIDE, "prefixes": {}, "bgp": OTHERS["bgp"]})
)
MAP = "route-map fvrf-IN-out"
CONNECTED = f"redistribute connected {MAP}"
OSPF = f"redistribute ospf 10 match internal external 1 external 2 {MAP}"
ENTER = ["router bgp 64513", "address-family ipv4 vrf IN"]
LISTED = ["172.16.0.0/16", "172.16.2.0/24", "172.17.0.0/24", "172.17.1.0/24", "172.18.0.0/16"]


def text_of(plan: RouterPlan) -> str:
    return environment().get_template("router.j2").render(plan=plan)


def plan_for(tree: Tree) -> RouterPlan:
    return plan_of(tree).routers["r1"]


def diff(tree: Tree, running: str, *, adopt: bool = False) -> RouterDiff:
    plan = plan_for(tree)
    return compare(plan, text_of(plan), running, adopt=adopt)


def typed(made: RouterDiff, kind: str) -> list[str]:
    return [line for block in commands(made) if block.kind == kind for line in block.lines]


def foreign(*lines: str, tree: Tree = ALL) -> str:
    """Return what stands on the router, with lines of others in the inside VRF's family."""
    text = text_of(plan_for(tree))
    head = "  bgp router-id interface GigabitEthernet3\n"
    assert text.count(head) == 1
    return text.replace(head, head + "".join(f"  {line}\n" for line in lines))


NEIGHBOR = ("neighbor 172.16.2.9 remote-as 65001", "neighbor 172.16.2.9 activate")


def test_all_prefixes_are_let_out_whatever_they_come_from() -> None:
    plan = plan_for(ALL)
    outward = next(one for one in plan.prefix_lists if one.name == "fvrf-IN-out")

    assert [str(rule.prefix) for rule in outward.rules] == LISTED
    assert {tuple(map(str, c.site_prefixes)) for c in plan.connections} == {tuple(LISTED)}


def test_what_comes_from_others_goes_through_a_filter_of_ours() -> None:
    lines = [line.strip() for line in text_of(plan_for(ALL)).splitlines()]

    assert [line for line in lines if line.startswith("redistribute ")] == [
        "redistribute static",
        CONNECTED,
        OSPF,
    ]
    at = lines.index(f"{MAP} permit 10")
    assert lines[at + 1] == "match ip address prefix-list fvrf-IN-out"
    assert MAP not in text_of(plan_for(hosts()))


def test_a_site_may_have_nothing_but_what_its_neighbours_say() -> None:
    plan = plan_for(NO_STATIC)

    assert [f.redistribute for f in plan.bgp.families if f.vrf == "IN"] == [()]
    assert {route.vrf for route in plan.routes} == {"OUT1", "OUT2"}


def test_each_prefix_is_expected_by_its_source() -> None:
    found = expected_router(plan_for(ALL)).site

    assert isinstance(found[0], ExpectedSiteRoute)
    assert [(str(one.prefix), one.source, str(one.next_hop)) for one in found] == [
        ("172.16.0.0/16", "static", "172.16.2.1"),
        ("172.16.2.0/24", "connected", "None"),
        ("172.17.0.0/24", "bgp", "None"),
        ("172.17.1.0/24", "bgp", "None"),
        ("172.18.0.0/16", "ospf", "None"),
    ]


def test_sources_come_and_go_and_what_is_not_ours_stays() -> None:
    before = foreign(*NEIGHBOR, "redistribute eigrp 7", tree=hosts())
    come = diff(ALL, before)
    gone = diff(hosts(), foreign(*NEIGHBOR, "redistribute ospf 20"))

    assert typed(come, "family") == [*ENTER, CONNECTED, OSPF, "exit-address-family"]
    assert typed(come, "route_map")[0] == f"{MAP} permit 10"
    assert typed(gone, "family") == [
        *ENTER,
        "no redistribute connected",
        "no redistribute ospf 10",
        "exit-address-family",
    ]
    kinds = [block.kind for block in commands(gone)]
    assert kinds.index("family") < kinds.index("route_map")
    assert "address-family ipv4 vrf IN: redistribute ospf 20" in gone.foreign


def test_another_process_takes_the_place_of_the_old_one() -> None:
    other = changed(ALL, ("r1 data inside IN ospf process", 11))

    assert typed(diff(other, foreign()), "family") == [
        *ENTER,
        OSPF.replace("ospf 10", "ospf 11"),
        "no redistribute ospf 10",
        "exit-address-family",
    ]


@pytest.mark.parametrize(
    ("there", "wanted"),
    [("redistribute connected", CONNECTED), ("redistribute ospf 10 route-map LAN", OSPF)],
)
def test_a_redistribution_of_others_is_a_conflict_unless_adopted(there: str, wanted: str) -> None:
    running = foreign().replace(f"  {wanted}\n", f"  {there}\n")

    made = diff(ALL, running)
    adopted = diff(ALL, running, adopt=True)

    assert made.conflicts == (
        f"address-family ipv4 vrf IN: `{there}` is there, `{wanted}` is wanted (--adopt)",
    )
    assert (made.changes, adopted.conflicts) == ((), ())
    assert typed(adopted, "family") == [*ENTER, wanted, "exit-address-family"]


def test_the_vrf_of_a_process_is_no_difference() -> None:
    printed = foreign().replace("redistribute ospf 10 match", "redistribute ospf 10 vrf IN match")

    assert diff(ALL, printed).in_sync
