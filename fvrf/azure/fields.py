"""Comparing what is declared with what Azure shows, field by field and in one spelling.

Azure changes the case of ids between API versions, has two words for some groups, and shows an
unset field as missing, null or an empty list. The tables here are all that is known of that.
"""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from types import MappingProxyType
from typing import Any, NamedTuple

from fvrf.azure.bodies import HUB_SPEAKERS, SPEAKER, SPEAKERS
from fvrf.azure.resources import Json, Resource

HIDDEN = "(changed)"

_GROUPS = MappingProxyType({"dhgroup2048": "dhgroup14", "pfs14": "pfs2048"})
# Azure leaves out what has its default value.
_DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "enableBgp": False,
        "useLocalAzureIpAddress": False,
        "usePolicyBasedTrafficSelectors": False,
        "connectionProtocol": "IKEv2",
        "vpnConnectionProtocolType": "IKEv2",
    }
)


class Change(NamedTuple):
    """One field that differs, fit to be shown: never a secret."""

    field: str
    found: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.field}: found {self.found}, wanted {self.wanted}"


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value.casefold()
    return None if value in ([], {}) else value


def _prefixes(value: object) -> object:
    prefixes = value if isinstance(value, list) else []
    return sorted(str(ip_network(prefix, strict=False)) for prefix in prefixes)


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _group(value: object) -> object:
    return _GROUPS.get(str(value).casefold(), _plain(value))


def _speakers(value: object) -> object:
    """Compare as a set: Azure promises no order, and changes the case of ids."""
    entries = value if isinstance(value, list) else []
    return sorted(
        (str(entry.get(SPEAKER)), str(entry.get("ipConfigurationId")).casefold())
        for entry in entries
        if isinstance(entry, Mapping)
    )


_SPELLINGS: Mapping[str, Callable[[object], object]] = MappingProxyType(
    {
        "addressPrefixes": _prefixes,
        "asn": _number,
        "saLifeTimeSeconds": _number,
        "saDataSizeKilobytes": _number,
        SPEAKERS: _speakers,
        HUB_SPEAKERS: _speakers,
        "dhGroup": _group,
        "pfsGroup": _group,
    }
)


def same(field: str, found: object, wanted: object) -> bool:
    """Tell whether two values of a field (its path, its last word deciding) mean the same."""
    name = field.rpartition(".")[2]
    spell = _SPELLINGS.get(name, _plain)
    if found is None:
        found = _DEFAULTS.get(name)
    return bool(spell(found) == spell(wanted))


def differences(resource: Resource, found: Json) -> tuple[Change, ...]:
    """Return the declared fields, tags included, that differ in the body of a GET."""
    properties = found.get("properties") or {}
    changes = [
        Change(field, shown(value), shown(wanted))
        for field, wanted in _leaves(resource.declared)
        if not same(field, value := _lookup(properties, field), wanted)
    ]
    tags = casefolded(found.get("tags"))
    changes += [
        Change(f"tags.{name}", shown(tags.get(name)), wanted)
        for name, wanted in resource.tags.items()
        if tags.get(name) != wanted
    ]
    return tuple(changes)


def declared(resource: Resource) -> tuple[Change, ...]:
    """Return what a resource that does not exist yet will be given."""
    return tuple(
        Change(field, "none", shown(wanted))
        for field, wanted in _leaves(resource.declared)
        if wanted not in (None, [])
    )


def standing(resource: Resource, found: Json | None) -> Iterator[str]:
    """Yield the fields that are declared, and our tags, as Azure shows them now."""
    if found is None:
        yield f"{resource.name}: does not exist"
        return
    properties, tags = found.get("properties") or {}, casefolded(found.get("tags"))
    for field, _ in _leaves(resource.declared):
        yield f"{resource.name}: {field}: {shown(_lookup(properties, field))}"
    for name in resource.tags:
        yield f"{resource.name}: tags.{name}: {shown(tags.get(name))}"


def casefolded(tags: Mapping[str, str] | None) -> dict[str, str]:
    """Return tags by their names in lower case; Azure's tag names ignore case."""
    return {name.casefold(): value for name, value in (tags or {}).items()}


def shown(value: object) -> str:
    """Return a value as text for a person; a resource id is shortened to its name."""
    if value in (None, [], {}):
        return "none"
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    if isinstance(value, Mapping):
        return shown(value[SPEAKER]) if SPEAKER in value else " ".join(map(shown, value.values()))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.rpartition("/")[2] if text.startswith("/subscriptions/") else text


def _leaves(declared: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (path, value); `ipsecPolicies` has one entry at most, so it needs no index.

    The speakers of a connection are one value.
    """
    for key, value in declared.items():
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, Mapping) and key not in (SPEAKERS, HUB_SPEAKERS):
            yield from _leaves(inner, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _lookup(properties: Json, field: str) -> object:
    value: object = properties
    for key in field.split("."):
        if isinstance(value, list):
            value = value[0] if len(value) == 1 else None
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
