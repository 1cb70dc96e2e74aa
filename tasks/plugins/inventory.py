"""Nornir's inventory from YAML, refusing what SimpleInventory passes over in silence.

A misspelt host key, a key given twice, an unknown group and a password in clear text are
errors here, all reported at once; libyaml's loader reads 10 000 hosts in a fifth of the time.
"""

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from nornir.core.inventory import (
    ConnectionOptions,
    Defaults,
    Group,
    Groups,
    Host,
    Hosts,
    Inventory,
    ParentGroups,
)

from fvrf.errors import InputError, Problem
from fvrf.intent.load import HostSource
from fvrf.secrets import SecretRef

_ELEMENT_KEYS = frozenset(
    {"hostname", "port", "username", "password", "platform", "data", "connection_options"}
)
_OPTION_KEYS = frozenset({"hostname", "port", "username", "password", "platform", "extras"})
_BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc, valid-type] # C loader where libyaml is there
    """A safe loader that refuses a key given twice in one mapping."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        """Build a mapping as PyYAML does; raises yaml.YAMLError at a second equal key."""
        own = [k for k, _ in node.value if k.tag != "tag:yaml.org,2002:merge"]
        seen: set[str] = set()
        for key in own:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key.value!r} stands here twice", key.start_mark
                )
            seen.add(key.value)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def read_yaml(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    """Read a YAML file; raises InputError naming the file and line."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader) or {}  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise InputError([_file_problem(path, str(error.strerror))]) from error
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError([_file_problem(path, f"not YAML: {error.problem}", line)]) from error


def _file_problem(path: Path, message: str, where: str = "") -> Problem:
    return Problem(file=str(path), host="", path=where, message=message)


@dataclass(frozen=True, slots=True)
class _Element:
    """An entry of a file before it is a Nornir object."""

    file: str
    name: str
    body: Mapping[str, Any]

    def problem(self, path: str, message: str, remedy: str | None = None) -> Problem:
        return Problem(file=self.file, host=self.name, path=path, message=message, remedy=remedy)


class FvrfInventory:
    """The inventory plugin; its options name the three files."""

    def __init__(self, host_file: str, group_file: str, defaults_file: str) -> None:
        self._hosts = Path(host_file)
        self._groups = Path(group_file)
        self._defaults = Path(defaults_file)

    def load(self) -> Inventory:
        """Read the three files; raises InputError with every problem found in them."""
        hosts, groups = _elements(self._hosts), _elements(self._groups)
        body = read_yaml(self._defaults) if self._defaults.exists() else {}
        default = _Element(str(self._defaults), "", body)
        problems = [p for e in (*hosts, *groups, default) for p in _entry_problems(e)]
        known = {element.name for element in groups}
        problems += [p for e in (*hosts, *groups) for p in _group_problems(e, known)]
        if problems:
            raise InputError(problems)
        return _inventory(hosts, groups, default)


def _elements(path: Path) -> list[_Element]:
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise InputError([_file_problem(path, "is not a mapping of names")])
    return [_Element(str(path), str(name), body or {}) for name, body in content.items()]


def _entry_problems(element: _Element) -> Iterator[Problem]:
    if not isinstance(element.body, dict):
        yield element.problem("", "is not a mapping")
        return
    for key in element.body.keys() - _ELEMENT_KEYS - {"groups"}:
        yield element.problem(str(key), "unknown key", "remove it or correct its spelling")
    yield from _secret_problem(element, "password", element.body.get("password"))
    for name, options in (element.body.get("connection_options") or {}).items():
        where = f"connection_options.{name}"
        for key in (options or {}).keys() - _OPTION_KEYS:
            yield element.problem(f"{where}.{key}", "unknown key")
        extras = (options or {}).get("extras") or {}
        yield from _secret_problem(element, f"{where}.password", (options or {}).get("password"))
        yield from _secret_problem(element, f"{where}.extras.secret", extras.get("secret"))


def _secret_problem(element: _Element, path: str, value: object) -> Iterator[Problem]:
    if value is None:
        return
    try:
        SecretRef.parse(str(value))
    except ValueError as error:
        yield element.problem(path, str(error))


def _group_problems(element: _Element, known: set[str]) -> Iterator[Problem]:
    for group in element.body.get("groups") or ():
        if group not in known:
            yield element.problem(
                "groups", f"no such group {group!r}", f"one of {', '.join(sorted(known))}"
            )


def _inventory(hosts: list[_Element], groups: list[_Element], default: _Element) -> Inventory:
    defaults = Defaults(**_arguments(default.body))
    made = Groups({g.name: Group(name=g.name, **_arguments(g.body)) for g in groups})
    for element in groups:
        made[element.name].groups = _parents(element, made)
    ready = {
        h.name: Host(name=h.name, groups=_parents(h, made), defaults=defaults, **_arguments(h.body))
        for h in hosts
    }
    return Inventory(hosts=Hosts(ready), groups=made, defaults=defaults)


def _parents(element: _Element, groups: Groups) -> ParentGroups:
    return ParentGroups(groups[name] for name in element.body.get("groups") or ())


def _arguments(body: Mapping[str, Any]) -> dict[str, Any]:
    arguments = {key: body.get(key) for key in _ELEMENT_KEYS}
    arguments["data"] = body.get("data") or {}
    arguments["connection_options"] = {
        name: ConnectionOptions(**{key: (options or {}).get(key) for key in _OPTION_KEYS})
        for name, options in (body.get("connection_options") or {}).items()
    }
    return arguments


def host_sources(inventory: Inventory, options: Mapping[str, str]) -> Iterator[HostSource]:
    """Yield each host's data as Nornir merges it, and the file that each key came from."""
    for host in inventory.hosts.values():
        layers = [(options["host_file"], host.data)]
        layers += [(options["group_file"], group.data) for group in _ancestry(host.groups)]
        layers.append((options["defaults_file"], host.defaults.data))
        data: dict[str, Any] = {}
        origin: dict[str, str] = {}
        for file, layer in layers:
            for key, value in (layer or {}).items():
                if key not in data:
                    data[key], origin[key] = value, _short(file)
        yield HostSource(
            name=host.name,
            platform=host.platform,
            data=data,
            origin=origin,
            file=_short(options["host_file"]),
        )


def _ancestry(groups: ParentGroups) -> Iterator[Group]:
    for group in groups:
        yield group
        yield from _ancestry(group.groups)


def _short(file: str) -> str:
    return re.sub(r"^.*/(?=[^/]+/[^/]+$)", "", file)
