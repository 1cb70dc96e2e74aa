"""From an inventory to the lab in which its boxes have just been racked."""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
WORLD = ROOT / "lab/world/topologies"
Tree = dict[str, Any]
MANAGEMENT = "GigabitEthernet1"
SECRETS = ("router-password", "router-enable", "azure-client-secret")
IDENTITY: Tree = {
    "kind": "client_secret",
    "tenant": "99999999-8888-7777-6666-555555555555",
    "client": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "secret": "file:azure-client-secret",
}
SUBSCRIPTION, GROUP = "11111111-2222-3333-4444-555555555555", "vpn-topologies"


def write(
    folder: Path, hosts: Mapping[str, Tree], platforms: Mapping[str, str]
) -> tuple[Path, Path]:
    """Write a lab's facts and a configuration for its inventory; return both places."""
    world = folder / "world"
    world.mkdir(parents=True)
    for name in ("csr.cfg", "c8000v.cfg"):
        text = (WORLD / name).read_text()
        (world / name).write_text(text)
        (world / f"open-{name}").write_text(text.replace(" shutdown\n", ""))
    (world / "world.yaml").write_text(yaml.safe_dump(_world(hosts, platforms)))
    (folder / "hosts.yaml").write_text(yaml.safe_dump(dict(hosts), sort_keys=False))
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    config["inventory"]["options"] = {
        "host_file": str(folder / "hosts.yaml"),
        "group_file": str(ROOT / "inventory/groups.yaml"),
        "defaults_file": str(ROOT / "inventory/defaults.yaml"),
    }
    (folder / "like.yaml").write_text(yaml.safe_dump(config))
    return folder / "like.yaml", world


def _world(hosts: Mapping[str, Tree], platforms: Mapping[str, str]) -> Tree:
    shipped: Tree = yaml.safe_load((WORLD / "world.yaml").read_text())
    routers = {n: h["data"] for n, h in hosts.items() if h["groups"] == ["csr"]}
    keys = sorted({_secret(c["key"]) for data in routers.values() for c in connections(data)})
    return {
        **{key: shipped[key] for key in ("subscription", "tenant", "client", "login")},
        "resource_groups": {GROUP: "southcentralus"},
        "secrets": dict.fromkeys((*SECRETS, *keys)),
        "gateways": {
            n: _gateway(n, h["data"], [*_beside(n, routers.values())])
            for n, h in hosts.items()
            if h["groups"] == ["gateway"]
        },
        "routers": {
            name: _router(number, data, platforms.get(name, "csr1000v-16.12"))
            for number, (name, data) in enumerate(routers.items())
        },
    }


def connections(data: Tree) -> Iterable[Tree]:
    """Yield the connections of a router's data."""
    return (one for vrf in data["outside"].values() for one in vrf["connections"])


def _secret(reference: str) -> str:
    return reference.removeprefix("file:")


def _beside(gateway: str, routers: Iterable[Tree]) -> Iterable[str]:
    """Yield what the sites announce over ExpressRoute into a gateway's network."""
    for data in routers:
        yield from data.get("expressroute", {}).get(gateway, ())


def _gateway(name: str, data: Tree, beside: list[str]) -> Tree:
    networks = [IPv4Network(prefix) for prefix in data["prefixes"]]
    speaker = IPv4Address(data["instances"][0]["speakers"][0])
    return {
        "resource_group": data["resource_group"],
        "sku": "VpnGw5AZ",
        "generation": "Generation2",
        "asn": data["asn"],
        "network": {
            "name": f"{name}-vnet",
            "prefixes": list(map(str, networks)),
            "gateway_subnet": str(IPv4Network((int(speaker) & ~0xFF, 24))),
            "expressroute": {"prefixes": beside},
        },
        "instances": [
            {
                "public_address": one["public_address"],
                "speaker": one["speakers"][0],
                "custom_speakers": one["speakers"][1:],
                "private_address": one.get("private_address"),
            }
            for one in data["instances"]
        ],
        "nics": data["nics"],
    }


def _router(number: int, data: Tree, platform: str) -> Tree:
    uplinks = {
        MANAGEMENT: {
            "address": f"192.168.{number}.10",
            "next_hop": f"192.168.{number}.1",
            "public": f"203.0.113.{number + 1}",
        }
    }
    private = {one["uplink"] for one in connections(data) if one.get("private_peering")}
    for at, (name, uplink) in enumerate(data["uplinks"].items()):
        is_leased = uplink["address"] == "dhcp"
        address = IPv4Interface(f"198.18.{at}.17/24" if is_leased else uplink["address"])
        first = str(address.network.network_address + 1)
        uplinks[name] = {
            "address": str(address.ip),
            "next_hop": first if is_leased else uplink.get("next_hop", first),
            "public": uplink["public_address"],
            "expressroute": name in private,
            **({"vlan": uplink["vlan"]} if "vlan" in uplink else {}),
        }
    lan = {
        inside["interface"]: next(iter(inside["prefixes"].values()))
        for inside in data["inside"].values()
    }
    day0 = "c8000v.cfg" if platform.startswith("c8000v") else "csr.cfg"
    if any("vlan" in uplink for uplink in data["uplinks"].values()):
        day0 = f"open-{day0}"  # nobody opens a port that carries subinterfaces
    return {"platform": platform, "day0": day0, "uplinks": uplinks, "lan": lan}
