"""The subscription: its gateways, what clients wrote, and the operations on it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Protocol

from lab.azure import checks
from lab.azure.calls import Call
from lab.azure.end import End
from lab.azure.errors import NOT_FOUND, ArmError, bad_request
from lab.azure.faults import RequestFault
from lab.azure.gateway import Gateway
from lab.azure.operations import OperationFaults, Operations
from lab.azure.owners import owners
from lab.azure.silence import SilenceFaults, Silences
from lab.azure.store import Resource, Store, same
from lab.azure.throttling import Throttle, ThrottleFaults
from lab.azure.vwan.gateway import HubGateway
from lab.clock import Clock
from lab.network.results import Network
from lab.world import HubFact, World


class AzureFaults(OperationFaults, ThrottleFaults, SilenceFaults, Protocol):
    """All that disturbs this end."""

    def tell_apart(self, whose: Callable[[str, str], Collection[str]]) -> None:
        """Take what names the gateways that a path and a body's text concern."""
        ...

    def watch(self, look: Callable[[], None]) -> None:
        """Call `look` whenever a fault comes or goes."""
        ...

    def next_hop(self, gateway: str) -> IPv4Address | None:
        """Return what a gateway announces as next hop in place of each speaker's own address."""
        ...

    def on_request(self, method: str, path: str, text: str = "") -> RequestFault | None:
        """Return the fault that a request, with its body's text, sets off."""
        ...

    def key_unreadable(self, connection: str) -> bool:
        """Tell whether the key of the connection named cannot be read."""
        ...

    def wrong_key(self, connection: str) -> str | None:
        """Return the key with which Azure negotiates once a key is written."""
        ...


@dataclass(slots=True, kw_only=True)
class Azure:
    """A subscription that stands; `gateways` are keyed by name, `hubs` by their VPN gateway's."""

    world: World
    clock: Clock
    network: Network
    faults: AzureFaults
    operation_s: float
    store: Store = field(default_factory=Store)
    operations: Operations = field(init=False)
    throttle: Throttle = field(init=False)
    silences: Silences = field(init=False)
    gateways: dict[str, Gateway] = field(init=False)
    hubs: dict[str, HubGateway] = field(init=False)

    def __post_init__(self) -> None:
        self.operations = Operations(
            clock=self.clock,
            subscription=self.world.subscription,
            faults=self.faults,
            operation_s=self.operation_s,
        )
        self.throttle = Throttle(clock=self.clock, faults=self.faults)
        self.silences = Silences(clock=self.clock, faults=self.faults, changed=self.changed)
        self.gateways = {
            name: Gateway(
                fact=fact,
                id=self.resource_id(fact.resource_group, f"virtualNetworkGateways/{name}"),
                network_id=self.resource_id(
                    fact.network_group or fact.resource_group, f"virtualNetworks/{fact.network}"
                ),
                location=self.world.resource_groups[fact.resource_group],
                store=self.store,
                silent=self.silences.of,
            )
            for name, fact in self.world.gateways.items()
        }
        self.hubs = {name: self._hub_gateway(fact) for name, fact in self.world.hubs.items()}
        self.faults.tell_apart(lambda path, text: owners(self, path, text))
        self.faults.watch(self._look_at_faults)

    def _look_at_faults(self) -> None:
        """Let the faults that change what the network sees take effect."""
        self.silences.look()
        for name, end in self.ends().items():
            end.next_hop = self.faults.next_hop(name)
        self.changed()

    def _hub_gateway(self, fact: HubFact) -> HubGateway:
        return HubGateway(
            fact=fact,
            id=self.resource_id(fact.resource_group, f"vpnGateways/{fact.name}"),
            hub_id=self.resource_id(fact.resource_group, f"virtualHubs/{fact.hub}"),
            wan_id=self.resource_id(self.world.virtual_wans[fact.wan], f"virtualWans/{fact.wan}"),
            location=self.world.resource_groups[fact.resource_group],
            store=self.store,
            silent=self.silences.of,
        )

    def ends(self) -> dict[str, End]:
        """Return the gateways of every kind by name."""
        return {**self.gateways, **self.hubs}

    def wan_ids(self) -> list[str]:
        """Return the ids of the virtual WANs."""
        wans = self.world.virtual_wans.items()
        return [self.resource_id(group, f"virtualWans/{name}") for name, group in wans]

    def hub(self, gateway_id: str) -> HubGateway | None:
        """Return a hub's VPN gateway by its id, or None."""
        return next((one for one in self.hubs.values() if same(one.id, gateway_id)), None)

    def hub_of(self, connection: Resource) -> HubGateway:
        """Return the hub's VPN gateway where a connection ends."""
        return next(one for one in self.hubs.values() if one.owns(connection))

    def resource_id(self, group: str, path: str) -> str:
        """Return the id of a network resource; `path` is `type/name`."""
        where = f"/subscriptions/{self.world.subscription}/resourceGroups/{group}"
        return f"{where}/providers/Microsoft.Network/{path}"

    def new_target(self, call: Call, kind: str) -> str:
        """Return the id of the resource that a PUT names; ArmError where no resource has it."""
        found = self.target(call, kind)
        checks.resource_name(call.names["name"])
        return found

    def target(self, call: Call, kind: str) -> str:
        """Return the id of the resource that a call names; `kind` is its plural type."""
        return self.resource_id(self.group(call), f"{kind}/{call.names['name']}")

    def group(self, call: Call) -> str:
        """Return the resource group of a call as it is spelled; ArmError where there is none."""
        self.check_subscription(call)
        wanted = call.names["group"]
        for group in self.world.resource_groups:
            if same(group, wanted):
                return group
        text = f"Resource group '{wanted}' could not be found."
        raise ArmError(NOT_FOUND, "ResourceGroupNotFound", text)

    def check_subscription(self, call: Call) -> None:
        """Refuse another subscription."""
        wanted = call.names["subscription"]
        if not same(wanted, self.world.subscription):
            text = f"The subscription '{wanted}' could not be found."
            raise ArmError(NOT_FOUND, "SubscriptionNotFound", text)

    def gateway(self, gateway_id: str) -> Gateway | None:
        """Return a gateway by its id, or None."""
        found = (one for one in self.gateways.values() if same(one.id, gateway_id))
        return next(found, None)

    def gateway_of(self, connection: Resource) -> Gateway:
        """Return the gateway where a connection ends."""
        return next(one for one in self.gateways.values() if one.owns(connection))

    def referenced(self, found: Resource | None, resource_id: str, user: str) -> Resource:
        """Return a resource that another one refers to; it must exist and be provisioned."""
        if found is None:
            raise missing_reference(resource_id, user)
        if found.state != "Succeeded":
            raise bad_request(
                "ReferencedResourceNotProvisioned",
                f"Cannot proceed with operation because resource {found.id} used by resource "
                f"{user} is not in Succeeded state. Resource is in {found.state} state.",
            )
        return found

    def changed(self) -> None:
        """Let the network look again at what is provisioned."""
        for end in self.ends().values():
            end.refresh()
        self.network.changed()

    def ended(self, resource: Resource) -> Callable[[], None]:
        """Return what a write's operation does at its end: provision, and tell the network."""

        def end() -> None:
            resource.settle()
            self.changed()

        return end


def missing_reference(resource_id: str, user: str) -> ArmError:
    """Return the 400 for a reference to nothing."""
    return bad_request(
        "InvalidResourceReference",
        f"Resource {resource_id} referenced by resource {user} was not found. Please make sure "
        "that the referenced resource exists, and that both resources are in the same region.",
    )
