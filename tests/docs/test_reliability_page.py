"""The page of the soaks shows every fault and every step that the matrix is made of."""

from reliability_page import PAGE, faults, page
from soaks import Shard

ONE = Shard(
    soak="faults",
    name="worst-00",
    counts={"cells": 20},
    failures=0,
    seconds=61.4,
    day="2026-01-02",
    source="0123456789abcdef",
)


def test_the_page_has_the_faults_and_steps_of_the_matrix() -> None:
    assert "\n".join(faults()).strip() in PAGE.read_text(encoding="utf-8")


def test_a_shard_is_told_with_its_counts_time_and_source() -> None:
    text = page([ONE, ONE])

    assert "| faults | 2 | 40 cells | 0 | 2 | 2026-01-02 |\n" in text
    assert "| faults | worst-00 | 20 cells |  | 61 | 2026-01-02 | `0123456789abcdef` |" in text
