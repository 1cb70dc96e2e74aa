"""What DHCP gives: the provider leases each uplink the address and the gateway of its segment.

By the "IP Addressing: DHCP" guide a client installs a default route to the gateway of the lease,
with distance 254, and a static route with the keyword `dhcp` follows that gateway. A lease is
there at once and never ends; that its default route stands in the VRF of the interface is taken
from published configurations of front-door VRFs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from ipaddress import IPv4Interface, IPv4Network

from lab.network.views import InterfaceView, RouterView, StaticRouteView, UplinkFact

LENGTH = 24
DISTANCE = 254
DEFAULT = IPv4Network("0.0.0.0/0")

Leases = Mapping[str, UplinkFact]


def with_leases(view: RouterView, uplinks: Leases) -> RouterView:
    """Return a view with the addresses and the routes that DHCP gives; the same one without any."""
    leases = {
        name: uplinks[name]
        for name, interface in view.interfaces.items()
        if name in uplinks and _asks(interface, uplinks[name])
    }
    if not leases and not any(route.dhcp for route in view.static_routes):
        return view
    return replace(
        view,
        interfaces={
            name: _addressed(interface, leases.get(name))
            for name, interface in view.interfaces.items()
        },
        static_routes=(*_routes(view.static_routes, leases), *_defaults(view, leases)),
    )


def _asks(interface: InterfaceView, fact: UplinkFact) -> bool:
    return interface.dhcp and not interface.shutdown and interface.vlan == fact.vlan


def _addressed(interface: InterfaceView, lease: UplinkFact | None) -> InterfaceView:
    if lease is None:
        return interface
    return replace(interface, address=IPv4Interface((lease.address, LENGTH)))


def _routes(routes: Iterable[StaticRouteView], leases: Leases) -> Iterator[StaticRouteView]:
    """Give routes by DHCP the gateway of their interface; without a lease they do not stand."""
    for route in routes:
        lease = leases.get(route.interface or "")
        if not route.dhcp:
            yield route
        elif lease is not None:
            yield replace(route, next_hop=lease.next_hop)


def _defaults(view: RouterView, leases: Leases) -> Iterator[StaticRouteView]:
    for name, lease in leases.items():
        yield StaticRouteView(
            vrf=view.interfaces[name].vrf,
            prefix=DEFAULT,
            next_hop=lease.next_hop,
            distance=DISTANCE,
        )
