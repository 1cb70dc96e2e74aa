"""How the lines of a push are cut into writes."""

from pathlib import Path

import pytest
from test_iosxe_diff import CASES, PLANS, base, edited, sections

from fvrf.intent.pacing import Pacing
from fvrf.iosxe.diff import compare
from fvrf.iosxe.emit import Block, commands
from tasks.push import paced

DELICATE = ("no ", "rd ", "pre-shared-key ", "shutdown")


def blocks_of(case: Path) -> tuple[Block, ...]:
    scheme = case.parent.name
    drifted = edited(base(scheme, "running"), list(sections(case.read_text("utf-8"))), "")
    return commands(compare(PLANS[scheme], base(scheme, "intended"), drifted))


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_deletions_route_distinguishers_and_keys_go_alone(case: Path) -> None:
    writes = list(paced(blocks_of(case), Pacing()))

    together = [line for write in writes if len(write) > 1 for line in write]
    assert not [line for line in together if line.startswith(DELICATE)]


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_line_is_typed_in_order_after_the_headers(case: Path) -> None:
    blocks = blocks_of(case)
    typed = [line for write in paced(blocks, Pacing()) for line in write]
    lines = [line for block in blocks for line in block.lines]

    assert typed[len(typed) - len(lines) :] == lines
    assert set(typed[: len(typed) - len(lines)]) <= {block.lines[0] for block in blocks}


@pytest.mark.parametrize("pacing", [Pacing(), Pacing(lines=5), Pacing(bytes=100)], ids=repr)
def test_no_write_is_longer_than_the_pacing_allows(pacing: Pacing) -> None:
    writes = [write for case in CASES for write in paced(blocks_of(case), pacing)]

    assert max(map(len, writes)) <= pacing.lines
    assert all(sum(len(x) + 1 for x in w) <= pacing.bytes for w in writes if len(w) > 1)


def test_a_pacing_by_line_types_each_line_alone() -> None:
    blocks = [block for case in CASES for block in blocks_of(case)]

    writes = list(paced(blocks, Pacing(kind="line")))

    assert writes == [[line] for block in blocks for line in block.lines]
