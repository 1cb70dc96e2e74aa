"""Frozen data as JSON: dataclasses, addresses and references, in the order of their fields."""

from dataclasses import fields, is_dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic_core import to_json


def dump(value: object) -> str:
    """Write any of our frozen data as indented JSON, keys as references."""
    # The standard library indents in Python, which takes a tenth of a small rollout.
    return to_json(plain(value), indent=2).decode() + "\n"


def plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """Return the value as JSON's own types; what JSON does not know becomes its text."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    # Asked of the abstract Mapping instead, this took a tenth of a small rollout.
    if isinstance(value, (dict, MappingProxyType)):
        return {str(key): plain(item) for key, item in value.items()}
    if names := _fields(type(value)):  # type: ignore[arg-type] # a class is hashable, whatever mypy says
        return {name: plain(getattr(value, name)) for name in names}
    return str(value)


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """Return the fields of a dataclass; a reference to a secret is a text."""
    if not is_dataclass(kind) or hasattr(kind, "placeholder"):
        return ()
    return tuple(field.name for field in fields(kind))
