"""Sites drawn at random across the shapes, each with gateways of its own."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from site_crypto import draw_crypto
from site_tuning import draw_tuning
from site_worlds import GROUP, IDENTITY, SUBSCRIPTION, Tree

UPLINKS, TENANTS = range(2, 9), (9, 10)  # ports
PLATFORMS = ("csr1000v-16.12", "c8000v-17.12")


@dataclass(slots=True, kw_only=True)
class Site:
    """A router under way: `hosts` are its gateways and itself, `used` (VRF, neighbor) pairs."""

    rng: Random
    number: int
    hosts: dict[str, Tree] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)
    doors: set[tuple[str, str]] = field(default_factory=set)
    tunnels: int = 0

    @property
    def router(self) -> str:
        """The router's name."""
        return f"site-{self.number:03}"

    @property
    def gateways(self) -> list[str]:
        """The names of its gateways."""
        return [name for name, host in self.hosts.items() if host["groups"] == ["gateway"]]


def drawn(rng: Random, number: int) -> tuple[dict[str, Tree], str]:
    """Draw site `number`: its hosts, and the platform of its router."""
    site = Site(rng=rng, number=number)
    for k in range(rng.choice((1, 1, 2))):
        site.hosts[f"gw-{number:03}-{k}"] = _gateway(rng, number, k)
    platform = rng.choice(PLATFORMS)
    tenants = rng.choice((1, 1, 2))
    data: Tree = {
        "site": site.router,
        "asn": 64600 + number,
        "uplinks": {},
        "front_doors": {},
        "expressroute": {},
        "inside": {f"IN{k}": _inside(rng, number, k) for k in range(tenants)},
        "outside": {},
    }
    data |= draw_crypto(rng, weak=platform == PLATFORMS[0]) | draw_tuning(rng)
    if rng.random() < 0.3:
        data["vrf_style"] = "vrf_definition"
    ports = list(UPLINKS)
    rng.shuffle(ports)
    for k in range(rng.randint(tenants, 3)):
        name = f"OUT{k}"
        data["outside"][name] = {"id": 1 + k, "inside": f"IN{k % tenants}", "connections": []}
        for _ in range(rng.randint(1, 2)):
            _connect(site, data, name, ports.pop())
    site.hosts[site.router] = {"groups": ["csr"], "data": data}
    return site.hosts, platform


def _gateway(rng: Random, number: int, k: int) -> Tree:
    instances, apipa = rng.choice((1, 2)), rng.choice((0, 1, 2))
    is_apart = rng.random() < 0.5  # whether private addresses are no speakers
    net = f"10.{number}"
    return {
        "groups": ["gateway"],
        "data": {
            "subscription": SUBSCRIPTION,
            "resource_group": GROUP,
            "asn": rng.choice((65515, 65010)),
            "prefixes": [f"{net}.{64 * k + 16 * p}.0/20" for p in range(rng.randint(1, 3))],
            "instances": [
                {
                    "public_address": f"198.19.{number}.{1 + 2 * k + i}",
                    "private_address": f"{net}.{64 * k + 15}.{250 - 8 * is_apart + i}",
                    "speakers": [
                        f"{net}.{64 * k + 15}.{250 + i}",
                        *(f"169.254.2{1 + a}.{1 + 8 * k + 4 * i}" for a in range(apipa)),
                    ],
                }
                for i in range(instances)
            ],
            "nics": [f"vm-{number:03}-{k}"],
            "cloud": "lab",
            "identity": IDENTITY,
        },
    }


def _inside(rng: Random, number: int, k: int) -> Tree:
    net = f"172.{16 + k}"
    return {
        "id": 100 + k,
        "interface": f"GigabitEthernet{TENANTS[k]}",
        "address": f"{net}.{number}.4/24",
        "prefixes": {
            f"{net}.0.0/16": f"{net}.{number}.1",
            f"192.168.{100 + k}.0/24": f"{net}.{number}.1",
        },
        "connected": [f"{net}.{number}.0/24"] if rng.random() < 0.3 else [],
    }


