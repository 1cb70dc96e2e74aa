"""Properties of the commands that hold for every case, and the way back."""

from pathlib import Path

import pytest
from iosxe_plans import ARTICLE
from test_iosxe_diff import CASES, PLANS, base, edited, sections

from fvrf.iosxe.diff import compare
from fvrf.iosxe.emit import commands, inverse
from fvrf.iosxe.modes import mode_after

NEW_ROUTER = """version 17.3
hostname new
interface GigabitEthernet1
 ip address dhcp
interface GigabitEthernet2
 no ip address
PORT
interface GigabitEthernet3
 no ip address
 shutdown
ip route 0.0.0.0 0.0.0.0 172.16.0.1
end
"""
NEW_ROUTERS = {
    scheme: NEW_ROUTER.replace("PORT", "!" if scheme == "trunk" else " shutdown")
    for scheme in PLANS
}
DEPTHS = {"config": 0, "config-router-af": 2, "config-vrf-af": 2, "config-ikev2-keyring-peer": 2}


def indented(lines: list[str]) -> str:
    """Indent typed lines as they were read: by the mode in which each was typed."""
    mode, text = "config", ["version 17.3"]
    for line in lines:
        mode = mode_after(mode, line)
        is_header = mode_after("config", line) == mode or line.startswith(("address-f", "peer "))
        text.append(" " * max(DEPTHS.get(mode, 1) - is_header, 0) + line)
    return "\n".join([*text, "end"])


@pytest.mark.parametrize("scheme", PLANS)
def test_what_is_typed_into_a_new_router_is_the_intended_configuration(scheme: str) -> None:
    diff = compare(PLANS[scheme], base(scheme, "intended"), NEW_ROUTERS[scheme])
    lines = [line for block in commands(diff) for line in block.lines]

    text = indented(["interface GigabitEthernet2", *lines])
    typed = compare(PLANS[scheme], base(scheme, "intended"), text)

    assert (typed.text, typed.conflicts) == ("", ())


@pytest.mark.parametrize("scheme", PLANS)
def test_a_backup_equal_to_the_running_configuration_needs_no_way_back(scheme: str) -> None:
    running = base(scheme, "running")

    assert inverse(PLANS[scheme], running, running) == ()


@pytest.mark.parametrize("scheme", PLANS)
def test_the_way_back_of_a_first_rollout_removes_top_down_and_leaves_the_rest(scheme: str) -> None:
    expected = (Path(__file__).parent / "inverse" / f"{scheme}.txt").read_text(encoding="utf-8")
    diff = compare(PLANS[scheme], base(scheme, "intended"), NEW_ROUTERS[scheme])
    built = indented([line for block in commands(diff) for line in block.lines])
    running = built.replace("\nend", "\nip route 0.0.0.0 0.0.0.0 172.16.0.1\nend")

    blocks = inverse(PLANS[scheme], NEW_ROUTERS[scheme], running)

    assert "\n".join(line for block in blocks for line in block.lines) + "\n" == expected


def test_no_way_back_is_typed_for_a_key_that_was_encrypted() -> None:
    running = base("article", "running")
    backup = running.replace("pre-shared-key <<file:psk>>", "pre-shared-key <<encrypted>>")

    assert inverse(ARTICLE, backup, running) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_line_stands_for_a_key_unknown_here_and_none_names_the_way_in(case: Path) -> None:
    parts = list(sections(case.read_text(encoding="utf-8")))
    scheme = case.parent.name
    drifted = edited(base(scheme, "running"), parts, "")
    there = commands(compare(PLANS[scheme], base(scheme, "intended"), drifted, adopt=True))
    back = inverse(PLANS[scheme], drifted, base(scheme, "running"))

    lines = [line for block in (*there, *back) for line in block.lines]

    assert not [line for line in lines if "<<unknown>>" in line or "<<encrypted>>" in line]
    assert not [line for line in lines if line.endswith("interface GigabitEthernet1")]
    assert not [line for line in lines if line.startswith(("ip route 0", "no ip route 0"))]
