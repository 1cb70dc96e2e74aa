"""The copy of a network that a change is rehearsed on: what a lab is loaded from, without secrets.

A key is a name in it, the same at both ends where the key is the same; the lab makes a value for
each name. The format is the lab's (lab/README.md, "A world of one's own").
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

from fvrf.intent.fields import GLOBAL
from fvrf.intent.model import Router, Uplink
from fvrf.iosxe.text import KeyPlace, redact, with_keys
from fvrf.plan.model import RouterPlan
from fvrf.rehearsal_inside import beside, speakers
from fvrf.secrets import Secret, SecretRef

USER, PASSWORD, ENABLE = "rehearsal", "router-password", "router-enable"
CLIENT_SECRET = "azure-client-secret"  # noqa: S105 - a name
TENANT, CLIENT = "99999999-8888-7777-6666-555555555555", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
PRIVILEGE = 15
# The platforms that the lab has, by the first release that is the second one's.
_OLD, _NEW, _NEW_SINCE = "csr1000v-16.12", "c8000v-17.12", 17
_VERSION = re.compile(r"^version (\d+)", re.MULTILINE)
_ROUTE = re.compile(
    r"^ip route (?:vrf (?P<vrf>\S+) )?(?P<prefix>[\d.]+ [\d.]+) (?:\S*Ethernet\S+ )?"
    r"(?P<hop>\d+\.\d+\.\d+\.\d+)\b",
    re.MULTILINE,
)
_DEFAULT = "0.0.0.0 0.0.0.0"


class KeyNames:
    """Names for keys: equal keys have one name, and what is not known by value one of its own."""

    def __init__(self) -> None:
        self._names: dict[Secret, str] = {}
        self._spare = 0

    def of(self, key: Secret) -> str:
        """Return the name of a key, a new one for a new key."""
        return self._names.setdefault(key, f"key-{len(self._names) + 1}")

    def spare(self) -> str:
        """Return a name that no other key has."""
        self._spare += 1
        return f"key-unread-{self._spare}"

    @property
    def keys(self) -> frozenset[Secret]:
        """The keys that have names: none of them may be left in a copy."""
        return frozenset(self._names)

    @property
    def all(self) -> tuple[str, ...]:
        """All names given so far."""
        spare = (f"key-unread-{number}" for number in range(1, self._spare + 1))
        return (*self._names.values(), *spare)


def placeholder(name: str) -> str:
    """Return what stands for a secret of the lab."""
    return f"<<{name}>>"


def configuration(
    text: str, plan: RouterPlan, names: KeyNames, resolve: Callable[[SecretRef], Secret]
) -> str:
    """Return a running configuration with names for its keys and masks for its other secrets.

    A type 6 key, which nobody can read, is taken to be the one that is intended at its place.
    """
    intended = {
        (keyring.name, peer.name): peer.key for keyring in plan.keyrings for peer in keyring.peers
    }

    def put(place: KeyPlace, key: Secret | None) -> str:
        if key is not None:
            return placeholder(names.of(key))
        reference = intended.get(place)
        name = names.spare() if reference is None else names.of(resolve(reference))
        return f"6 {placeholder(name)}"

    return redact(with_keys(text, put))


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterCopy:
    """A router of the copy: its intent, and its configuration without secrets."""

    host: str
    intent: Router
    text: str

    @property
    def platform(self) -> str:
        """The lab's platform that comes next to it."""
        found = _VERSION.search(self.text)
        return _NEW if found and int(found[1]) >= _NEW_SINCE else _OLD

    def described(self, file: str) -> dict[str, Any]:
        """Return its part of the world file: what it is plugged into is known from the intent."""
        uplinks = enumerate(self.intent.uplinks)
        return {
            "platform": self.platform,
            "running": file,
            "uplinks": {name: self._uplink(name, at) for at, name in uplinks},
            "lan": {
                inside.interface: str(beside(inside)) for inside in self.intent.inside.values()
            },
            **({"speakers": told} if (told := speakers(self.intent, self.text)) else {}),
        }

    def _uplink(self, name: str, at: int) -> dict[str, Any]:
        uplink = self.intent.uplinks[name]
        private = {
            placed.connection.uplink
            for placed in self.intent.connections()
            if placed.connection.private_peering
        }
        tag = {} if uplink.vlan is None else {"vlan": uplink.vlan}
        peering = {"expressroute": True} if name in private else {}
        address = uplink.own or lease(at)
        return (
            tag
            | peering
            | {
                "address": str(address.ip),
                "next_hop": str(next_hop(uplink, address, self.text)),
                "public": str(uplink.public_address),
            }
        )