def _connect(site: Site, data: Tree, vrf: str, port: int) -> None:
    """Add a connection by an uplink of its own, if the VRF has not met all of a gateway."""
    rng, number = site.rng, site.number
    name = rng.choice(site.gateways)
    gateway = site.hosts[name]["data"]
    choices = [
        speakers
        for speakers in zip(*(one["speakers"] for one in gateway["instances"]), strict=True)
        if not {(vrf, speaker) for speaker in speakers} & site.used
    ]
    if not choices:
        name, choices = _other(site, vrf)
        gateway = site.hosts[name]["data"]
    speakers = rng.choice(choices)
    site.used |= {(vrf, speaker) for speaker in speakers}
    is_tagged, is_leased = rng.random() < 0.2, rng.random() < 0.2
    uplink = f"GigabitEthernet{port}{'.100' if is_tagged else ''}"
    door = _door(site, data, vrf, name, port)
    data["uplinks"][uplink] = {
        **({"vlan": 100 + port} if is_tagged else {}),
        "address": "dhcp" if is_leased else f"100.{64 + number % 32}.{port}.4/24",
        "next_hop": "dhcp" if is_leased else f"100.{64 + number % 32}.{port}.1",
        "public_address": f"198.18.{number}.{port}",
        "front_door": door,
    }
    site.tunnels += 1
    is_private = not is_leased and _is_private(site, gateway, door == vrf)
    if is_private:
        _over_expressroute(data, uplink, name)
    own: dict[str, Any] = {
        "uplink": uplink,
        "gateway": name,
        "tunnel": site.tunnels,
        "key": f"file:psk-{site.tunnels}",
    }
    is_apipa = speakers[0].startswith("169.254.")
    if is_apipa or is_private or is_leased or door != vrf or rng.random() < 0.5:
        own["bgp_address"] = f"{'169.254.200' if is_apipa else '192.168.255'}.{site.tunnels}"
        if len(speakers) > 1 or rng.random() < 0.5:
            own["loopback"] = site.tunnels
    if is_apipa:
        own["speakers"] = list(speakers)
    if rng.random() < 0.2:
        own["crypto"] = "gcm256-group14"
    own["private_peering"] = is_private
    own["prepend"] = rng.choice((0, 0, 0, 2))
    data["outside"][vrf]["connections"].append(own)


def _is_private(site: Site, gateway: Tree, is_own_door: bool) -> bool:  # noqa: FBT001 - a fact
    """Choose private peering, where a speaker would not swallow the tunnel."""
    speakers = {speaker for one in gateway["instances"] for speaker in one["speakers"]}
    private = {one["private_address"] for one in gateway["instances"]}
    return site.rng.random() < 0.3 and not (is_own_door and private & speakers)


def _over_expressroute(data: Tree, uplink: str, gateway: str) -> None:
    """Let an uplink be seen by its own address, and its network be announced."""
    own = data["uplinks"][uplink]
    own["public_address"] = own["address"].partition("/")[0]
    network = own["next_hop"].rpartition(".")[0] + ".0/24"
    data["expressroute"].setdefault(gateway, []).append(network)


def _other(site: Site, vrf: str) -> tuple[str, list[tuple[str, ...]]]:
    """Add a gateway: the VRF speaks with all of the known one already."""
    k = len(site.gateways)
    name = f"gw-{site.number:03}-{k}"
    site.hosts[name] = _gateway(site.rng, site.number, k)
    speakers = (one["speakers"] for one in site.hosts[name]["data"]["instances"])
    return name, [
        each
        for each in zip(*speakers, strict=True)
        if not {(vrf, speaker) for speaker in each} & site.used
    ]


def _door(site: Site, data: Tree, vrf: str, gateway: str, port: int) -> str:
    """Choose a front door through which the gateway is not reached yet."""
    own = f"FD{port}"
    free = [door for door in ("global", vrf) if (door, gateway) not in site.doors]
    door: str = site.rng.choice([own, *free])
    site.doors.add((door, gateway))
    if door == own:
        data["front_doors"][own] = {"id": 200 + port}
    return door
