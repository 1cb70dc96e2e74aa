"""From the inventory's data to intent: every mistake at once, each with file, host and path."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from fvrf.errors import Problem
from fvrf.intent.check import problems_across
from fvrf.intent.frozen import Frozen
from fvrf.intent.model import Gateway, GatewayPlace, HubGateway, HubPlace, Intent, Router

_GATEWAYS: Mapping[str | None, type[Gateway]] = MappingProxyType(
    {"azure_vpn_gateway": Gateway, "azure_vwan_gateway": HubGateway}
)
GATEWAY_PLATFORMS = frozenset(filter(None, _GATEWAYS))
ROUTER_PLATFORMS = frozenset({"cisco_xe", "cisco_ios"})
# A host's name becomes part of names on routers and in Azure, of a folder and of a file.
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
# Their values are never shown: what was typed there by mistake may be the secret itself.
_SECRET_FIELDS = frozenset({"key", "secret", "password"})
_WORDS = {
    "missing": "is required",
    "extra_forbidden": "unknown key",
    "model_type": "must be a mapping",
    "dict_type": "must be a mapping",
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
}
# The kinds of pydantic's own errors that break a rule of ours; the rest are F101.
_CODES = {
    "string_pattern_mismatch": "F110",
    "ip_v4_address": "F120",
    "ip_v4_interface": "F120",
    "ip_v4_network": "F120",
}
_OURS = re.compile(r"F\d{3}")
_REMEDIES = {
    "extra_forbidden": "remove it or correct its spelling",
    "string_type": "put it in quotes",
}


_Model = TypeVar("_Model", bound=Frozen)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSource:
    """A host's merged `data` and, for each of its keys, the file that the value came from."""

    name: str
    platform: str | None
    data: Mapping[str, Any]
    origin: Mapping[str, str]
    file: str

    @property
    def is_router(self) -> bool:
        """Whether its platform is that of a router."""
        return self.platform in ROUTER_PLATFORMS

    @property
    def is_gateway(self) -> bool:
        """Whether its platform is that of a gateway."""
        return self.platform in GATEWAY_PLATFORMS

    @property
    def is_bare(self) -> bool:
        """Whether nothing is said yet of what it is like, which `discover` reads."""
        if self.is_gateway:
            return "instances" not in self.data
        return self.is_router and "uplinks" not in self.data


def examine(
    sources: Iterable[HostSource], broken: Collection[str] = ()
) -> tuple[Intent, list[Problem]]:
    """Make intent of the hosts that can be read, and list all problems.

    `broken` names hosts that are in the inventory and could not be made a source.
    """
    problems: list[Problem] = []
    unread = set(broken)
    read: dict[str, Router | Gateway] = {}
    sources = list(sources)
    for source in sources:
        made = _parse(source, problems)
        if made is None:
            unread.add(source.name)
        else:
            read[source.name] = made
    intent = Intent(
        routers={name: host for name, host in read.items() if isinstance(host, Router)},
        gateways={name: host for name, host in read.items() if isinstance(host, Gateway)},
        files={source.name: source.file for source in sources},
        origins={source.name: source.origin for source in sources},
    )
    return intent, problems + problems_across(intent, broken=unread)


def place_of(source: HostSource) -> tuple[GatewayPlace | None, list[Problem]]:
    """Return where a gateway is of which nothing else is said yet, or what is wrong with that."""
    problems: list[Problem] = []
    is_hub = _GATEWAYS.get(source.platform) is HubGateway
    return _validated(HubPlace if is_hub else GatewayPlace, source, problems), problems


def _parse(source: HostSource, problems: list[Problem]) -> Router | Gateway | None:
    host: Router | Gateway | None = None
    if source.is_gateway:
        host = _validated(_GATEWAYS[source.platform], source, problems)
    elif source.is_router:
        host = _validated(Router, source, problems)
    else:
        problems.append(_unknown_platform(source))
    if _HOST.fullmatch(source.name):
        return host
    problems.append(_wrong_name(source))
    return None


def _validated(model: type[_Model], source: HostSource, problems: list[Problem]) -> _Model | None:
    try:
        return model.model_validate(dict(source.data))
    except ValidationError as error:
        problems.extend(_problem(source, d) for d in error.errors() if not _follows(d))
        return None


def _follows(detail: Any) -> bool:  # noqa: ANN401 - pydantic's ErrorDetails
    """Tell whether a list is called empty only because its items, each reported, are wrong."""
    return bool(detail["type"] == "too_short" and detail["input"])


def _problem(source: HostSource, detail: Any) -> Problem:  # noqa: ANN401 - pydantic's ErrorDetails
    location, kind = detail["loc"], detail["type"]
    hidden = kind in _WORDS or _SECRET_FIELDS & set(location)
    return Problem(
        file=source.origin.get(str(location[0]), source.file),
        host=source.name,
        path=_path(location),
        message=_WORDS.get(kind, detail["msg"].removeprefix("Value error, ")),
        value=None if hidden else _shown(detail["input"]),
        remedy=_REMEDIES.get(kind),
        code=kind if _OURS.fullmatch(kind) else _CODES.get(kind, "F101"),
    )


def _path(location: tuple[Any, ...]) -> str:
    text = "data"
    for part in location:
        if part != "[key]":
            text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text


def _shown(value: object, limit: int = 60) -> str:
    """Show a value, but never what a list or a mapping holds: a secret may be in it."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = "nothing" if value is None else str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _wrong_name(source: HostSource) -> Problem:
    return Problem(
        file=source.file,
        host=source.name,
        path="",
        message="not a host name: up to 63 letters, digits, dots, dashes and underscores",
        code="F110",
    )


def _unknown_platform(source: HostSource) -> Problem:
    known = ", ".join(sorted(ROUTER_PLATFORMS | GATEWAY_PLATFORMS))
    return Problem(
        file=source.file,
        host=source.name,
        path="platform",
        message="neither a router nor a gateway",
        value=_shown(source.platform),
        remedy=f"one of {known}",
        code="F101",
    )
