"""The entries of the inventory's files, before they are Nornir objects.

Nornir's SimpleInventory passes over a misspelt key and knows nothing of secrets; here each is a
problem, and every problem is found before the first is reported.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fvrf.errors import InputError, Problem
from fvrf.secrets import SecretRef
from tasks.yaml_file import read_mapping, shown

# Keys of an entry, and of a connection's options, with what each holds; a null means the default.
ENTRY = {
    "hostname": str,
    "port": int,
    "username": str,
    "password": str,
    "platform": str,
    "data": dict,
    "connection_options": dict,
}
OPTION = {
    "hostname": str,
    "port": int,
    "username": str,
    "password": str,
    "platform": str,
    "extras": dict,
}
_TYPES = {str: "a text", int: "a number", dict: "a mapping", list: "a list"}
_SECRETS = frozenset({"password", "secret", "passphrase"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A host, a group or the defaults as the file has it; its body may be anything."""

    file: str
    name: str
    body: Any

    def problem(
        self, path: str, message: str, remedy: str | None = None, *, code: str = "F104"
    ) -> Problem:
        """Return a problem at a path of this entry."""
        return Problem(
            file=self.file, host=self.name, path=path, message=message, remedy=remedy, code=code
        )

    @property
    def groups(self) -> list[str]:
        """The names of its groups, as far as they can be read."""
        groups = self.body.get("groups") if isinstance(self.body, dict) else None
        return [str(name) for name in groups] if isinstance(groups, list) else []


def read_entries(path: Path) -> tuple[list[Entry], list[Problem]]:
    """Read a file of named entries, or say why it cannot be read."""
    try:
        content = read_mapping(path)
    except InputError as error:
        return [], list(error.problems)
    file = shown(path)
    return [Entry(file, name, body or {}) for name, body in content.items()], []


def read_hosts(path: Path) -> tuple[list[Entry], list[Problem]]:
    """Read the file of hosts, or every YAML file in a folder of them, in the order of names.

    A host that stands in two files is a problem that names both: neither goes before the other.
    """
    if not path.is_dir():
        return read_entries(path)
    try:
        files = sorted(one for one in path.iterdir() if one.suffix in {".yaml", ".yml"})
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        return [], [Entry(shown(path), "", {}).problem("", message, code="F102")]
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for file in files:
        found, wrong = read_entries(file)
        problems += wrong
        for entry in found:
            first = entries.setdefault(entry.name, entry)
            if first is not entry:
                problems.append(_twice(entry, first))
    return list(entries.values()), problems


def _twice(entry: Entry, first: Entry) -> Problem:
    return entry.problem(
        "", f"stands in {first.file} already", "remove it from one of the files", code="F102"
    )


def entry_problems(entry: Entry, *, keys: Collection[str] = ("groups",)) -> Iterator[Problem]:
    """Yield what is wrong with one entry; `keys` are allowed besides those that all have."""
    if not isinstance(entry.body, dict):
        yield entry.problem("", "is not a mapping")
        return
    own = {key: value for key, value in entry.body.items() if key not in keys}
    yield from _mapping_problems(entry, "", own, ENTRY)
    if not isinstance(entry.body.get("groups") or [], list):
        yield entry.problem("groups", "must be a list", "as in groups: [csr]")
    options = entry.body.get("connection_options")
    for name, option in options.items() if isinstance(options, dict) else ():
        where = f"connection_options.{name}"
        if not isinstance(option or {}, dict):
            yield entry.problem(where, "must be a mapping")
            continue
        yield from _mapping_problems(entry, f"{where}.", option or {}, OPTION)
        extras = (option or {}).get("extras")
        if isinstance(extras, dict):
            yield from _secret_problems(entry, f"{where}.extras.", extras)
            yield from _key_file_problems(entry, f"{where}.extras.key_file", extras)


def _mapping_problems(
    entry: Entry, where: str, body: Mapping[Any, Any], allowed: Mapping[str, type]
) -> Iterator[Problem]:
    for key, value in body.items():
        kind = allowed.get(str(key))
        if kind is None:
            yield entry.problem(f"{where}{key}", "unknown key", "remove it or correct its spelling")
        elif value is not None and key not in _SECRETS and type(value) is not kind:
            yield entry.problem(f"{where}{key}", f"must be {_TYPES[kind]}")
    yield from _secret_problems(entry, where, body)


def _secret_problems(entry: Entry, where: str, body: Mapping[Any, Any]) -> Iterator[Problem]:
    for key in sorted(_SECRETS & body.keys()):
        if body[key] is None:
            continue
        try:
            SecretRef.parse(str(body[key]))
        except ValueError as error:
            yield entry.problem(f"{where}{key}", str(error), code="F105")


def _key_file_problems(entry: Entry, where: str, extras: Mapping[Any, Any]) -> Iterator[Problem]:
    """Yield a key file that another current folder would make another file."""
    file = extras.get("key_file")
    if file is not None and not str(file).startswith(("/", "~")):
        message = "must be an absolute path, or one that begins with ~"
        yield replace(entry.problem(where, message), value=str(file))


def is_readable(entry: Entry, groups: Mapping[str, Entry]) -> bool:
    """Tell whether the entry's data can be merged from it and its groups."""
    chain = [entry, *(groups[name] for name in ancestors(entry, groups))]
    return all(_has_shape(one) and not list(group_problems(one, groups)) for one in chain)


def _has_shape(entry: Entry) -> bool:
    return (
        isinstance(entry.body, dict)
        and isinstance(entry.body.get("data") or {}, dict)
        and isinstance(entry.body.get("groups") or [], list)
    )


def group_problems(entry: Entry, groups: Mapping[str, Entry]) -> Iterator[Problem]:
    """Yield groups that are not there, and a group that is among its own ancestors."""
    for name in entry.groups:
        if name not in groups:
            known = f"one of {', '.join(sorted(groups))}" if groups else None
            yield entry.problem("groups", f"no such group {name!r}", known)
    if groups.get(entry.name) is entry and entry.name in ancestors(entry, groups):
        yield entry.problem("groups", "the group is among its own groups")


def ancestors(entry: Entry, groups: Mapping[str, Entry]) -> set[str]:
    """Return the names of all groups that an entry belongs to, directly or through another."""
    found: set[str] = set()
    ahead = entry.groups
    while ahead:
        name = ahead.pop()
        if name not in found and name in groups:
            found.add(name)
            ahead += groups[name].groups
    return found
