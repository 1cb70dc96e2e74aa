"""Settings of the whole router: ours only where the intent gives them."""

from typing import Any

import pytest
from inventories import Tree, changed, hosts, plan_of

from fvrf.iosxe.diff import RouterDiff, compare
from fvrf.iosxe.emit import commands, inverse
from fvrf.plan.model import RouterPlan
from tasks.render import environment

BOX = {"nat_keepalive_s": 20, "fragmentation_mtu": 1200, "cef_ports": True}
OFF = {"nat_keepalive_s": 0, "fragmentation_mtu": 0, "cef_ports": False}
LINES = (
    "crypto ikev2 nat keepalive 20",
    "crypto ikev2 fragmentation mtu 1200",
    "ip cef load-sharing algorithm include-ports source destination",
)
OTHERS = (
    "crypto ikev2 nat keepalive 900",
    "crypto ikev2 fragmentation",
    "ip cef load-sharing algorithm universal 1A2B3C4D",
)


def tuned(box: dict[str, Any]) -> Tree:
    return changed(hosts(), ("r1 data box", box))


def text_of(plan: RouterPlan) -> str:
    return environment().get_template("router.j2").render(plan=plan)


def plan_for(box: dict[str, Any]) -> RouterPlan:
    return plan_of(tuned(box)).routers["r1"]


def found(*lines: str) -> str:
    return "\n".join([text_of(plan_for({})), *lines])


def diff(box: dict[str, Any], *lines: str) -> RouterDiff:
    plan = plan_for(box)
    return compare(plan, text_of(plan), found(*lines))


def typed(made: RouterDiff) -> tuple[str, ...]:
    return tuple(line for block in commands(made) for line in block.lines)


def test_what_the_intent_does_not_give_is_not_ours() -> None:
    assert diff({}, *OTHERS).in_sync
    assert diff({}, *LINES).in_sync


def test_a_setting_comes_changes_and_is_turned_off() -> None:
    assert typed(diff(BOX)) == typed(diff(BOX, *OTHERS)) == LINES
    assert typed(diff(OFF, *OTHERS)) == tuple(f"no {line}" for line in OTHERS)


@pytest.mark.parametrize(("box", "lines"), [(BOX, LINES), (OFF, ())])
def test_what_stands_as_intended_is_no_difference(
    box: dict[str, Any], lines: tuple[str, ...]
) -> None:
    made = diff(box, *lines)

    assert (made.in_sync, made.text, commands(made)) == (True, "", ())


def test_one_setting_touches_no_other() -> None:
    made = diff({"cef_ports": True}, *OTHERS)

    assert typed(made) == LINES[2:]
    assert made.text == f"- {OTHERS[2]}\n+ {LINES[2]}"
    assert [block.interrupts for block in commands(made)] == [
        "flows change over to other tunnels, once"
    ]


@pytest.mark.parametrize("before", [(), OTHERS])
def test_a_setting_goes_back_to_what_it_was(before: tuple[str, ...]) -> None:
    plan = plan_for(BOX)
    back = inverse(plan, found(*before), found(*LINES))

    expected = before or tuple(f"no {line}" for line in LINES)
    assert tuple(line for block in back for line in block.lines) == expected
