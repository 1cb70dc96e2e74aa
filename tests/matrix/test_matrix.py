"""Every fault at every step of the chain: each router ends as it was or as intended, and says so.

Twenty cells are tried in one rollout, each at a router and a gateway of its own, beside two that
nothing is wrong with. All of it takes an hour, so it belongs to the soak; it begins with each fault
at its worst step.
"""

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import pytest
from matrix_field import Rollout, tried
from matrix_judge import exit_code, is_stopped, wrong
from matrix_table import Cell, cells, sample
from soaks import Counts, soaked

SPEED = 6
SIZE = 20
Record = Callable[[str, object], None]


def shards() -> list[tuple[str, tuple[Cell, ...]]]:
    """Return the cells in shards: the worst step of each fault first, then step by step."""
    worst = sample()
    rest = tuple(cell for cell in cells() if cell not in worst)
    return [
        (f"{name}-{begin // SIZE:02}", every[begin : begin + SIZE])
        for name, every in (("worst", worst), ("other", rest))
        for begin in range(0, len(every), SIZE)
    ]


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("name", "chosen"), shards(), ids=[name for name, _ in shards()])
def test_no_fault_leaves_a_router_between_old_and_new(
    name: str, chosen: Sequence[Cell], tmp_path: Path, record_property: Record
) -> None:
    def run() -> Counts:
        assert problems(tmp_path, chosen) == {}
        return {"cells": len(chosen)}

    more = ("tests/matrix", "tests/kills", "bench")
    record_property("counts", soaked("faults", name, more, run))


def problems(folder: Path, chosen: Sequence[Cell]) -> dict[str, list[str]]:
    """Try cells until each had its turn: one that cannot be taken back stops those after it."""
    found: dict[str, list[str]] = {}
    left = list(chosen)
    for number in count(1):
        rollout = tried(folder / str(number), left, speed=SPEED)
        found |= judged(rollout)
        stopped = [site.cell for site in rollout.sites if site.cell and is_stopped(site)]
        if not stopped:
            return found
        if len(stopped) == len(left):
            return found | {cell.name: ["it never had its turn"] for cell in stopped}
        left = stopped
    raise AssertionError


def judged(rollout: Rollout) -> dict[str, list[str]]:
    found = {
        (site.cell.name if site.cell else site.host): told
        for site in rollout.sites
        if (told := [*wrong(site)])
    }
    if rollout.exit_code != exit_code(rollout):
        found["exit code"] = [f"{rollout.exit_code}, not {exit_code(rollout)}"]
    if rollout.sessions_left:
        found["sessions"] = ["some are left open"]
    return found
