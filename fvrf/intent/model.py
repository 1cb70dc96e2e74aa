"""What an NOE writes: routers and gateways, frozen and checked field by field.

The limits of single fields stand in `fields`; what concerns several fields or several hosts
stands in `router_checks` and `inventory_checks`. Unknown keys are refused, so that a misspelt
one is never silently ignored.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal

from pydantic import Field

from fvrf.capacity.limits import INSTANCES, MOST_SCALE_UNITS, Generation, SkuName
from fvrf.crypto import POLICIES, STRONG, CryptoPolicy
from fvrf.intent.crypto import PolicyIntent, PolicyName
from fvrf.intent.fields import (
    GLOBAL,
    Address,
    Asn,
    AzureName,
    Gbps,
    Guid,
    InterfaceAddress,
    InterfaceName,
    LoopbackNumber,
    NextHop,
    OspfProcess,
    OutsideVaults,
    Prefix,
    Prepend,
    Principal,
    Reference,
    Release,
    ResourceGroup,
    SiteAsn,
    SiteName,
    SitePrefix,
    Switch,
    TunnelNumber,
    UplinkAddress,
    Vlan,
    VrfId,
    VrfName,
)
from fvrf.intent.frozen import Frozen
from fvrf.intent.pacing import Pacing
from fvrf.intent.tuning import BgpTuning, BoxTuning, TunnelTuning
from fvrf.window import Window


class Uplink(Frozen):
    """An interface of the router toward the gateway.

    `managed: false` is read and checked, never rendered. `public_address` is what the Internet
    sees (the same as the interface's where there is no translation). `vlan` is the tag of a
    subinterface. With `next_hop: dhcp` the way out is the gateway that the lease names.
    """

    managed: Switch = True
    vlan: Vlan | None = None
    address: UplinkAddress
    front_door: str = GLOBAL
    next_hop: NextHop | None = None
    public_address: Address

    @property
    def own(self) -> IPv4Interface | None:
        """The interface's address; None where it comes by DHCP."""
        return None if isinstance(self.address, str) else self.address


class FrontDoor(Frozen):
    """A VRF that carries encrypted packets and nothing else: `id` makes its RD."""

    id: VrfId


class OspfSource(Frozen):
    """An OSPF process of the inside VRF, somebody else's, and what of it is announced."""

    process: OspfProcess
    prefixes: tuple[SitePrefix, ...] = Field(min_length=1)


class InsideVrf(Frozen):
    """The VRF of the internal networks, and where it has them from.

    `prefixes` maps each to its next hop: static routes, ours. The others are announced alike, but
    brought in by what is not ours: `connected` networks of its interfaces, its own `bgp`
    neighbours, an `ospf` process. `vlan` is the tag of its interface, where that is a subinterface.
    """

    id: VrfId
    interface: InterfaceName
    vlan: Vlan | None = None
    address: InterfaceAddress
    prefixes: dict[SitePrefix, Address] = Field(default={})
    connected: tuple[SitePrefix, ...] = ()
    bgp: tuple[SitePrefix, ...] = ()
    ospf: OspfSource | None = None

    @property
    def sources(self) -> tuple[tuple[str, tuple[IPv4Network, ...]], ...]:
        """Each key with the prefixes under it, as the file has them."""
        ospf = self.ospf.prefixes if self.ospf else ()
        return (
            ("prefixes", tuple(self.prefixes)),
            ("connected", self.connected),
            ("bgp", self.bgp),
            ("ospf.prefixes", ospf),
        )

    @property
    def announced(self) -> tuple[IPv4Network, ...]:
        """All that Azure is told, wherever it comes from, in order."""
        return tuple(sorted({prefix for _, found in self.sources for prefix in found}))


class AzureNames(Frozen):
    """The names of the two Azure resources of a connection."""

    connection: AzureName
    local_network_gateway: AzureName


class Connection(Frozen):
    """One uplink x one gateway.

    Without `bgp_address` its tunnels borrow the uplink's address; with one they borrow it from
    `loopback`, or the one tunnel has it as a /32. `speakers` are the gateway's APIPA addresses, one
    for each instance. `previous_key` is what both ends have until the key is rotated. `crypto` is a
    policy other than its router's, so that connections move to a new one by one. With
    `private_peering` its tunnels go over ExpressRoute, to the gateway's private addresses. With
    `prepend` both ends prefer those that have less: it announces its AS so many times more than
    its router does.
    """

    uplink: InterfaceName
    gateway: str
    tunnel: TunnelNumber
    bgp_address: Address | None = None
    loopback: LoopbackNumber | None = None
    speakers: tuple[Address, ...] = ()
    key: Reference
    previous_key: Reference | None = None
    crypto: str | None = None
    private_peering: Switch = False
    prepend: Prepend = 0
    azure: AzureNames | None = None

    def azure_names(self, host: str) -> AzureNames:
        """Return the explicit names, else those made of the router's name and the tunnel."""
        name = f"fvrf-{host}-{self.tunnel}"
        return self.azure or AzureNames(connection=name, local_network_gateway=name)


class OutsideVrf(Frozen):
    """A virtual router: the VRF in which tunnel interfaces live, and its inside VRF."""

    id: VrfId
    inside: VrfName
    connections: tuple[Connection, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A connection and where it stands: its outside VRF and its index there."""

    vrf: str
    outside: OutsideVrf
    index: int
    connection: Connection

    def path(self, field: str) -> str:
        """Return the path of one of its fields, as an NOE finds it in the file."""
        return f"outside.{self.vrf}.connections[{self.index}].{field}"


class Instance(Frozen):
    """A gateway instance: its public address and its BGP speakers, in any order.

    One is its default address, the others are custom APIPA addresses. `private_address` is where
    it waits for tunnels over ExpressRoute: often its default speaker, too.
    """

    public_address: Address
    private_address: Address | None = None
    speakers: tuple[Address, ...] = Field(min_length=1)

    def destination(self, connection: Connection) -> IPv4Address | None:
        """Return where a connection's tunnel to it leads; None where it has no such address."""
        return self.private_address if connection.private_peering else self.public_address

    @property
    def default(self) -> IPv4Address:
        """The speaker that Azure gave it; the lowest where none is told from the APIPA ones."""
        return min(self.speakers, key=lambda speaker: (speaker.is_link_local, speaker))

    @property
    def apipa(self) -> tuple[IPv4Address, ...]:
        """The custom speakers, the lowest first."""
        return tuple(sorted(set(self.speakers) - {self.default}))


class Identity(Frozen):
    """Who we are to Azure. `secret` belongs to the kind `client_secret`, and only there."""

    kind: Literal["default", "cli", "managed_identity", "client_secret"] = "default"
    tenant: Principal | None = None
    client: Principal | None = None
    secret: OutsideVaults | None = None


class GatewayPlace(Frozen):
    """Where a gateway is, and who reads it; `name` is the host's unless given."""

    subscription: Guid
    resource_group: ResourceGroup
    name: AzureName | None = None
    cloud: str = "public"
    identity: Identity = Identity()


class HubPlace(GatewayPlace):
    """Where the VPN gateway of a virtual WAN's hub is."""


class Gateway(GatewayPlace):
    """An Azure VPN gateway.

    `probe` is a host behind it that answers pings: verification sends it full packets. `sku` and
    `generation` are what its limits are taken from.
    """

    asn: Asn
    prefixes: tuple[Prefix, ...] = Field(min_length=1)
    instances: tuple[Instance, ...] = Field(min_length=1, max_length=INSTANCES)
    nics: tuple[AzureName, ...] = ()
    probe: Address | None = None
    sku: SkuName | None = None
    generation: Generation | None = None

    @property
    def ranked(self) -> tuple[Instance, ...]:
        """The instances by their default speakers: the file may list them in any order."""
        return tuple(sorted(self.instances, key=lambda instance: instance.default))

    @property
    def has_apipa(self) -> bool:
        """Whether any instance has a custom speaker."""
        return any(instance.apipa for instance in self.instances)


class HubGateway(Gateway):
    """The VPN gateway of a virtual WAN's hub: of two instances, and sized in `scale_units`.

    It has no SKU; its routes are its hub's, so that no NIC is asked.
    """

    scale_units: int | None = Field(default=None, ge=1, le=MOST_SCALE_UNITS)
    nics: tuple[()] = ()
    sku: None = None
    generation: None = None


class Router(Frozen):
    """An on-premises router.

    `login: one_time` is for passwords that are good for one login; `pacing` goes before that of
    the configuration file. Outside its `window` a router is not changed. `throughput_gbps` is what
    it is to carry to all its gateways, `licensed_gbps` what its licence and platform let through.
    With `prepend` it announces its AS so many times more, so that its site's other router is
    preferred. `vrf_style` is the command that all its VRFs are made with. `crypto` names a shipped
    policy or one of `crypto_policies`; `release` is that of its software, for what newer ones
    refuse. `expressroute` has, by gateway, what its site announces over ExpressRoute into the
    gateway's network: what goes there is not encrypted.
    """

    site: SiteName
    asn: SiteAsn
    naming: Literal["fvrf", "article"] = "fvrf"
    vrf_style: Literal["ip_vrf", "vrf_definition"] = "ip_vrf"
    crypto: str = STRONG.name
    crypto_policies: dict[PolicyName, PolicyIntent] = Field(default={})
    release: Release | None = None
    login: Literal["reusable", "one_time"] = "reusable"
    pacing: Pacing | None = None
    window: Window | None = None
    throughput_gbps: Gbps | None = None
    licensed_gbps: Gbps | None = None
    prepend: Prepend = 0
    bgp: BgpTuning = BgpTuning()
    tunnels: TunnelTuning = TunnelTuning()
    expressroute: dict[str, tuple[Prefix, ...]] = Field(default={})
    box: BoxTuning = BoxTuning()
    uplinks: dict[InterfaceName, Uplink] = Field(min_length=1)
    front_doors: dict[VrfName, FrontDoor] = Field(default={})
    inside: dict[VrfName, InsideVrf] = Field(min_length=1)
    outside: dict[VrfName, OutsideVrf] = Field(min_length=1)

    def policy(self, name: str) -> CryptoPolicy:
        """Return a policy, one of its own or a shipped one; raises KeyError for no such one."""
        own = self.crypto_policies.get(name)
        return own.named(name) if own else POLICIES[name]

    def crypto_of(self, connection: Connection) -> CryptoPolicy:
        """Return a connection's policy, its own or the router's; raises KeyError likewise."""
        return self.policy(connection.crypto or self.crypto)

    def crypto_used(self) -> tuple[CryptoPolicy, ...]:
        """Return the policies of all connections, each once; raises KeyError likewise."""
        found = (self.crypto_of(placed.connection) for placed in self.connections())
        return tuple(dict.fromkeys(found))

    def connections(self) -> Iterator[Placed]:
        """Yield every connection of the router, as the file has them."""
        for vrf, outside in self.outside.items():
            for index, connection in enumerate(outside.connections):
                yield Placed(vrf=vrf, outside=outside, index=index, connection=connection)

    def bgp_address(self, connection: Connection) -> IPv4Address | None:
        """Return the router's BGP address: the connection's own, else its uplink's."""
        uplink = self.uplinks.get(connection.uplink)
        own = uplink.own if uplink else None
        return connection.bgp_address or (own.ip if own else None)

    def speakers(self, connection: Connection, gateway: Gateway) -> tuple[IPv4Address, ...]:
        """Return whom a connection speaks with, by instance; empty where that is not decided.

        Azure uses its APIPA addresses exactly where the router's BGP address is one.
        """
        address = self.bgp_address(connection)
        if address is None or not address.is_link_local:
            return tuple(instance.default for instance in gateway.ranked)
        chosen = set(connection.speakers)
        found = [
            speakers[0]
            for instance in gateway.ranked
            if len(speakers := [s for s in instance.apipa if not chosen or s in chosen]) == 1
        ]
        return tuple(found) if len(found) == len(gateway.instances) else ()


class Intent(Frozen):
    """The whole inventory, by host name.

    `files` has the file that each host stands in, `origins` for each key of a host's data the
    file that it came from.
    """

    routers: dict[str, Router]
    gateways: dict[str, Gateway]
    files: dict[str, str]
    origins: dict[str, Mapping[str, str]] = Field(default={})

    def file_of(self, host: str, key: str) -> str:
        """Return the file in which a key of a host's data stands."""
        return self.origins.get(host, {}).get(key, self.files[host])
