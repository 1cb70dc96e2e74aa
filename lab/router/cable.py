"""What a router asks of the network around it, and the network of a router without a cable."""

from ipaddress import IPv4Address
from typing import Protocol

from lab.network.results import BgpPrefix, BgpSession, IkeSession, Neighbors, Route


class Cable(Protocol):
    """The part of the network model that routers use."""

    def changed(self, *, soon: bool = False) -> None:
        """Take notice of a change."""
        ...

    def ike_sessions(self, router: str, /) -> tuple[IkeSession, ...]:
        """Return the live IKE SAs."""
        ...

    def clear_ike(
        self,
        router: str,
        remote: IPv4Address | None = None,
        local: IPv4Address | None = None,
        front_door: str | None = None,
        /,
    ) -> None:
        """Delete IKE SAs, all of them without an address or a VRF."""
        ...

    def clear_tunnels(self, router: str, interfaces: frozenset[str], /, *, children: bool) -> None:
        """Drop the SAs of tunnels, or their `children` alone, which are made anew."""
        ...

    def carry(self, router: str, interface: str, kilobytes: float, /) -> None:
        """Count what the router itself sent through a tunnel, and got back."""
        ...

    def clear_bgp(self, router: str, neighbors: Neighbors, /, *, hard: bool) -> None:
        """End BGP sessions, or take what is heard over them by the policy of now."""
        ...

    def bgp_sessions(self, router: str, vrf: str, /) -> tuple[BgpSession, ...]:
        """Return the configured neighbours of a VRF."""
        ...

    def bgp_table(self, router: str, vrf: str, /) -> tuple[BgpPrefix, ...]:
        """Return the paths of a VRF."""
        ...

    def routes(self, router: str, vrf: str, /) -> tuple[Route, ...]:
        """Return the installed routes of a VRF."""
        ...

    def interface_up(self, router: str, interface: str, /) -> bool:
        """Tell whether the line protocol is up."""
        ...


class Unplugged:
    """No cable: nothing is negotiated, learned or up."""

    def changed(self, *, soon: bool = False) -> None:
        """Nothing follows."""

    def ike_sessions(self, _router: str) -> tuple[IkeSession, ...]:
        """Return none."""
        return ()

    def clear_ike(
        self,
        _router: str,
        _remote: IPv4Address | None = None,
        _local: IPv4Address | None = None,
        _front_door: str | None = None,
    ) -> None:
        """Nothing is there to clear."""

    def clear_tunnels(self, _router: str, _tunnels: frozenset[str], *, children: bool) -> None:
        """Nothing is there to clear."""

    def carry(self, _router: str, _interface: str, _kilobytes: float) -> None:
        """Nothing carries anything."""

    def clear_bgp(self, _router: str, _neighbors: Neighbors, *, hard: bool) -> None:
        """Nothing is there to clear."""

    def bgp_sessions(self, _router: str, _vrf: str) -> tuple[BgpSession, ...]:
        """Return none."""
        return ()

    def bgp_table(self, _router: str, _vrf: str) -> tuple[BgpPrefix, ...]:
        """Return none."""
        return ()

    def routes(self, _router: str, _vrf: str) -> tuple[Route, ...]:
        """Return none."""
        return ()

    def interface_up(self, _router: str, _interface: str) -> bool:
        """Return False."""
        return False
