"""A virtual network gateway: the resource that stands, and the end that the network sees."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from lab.azure import connection_rules
from lab.azure.errors import Json
from lab.azure.store import SUCCEEDED, Resource, Store, same
from lab.network.views import ConnectionView, GatewayView, InstanceView, IpsecPolicyView
from lab.world import GatewayFact

TYPE = "Microsoft.Network/virtualNetworkGateways"
NOWHERE = IPv4Address(0)


@dataclass(slots=True, kw_only=True)
class Gateway:
    """A gateway of the world; `view` is made of provisioned resources only.

    `resetting` are the connections, by id in lower case, that are down for their own reset,
    `restarting` the instances that are down for the gateway's. `next_hop` is what it announces
    as next hop where that is not each speaker's own address. `silent` tells which instances do
    not answer for the connection named.
    """

    fact: GatewayFact
    id: str
    network_id: str
    location: str
    store: Store
    resetting: set[str] = field(default_factory=set)
    restarting: set[int] = field(default_factory=set)
    next_hop: IPv4Address | None = None
    silent: Callable[[str, Iterable[int]], frozenset[int]] = lambda _name, _instances: frozenset()
    _view: GatewayView | None = None
    etag: str = field(default_factory=lambda: f'W/"{uuid.uuid4()}"')
    guid: str = field(default_factory=lambda: str(uuid.uuid4()))
    address_guids: tuple[str, ...] = ()
    state: str = SUCCEEDED

    def __post_init__(self) -> None:
        self.address_guids = tuple(str(uuid.uuid4()) for _ in self.fact.instances)

    def view(self) -> GatewayView:
        """Return what is provisioned now; the same object until `refresh`."""
        if self._view is None:
            self._view = self._make_view()
        return self._view

    def refresh(self) -> None:
        """Take notice that what is provisioned has changed."""
        self._view = None

    def _make_view(self) -> GatewayView:
        return GatewayView(
            id=self.id,
            asn=self.fact.asn,
            instances=tuple(self._instance(index) for index in self._indexes),
            prefixes=self.fact.prefixes,
            connections=tuple(self._connections()),
            next_hop=self.next_hop or self.fact.announce_next_hop,
            expressroute=self.fact.expressroute.prefixes,
            expressroute_next_hop=self.fact.expressroute.next_hop,
        )

    def _instance(self, index: int) -> InstanceView:
        """Return an instance; one that restarts answers nowhere."""
        fact = self.fact.instances[index]
        is_away = index in self.restarting
        return InstanceView(
            public_address=NOWHERE if is_away else fact.public_address,
            private_address=None if is_away else fact.private_address,
            speakers=(fact.speaker, *fact.custom_speakers),
        )

    def connections(self) -> list[Resource]:
        """Return the written connections of this gateway."""
        return self.store.of_type(connection_rules.TYPE, self.owns)

    def owns(self, connection: Resource) -> bool:
        """Tell whether a connection ends here."""
        return same(connection.properties["virtualNetworkGateway1"]["id"], self.id)

    def ip_configuration_id(self, instance: int) -> str:
        """Return the id of an instance's IP configuration, which names the instance."""
        name = self.fact.instances[instance].configuration or f"vnetGatewayConfig{instance}"
        return f"{self.id}/ipConfigurations/{name}"

    def instance_of(self, ip_configuration_id: str) -> int | None:
        """Return the index of the instance that an IP configuration names."""
        for index in range(len(self.fact.instances)):
            if same(self.ip_configuration_id(index), ip_configuration_id):
                return index
        return None

    def _connections(self) -> Iterator[ConnectionView]:
        for connection in self.connections():
            view = self._connection(connection)
            if view is not None:
                yield view

    def _connection(self, connection: Resource) -> ConnectionView | None:
        """Join a connection with its far end; None while either is not provisioned."""
        written = connection.provisioned
        if written is None or connection.id.casefold() in self.resetting:
            return None
        local = self.store.find(written["localNetworkGateway2"]["id"])
        peer = local.provisioned if local else None
        if peer is None or "gatewayIpAddress" not in peer:
            return None
        settings = peer.get("bgpSettings")
        return ConnectionView(
            id=connection.id,
            peer_address=IPv4Address(peer["gatewayIpAddress"]),
            protocol=written["connectionProtocol"],
            mode=written["connectionMode"],
            key=self._key(connection),
            enable_bgp=written["enableBgp"],
            peer_asn=settings["asn"] if settings else None,
            peer_bgp_address=IPv4Address(settings["bgpPeeringAddress"]) if settings else None,
            address_prefixes=_prefixes(peer),
            policy=_policy(written),
            custom_bgp=self._custom_bgp(written),
            policy_based=written["usePolicyBasedTrafficSelectors"],
            on_private_address=written["useLocalAzureIpAddress"],
            silent=self.silent(connection.name, self._indexes),
        )

    def _key(self, connection: Resource) -> str:
        """Return the negotiated key; with certificates none, which no router's key equals."""
        folded = connection.id.casefold()
        written = connection.provisioned or {}
        if written.get("authenticationType") == "Certificate":
            return ""
        return self.store.negotiated.get(folded, self.store.keys[folded])

    def _custom_bgp(self, written: Json) -> dict[int, IPv4Address]:
        chosen = {}
        for entry in written["gatewayCustomBgpIpAddresses"]:
            instance = self.instance_of(entry["ipConfigurationId"])
            if instance is not None:
                chosen[instance] = IPv4Address(entry["customBgpIpAddress"])
        return chosen

    def touch(self, state: str) -> None:
        """Enter a provisioning state, with another etag."""
        self.state = state
        self.etag = f'W/"{uuid.uuid4()}"'

    def nat_mode(self, rule_id: str) -> str | None:
        """Return the mode of a NAT rule, None where there is no such rule."""
        for rule in self.fact.nat_rules:
            if same(self.nat_rule_id(rule.name), rule_id):
                return rule.mode
        return None

    def nat_rule_id(self, name: str) -> str:
        """Return the id of a NAT rule."""
        return f"{self.id}/natRules/{name}"

    @property
    def _indexes(self) -> range:
        return range(len(self.fact.instances))


def users_of(store: Store, local_id: str) -> list[Resource]:
    """Return the connections that lead to a local network gateway."""
    return store.of_type(
        connection_rules.TYPE,
        lambda one: same(one.properties["localNetworkGateway2"]["id"], local_id),
    )


def _prefixes(peer: Json) -> tuple[IPv4Network, ...]:
    return tuple(IPv4Network(one) for one in peer["localNetworkAddressSpace"]["addressPrefixes"])


def _policy(written: Json) -> IpsecPolicyView | None:
    for policy in written["ipsecPolicies"]:
        return IpsecPolicyView(
            sa_lifetime_s=policy["saLifeTimeSeconds"],
            sa_data_size_kb=policy["saDataSizeKilobytes"],
            ipsec_encryption=policy["ipsecEncryption"],
            ipsec_integrity=policy["ipsecIntegrity"],
            ike_encryption=policy["ikeEncryption"],
            ike_integrity=policy["ikeIntegrity"],
            dh_group=policy["dhGroup"],
            pfs_group=policy["pfsGroup"],
        )
    return None
