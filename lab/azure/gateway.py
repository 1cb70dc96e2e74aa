"""A virtual network gateway: the resource that stands, and the end that the network sees."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from lab.azure import connection_rules
from lab.azure.end import End, policy_view
from lab.azure.errors import Json
from lab.azure.store import Resource, Store, same
from lab.network.views import ConnectionView, GatewayView
from lab.world import GatewayFact, InstanceFact

TYPE = "Microsoft.Network/virtualNetworkGateways"


@dataclass(slots=True, kw_only=True)
class Gateway(End):
    """A virtual network gateway of the world."""

    fact: GatewayFact
    network_id: str
    address_guids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.address_guids = tuple(str(uuid.uuid4()) for _ in self.fact.instances)

    @property
    def instances(self) -> tuple[InstanceFact, ...]:
        """The instances as the world has them."""
        return self.fact.instances

    def make_view(self) -> GatewayView:
        """Return what is provisioned now."""
        return GatewayView(
            id=self.id,
            asn=self.fact.asn,
            instances=self.instance_views(),
            prefixes=self.fact.prefixes,
            connections=tuple(self._connections()),
            next_hop=self.next_hop or self.fact.announce_next_hop,
            expressroute=self.fact.expressroute.prefixes,
            expressroute_next_hop=self.fact.expressroute.next_hop,
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
            policy=policy_view(written["ipsecPolicies"]),
            custom_bgp=self._custom_bgp(written),
            policy_based=written["usePolicyBasedTrafficSelectors"],
            on_private_address=written["useLocalAzureIpAddress"],
            silent=self.silent(connection.name, self.indexes),
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

    def nat_mode(self, rule_id: str) -> str | None:
        """Return the mode of a NAT rule, None where there is no such rule."""
        for rule in self.fact.nat_rules:
            if same(self.nat_rule_id(rule.name), rule_id):
                return rule.mode
        return None

    def nat_rule_id(self, name: str) -> str:
        """Return the id of a NAT rule."""
        return f"{self.id}/natRules/{name}"


def users_of(store: Store, local_id: str) -> list[Resource]:
    """Return the connections that lead to a local network gateway."""
    return store.of_type(
        connection_rules.TYPE,
        lambda one: same(one.properties["localNetworkGateway2"]["id"], local_id),
    )


def _prefixes(peer: Json) -> tuple[IPv4Network, ...]:
    return tuple(IPv4Network(one) for one in peer["localNetworkAddressSpace"]["addressPrefixes"])
