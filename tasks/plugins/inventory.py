"""Nornir's inventory from YAML files of hosts, groups and defaults: every mistake reported."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

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
from fvrf.intent.load import HostSource, examine
from tasks.plugins.entries import (
    ENTRY,
    OPTION,
    Entry,
    entry_problems,
    group_problems,
    is_readable,
    read_entries,
    read_hosts,
)
from tasks.yaml_file import read_mapping, shown


class FiledInventory(Inventory):
    """Nornir's own, which knows in addition each host's entry as its file has it."""

    __slots__ = ("entries",)

    def __init__(
        self, hosts: Hosts, groups: Groups, defaults: Defaults, entries: Mapping[str, Entry]
    ) -> None:
        super().__init__(hosts=hosts, groups=groups, defaults=defaults)
        self.entries = entries


class FvrfInventory:
    """The inventory plugin; its options name the three files, or a folder of files of hosts."""

    def __init__(self, host_file: str, group_file: str, defaults_file: str) -> None:
        self._files = {
            "host_file": host_file,
            "group_file": group_file,
            "defaults_file": defaults_file,
        }

    def load(self) -> Inventory:
        """Read the files; raises InputError with every problem found in them.

        Where there is one, the intent of all hosts that can be read is examined too, so that
        its problems stand in the same report.
        """
        hosts, problems = read_hosts(Path(self._files["host_file"]))
        groups, more = read_entries(Path(self._files["group_file"]))
        default, wrong = _defaults(Path(self._files["defaults_file"]))
        unread = [*problems, *more, *wrong]
        if not hosts and not problems:
            unread.append(
                Entry(shown(self._files["host_file"]), "", {}).problem(
                    "", "has no hosts", code="F102"
                )
            )
        found = [p for e in (*hosts, *groups) for p in entry_problems(e)]
        found += entry_problems(default, keys=())
        if unread:
            raise InputError([*unread, *found])
        by_name = {entry.name: entry for entry in groups}
        found += [p for e in (*hosts, *groups) for p in group_problems(e, by_name)]
        if found:
            raise InputError([*found, *self._intent_problems(hosts, by_name, default)])
        return _inventory(hosts, groups, default)

    def _intent_problems(
        self, hosts: list[Entry], groups: Mapping[str, Entry], default: Entry
    ) -> list[Problem]:
        """Examine the intent of the hosts whose data can be merged at all."""
        if not is_readable(default, groups):
            return []
        readable = [host for host in hosts if is_readable(host, groups)]
        parents = [_bare(group) for group in groups.values() if is_readable(group, groups)]
        bare = _inventory(map(_bare, readable), parents, _bare(default))
        broken = {host.name for host in hosts} - {host.name for host in readable}
        return examine(host_sources(bare, self._files), broken)[1]


def _bare(entry: Entry) -> Entry:
    """Keep what intent is made of; the rest may be wrong."""
    platform = entry.body.get("platform")
    body = {
        "platform": platform if isinstance(platform, str) else None,
        "data": entry.body.get("data"),
        "groups": entry.groups,
    }
    return Entry(entry.file, entry.name, body)


def _defaults(path: Path) -> tuple[Entry, list[Problem]]:
    """Read the defaults; there need be no such file."""
    try:
        return Entry(shown(path), "", read_mapping(path) if path.exists() else {}), []
    except InputError as error:
        return Entry(shown(path), "", {}), list(error.problems)


def _inventory(hosts: Iterable[Entry], groups: list[Entry], default: Entry) -> FiledInventory:
    hosts = list(hosts)
    defaults = Defaults(**_arguments(default.body))
    made = Groups({g.name: Group(name=g.name, **_arguments(g.body)) for g in groups})
    for entry in groups:
        made[entry.name].groups = _parents(entry, made)
    ready = {
        h.name: Host(name=h.name, groups=_parents(h, made), defaults=defaults, **_arguments(h.body))
        for h in hosts
    }
    entries = {entry.name: entry for entry in hosts}
    return FiledInventory(Hosts(ready), made, defaults, entries)


def _parents(entry: Entry, groups: Groups) -> ParentGroups:
    return ParentGroups(groups[name] for name in entry.groups)


def _arguments(body: Mapping[str, Any]) -> dict[str, Any]:
    arguments = {key: body.get(key) for key in ENTRY}
    arguments["data"] = body.get("data") or {}
    arguments["connection_options"] = {
        name: ConnectionOptions(**{key: (options or {}).get(key) for key in OPTION})
        for name, options in (body.get("connection_options") or {}).items()
    }
    return arguments


def own_entry(inventory: Inventory, host: str) -> dict[str, Any]:
    """Return a host's entry as its file has it; of another plugin's inventory, its groups."""
    if isinstance(inventory, FiledInventory):
        return dict(inventory.entries[host].body)
    return {"groups": [group.name for group in inventory.hosts[host].groups]}


def host_sources(inventory: Inventory, options: Mapping[str, str]) -> Iterator[HostSource]:
    """Yield each host's data as Nornir merges it, and the file that each key came from."""
    files = {option: shown(file) for option, file in options.items()}
    entries = inventory.entries if isinstance(inventory, FiledInventory) else {}
    for host in inventory.hosts.values():
        own_file = entries[host.name].file if host.name in entries else files["host_file"]
        layers = [(own_file, host.data)]
        layers += [(files["group_file"], group.data) for group in host.extended_groups()]
        layers.append((files["defaults_file"], host.defaults.data))
        data: dict[str, Any] = {}
        origin: dict[str, str] = {}
        for file, layer in layers:
            for key, value in layer.items():
                if key not in data:
                    data[key], origin[key] = value, file
        yield HostSource(
            name=host.name,
            platform=host.platform,
            data=data,
            origin=origin,
            file=own_file,
        )