def lease(at: int) -> IPv4Interface:
    """Return what the lab leases to an uplink: what the real one has stands in no configuration."""
    return IPv4Interface((f"198.18.{at}.10", 24))


def next_hop(uplink: Uplink, address: IPv4Interface, text: str) -> IPv4Address:
    """Return the hop of an uplink: the intent's, else that of a static route over it.

    The default route goes before others; where there is none, the first address of the segment.
    """
    if isinstance(uplink.next_hop, IPv4Address):
        return uplink.next_hop
    network = address.network
    found = [
        (route["prefix"] != _DEFAULT, IPv4Address(route["hop"]))
        for route in _ROUTE.finditer(text)
        if (route["vrf"] or GLOBAL) == uplink.front_door and IPv4Address(route["hop"]) in network
    ]
    others = (host for host in network.hosts() if host != address.ip)
    return min(found)[1] if found else next(others)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayCopy:
    """A gateway of the copy: the bodies of the GETs, and the name of each connection's key."""

    name: str
    gateway: Mapping[str, Any]
    local_gateways: tuple[Mapping[str, Any], ...]
    connections: tuple[Mapping[str, Any], ...]
    keys: Mapping[str, str]
    prefixes: tuple[str, ...]
    nics: tuple[str, ...]
    expressroute: tuple[str, ...] = ()

    def state(self) -> dict[str, Any]:
        """Return its state file."""
        return {
            "gateway": self.gateway,
            "local_network_gateways": list(self.local_gateways),
            "connections": list(self.connections),
            "keys": {own_id: placeholder(name) for own_id, name in self.keys.items()},
        }

    def described(self, file: str) -> dict[str, Any]:
        """Return its part of the world file."""
        beside = {"expressroute": {"prefixes": list(self.expressroute)}}
        return (beside if self.expressroute else {}) | {
            "state": file,
            "prefixes": list(self.prefixes),
            "nics": [nic.rpartition("/")[2] for nic in self.nics],
        }


def world(
    subscription: str,
    routers: Iterable[RouterCopy],
    gateways: Iterable[GatewayCopy],
    names: KeyNames,
) -> dict[str, Any]:
    """Return the world file of the copy, beside which a file of each host and gateway stands."""
    copied = tuple(gateways)
    secrets = (PASSWORD, ENABLE, CLIENT_SECRET, *names.all)
    return {
        "subscription": subscription,
        "tenant": TENANT,
        "client": CLIENT,
        "resource_groups": _groups(copied),
        "gateways": {one.name: one.described(f"{one.name}.json") for one in copied},
        "secrets": dict.fromkeys(secrets),
        "login": {
            "username": USER,
            "privilege": PRIVILEGE,
            "password": PASSWORD,
            "enable": ENABLE,
        },
        "routers": {one.host: one.described(f"{one.host}.cfg") for one in routers},
    }


def _groups(gateways: Iterable[GatewayCopy]) -> dict[str, str]:
    """Return the resource groups of all that was read, with a location, in the first spelling."""
    found: dict[str, tuple[str, str]] = {}
    for gateway in gateways:
        for body in (gateway.gateway, *gateway.local_gateways, *gateway.connections):
            group = str(body["id"]).split("/")[4]
            found.setdefault(group.casefold(), (group, str(body["location"])))
    return dict(found.values())
