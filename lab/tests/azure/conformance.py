"""The comparison of a served body with the published model of it."""

import types
import typing
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from azure.mgmt.network import models

from lab.tests.azure.wire import Answer, Wire

MODEL: type = models.Resource.__mro__[1]  # what all models are made of


def fields(model: type) -> dict[str, Any]:
    """Return the type of each member of a model by its name on the wire."""
    model({})  # the SDK works its fields out when a model is first made
    found: Any = model
    attributes: dict[str, Any] = found._attr_to_rest_field  # noqa: SLF001 - the only way to them
    hints = typing.get_type_hints(model, localns={"_models": models})
    return {
        field._rest_name: hints.get(name, field._type)  # noqa: SLF001
        for name, field in attributes.items()
    }


def faults(value: Any, kind: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield what in a value is not as its type has it."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        yield from _one_of(value, arguments, where)
    elif origin is list and isinstance(value, list):
        for index, one in enumerate(value):
            yield from faults(one, arguments[0], f"{where}[{index}]")
    elif origin is dict and isinstance(value, dict):
        for name, one in value.items():
            yield from faults(one, arguments[1], f"{where}.{name}")
    elif isinstance(kind, type) and issubclass(kind, MODEL):
        yield from _model(value, kind, where)
    elif not isinstance(kind, type) or type(value) is not kind:
        yield f"{where}: {value!r} is no {kind}"


def _one_of(value: Any, kinds: tuple[Any, ...], where: str) -> Iterator[str]:  # noqa: ANN401
    """A word of an enumeration must be one of its words, not just any text."""
    words = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum)]
    if words:
        if value is not None and value not in [one.value for one in words[0]]:
            yield f"{where}: {value!r} is no {words[0].__name__}"
    elif value is not None:
        (kind,) = (one for one in kinds if one is not types.NoneType)
        yield from faults(value, kind, where)
    elif types.NoneType not in kinds:
        yield f"{where}: null"


def _model(value: Any, model: type, where: str) -> Iterator[str]:  # noqa: ANN401
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is no {model.__name__}"
        return
    known = fields(model)
    for name, one in value.items():
        if name in known:
            yield from faults(one, known[name], f"{where}.{name}")
        else:
            yield f"{where}.{name}: no member of {model.__name__}"


def at(body: Any, path: str) -> Any:  # noqa: ANN401
    for part in path.split("."):
        body = body[0] if part == "*" else body[part]
    return body


def result_of(wire: Wire, answer: Answer) -> Any:  # noqa: ANN401
    """Return what an operation comes to."""
    wire.site.advance(60)
    return wire.poll(answer.headers["location"]).body


def get(path: str) -> Callable[[Wire], Any]:
    return lambda wire: wire("GET", path).body


def put(path: str, body: object) -> Callable[[Wire], Any]:
    return lambda wire: wire("PUT", path, body).body


def first(path: str) -> Callable[[Wire], Any]:
    return lambda wire: wire("GET", path).body["value"][0]


def asked(path: str, body: object = None, query: str = "") -> Callable[[Wire], Any]:
    return lambda wire: result_of(wire, wire("POST", path, body, query))
