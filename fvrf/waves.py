"""Waves: who goes first, how many follow, and how many failures are too many."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from fvrf.journal import Outcome

Count = Annotated[int, Field(strict=True, ge=0)]
_SHARE = re.compile(r"(\d{1,3})%")
# What counts against a budget: the network is wrong, or nobody knows.
FAILURES = frozenset({Outcome.FAILED, Outcome.ROLLED_BACK, Outcome.UNKNOWN, Outcome.UNREACHABLE})


def _size(value: str) -> str:
    """Accept a number of routers or a share of all, neither of them nothing."""
    share = _SHARE.fullmatch(value)
    number = int(share[1]) if share else int(value) if value.isdecimal() else 0
    if not number or (share and number > 100):  # noqa: PLR2004 - percent
        raise ValueError("a wave is a number of routers, or a share such as 25%")
    return value


Size = Annotated[str, Field(coerce_numbers_to_str=True), AfterValidator(_size)]


class WaveRules(BaseModel):
    """How a change proceeds; without any rule it is as few waves as the sites allow.

    `canary` hosts make the first wave. `sizes` are numbers of routers or shares of all (`25%`),
    wave by wave; the last one repeats. `pause_s` lies between two waves. More than `budget`
    failures in all, or `budget_wave` in one wave, stop the change.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    canary: tuple[str, ...] = ()
    sizes: tuple[Size, ...] = ()
    pause_s: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)] = 0
    budget: Count | None = None
    budget_wave: Count | None = None


def waves(sites: Mapping[str, str], rules: WaveRules) -> tuple[tuple[str, ...], ...]:
    """Return the waves of these routers, given with their sites in the order of the inventory.

    No two routers of a site are in one wave: the second waits for a later one.
    """
    canary = [host for host in sites if host in rules.canary]
    made = _spread(canary, sites, len(canary))
    waiting = [host for host in sites if host not in rules.canary]
    sizes = [_number(size, len(sites)) for size in rules.sizes] or [len(sites)]
    position = 0
    while waiting:
        size = sizes[min(position, len(sizes) - 1)]
        wave = _one_a_site(waiting, sites, size)
        made.append(wave)
        waiting = [host for host in waiting if host not in wave]
        position += 1
    return tuple(made)


def _spread(hosts: Sequence[str], sites: Mapping[str, str], size: int) -> list[tuple[str, ...]]:
    """Put hosts into as few waves as their sites allow."""
    made: list[tuple[str, ...]] = []
    waiting = list(hosts)
    while waiting:
        made.append(_one_a_site(waiting, sites, size))
        waiting = [host for host in waiting if host not in made[-1]]
    return made


def _one_a_site(hosts: Sequence[str], sites: Mapping[str, str], size: int) -> tuple[str, ...]:
    firsts: dict[str, str] = {}
    for host in hosts:
        firsts.setdefault(sites[host], host)
    return tuple(firsts.values())[:size]


def _number(size: str, total: int) -> int:
    share = _SHARE.fullmatch(size)
    return math.ceil(total * int(share[1]) / 100) if share else int(size)


def over_budget(rules: WaveRules, in_wave: int, in_all: int) -> str:
    """Say which budget is spent, nothing while none is."""
    for failed, budget, where in (
        (in_wave, rules.budget_wave, "in this wave"),
        (in_all, rules.budget, "in all"),
    ):
        if budget is not None and failed > budget:
            return f"{failed} failed {where}, the budget is {budget}"
    return ""
