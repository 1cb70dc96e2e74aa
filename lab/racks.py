"""What stands in a router's rack: the box of the world file, or a blank one put in its place."""

import zlib
from collections.abc import Mapping
from pathlib import Path

from lab.router.day0 import day0
from lab.router.software import SOFTWARE
from lab.router.ssh import SshPort
from lab.world import DEFAULT_WORLD, RouterFact, World, filled

# The day-0 template of each platform, beside the shipped world file.
DAY0: Mapping[str, str] = {"csr1000v-16.12": "csr.cfg", "c8000v-17.12": "c8000v.cfg"}


def configuration(world: World, router: RouterFact, secrets: Mapping[str, str]) -> str:
    """Return a real router's configuration, or that of the day it is racked."""
    file = world.path.parent / router.configuration
    if router.is_running:
        return filled(file.read_text(encoding="utf-8"), secrets)
    return _blank(file, world, router, secrets, serial_of=router.name)


def rack(
    world: World,
    secrets: Mapping[str, str],
    ports: Mapping[str, SshPort],
    name: str,
    platform: str,
) -> None:
    """Put a blank box in a router's place: another serial number, another host key.

    Raises KeyError for a platform that nobody knows.
    """
    software, port = SOFTWARE[platform], ports[name]
    file = DEFAULT_WORLD.parent / DAY0[platform]
    port.rekey()
    text = _blank(file, world, world.routers[name], secrets, serial_of=port.host_key)
    port.router.rack(text, software)


def _blank(
    template: Path, world: World, router: RouterFact, secrets: Mapping[str, str], serial_of: str
) -> str:
    """Return the configuration of a box on the day it is racked."""
    uplink = router.uplinks["GigabitEthernet1"]
    return day0(
        template.read_text(encoding="utf-8"),
        hostname=router.name,
        serial=f"9{zlib.crc32(serial_of.encode()):010}",
        username=world.login.username,
        privilege=world.login.privilege,
        password=secrets[world.login.password],
        enable=secrets[world.login.enable],
        gi1_address=uplink.address,
        gi1_next_hop=uplink.next_hop,
    )
