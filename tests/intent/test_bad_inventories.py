"""Each rule of the intent has a bad inventory, a number, and a place that the error names."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from inventories import GONE, Tree, changed, gateway, hosts, router, sources

from fvrf.errors import Problem
from fvrf.intent.load import examine

FILE = Path(__file__).parent / "bad_inventories.yaml"
BAD: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
PAGE = Path(__file__).parent.parent.parent / "docs" / "errors.md"
# What concerns files and their entries, not intent: see tests/inventory.
OF_FILES = {"F100", "F102", "F103", "F104"}


def found(tree: Tree) -> list[Problem]:
    return examine(sources(tree))[1]


def facts(problem: Problem) -> list[str | None]:
    return [problem.code, problem.host, problem.path, problem.value]


@pytest.mark.parametrize("bad", BAD, ids=[bad["rule"] for bad in BAD])
def test_a_bad_inventory_is_refused_with_code_path_and_value(bad: dict[str, Any]) -> None:
    changes = [(path, GONE if value is None else value) for path, value in bad["set"].items()]

    assert [facts(p) for p in found(changed(hosts(), *changes))] == bad["problems"]


def many(count: int, **other: object) -> Tree:
    """Return an inventory of a gateway with so many routers of two connections each."""
    made = {f"r{n}": {"groups": ["csr"], "data": router(n)} for n in range(1, count + 1)}
    return made | {"gw": {"groups": ["gateway"], "data": gateway(1) | other}}


LARGE: list[tuple[Tree, list[str | None]]] = [
    (many(51), ["F152", "gw", "", None]),
    (many(16, sku="VpnGw3AZ"), ["F152", "gw", "data.sku", "VpnGw3AZ"]),
    (
        changed(hosts(), ("R1", {"groups": ["csr"], "data": router(3)})),
        ["F112", "R1", "", None],
    ),
    (
        changed(
            hosts(),
            (
                "r1 data inside IN prefixes",
                {f"100.{n // 256}.{n % 256}.0/24": "172.16.2.1" for n in range(4001)},
            ),
        ),
        ["F145", "r1", "data.inside.IN.prefixes", "4001"],
    ),
]


@pytest.mark.parametrize(("tree", "problem"), LARGE)
def test_what_is_too_much_or_too_alike_is_refused(tree: Tree, problem: list[str | None]) -> None:
    assert problem in [facts(p) for p in found(tree)]


def test_what_a_sku_just_takes_is_no_problem() -> None:
    assert found(many(15, sku="VpnGw3AZ", generation=2)) == []


def test_every_rule_of_the_intent_has_its_example() -> None:
    """A number without a bad inventory would be a rule that nobody saw at work."""
    documented = set(re.findall(r"^### (F1\d{2})", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    shown = {problem[0] for bad in BAD for problem in bad["problems"]}
    shown |= {problem[0] for _, problem in LARGE}

    assert documented - OF_FILES == shown
