"""Read a world file; every mistake names the file and the key."""

from pathlib import Path

import yaml

from lab.network.views import SpeakerFact, UplinkFact
from lab.router.software import SOFTWARE
from lab.world.facts import (
    CLIENT_SECRET,
    HubFact,
    InstanceFact,
    LoginFact,
    RouterFact,
    World,
    WorldError,
)
from lab.world.gateways import gateway
from lab.world.hubs import virtual_wan
from lab.world.node import Node

DEFAULT_WORLD = Path(__file__).with_name("world.yaml")


def load_world(path: Path = DEFAULT_WORLD) -> World:
    """Return the facts of a world file, or of the one in a folder.

    WorldError names the file and the key of a mistake.
    """
    path = path / DEFAULT_WORLD.name if path.is_dir() else path
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
        optional=("virtual_wans",),
    )
    wans = _virtual_wans(part["virtual_wans"])
    return World(
        path=node.file,
        subscription=part["subscription"].text(),
        tenant=part["tenant"].text(),
        client=part["client"].text(),
        resource_groups={n: v.text() for n, v in part["resource_groups"].mapping().items()},
        gateways={n: gateway(n, v) for n, v in part["gateways"].mapping().items()},
        secrets={n: _secret(v) for n, v in part["secrets"].mapping().items()},
        login=_login(part["login"]),
        routers={n: _router(n, v) for n, v in part["routers"].mapping().items()},
        virtual_wans={name: group for name, (group, _) in wans.items()},
        hubs={one.name: one for _, hubs in wans.values() for one in hubs},
    )


def _virtual_wans(node: Node) -> dict[str, tuple[str, list[HubFact]]]:
    if not node.given():
        return {}
    found = {name: virtual_wan(name, one) for name, one in node.mapping().items()}
    names = [hub.name for _, hubs in found.values() for hub in hubs]
    if len(set(names)) < len(names):
        raise node.error("two VPN gateways have one name")
    return found


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
    kind = "running" if "running" in node.mapping() else "day0"
    part = node.fields("platform", kind, "uplinks", "lan", optional=("speakers",))
    speakers = part["speakers"]
    return RouterFact(
        name=name,
        platform=part["platform"].text(),
        configuration=part[kind].text(),
        is_running=kind == "running",
        uplinks={n: _uplink(v) for n, v in part["uplinks"].mapping().items()},
        lan={n: v.address() for n, v in part["lan"].mapping().items()},
        speakers=tuple(_speaker(v) for v in speakers.items()) if speakers.given() else (),
    )


def _speaker(node: Node) -> SpeakerFact:
    part = node.fields("address", "prefixes", optional=("asn", "ospf"))
    return SpeakerFact(
        address=part["address"].address(),
        prefixes=tuple(v.prefix() for v in part["prefixes"].items()),
        asn=part["asn"].number() if part["asn"].given() else None,
        ospf=part["ospf"].number() if part["ospf"].given() else None,
    )


def _uplink(node: Node) -> UplinkFact:
    part = node.fields("address", "next_hop", "public", optional=("vlan", "expressroute"))
    return UplinkFact(
        vlan=part["vlan"].number() if part["vlan"].given() else None,
        address=part["address"].address(),
        next_hop=part["next_hop"].address(),
        public=part["public"].address(),
        expressroute=part["expressroute"].given() and part["expressroute"].flag(),
    )


def _check_references(world: World) -> None:
    """Refuse a name that stands for nothing: a resource group, a secret."""
    for gw in world.gateways.values():
        where = f"{world.path}: gateways.{gw.name}"
        _check_gateway(world, where, gw.resource_group, gw.instances)
    for hub in world.hubs.values():
        where = f"{world.path}: virtual_wans.{hub.wan}"
        _check_gateway(world, where, hub.resource_group, hub.instances)
    for name in world.gateways.keys() & world.hubs.keys():
        raise WorldError(f"{world.path}: gateways.{name}: a hub's VPN gateway has this name")
    wanted = {
        "login.password": world.login.password,
        "login.enable": world.login.enable,
        f"secrets.{CLIENT_SECRET}": CLIENT_SECRET,
    }
    _check_routers(world)
    for key, name in wanted.items():
        if name not in world.secrets:
            raise WorldError(f"{world.path}: {key}: no such secret")


def _check_gateway(
    world: World, where: str, group: str, instances: tuple[InstanceFact, ...]
) -> None:
    """Refuse a resource group that is not there, and a custom speaker on two instances."""
    if group not in world.resource_groups:
        raise WorldError(f"{where}.resource_group: no such resource group")
    custom = [address for instance in instances for address in instance.custom_speakers]
    if len(set(custom)) < len(custom):
        raise WorldError(f"{where}.instances: a custom speaker stands on two instances")


def _check_routers(world: World) -> None:
    """Refuse a platform nobody knows, a missing template, a router without its first uplink."""
    for router in world.routers.values():
        where = f"{world.path}: routers.{router.name}"
        if router.platform not in SOFTWARE:
            raise WorldError(f"{where}.platform: none of {', '.join(SOFTWARE)}")
        key = "running" if router.is_running else "day0"
        if not (world.path.parent / router.configuration).is_file():
            missing = f"no file {router.configuration} beside the world file"
            raise WorldError(f"{where}.{key}: {missing}")
        if not router.is_running and "GigabitEthernet1" not in router.uplinks:
            raise WorldError(f"{where}.uplinks.GigabitEthernet1: missing")
