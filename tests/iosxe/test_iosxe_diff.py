"""The difference of intended and running, and the commands that mend it: cases are files.

A case begins with its sentence; then come sections, each headed `=== name`. `was` and `is`,
in pairs, turn the base's running configuration into the one found; `intended was` and `intended
is` do it to the intended one. Of the other sections only those that a case has are compared.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from iosxe_plans import ARTICLE, DEFINITION, LEASED, MARKED, TRUNK

from fvrf.iosxe.diff import RouterDiff, compare
from fvrf.iosxe.effects import clears
from fvrf.iosxe.emit import commands
from fvrf.iosxe.interrupted import interrupted
from fvrf.plan.model import RouterPlan

HERE = Path(__file__).parent
PLANS: dict[str, RouterPlan] = {
    "article": ARTICLE,
    "fvrf": MARKED,
    "definition": DEFINITION,
    "trunk": TRUNK,
    "leased": LEASED,
}
CASES = sorted(HERE.glob("cases/*/*.txt"))


def base(scheme: str, side: str) -> str:
    return (HERE / "bases" / f"{scheme}.{side}.txt").read_text(encoding="utf-8")


def sections(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split("\n=== ")[1:]:
        name, _, body = part.partition("\n")
        yield name, body.strip("\n")


def edited(text: str, parts: list[tuple[str, str]], prefix: str) -> str:
    olds = [body for name, body in parts if name == f"{prefix}was"]
    news = [body for name, body in parts if name == f"{prefix}is"]
    for old, new in zip(olds, news, strict=True):
        assert text.count(f"\n{old}\n") == 1, f"not once in the base:\n{old}"
        text = text.replace(f"\n{old}\n", f"\n{new}\n" if new else "\n")
    return text


def shown(diff: RouterDiff) -> dict[str, str]:
    """Write a result out in the sections of a case file."""
    blocks = commands(diff)
    return {
        "diff": diff.text,
        "commands": "\n".join(line for block in blocks for line in block.lines),
        "interrupts": "\n".join(block.interrupts for block in blocks if block.interrupts),
        "tunnels": " ".join(sorted(interrupted(diff))),
        "clears": "\n".join(clears(diff)),
        "foreign": "\n".join(diff.foreign),
        "conflicts": "\n".join(diff.conflicts),
        "notes": "\n".join(diff.notes),
    }


@pytest.mark.parametrize("scheme", PLANS)
def test_what_the_router_prints_of_the_intended_text_is_no_difference(scheme: str) -> None:
    diff = compare(PLANS[scheme], base(scheme, "intended"), base(scheme, "running"))

    assert (diff.in_sync, diff.text, commands(diff), clears(diff)) == (True, "", (), ())


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_case_holds(case: Path) -> None:
    parts = list(sections(case.read_text(encoding="utf-8")))
    scheme = case.parent.name
    intended = edited(base(scheme, "intended"), parts, "intended ")
    running = edited(base(scheme, "running"), parts, "")
    expected = {name: body for name, body in parts if not name.endswith(("was", "is", "adopt"))}

    diff = compare(PLANS[scheme], intended, running, adopt=("adopt", "") in parts)

    actual = shown(diff)
    assert {name: actual[name] for name in expected} == expected
