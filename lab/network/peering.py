"""Whether a BGP neighbour of a router and a speaker of a gateway can hold a session."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from lab.network.negotiation import AzureEnd
from lab.network.refusal import IdleError, LostError, RefusedError
from lab.network.rib import Rib, address_of
from lab.network.views import GLOBAL, ConnectionView, GatewayView, NeighborView, RouterView

_LINK_LOCAL = IPv4Network("169.254.0.0/16")

# One end of a tunnel in Azure: gateway, connection, instance.
Seat = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peering:
    """The two ends of a session that can stand."""

    seat: Seat
    speaker: IPv4Address
    source: IPv4Address


def speaker_of(
    gateway: GatewayView, connection: ConnectionView, instance: int
) -> IPv4Address | None:
    """Return the address a gateway instance speaks BGP with on a connection.

    Azure uses an APIPA speaker exactly where the peer's BGP address is APIPA: the one chosen for
    the connection, else the instance's first, or the default speaker of a gateway that never
    chooses by itself. Without one there is no session.
    """
    if not connection.enable_bgp or connection.peer_bgp_address is None:
        return None
    speakers = gateway.instances[instance].speakers
    chosen = connection.custom_bgp.get(instance)
    by_default = chosen is None and not gateway.implicit_apipa
    if by_default or connection.peer_bgp_address not in _LINK_LOCAL:
        return next((speaker for speaker in speakers if speaker not in _LINK_LOCAL), None)
    apipa = [speaker for speaker in speakers if speaker in _LINK_LOCAL]
    if chosen is not None:
        return chosen if chosen in apipa else None
    return apipa[0] if apipa else None


def peering(
    view: RouterView,
    vrf: str,
    neighbor: NeighborView,
    rib: Rib,
    tunnels: Mapping[str, AzureEnd],
) -> Peering:
    """Return the session's two ends; `tunnels` are those that are up, by interface.

    Raises `RefusedError` where an end is configured against it and `LostError` where its
    packets do not arrive.
    """
    _check_neighbor(view, vrf, neighbor)
    tunnel, azure = _tunnel_to(neighbor, vrf, rib, tunnels)
    source = _source(view, vrf, neighbor, tunnel)
    _check_azure(view, neighbor, source, azure)
    return Peering(
        seat=(azure.gateway.id, azure.connection.id, azure.instance),
        speaker=neighbor.address,
        source=source,
    )


def _check_neighbor(view: RouterView, vrf: str, neighbor: NeighborView) -> None:
    if vrf != GLOBAL and (vrf not in view.vrfs or view.vrfs[vrf].rd is None):
        raise IdleError(f"VRF {vrf} is not there or has no route distinguisher")
    if neighbor.shutdown:
        raise IdleError("the neighbour is shut down")
    if not neighbor.activated:
        raise IdleError("the neighbour is not activated")
    # IOS opens an eBGP session to a neighbour that is not on a connected network only with it.
    if neighbor.multihop <= 1:
        raise IdleError("the neighbour is not directly connected and has no ebgp-multihop")


def _tunnel_to(
    neighbor: NeighborView, vrf: str, rib: Rib, tunnels: Mapping[str, AzureEnd]
) -> tuple[str, AzureEnd]:
    hops = rib.resolve(vrf, neighbor.address)
    if not hops:
        raise LostError(f"no route to {neighbor.address} in VRF {vrf or 'global'}")
    azure = tunnels.get(hops[0].interface)
    if azure is None:
        raise LostError(
            f"{neighbor.address} leaves by {hops[0].interface}, which is no live tunnel"
        )
    if neighbor.address not in azure.gateway.instances[azure.instance].speakers:
        raise LostError(f"{neighbor.address} is no speaker at the end of {hops[0].interface}")
    return hops[0].interface, azure


def _source(view: RouterView, vrf: str, neighbor: NeighborView, tunnel: str) -> IPv4Address:
    """Return the session's own address, which must belong to the VRF of the address family."""
    name = neighbor.update_source or tunnel
    interface = view.interfaces.get(name)
    address = address_of(view, name)
    if interface is None or address is None or interface.vrf != vrf or interface.shutdown:
        raise IdleError(f"update-source {name} has no address in VRF {vrf or 'global'}")
    return address


def _check_azure(
    view: RouterView, neighbor: NeighborView, source: IPv4Address, azure: AzureEnd
) -> None:
    connection = azure.connection
    own_asn = view.bgp.asn if view.bgp is not None else None
    if not connection.enable_bgp:
        raise RefusedError("BGP is not enabled on the connection")
    if connection.peer_bgp_address != source:
        raise RefusedError(
            f"Azure expects the peer {connection.peer_bgp_address}, the router comes from {source}"
        )
    if connection.peer_asn != own_asn:
        raise RefusedError(f"Azure expects AS {connection.peer_asn}, the router is in {own_asn}")
    if neighbor.remote_as != azure.gateway.asn:
        raise RefusedError(
            f"remote-as is {neighbor.remote_as}, the gateway is in AS {azure.gateway.asn}"
        )
    speaker = speaker_of(azure.gateway, connection, azure.instance)
    if speaker != neighbor.address:
        raise RefusedError(f"Azure speaks from {speaker} on this connection")
