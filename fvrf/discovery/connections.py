"""The connections that a configuration's tunnels make up, in the intent's own words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from fvrf.discovery.far_ends import FarEnd, far_end_of
from fvrf.discovery.keys import KeyNames
from fvrf.discovery.notes import Notes
from fvrf.discovery.tunnels import FoundTunnel, address_of, interface
from fvrf.intent.model import AzureNames, Gateway
from fvrf.iosxe.items import Items
from fvrf.plan.link import INSTANCE_STEP


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundConnection:
    """One uplink and one gateway: a tunnel for each of the gateway's instances, by its rank."""

    gateway: str
    is_private: bool
    tunnels: Mapping[int, FoundTunnel]

    @property
    def first(self) -> FoundTunnel:
        """The tunnel of the lowest instance that has one."""
        return self.tunnels[min(self.tunnels)]

    @property
    def tunnel(self) -> int:
        """The number that the plan counts from."""
        return self.first.number - INSTANCE_STEP * min(self.tunnels)

    def bgp_address(self, items: Items) -> IPv4Address | None:
        """Return the router's BGP address: the tunnel's own, or the one that it borrows."""
        if self.first.address is not None:
            return self.first.address.ip
        lender = interface(items, self.first.lender or "")
        address = address_of(lender) if lender else None
        return None if address is None else address.ip


def found_connections(
    tunnels: Sequence[FoundTunnel], gateways: Mapping[str, Gateway], notes: Notes
) -> list[FoundConnection]:
    """Group tunnels by outside VRF, uplink and gateway; what fits no connection is noted."""
    groups: dict[tuple[str, str, str, bool], dict[int, FoundTunnel]] = {}
    for tunnel in tunnels:
        end = next(iter(_ends(tunnel, gateways)), None)
        if end is None:
            notes.left_out(tunnel.name, f"no gateway of the inventory has {tunnel.destination}")
            continue
        gateway, rank, is_private = end
        group = groups.setdefault((tunnel.vrf, tunnel.source, gateway, is_private), {})
        if rank in group:
            notes.left_out(tunnel.name, f"{group[rank].name} has its uplink and {gateway} already")
        else:
            group[rank] = tunnel
    found = [
        FoundConnection(gateway=gateway, is_private=is_private, tunnels=group)
        for (_, _, gateway, is_private), group in groups.items()
    ]
    for connection in found:
        _check_numbers(connection, gateways[connection.gateway], notes)
    return found


def _ends(tunnel: FoundTunnel, gateways: Mapping[str, Gateway]) -> Iterator[tuple[str, int, bool]]:
    """Yield the gateways that have a tunnel's destination, whose it is, and whether privately."""
    for name, gateway in gateways.items():
        for rank, instance in enumerate(gateway.ranked):
            if tunnel.destination in (instance.public_address, instance.private_address):
                yield name, rank, tunnel.destination == instance.private_address


def _check_numbers(connection: FoundConnection, gateway: Gateway, notes: Notes) -> None:
    for rank, instance in enumerate(gateway.ranked):
        wanted = f"Tunnel{connection.tunnel + INSTANCE_STEP * rank}"
        if rank not in connection.tunnels:
            address = instance.private_address if connection.is_private else instance.public_address
            notes.differs(wanted, f"is not there; the plan builds it to {address}")
        elif connection.tunnels[rank].name != wanted:
            notes.differs(connection.tunnels[rank].name, f"the plan numbers it {wanted}")


def connection_data(
    host: str,
    connection: FoundConnection,
    gateway: Gateway,
    items: Items,
    ends: Sequence[FarEnd],
    keys: KeyNames,
) -> dict[str, Any]:
    """Return a connection as the inventory has it."""
    first, address = connection.first, connection.bgp_address(items)
    data: dict[str, Any] = {
        "uplink": first.source,
        "gateway": connection.gateway,
        "tunnel": connection.tunnel,
    }
    if (first.lender or "").startswith("Loopback"):
        data["loopback"] = int((first.lender or "").removeprefix("Loopback"))
    if first.lender != first.source and address is not None:
        data["bgp_address"] = str(address)
    speakers = _speakers(connection, gateway, items, address)
    if speakers:
        data["speakers"] = speakers
    if connection.is_private:
        data["private_peering"] = True
    data["key"] = keys.reference(first)
    end = None if address is None else far_end_of(ends, connection.gateway, address)
    if end is not None:
        data |= _azure_names(host, connection.tunnel, end)
    return data


def _speakers(
    connection: FoundConnection, gateway: Gateway, items: Items, address: IPv4Address | None
) -> list[str]:
    """Return the APIPA speakers, where the gateway leaves a choice and the router has made it."""
    family = items.get(("family", connection.first.vrf))
    if family is None or address is None or not address.is_link_local:
        return []
    if all(len(instance.apipa) <= 1 for instance in gateway.instances):
        return []
    source = connection.first.lender or connection.first.name
    neighbors = set(family.values(rf"neighbor (\S+) update-source {source}"))
    apipa = (speaker for instance in gateway.ranked for speaker in instance.apipa)
    return [str(speaker) for speaker in apipa if str(speaker) in neighbors]


def _azure_names(host: str, tunnel: int, end: FarEnd) -> dict[str, Any]:
    names = AzureNames(connection=end.connection, local_network_gateway=end.local_gateway)
    name = f"fvrf-{host}-{tunnel}"
    if names == AzureNames(connection=name, local_network_gateway=name):
        return {}
    return {"azure": names.model_dump()}
