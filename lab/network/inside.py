"""What speaks on a router's inside segments: OSPF routers and BGP neighbours of the site's own.

An OSPF process hears a speaker that stands in a network of the process, on an interface that is up;
its routes have distance 110. A BGP neighbour on a connected network is spoken with at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from lab.network.results import BgpPrefix
from lab.network.views import NeighborView, RouterView, SpeakerFact, StaticRouteView

DISTANCE = 110

Speakers = Sequence[SpeakerFact]


def with_ospf(view: RouterView, speakers: Speakers) -> RouterView:
    """Return a view with the routes that OSPF brings; the same one without any."""
    learned = tuple(_learned(view, speakers))
    return replace(view, static_routes=(*view.static_routes, *learned)) if learned else view


def _learned(view: RouterView, speakers: Speakers) -> Iterator[StaticRouteView]:
    for process in view.ospf:
        for speaker in speakers:
            is_in = any(speaker.address in network for network in process.networks)
            if speaker.ospf != process.number or not is_in:
                continue
            if _segment(view, process.vrf, speaker.address) is None:
                continue
            for prefix in speaker.prefixes:
                yield StaticRouteView(
                    vrf=process.vrf,
                    prefix=prefix,
                    next_hop=speaker.address,
                    distance=DISTANCE,
                    source=f"ospf {process.number}",
                )


def said(
    view: RouterView, up: frozenset[str], vrf: str, neighbor: NeighborView, speakers: Speakers
) -> tuple[BgpPrefix, ...] | None:
    """Return what a neighbour on an inside segment announces; None where there is no session."""
    segment = _segment(view, vrf, neighbor.address)
    if segment not in up or not neighbor.activated or neighbor.shutdown:
        return None
    for speaker in speakers:
        if (speaker.address, speaker.asn) == (neighbor.address, neighbor.remote_as):
            return tuple(
                BgpPrefix(
                    prefix=prefix,
                    next_hop=speaker.address,
                    as_path=(speaker.asn,) if speaker.asn else (),
                    origin="i",
                )
                for prefix in speaker.prefixes
            )
    return None


def _segment(view: RouterView, vrf: str, address: IPv4Address) -> str | None:
    """Return the interface of a VRF on whose network an address is."""
    for name, interface in view.interfaces.items():
        if interface.vrf == vrf and interface.address and address in interface.address.network:
            return name
    return None
