"""Frozen data as JSON: dataclasses, addresses and references, in the order of their fields."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def dump(value: object) -> str:
    """Write any of our frozen data as indented JSON, keys as references."""
    return json.dumps(plain(value), indent=2) + "\n"


def plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """Return the value as JSON's own types; what JSON does not know becomes its text."""
    if is_dataclass(value) and not isinstance(value, type) and not hasattr(value, "placeholder"):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
