"""From the inventory's data to intent: every mistake at once, each with file, host and path."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from fvrf.errors import InputError, Problem
from fvrf.intent.check import problems_across
from fvrf.intent.model import Frozen, Gateway, Intent, Router

GATEWAY_PLATFORMS = frozenset({"azure_vpn_gateway"})
ROUTER_PLATFORMS = frozenset({"cisco_xe", "cisco_ios"})
# Their values are never shown: what was typed there by mistake may be the secret itself.
_SECRET_FIELDS = frozenset({"key", "secret", "password"})


_Model = TypeVar("_Model", bound=Frozen)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSource:
    """A host's merged `data` and, for each of its keys, the file that the value came from."""

    name: str
    platform: str | None
    data: Mapping[str, Any]
    origin: Mapping[str, str]
    file: str


def load(sources: Iterable[HostSource]) -> Intent:
    """Make intent of the hosts; raises InputError with all problems found in all hosts."""
    problems: list[Problem] = []
    routers: dict[str, Router] = {}
    gateways: dict[str, Gateway] = {}
    files: dict[str, str] = {}
    for source in sources:
        files[source.name] = source.file
        if source.platform in GATEWAY_PLATFORMS:
            _parse(Gateway, source, gateways, problems)
        elif source.platform in ROUTER_PLATFORMS:
            _parse(Router, source, routers, problems)
        else:
            problems.append(_unknown_platform(source))
    intent = Intent(routers=routers, gateways=gateways, files=files)
    problems += problems_across(intent, complete=not problems)
    if problems:
        raise InputError(problems)
    return intent


def _parse(
    model: type[_Model], source: HostSource, into: dict[str, _Model], problems: list[Problem]
) -> None:
    try:
        into[source.name] = model.model_validate(dict(source.data))
    except ValidationError as error:
        problems.extend(_problem(source, detail) for detail in error.errors())


def _problem(source: HostSource, detail: Any) -> Problem:  # noqa: ANN401 - pydantic's ErrorDetails
    location = detail["loc"]
    shown = None if _SECRET_FIELDS & set(location) or detail["type"] == "missing" else detail
    extra = detail["type"] == "extra_forbidden"
    return Problem(
        file=source.origin.get(str(location[0]), source.file) if location else source.file,
        host=source.name,
        path=_path(location),
        message="unknown key" if extra else detail["msg"].removeprefix("Value error, "),
        value=None if shown is None or extra else _short(shown["input"]),
        remedy="remove it or correct its spelling" if extra else None,
    )


def _path(location: tuple[Any, ...]) -> str:
    text = "data"
    for part in location:
        if part != "[key]":
            text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text


def _short(value: object, limit: int = 60) -> str:
    text = "(a mapping)" if isinstance(value, dict) else str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _unknown_platform(source: HostSource) -> Problem:
    known = ", ".join(sorted(ROUTER_PLATFORMS | GATEWAY_PLATFORMS))
    return Problem(
        file=source.file,
        host=source.name,
        path="platform",
        message="neither a router nor a gateway",
        value=str(source.platform),
        remedy=f"one of {known}",
    )
