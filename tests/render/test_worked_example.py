"""The worked example of the plan's rules, eight tunnels of one router, as text block by block.

The text was proven to negotiate and to route on a stack that is not ours.
"""

import re
from pathlib import Path

from test_article import blocks

from fvrf.secrets import Secret, fill
from tasks.project import Selection, open_project
from tasks.render import render

ROOT = Path(__file__).parents[2]
BEST_CASE = ROOT / "tests/fixtures/best_case/router.cfg"
KEYS = {
    "file:psk-c10": "kOut1Default7Qz41mWbT9x",
    "file:psk-c11": "kOut1Apipa3Rt58nXcV2y",
    "file:psk-c20": "kOut2Default9Lp63hYdU4z",
    "file:psk-c21": "kOut2Apipa5Gs70jZfK6w",
}
# What ours says otherwise, and why.
OTHERWISE = (
    # A name tells our static routes from others in a VRF that we share.
    (r"^(ip route .*?)(?: name fvrf)?$", r"\1"),
    # A number made of the prefix: another prefix never renumbers it.
    (r"^(ip prefix-list \S+ seq) \d+", r"\1 N"),
    # IOS prints it so; `unicast` is typed, and implied.
    (r"^address-family ipv4 (?:unicast )?vrf", "address-family ipv4 vrf"),
)
# Typed always, so that the router's default of 3600 s never holds; an interface comes up.
ADDED = re.compile(r"set security-association lifetime seconds 27000|no shutdown")


def normal(text: str) -> set[tuple[str, frozenset[str]]]:
    """Return each block as its header and its lines, in any order."""
    return {(block[0], frozenset(block[1:])) for block in map(_normal, blocks(text))}


def _normal(block: tuple[str, ...]) -> list[str]:
    lines = [line for line in block if not ADDED.fullmatch(line)]
    for pattern, result in OTHERWISE:
        lines = [re.sub(pattern, result, line) for line in lines]
    return lines


def test_the_best_case_renders_block_by_block() -> None:
    project = open_project(ROOT / "examples/topologies/config.yaml", Selection(), offline=True)
    result = project.only(["branch1-csr"]).run(
        task=lambda task: render(task, project.plan.routers[task.host.name])
    )
    typed = fill(str(result["branch1-csr"][0].result), lambda ref: Secret(KEYS[str(ref)])).reveal()

    assert normal(typed) == normal(BEST_CASE.read_text())


def test_the_fixture_is_all_of_the_best_case() -> None:
    kinds = [" ".join(block[0].split()[:2]) for block in blocks(BEST_CASE.read_text())]

    assert (len(kinds), kinds.count("ip route"), kinds.count("crypto ikev2")) == (63, 17, 13)
