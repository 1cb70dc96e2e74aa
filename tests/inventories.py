"""A small sound inventory as data, and ways to spoil it."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from fvrf.intent.load import HostSource, examine
from fvrf.intent.model import Intent
from fvrf.plan.build import build
from fvrf.plan.model import Plan

Tree = dict[str, Any]
GONE = object()

CONFIG: Tree = {
    "inventory": {
        "plugin": "FvrfInventory",
        "options": {
            "host_file": "inventory/hosts.yaml",
            "group_file": "inventory/groups.yaml",
            "defaults_file": "inventory/defaults.yaml",
        },
    },
    "runner": {"plugin": "threaded", "options": {"num_workers": 2}},
    "logging": {"enabled": False},
    "user_defined": {"secrets": "secrets", "backups": "backups", "changes": "changes"},
}
GROUPS: Tree = {
    "csr": {"platform": "cisco_xe", "username": "netops", "password": "env:ROUTER_PASSWORD"},
    "gateway": {"platform": "azure_vpn_gateway"},
}


def router(number: int, **other: object) -> Tree:
    """Return the data of router `number`, of the article's shape, in the scheme `fvrf`."""
    return {
        "site": f"site{number}",
        "asn": 64512 + number,
        "uplinks": {
            "GigabitEthernet1": {
                "managed": False,
                "address": f"172.{15 + number}.0.5/24",
                "public_address": f"198.51.100.{2 * number}",
            },
            "GigabitEthernet2": {
                "address": f"172.{15 + number}.1.4/24",
                "front_door": "OUT2",
                "next_hop": f"172.{15 + number}.1.1",
                "public_address": f"198.51.100.{2 * number + 1}",
            },
        },
        "inside": {
            "IN": {
                "id": 3,
                "interface": "GigabitEthernet3",
                "address": f"172.{15 + number}.2.4/24",
                "prefixes": {f"172.{15 + number}.0.0/16": f"172.{15 + number}.2.1"},
            }
        },
        "outside": {
            "OUT1": {
                "id": 1,
                "inside": "IN",
                "connections": [
                    {
                        "uplink": "GigabitEthernet1",
                        "gateway": "gw",
                        "tunnel": 0,
                        "bgp_address": f"192.168.255.{number}",
                        "key": f"file:psk-{number}",
                    }
                ],
            },
            "OUT2": {
                "id": 2,
                "inside": "IN",
                "connections": [
                    {
                        "uplink": "GigabitEthernet2",
                        "gateway": "gw",
                        "tunnel": 1,
                        "key": f"file:psk-{number}",
                    }
                ],
            },
        },
        **other,
    }


def article(number: int) -> Tree:
    """Return the same router in the scheme `article`."""
    data = router(number, naming="article", crypto="article-legacy")
    for name, outside in data["outside"].items():
        azure = {"connection": f"C{number}_{name}", "local_network_gateway": f"L{number}_{name}"}
        outside["connections"][0]["azure"] = azure
    return data


def gateway(number: int = 1) -> Tree:
    """Return the data of gateway `number`."""
    return {
        "subscription": "11111111-2222-3333-4444-555555555555",
        "resource_group": "vpn",
        "asn": 65515,
        "prefixes": [f"10.{number}.0.0/16"],
        "instances": [
            {"public_address": f"192.0.2.{number}", "speakers": [f"10.{number}.255.254"]}
        ],
    }


def hosts() -> Tree:
    """Return a sound inventory's hosts: a router of each scheme and two gateways."""
    return {
        "r1": {"groups": ["csr"], "data": router(1)},
        "r2": {"groups": ["csr"], "data": article(2)},
        "gw": {"groups": ["gateway"], "data": gateway(1)},
        "gw2": {"groups": ["gateway"], "data": gateway(2)},
    }


def changed(tree: Tree, *changes: tuple[str, Any]) -> Tree:
    """Return a copy with values set, or GONE, at paths such as `r1 data uplinks`."""
    made = deepcopy(tree)
    for path, value in changes:
        at: Any = made
        *way, last = (int(word) if word.isdigit() else word for word in path.split())
        for word in way:
            at = at[word]
        if value is GONE:
            del at[last]
        else:
            at[last] = value
    return made


def sources(tree: Tree) -> Iterator[HostSource]:
    """Make sources of hosts as the inventory plugin does."""
    for name, body in tree.items():
        group = GROUPS.get(*body.get("groups", ["csr"]), {})
        yield HostSource(
            name=name,
            platform=body.get("platform", group.get("platform")),
            data=body["data"],
            origin=body.get("origin", {}),
            file="hosts.yaml",
        )


def intent_of(tree: Tree) -> Intent:
    """Load sound hosts as intent."""
    intent, problems = examine(sources(tree))
    assert problems == []
    return intent


def plan_of(tree: Tree) -> Plan:
    """Load hosts and plan them."""
    return build(intent_of(tree))


def problems_of(tree: Tree) -> list[str]:
    """Return the lines of all problems, none where the hosts are sound."""
    return [str(problem) for problem in examine(sources(tree))[1]]


def write(folder: Path, files: Mapping[str, Any]) -> Path:
    """Write a project's files, text as it is and data as YAML; return its configuration file."""
    content = {
        "config.yaml": CONFIG,
        "inventory/hosts.yaml": hosts(),
        "inventory/groups.yaml": GROUPS,
        "inventory/defaults.yaml": {},
        **files,
    }
    for name, body in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(body, bytes):
            path.write_bytes(body)
        elif body is not GONE:
            text = body if isinstance(body, str) else yaml.safe_dump(body, sort_keys=False)
            path.write_text(text, encoding="utf-8")
    return folder / "config.yaml"
