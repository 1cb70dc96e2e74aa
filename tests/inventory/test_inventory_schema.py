"""The schema for editors: what the models say, and what the shipped inventories keep to."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from inventories import GONE, GROUPS, Tree, changed, hosts

from tasks.inventory_schema import inventory_schema, schema_text

ROOT = Path(__file__).parent.parent.parent
FILE = ROOT / "docs" / "inventory.schema.json"
LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)")
INVENTORIES = sorted(
    path
    for folder in (ROOT / "inventory", *(ROOT / "examples").glob("*/inventory"))
    for path in (folder / "hosts.yaml", folder / "groups.yaml")
    if path.exists()
)
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "object": dict, "array": list, "null": type(None),
    "integer": int, "number": (int, float), "boolean": bool,
}  # fmt: skip
SCHEMA = inventory_schema()


def keeps(value: Any, schema: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether a value keeps to the words of JSON Schema that ours has."""
    if schema in ({}, True):
        return True
    if "$ref" in schema:
        return keeps(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return any(keeps(value, one) for one in schema["anyOf"])
    if "type" in schema and not is_a(value, schema["type"]):
        return False
    return all(rule(value, schema) for rule in (in_enum, in_form, in_range, items_keep, keys_keep))


def is_a(value: object, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def in_enum(value: object, schema: Tree) -> bool:
    return value in schema.get("enum", [value])


def in_form(value: object, schema: Tree) -> bool:
    return not isinstance(value, str) or bool(re.search(schema.get("pattern", ""), value))


def in_range(value: Any, schema: Tree) -> bool:  # noqa: ANN401 - any JSON
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    return not isinstance(value, int | float) or bool(low <= value <= high)


def items_keep(value: object, schema: Tree) -> bool:
    return not isinstance(value, list) or all(keeps(one, schema.get("items", {})) for one in value)


def keys_keep(value: object, schema: Tree) -> bool:
    if not isinstance(value, dict):
        return True
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    return (
        set(schema.get("required", ())) <= value.keys()
        and all(key in known or others is not False for key in value)
        and all(keeps(one, known.get(key, others)) for key, one in value.items())
    )


def test_the_file_is_what_the_models_say() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(), "make schema writes it anew"


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_shipped_inventory_names_the_schema_and_keeps_to_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = LINE.match(text)

    assert named is not None
    assert (path.parent / named[1]).resolve() == FILE
    assert keeps(yaml.safe_load(text), SCHEMA)


@pytest.mark.parametrize("tree", [hosts(), GROUPS], ids=["hosts", "groups"])
def test_sound_entries_keep_to_the_schema(tree: Tree) -> None:
    assert keeps(tree, SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        ("r1 data sight", "paris"),
        ("r1 data outside OUT1 connections 0 tunel", 3),
        ("r1 data outside OUT1 connections 0 tunnel", 100),
        ("r1 data outside OUT1 connections 0 key", "azure123"),
        ("r1 data outside OUT1 connections 0 uplink", GONE),
        ("r1 data naming", "articel"),
        ("r1 plattform", "cisco_xe"),
        ("r1 password", "cisco"),
        ("gw data sku", "VpnGw9"),
    ],
    ids=lambda change: change[0],
)
def test_a_mistake_in_one_file_does_not_keep_to_the_schema(change: tuple[str, object]) -> None:
    assert not keeps(changed(hosts(), change), SCHEMA)


@pytest.mark.parametrize(
    "window",
    [
        "sat,sun 22:00-04:00@Europe/Berlin",
        {"from": "22:00", "to": "04:00", "zone": "Europe/Berlin"},
    ],
)
def test_a_window_is_a_text_or_a_mapping(window: object) -> None:
    assert keeps(changed(hosts(), ("r1 data window", window)), SCHEMA)
