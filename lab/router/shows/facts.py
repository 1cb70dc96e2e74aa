"""What several show commands ask of a router."""

from ipaddress import IPv4Address, IPv4Network

from lab.network.results import Path, Route
from lab.network.views import GLOBAL
from lab.router.arguments import interface_parts
from lab.router.device import Router

_SHORT = {"GigabitEthernet": "Gi", "Loopback": "Lo", "Tunnel": "Tu"}


def short_name(interface: str) -> str:
    """Return e.g. `Tu0` for `Tunnel0`."""
    kind = interface_parts(interface)[0]
    return _SHORT[kind] + interface.removeprefix(kind)


def address_of(router: Router, interface: str) -> IPv4Address | None:
    """Return an interface's address: its own, the one it borrows, or the one DHCP gave."""
    view = router.view().interfaces.get(interface)
    if view is None:
        return None
    if view.address is not None:
        return view.address.ip
    if view.unnumbered is not None and view.unnumbered != interface:
        return address_of(router, view.unnumbered)
    block = router.config.find("interface", interface)
    leased = block is not None and "ip address" in block.lines
    return _leased(router, view.vrf, interface) if leased else None


def _leased(router: Router, vrf: str, interface: str) -> IPv4Address | None:
    return next(
        (
            route.prefix.network_address
            for route in router.network.routes(router.name, vrf)
            if route.source == "local" and route.paths and route.paths[0].interface == interface
        ),
        None,
    )


def is_up(router: Router, interface: str) -> bool:
    """Tell whether the line protocol of an interface is up."""
    return router.network.interface_up(router.name, interface)


def has_vrf(router: Router, vrf: str) -> bool:
    """Tell whether a VRF is configured; the global table always is."""
    return vrf == GLOBAL or router.config.vrf(vrf) is not None


def natural(prefix: IPv4Network) -> IPv4Network:
    """Return the classful network that a prefix lies in."""
    first = int(prefix.network_address) >> 24
    length = 8 if first < 128 else 16 if first < 192 else 24  # noqa: PLR2004
    return IPv4Network((prefix.network_address, length), strict=False)


def chosen(route: Route, address: IPv4Address) -> Path:
    """Return the path that packets to an address take, of several equal ones."""
    return route.paths[int(address) % len(route.paths)]


def router_id(router: Router, vrf: str) -> IPv4Address:
    """Return the BGP router id of a VRF: configured, of its interface, else its highest address."""
    bgp = router.view().bgp
    family = bgp.families.get(vrf) if bgp is not None else None
    named = [family.router_id, bgp.router_id] if family is not None and bgp is not None else []
    if family is not None and family.router_id_interface is not None:
        named.insert(0, address_of(router, family.router_id_interface))
    own = [
        address
        for name, interface in router.view().interfaces.items()
        if interface.vrf == vrf and (address := address_of(router, name)) is not None
    ]
    found = [address for address in named if address is not None] or sorted(own)[-1:]
    return found[0] if found else IPv4Address(0)
