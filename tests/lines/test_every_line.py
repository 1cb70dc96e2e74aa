"""Every rendered line and every declared Azure field is missed when it is lost.

Each is removed, then altered, behind the product's back, on a clone of its own. The plan must name
it, every time; verification must fail wherever the network does not do what it did, once every SA
has been rekeyed and every hold time has passed. A PFS group is judged before that.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from line_clones import ROOT
from line_experiment import Case, experiment, is_about_pfs, one_site
from line_router_mutations import RouterMutation, lines
from line_unwatched import REFUSED, UNWATCHED
from soaks import Counts, soaked

SHAPES = ("scus-onprem-csr", "neu-branch-csr")
SAMPLE, SEED = 12, 20
BATCH = 64  # clones in one lab; many more of them keep it busy with itself

Record = Callable[[str, object], None]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_sample_of_lines(shape: str, tmp_path: Path, record_property: Record) -> None:
    changes = [change.what for change in one_site(tmp_path / "one", shape).mutations()]
    drawn = random.Random(SEED).sample(range(len(changes)), SAMPLE)  # noqa: S311 # no secret
    about_pfs = [number for number, what in enumerate(changes) if is_about_pfs(what)]

    cases = experiment(tmp_path / "field", shape, sorted({*drawn, *about_pfs}))

    record_property("counts", f"lines, {shape}: {counted(cases)}")
    assert list(wrong(cases)) == []


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Case]]:
    """Make every change of every shape, a batch of clones at a time."""
    cases: dict[str, list[Case]] = {}
    for shape in SHAPES:
        folder = tmp_path_factory.mktemp(shape)
        total = len(one_site(folder / "one", shape).mutations())
        cases[shape] = [
            case
            for begin in range(0, total, BATCH)
            for case in experiment(
                folder / f"field-{begin}", shape, range(begin, min(begin + BATCH, total))
            )
        ]
    return cases


@pytest.mark.soak
@pytest.mark.parametrize("shape", SHAPES)
def test_every_line(shape: str, everything: dict[str, list[Case]], record_property: Record) -> None:
    def run() -> Counts:
        assert list(wrong(everything[shape])) == []
        return counted(everything[shape])

    record_property("counts", soaked("lines", shape, ("tests/lines",), run))


@pytest.mark.soak
def test_every_reason_is_needed(everything: dict[str, list[Case]]) -> None:
    made = [c for cases in everything.values() for c in cases if c.mutation is not None]
    unseen = [str(case) for case in made if case.applied and not case.hurt and not case.failed]
    refused = [str(case) for case in made if not case.applied]

    assert [row.line for row in UNWATCHED if not any(map(row.covers, unseen))] == []
    assert [why for what, why in REFUSED if not any(re.search(what, r) for r in refused)] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_each_line_has_a_change_that_the_router_takes(shape: str, tmp_path: Path) -> None:
    """A header that cannot go while it is in use has lines below it, and these have changes."""
    site = one_site(tmp_path, shape)
    changes = [change for change in site.mutations() if isinstance(change, RouterMutation)]
    changed = {(change.path, change.line) for change in changes if not refusal(change.what)}
    headers = {path for path, _ in lines(site.text)}

    assert [
        (path, line)
        for path, line in lines(site.text)
        if (path, line) not in changed and (*path, line) not in headers
    ] == []


def test_the_page_shows_what_is_not_watched() -> None:
    page = (ROOT / "docs" / "unwatched-lines.md").read_text(encoding="utf-8")

    assert [row.line for row in UNWATCHED if f"| {row.line} | {row.why} |\n" not in page] == []


def wrong(cases: Sequence[Case]) -> Iterator[str]:
    """Yield what is not as it must be, case by case."""
    for case in cases:
        if case.mutation is None:
            if case.hurt or case.plan or case.failed:
                yield f"{case}: {case.hurt} {case.plan} {case.failed}"
        elif not case.applied:
            if refusal(case.mutation.what) is None:
                yield f"{case}: changed nothing"
        else:
            yield from _missed(case, case.mutation.what)


def _missed(case: Case, what: str) -> Iterator[str]:
    if not case.is_named:
        yield f"{case}: not named by the plan: {case.plan}"
    if case.hurt and not case.failed:
        yield f"{case}: not seen by verification: {case.hurt}"
    if case.hurt and case.early == ():
        yield f"{case}: not seen before the first rekey"
    if not case.hurt and not case.failed and not any(row.covers(what) for row in UNWATCHED):
        yield f"{case}: hurts nothing, is seen by no check, and no reason is given"


def refusal(what: str) -> str | None:
    """Return why an end does not take a change, None where it should."""
    return next((why for pattern, why in REFUSED if re.search(pattern, what)), None)


def counted(cases: Sequence[Case]) -> Counts:
    """Count how many changes were made, and who noticed."""
    made = [case for case in cases if case.applied]
    hurt = [case for case in made if case.hurt]
    return {
        "changes": len([case for case in cases if case.mutation]),
        "took": len(made),
        "named by plan": sum(case.is_named for case in made),
        "hurt the network": len(hurt),
        "of these caught by verify": sum(bool(case.failed) for case in hurt),
        "caught besides": sum(bool(case.failed) for case in made if not case.hurt),
    }
