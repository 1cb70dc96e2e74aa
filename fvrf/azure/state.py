"""What was read of a gateway: raw bodies, and of each key only whether it is the right one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from fvrf.azure.fields import casefolded
from fvrf.azure.resources import MANAGED_BY, ROUTER, Desired, Json, Pair
from fvrf.plan.objects import MARK

KeyState = Literal["equal", "different", "unreadable", "absent"]
Owner = Literal["ours", "other_router", "foreign"]

# Provisioning states that only a repeated PUT mends.
BROKEN = frozenset({"Failed", "Canceled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureState:
    """The bodies of the GETs (scrubbed of keys), and the state of each key by connection name.

    `connections` are those of the gateway, whosever they are, and any other that has a planned
    name; `local_gateways` those that they use, and any other that has a planned name. `network` is
    the gateway's virtual network, None where it may not be read.
    """

    gateway: Json = field(repr=False)
    local_gateways: tuple[Json, ...] = field(repr=False)
    connections: tuple[Json, ...] = field(repr=False)
    keys: Mapping[str, KeyState]
    network: Json | None = field(default=None, repr=False)

    @property
    def location(self) -> str:
        """The gateway's region, which its connections share."""
        return str(self.gateway["location"])

    def local_gateway(self, resource_id: str) -> Json | None:
        """Return a local network gateway by its id in any case."""
        return _by_id(self.local_gateways, resource_id)

    def connection(self, resource_id: str) -> Json | None:
        """Return a connection by its id in any case."""
        return _by_id(self.connections, resource_id)

    def key(self, connection: str) -> KeyState:
        """Return the state of a connection's key; `unreadable` where it was not asked for."""
        wanted = connection.casefold()
        return next(
            (state for name, state in self.keys.items() if name.casefold() == wanted),
            "unreadable",
        )

    def uses(self, local_gateway: str) -> bool:
        """Tell whether any connection that was read uses a local network gateway."""
        return any(
            far_end(body).casefold() == local_gateway.casefold() for body in self.connections
        )

    def others(self, desired: Desired) -> tuple[Json, ...]:
        """Return the connections of this gateway that are not in the plan."""
        planned = {pair.connection.id.casefold() for pair in desired.pairs}
        return tuple(
            body
            for body in self.connections
            if _is_of(body, desired.gateway_id.casefold())
            and str(body["id"]).casefold() not in planned
        )


def reference(body: Json, name: str) -> str:
    """Return the id that a property refers to, or nothing."""
    return str(((body.get("properties") or {}).get(name) or {}).get("id") or "")


def far_end(connection: Json) -> str:
    """Return the id of a connection's local network gateway, or of its VPN site link."""
    return reference(connection, "localNetworkGateway2") or reference(connection, "vpnSiteLink")


def public_address(far: Json | None) -> str | None:
    """Return the public address of a local network gateway or of a VPN site link."""
    properties = (far or {}).get("properties") or {}
    found: str | None = properties.get("gatewayIpAddress") or properties.get("ipAddress")
    return found


def bgp_address(far: Json | None) -> str | None:
    """Return the BGP address of a local network gateway or of a VPN site link."""
    properties = (far or {}).get("properties") or {}
    settings = properties.get("bgpSettings") or properties.get("bgpProperties") or {}
    found: str | None = settings.get("bgpPeeringAddress")
    return found


def _is_of(connection: Json, gateway_id: str) -> bool:
    """Tell whether a connection is a gateway's: a hub's has it in its own id."""
    own_id = str(connection["id"]).casefold()
    return own_id.startswith(f"{gateway_id}/") or (
        reference(connection, "virtualNetworkGateway1").casefold() == gateway_id
    )


def owner(body: Json, pair: Pair) -> Owner:
    """Tell whose a resource with one of our names is, by its tags."""
    tags = casefolded(body.get("tags"))
    if tags.get(MANAGED_BY) != MARK or not tags.get(ROUTER):
        return "foreign"
    return "ours" if tags[ROUTER] == pair.plan.router else "other_router"


def provisioning(body: Json) -> str:
    """Return the provisioning state: Succeeded, Updating, Failed and the like."""
    return str((body.get("properties") or {}).get("provisioningState") or "Succeeded")


def _by_id(bodies: Iterable[Json], resource_id: str) -> Json | None:
    wanted = resource_id.casefold()
    return next((body for body in bodies if str(body.get("id")).casefold() == wanted), None)
