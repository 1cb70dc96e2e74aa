"""A hub's VPN gateway: what stands, what clients wrote for it, and what the network sees of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from lab.azure.end import End, policy_view
from lab.azure.errors import Json
from lab.azure.store import Resource, Store, same
from lab.network.views import ConnectionView, GatewayView
from lab.world import HubFact, InstanceFact

ASN = 65515  # of every hub and its VPN gateway (Virtual WAN FAQ)
CONNECTION_TYPE = "Microsoft.Network/vpnGateways/vpnConnections"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link connection: one of a connection's, `properties` as written or as provisioned."""

    connection: Resource
    name: str
    properties: Json

    @property
    def id(self) -> str:
        """Return its id, as recorded answers spell it."""
        return f"{self.connection.id}/vpnLinkConnections/{self.name}"

    @property
    def label(self) -> str:
        """Return the name by which the lab's own interfaces know it."""
        return f"{self.connection.name}/{self.name}"


@dataclass(slots=True, kw_only=True)
class HubGateway(End):
    """The VPN gateway of a hub of the world."""

    fact: HubFact
    hub_id: str
    wan_id: str

    @property
    def instances(self) -> tuple[InstanceFact, ...]:
        """The instances as the world has them."""
        return self.fact.instances

    @property
    def prefixes(self) -> tuple[IPv4Network, ...]:
        """The hub's range and those of the virtual networks connected to it."""
        networks = self.fact.networks.values()
        return (self.fact.prefix, *(prefix for one in networks for prefix in one))

    def make_view(self) -> GatewayView:
        """Return what is provisioned now.

        A hub's gateway accepts sessions at custom addresses and dials from its default one ("Create
        a site-to-site connection using Azure Virtual WAN"). Whether it accepts them where a link
        connection names none is not said: here it does not.
        """
        return GatewayView(
            id=self.id,
            asn=ASN,
            instances=self.instance_views(),
            prefixes=self.prefixes,
            connections=tuple(self._connections()),
            next_hop=self.next_hop,
            expressroute=self.fact.expressroute.prefixes,
            implicit_apipa=False,
        )

    def connections(self) -> list[Resource]:
        """Return the written connections of this gateway."""
        return self.store.of_type(CONNECTION_TYPE, self.owns)

    def owns(self, connection: Resource) -> bool:
        """Tell whether a connection ends here."""
        return same(connection.id.rsplit("/", 2)[0], self.id)

    def links(self) -> list[Link]:
        """Return the written link connections of this gateway."""
        return [link for one in self.connections() for link in links(one)]

    def network_connection_id(self, name: str) -> str:
        """Return the id of the connection of a virtual network to the hub."""
        return f"{self.hub_id}/hubVirtualNetworkConnections/{name}"

    def instance_of(self, configuration: str) -> int | None:
        """Return the index of the instance that an IP configuration, `Instance0`, names."""
        for index, one in enumerate(self.instances):
            if same(str(one.configuration), configuration):
                return index
        return None

    def silent_instances(self, link: Link) -> frozenset[int]:
        """Return the instances that do not answer for a link, or for its whole connection."""
        names = (link.label, link.connection.name)
        return frozenset().union(*(self.silent(name, self.indexes) for name in names))

    def _connections(self) -> Iterator[ConnectionView]:
        for connection in self.connections():
            if connection.provisioned is None:
                continue
            site = self.store.find(connection.provisioned["remoteVpnSite"]["id"])
            for link in links(connection, connection.provisioned):
                if site is not None and site.provisioned is not None:
                    yield from self._link(link, site.provisioned)

    def _link(self, link: Link, site: Json) -> Iterator[ConnectionView]:
        """Join a link connection with its far end; nothing while either has no address."""
        written = link.properties
        peer = site_link(site, written["vpnSiteLink"]["id"])
        if peer is None or "ipAddress" not in peer or link.id.casefold() in self.resetting:
            return
        settings = peer.get("bgpProperties")
        yield ConnectionView(
            id=link.id,
            peer_address=IPv4Address(peer["ipAddress"]),
            protocol=written["vpnConnectionProtocolType"],
            mode=written["vpnLinkConnectionMode"],
            key=negotiated_key(self.store, link),
            enable_bgp=written["enableBgp"],
            peer_asn=settings["asn"] if settings else None,
            peer_bgp_address=IPv4Address(settings["bgpPeeringAddress"]) if settings else None,
            address_prefixes=tuple(
                IPv4Network(one) for one in site["addressSpace"]["addressPrefixes"]
            ),
            policy=policy_view(written["ipsecPolicies"]),
            custom_bgp=self._custom_bgp(written),
            policy_based=written["usePolicyBasedTrafficSelectors"],
            on_private_address=written["useLocalAzureIpAddress"],
            silent=self.silent_instances(link),
        )

    def _custom_bgp(self, written: Json) -> dict[int, IPv4Address]:
        chosen = {}
        for entry in written["vpnGatewayCustomBgpAddresses"]:
            instance = self.instance_of(entry["ipConfigurationId"])
            if instance is not None:
                chosen[instance] = IPv4Address(entry["customBgpIpAddress"])
        return chosen


def links(connection: Resource, properties: Json | None = None) -> list[Link]:
    """Return the link connections of a connection; without `properties`, as last written."""
    written = connection.properties if properties is None else properties
    return [
        Link(connection=connection, name=one["name"], properties=one["properties"])
        for one in written["vpnLinkConnections"]
    ]


def site_link(site: Json, link_id: str) -> Json | None:
    """Return the properties of the link that an id names in a site's properties."""
    name = link_id.rsplit("/", 1)[-1]
    found: list[Json] = [
        one["properties"] for one in site["vpnSiteLinks"] if same(one["name"], name)
    ]
    return found[0] if found else None


def users_of(store: Store, site_id: str) -> list[Resource]:
    """Return the connections that lead to a site."""
    return store.of_type(
        CONNECTION_TYPE, lambda one: same(one.properties["remoteVpnSite"]["id"], site_id)
    )


def negotiated_key(store: Store, link: Link) -> str:
    """Return the key with which Azure negotiates: a fault may make it another than the set one."""
    folded = link.id.casefold()
    return store.negotiated.get(folded, store.keys[folded])
