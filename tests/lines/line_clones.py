"""Clones of one shipped site, each beside a gateway of a few of them: world, inventory, config."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
SITES_PER_GATEWAY = 8
OTHER_GATEWAY = "vng-other"  # a gateway that no site of the inventory uses
_PUBLIC = IPv4Address("198.18.0.0")  # of the range set aside for benchmarks

Tree = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Clone:
    """Clone number `index` of a site; its names and addresses are its own within its gateway."""

    shape: str
    index: int

    @property
    def host(self) -> str:
        """The router's name, the shipped one with a number."""
        return f"{self.shape}-{self.index:03}"

    @property
    def gateway(self) -> str:
        """The host name of its gateway."""
        return f"vng-{self.index // SITES_PER_GATEWAY:03}"

    @property
    def seat(self) -> int:
        """Its place among the sites of its gateway."""
        return self.index % SITES_PER_GATEWAY

    @property
    def prefix(self) -> str:
        """The first two octets of its networks."""
        return f"172.{16 + self.seat}"

    @property
    def asn(self) -> int:
        """Its AS, unique at its gateway."""
        return 64900 + self.seat

    def public(self, uplink: int) -> str:
        """Return the public address of uplink 1 or 2."""
        return str(_PUBLIC + 256 * 8 + 4 * self.index + uplink)


def clones(shape: str, count: int) -> tuple[Clone, ...]:
    """Return the first clones of a shipped router."""
    return tuple(Clone(shape=shape, index=index) for index in range(count))


def write(folder: Path, some: tuple[Clone, ...]) -> Path:
    """Write `world.yaml`, the inventory and `config.yaml`; return the path of the last."""
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "lab/world/csr.cfg", folder)
    _dump(folder / "world.yaml", _world(some))
    inventory = folder / "inventory"
    inventory.mkdir()
    _dump(inventory / "hosts.yaml", _hosts(some))
    for name in ("groups.yaml", "defaults.yaml"):
        shutil.copy(ROOT / "inventory" / name, inventory)
    config = _load("config.yaml")
    own = config["user_defined"]
    # The lab answers at once: asking for an operation's end seldom would be all the time spent.
    own["timing"] = {"azure_poll_s": 0.05}
    _dump(folder / "config.yaml", config)
    return folder / "config.yaml"


def _load(path: str) -> Any:  # noqa: ANN401 # YAML has no narrower type
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def _dump(path: Path, tree: object) -> None:
    path.write_text(yaml.safe_dump(tree, sort_keys=False), encoding="utf-8")


def _world(some: tuple[Clone, ...]) -> Tree:
    world: Tree = _load("lab/world/world.yaml")
    (shipped,) = world["gateways"].values()
    world["gateways"] = {
        gateway: {
            **shipped,
            "network": {**shipped["network"], "name": f"{gateway}-vnet"},
            "instances": [{**shipped["instances"][0], "public_address": public}],
            "nics": [f"{gateway}-nic"],
        }
        for gateway, public in (*_gateways(some), (OTHER_GATEWAY, str(_PUBLIC)))
    }
    world["routers"] = {
        clone.host: renamed(world["routers"][clone.shape], _table(clone, world["routers"]))
        for clone in some
    }
    return world


def _gateways(some: tuple[Clone, ...]) -> Iterator[tuple[str, str]]:
    for number, gateway in enumerate(dict.fromkeys(clone.gateway for clone in some)):
        yield gateway, str(_PUBLIC + 1 + number)


def _hosts(some: tuple[Clone, ...]) -> Tree:
    shipped = _load("inventory/hosts.yaml")
    routers = _load("lab/world/world.yaml")["routers"]
    hosts: Tree = {}
    for clone in some:
        data = renamed(shipped[clone.shape]["data"], _table(clone, routers))
        data |= {"site": clone.host, "asn": clone.asn}
        for outside in data["outside"].values():
            for connection in outside["connections"]:
                _own(connection, clone)
        hosts[clone.host] = {**shipped[clone.shape], "data": data}
    gateway = shipped["azure-vng"]
    for name, public in _gateways(some):
        instances = [{**gateway["data"]["instances"][0], "public_address": public}]
        data = {**gateway["data"], "instances": instances, "nics": [f"{name}-nic"]}
        hosts[name] = {**gateway, "data": data}
    return hosts


def _own(connection: Tree, clone: Clone) -> None:
    """Give a connection of a clone its gateway, its BGP address and Azure names of its own."""
    connection["gateway"] = clone.gateway
    if "bgp_address" in connection:
        connection["bgp_address"] = f"192.168.255.{254 - clone.seat}"
    if "azure" in connection:
        names = connection["azure"]
        connection["azure"] = {key: f"{clone.host}_{name}" for key, name in names.items()}


def _table(clone: Clone, routers: Tree) -> Mapping[str, str]:
    """Return what of a shipped site's addresses becomes what in a clone."""
    uplinks = routers[clone.shape]["uplinks"].values()
    first, second = (uplink["public"] for uplink in uplinks)
    own = ".".join(next(iter(uplinks))["address"].split(".")[:2])
    return {f"{own}.": f"{clone.prefix}.", first: clone.public(1), second: clone.public(2)}


def renamed(tree: Any, table: Mapping[str, str]) -> Any:  # noqa: ANN401 # YAML, as above
    """Return a tree with texts replaced, in keys and values, where one begins with a row's."""
    if isinstance(tree, dict):
        return {renamed(key, table): renamed(value, table) for key, value in tree.items()}
    if isinstance(tree, list):
        return [renamed(value, table) for value in tree]
    for old, new in table.items():
        if isinstance(tree, str) and tree.startswith(old):
            return new + tree.removeprefix(old)
    return tree
