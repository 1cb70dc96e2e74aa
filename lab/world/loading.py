"""Read a world file; every mistake names the file and the key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TypeVar

import yaml

from lab.network.views import UplinkFact
from lab.router.software import SOFTWARE
from lab.world.facts import (
    CLIENT_SECRET,
    GatewayFact,
    InstanceFact,
    LoginFact,
    RouterFact,
    World,
    WorldError,
)

DEFAULT_WORLD = Path(__file__).with_name("world.yaml")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value of the file and the way to it."""

    file: Path
    key: str
    value: object

    def error(self, problem: str) -> WorldError:
        """Return what is wrong here."""
        return WorldError(f"{self.file}: {self.key or 'top level'}: {problem}")

    def child(self, key: str, value: object) -> "Node":
        """Return the node one step down."""
        return Node(file=self.file, key=f"{self.key}.{key}".lstrip("."), value=value)

    def mapping(self) -> dict[str, "Node"]:
        """Return the children of a mapping by key."""
        if not isinstance(self.value, Mapping):
            raise self.error("expected a mapping")
        return {str(key): self.child(str(key), value) for key, value in self.value.items()}

    def fields(self, *required: str, optional: tuple[str, ...] = ()) -> dict[str, "Node"]:
        """Return a mapping with exactly these keys; an optional one may be absent."""
        children = self.mapping()
        for name, node in children.items():
            if name not in (*required, *optional):
                raise node.error("unknown key")
        for name in required:
            if name not in children:
                raise self.child(name, None).error("missing")
        return {name: children.get(name, self.child(name, None)) for name in (*required, *optional)}

    def items(self) -> list["Node"]:
        """Return the members of a list."""
        if not isinstance(self.value, list):
            raise self.error("expected a list")
        return [self.child(str(index), value) for index, value in enumerate(self.value)]

    def text(self) -> str:
        """Return a text that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            raise self.error("expected a text")
        return self.value

    def number(self) -> int:
        """Return an integer."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.error("expected a number")
        return self.value

    def read(self, convert: Callable[[str], T]) -> T:
        """Return the text converted, e.g. to an address."""
        try:
            return convert(self.text())
        except ValueError as bad:
            raise self.error(str(bad)) from bad

    def address(self) -> IPv4Address:
        """Return an IPv4 address."""
        return self.read(IPv4Address)

    def prefix(self) -> IPv4Network:
        """Return an IPv4 prefix without host bits."""
        return self.read(IPv4Network)


def load_world(path: Path = DEFAULT_WORLD) -> World:
    """Return the facts of `path`; WorldError names the file and the key of a mistake."""
    try:
        document = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as bad:
        raise WorldError(f"{path}: {bad}") from bad
    world = _world(Node(file=path, key="", value=document))
    _check_references(world)
    return world


def _world(node: Node) -> World:
    part = node.fields(
        "subscription",
        "tenant",
        "client",
        "resource_groups",
        "gateways",
        "secrets",
        "login",
        "routers",
    )
    return World(
        path=node.file,
        subscription=part["subscription"].text(),
        tenant=part["tenant"].text(),
        client=part["client"].text(),
        resource_groups={n: v.text() for n, v in part["resource_groups"].mapping().items()},
        gateways={n: _gateway(n, v) for n, v in part["gateways"].mapping().items()},
        secrets={n: _secret(v) for n, v in part["secrets"].mapping().items()},
        login=_login(part["login"]),
        routers={n: _router(n, v) for n, v in part["routers"].mapping().items()},
    )


def _secret(node: Node) -> str | None:
    return None if node.value is None else node.text()


def _login(node: Node) -> LoginFact:
    part = node.fields("username", "privilege", "password", "enable")
    return LoginFact(
        username=part["username"].text(),
        privilege=part["privilege"].number(),
        password=part["password"].text(),
        enable=part["enable"].text(),
    )


def _router(name: str, node: Node) -> RouterFact:
    part = node.fields("platform", "day0", "uplinks", "lan")
    return RouterFact(
        name=name,
        platform=part["platform"].text(),
        day0=part["day0"].text(),
        uplinks={n: _uplink(v) for n, v in part["uplinks"].mapping().items()},
        lan={n: v.address() for n, v in part["lan"].mapping().items()},
    )


def _uplink(node: Node) -> UplinkFact:
    part = node.fields("address", "next_hop", "public")
    return UplinkFact(
        address=part["address"].address(),
        next_hop=part["next_hop"].address(),
        public=part["public"].address(),
    )


def _gateway(name: str, node: Node) -> GatewayFact:
    part = node.fields("resource_group", "sku", "generation", "asn", "network", "instances", "nics")
    network = part["network"].fields("name", "prefixes", "gateway_subnet")
    return GatewayFact(
        name=name,
        resource_group=part["resource_group"].text(),
        sku=part["sku"].text(),
        generation=part["generation"].text(),
        asn=part["asn"].number(),
        network=network["name"].text(),
        prefixes=tuple(v.prefix() for v in network["prefixes"].items()),
        gateway_subnet=network["gateway_subnet"].prefix(),
        instances=tuple(_instance(v) for v in part["instances"].items()),
        nics=tuple(v.text() for v in part["nics"].items()),
    )


def _instance(node: Node) -> InstanceFact:
    part = node.fields("public_address", "speaker", optional=("custom_speakers",))
    custom = part["custom_speakers"]
    return InstanceFact(
        public_address=part["public_address"].address(),
        speaker=part["speaker"].address(),
        custom_speakers=() if custom.value is None else tuple(v.address() for v in custom.items()),
    )


def _check_references(world: World) -> None:
    """Refuse a name that stands for nothing: a resource group, a secret."""
    for gateway in world.gateways.values():
        if gateway.resource_group not in world.resource_groups:
            key = f"gateways.{gateway.name}.resource_group"
            raise WorldError(f"{world.path}: {key}: no such resource group")
    wanted = {
        "login.password": world.login.password,
        "login.enable": world.login.enable,
        f"secrets.{CLIENT_SECRET}": CLIENT_SECRET,
    }
    _check_routers(world)
    for key, name in wanted.items():
        if name not in world.secrets:
            raise WorldError(f"{world.path}: {key}: no such secret")


def _check_routers(world: World) -> None:
    """Refuse a platform nobody knows, a missing template, a router without its first uplink."""
    for router in world.routers.values():
        where = f"{world.path}: routers.{router.name}"
        if router.platform not in SOFTWARE:
            raise WorldError(f"{where}.platform: none of {', '.join(SOFTWARE)}")
        if not (world.path.parent / router.day0).is_file():
            raise WorldError(f"{where}.day0: no file {router.day0} beside the world file")
        if "GigabitEthernet1" not in router.uplinks:
            raise WorldError(f"{where}.uplinks.GigabitEthernet1: missing")
