"""The types of the lab's facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

from lab.network.views import SpeakerFact, UplinkFact

CLIENT_SECRET = "azure-client-secret"  # noqa: S105 - a name


class WorldError(Exception):
    """A world file cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceFact:
    """A gateway instance: public address, default BGP speaker, custom (APIPA) speakers.

    `private_address` is where it waits for tunnels over ExpressRoute, None where the gateway has
    no private addresses enabled. `configuration` is the name of its IP configuration, where the
    lab is not to give it one.
    """

    public_address: IPv4Address
    speaker: IPv4Address
    custom_speakers: tuple[IPv4Address, ...] = ()
    private_address: IPv4Address | None = None
    configuration: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NatRuleFact:
    """A NAT rule of a gateway; it can be referred to, and the network does not translate by it."""

    name: str
    mode: str
    internal: IPv4Network
    external: IPv4Network


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressRouteFact:
    """What a network has by ExpressRoute beside its VPN; `next_hop` is that gateway's address."""

    prefixes: tuple[IPv4Network, ...] = ()
    next_hop: IPv4Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFact:
    """A resource that a client made and that stands already, as a GET shows it.

    `key` is a connection's, `link_keys` are those of its link connections by id in lower case;
    `<<NAME>>` in one stands for a secret.
    """

    id: str
    location: str
    tags: Mapping[str, str]
    properties: Mapping[str, Any]
    key: str | None = None
    link_keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayFact:
    """A VPN gateway that stands already, its network and the NICs in it.

    `announce_next_hop` is the address it announces as next hop in place of each speaker's own,
    `network_group` the resource group of its network where that is another one than its own.
    """

    name: str
    resource_group: str
    sku: str
    generation: str
    asn: int
    network: str
    prefixes: tuple[IPv4Network, ...]
    gateway_subnet: IPv4Network | None
    instances: tuple[InstanceFact, ...]
    nics: tuple[str, ...]
    expressroute: ExpressRouteFact = ExpressRouteFact()
    announce_next_hop: IPv4Address | None = None
    nat_rules: tuple[NatRuleFact, ...] = ()
    network_group: str | None = None
    resources: tuple[ResourceFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFact:
    """A virtual hub with its VPN gateway, `name`; its other names tell what it stands in.

    `prefix` is the hub's own range, `networks` are the prefixes of the virtual networks connected
    to it, by the connection's name. A scale unit is 500 Mbps.
    """

    name: str
    hub: str
    wan: str
    resource_group: str
    prefix: IPv4Network
    scale_unit: int
    instances: tuple[InstanceFact, ...]
    networks: Mapping[str, tuple[IPv4Network, ...]]
    expressroute: ExpressRouteFact = ExpressRouteFact()
    resources: tuple[ResourceFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginFact:
    """The user of every router; `password` and `enable` name secrets."""

    username: str
    privilege: int
    password: str
    enable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterFact:
    """A router: its platform, its configuration file and what it is plugged into.

    The file is a template of day 0 or, if it `is_running`, the configuration of a real router, in
    which `<<NAME>>` stands for a secret. `lan` holds, for each inside interface, the address of the
    hop on that segment; `speakers` tell it of networks there.
    """

    name: str
    platform: str
    configuration: str
    is_running: bool
    uplinks: Mapping[str, UplinkFact]
    lan: Mapping[str, IPv4Address]
    speakers: tuple[SpeakerFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All facts. A secret without a value here is made at start-up.

    `virtual_wans` are their resource groups by name, `hubs` are keyed by the VPN gateway's name.
    """

    path: Path
    subscription: str
    tenant: str
    client: str
    resource_groups: Mapping[str, str]
    gateways: Mapping[str, GatewayFact]
    secrets: Mapping[str, str | None]
    login: LoginFact
    routers: Mapping[str, RouterFact]
    virtual_wans: Mapping[str, str] = field(default_factory=dict)
    hubs: Mapping[str, HubFact] = field(default_factory=dict)
