"""What is taken out of an inventory takes with it what nothing else uses, and nothing more."""

import pytest
from inventories import Tree, changed, hosts, intent_of, plan_of

from fvrf.decommission import gone, without
from fvrf.errors import InputError
from fvrf.plan.build import build

DOORS: Tree = changed(
    hosts(),
    ("r1 data front_doors", {"FD": {"id": 9}}),
    ("r1 data uplinks GigabitEthernet1 front_door", "FD"),
    ("r1 data uplinks GigabitEthernet1 managed", True),
)
# Arguments of `gone`, what is left: outside VRFs, front doors and uplinks; and the VRFs that go.
TAKEN: list[tuple[dict[str, list[str]], set[str], set[str], set[str], set[str]]] = [
    ({"vrfs": ["OUT2"]}, {"OUT1"}, {"FD"}, {"GigabitEthernet1"}, {"OUT2"}),
    (
        {"connections": ["fvrf-r1-0"]},
        {"OUT2"},
        set(),
        {"GigabitEthernet2"},
        {"OUT1", "FD"},
    ),
    ({}, set(), set(), set(), {"OUT1", "OUT2", "FD"}),
]


@pytest.mark.parametrize(("taken", "outside", "doors", "uplinks", "vrfs"), TAKEN)
def test_a_vrf_goes_with_its_last_connection_and_an_uplink_with_its_front_door(
    taken: dict[str, list[str]],
    outside: set[str],
    doors: set[str],
    uplinks: set[str],
    vrfs: set[str],
) -> None:
    intent = intent_of(DOORS)
    going = gone(plan_of(DOORS), ["r1"], **taken)

    left, going_vrfs = without(intent, going)

    router = left.routers["r1"]
    assert set(router.outside) == outside
    assert set(router.front_doors) == doors
    assert set(router.uplinks) == uplinks
    assert going_vrfs == {"r1": vrfs}
    assert router.inside == intent.routers["r1"].inside


def test_no_line_of_what_stays_changes() -> None:
    before = plan_of(DOORS)
    left, _ = without(intent_of(DOORS), gone(before, ["r1"], vrfs=["OUT2"]))

    after = build(left)

    assert after.routers["r2"] == before.routers["r2"]
    assert set(after.routers["r1"].tunnels) < set(before.routers["r1"].tunnels)
    assert set(after.routers["r1"].routes) < set(before.routers["r1"].routes)
    assert set(after.routers["r1"].connections) < set(before.routers["r1"].connections)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"vrfs": ["OUT9"]}, "--vrf: the chosen routers have no 'OUT9'"),
        ({"connections": ["C2_OUT1"]}, "--connection: the chosen routers have no 'C2_OUT1'"),
    ],
)
def test_a_name_that_the_routers_do_not_have_is_refused(
    names: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(InputError) as refused:
        gone(plan_of(DOORS), ["r1"], **names)

    assert message in str(refused.value)
