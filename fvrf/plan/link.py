"""One connection of a router joined with all that it refers to."""

from dataclasses import dataclass
from ipaddress import IPv4Address

from fvrf.crypto import CryptoPolicy
from fvrf.intent.fields import DHCP, GLOBAL
from fvrf.intent.model import AzureNames, Connection, Gateway, InsideVrf, Router, Uplink
from fvrf.intent.tuning import AZURE_MTU
from fvrf.plan.names import NAMES

# A gateway instance's tunnels are this far apart: tunnel + 100 * instance.
INSTANCE_STEP = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One connection of a router with all that it refers to, looked up once."""

    host: str
    router: Router
    outside: str
    inside: str
    inside_vrf: InsideVrf
    connection: Connection
    uplink: Uplink
    gateway: Gateway

    @property
    def front_door(self) -> str | None:
        """The VRF that carries the encrypted packets; None where it is the global table."""
        return None if self.uplink.front_door == GLOBAL else self.uplink.front_door

    @property
    def local_address(self) -> IPv4Address | None:
        """The uplink's address; None where it comes by DHCP."""
        return self.uplink.own.ip if self.uplink.own else None

    @property
    def bgp_address(self) -> IPv4Address:
        """The router's BGP address: its own, else the uplink's."""
        address = self.router.bgp_address(self.connection)
        if address is None:
            raise AssertionError("an intent with a leased BGP address was not checked")
        return address

    @property
    def tunnels(self) -> tuple[str, ...]:
        """The tunnel interfaces, by gateway instance."""
        first = self.connection.tunnel
        return tuple(
            f"Tunnel{first + INSTANCE_STEP * k}" for k in range(len(self.gateway.instances))
        )

    @property
    def peers(self) -> tuple[IPv4Address, ...]:
        """The addresses that its tunnels lead to, by gateway instance."""
        found = (instance.destination(self.connection) for instance in self.gateway.ranked)
        return tuple(address for address in found if address is not None)

    @property
    def loopback(self) -> str | None:
        """The loopback that has the BGP address, where one does."""
        number = self.connection.loopback
        return None if number is None else f"Loopback{number}"

    @property
    def lender(self) -> str | None:
        """The interface that the tunnels borrow the BGP address from; None if they have it."""
        if self.loopback is not None:
            return self.loopback
        return None if self.connection.bgp_address else self.connection.uplink

    @property
    def bgp_interface(self) -> str:
        """The interface in the outside VRF that has the BGP address."""
        return self.lender or self.tunnels[0]

    @property
    def speakers(self) -> tuple[IPv4Address, ...]:
        """The gateway's BGP speakers of this connection, by instance."""
        return self.router.speakers(self.connection, self.gateway)

    @property
    def custom_speakers(self) -> tuple[IPv4Address, ...] | None:
        """The speakers that Azure must be told; None where it has no others."""
        if not self.gateway.has_apipa:
            return None
        return self.speakers if self.bgp_address.is_link_local else ()

    @property
    def prepend(self) -> int:
        """How often it announces the site's AS beside the first time."""
        return self.router.prepend + self.connection.prepend

    @property
    def crypto(self) -> CryptoPolicy:
        """The crypto policy of both ends."""
        return self.router.crypto_of(self.connection)

    @property
    def is_marked(self) -> bool:
        """Whether the router's scheme marks its objects, and filters its BGP sessions."""
        return self.router.naming == "fvrf"

    @property
    def mtu(self) -> int | None:
        """The tunnels' MTU in bytes; the article's own tunnels set none."""
        return self.router.tunnels.mtu or (AZURE_MTU if self.is_marked else None)

    def name(self, kind: str, instance: int = 0) -> str:
        """Return the name that the router's scheme gives to this connection's object."""
        return NAMES[self.router.naming][kind].format(
            crypto=self.crypto,
            front_door=self.uplink.front_door,
            local=self.local_address or DHCP,
            gateway=self.connection.gateway,
            GATEWAY=self.connection.gateway.upper().replace("-", "_"),
            tunnel=self.connection.tunnel,
            instance=instance,
            outside=self.outside,
        )

    @property
    def azure_names(self) -> AzureNames:
        """The names of Azure's two resources."""
        return self.connection.azure_names(self.host)
