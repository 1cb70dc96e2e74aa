"""Waves: the canary first, then as many as the rules say, never two routers of one site."""

import pytest
from pydantic import ValidationError

from fvrf.waves import WaveRules, over_budget, waves

# Ten sites of one router, and one of two.
SITES = {f"r{number}": f"site{number}" for number in range(10)} | {"x1": "pair", "x2": "pair"}
LAST = tuple(SITES)[:-1]


@pytest.mark.parametrize(
    ("rules", "sizes"),
    [
        (WaveRules(), [11, 1]),
        (WaveRules(sizes=("1", "5", "25%")), [1, 5, 3, 2, 1]),
        (WaveRules(sizes=("50%",)), [6, 5, 1]),
        (WaveRules(canary=("r3", "x1")), [2, 10]),
        (WaveRules(canary=("x1", "x2")), [1, 1, 10]),
        (WaveRules(canary=("unknown",), sizes=("4",)), [4, 4, 3, 1]),
    ],
    ids=repr,
)
def test_sizes_follow_the_rules(rules: WaveRules, sizes: list[int]) -> None:
    made = waves(SITES, rules)

    assert [len(wave) for wave in made] == sizes
    assert sorted(host for wave in made for host in wave) == sorted(SITES)
    assert all(len({SITES[host] for host in wave}) == len(wave) for wave in made)


def test_the_order_is_the_inventorys() -> None:
    assert waves(SITES, WaveRules()) == (LAST, ("x2",))


@pytest.mark.parametrize("size", ["0", "0%", "101%", "half", "-1", ""])
def test_a_size_is_a_number_or_a_share(size: str) -> None:
    with pytest.raises(ValidationError, match="a number of routers, or a share such as 25%"):
        WaveRules(sizes=(size,))


@pytest.mark.parametrize(
    ("rules", "in_wave", "in_all", "said"),
    [
        (WaveRules(), 99, 99, ""),
        (WaveRules(budget=2), 2, 2, ""),
        (WaveRules(budget=2), 1, 3, "3 failed in all, the budget is 2"),
        (WaveRules(budget=9, budget_wave=0), 1, 1, "1 failed in this wave, the budget is 0"),
    ],
)
def test_a_budget_may_be_used_up_but_not_exceeded(
    rules: WaveRules, in_wave: int, in_all: int, said: str
) -> None:
    assert over_budget(rules, in_wave, in_all) == said
