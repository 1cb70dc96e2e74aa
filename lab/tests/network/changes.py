"""Small changes of the article's views, to break one thing at a time."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any, TypeVar, cast

from lab.network.views import GatewayView, IpsecPolicyView, RouterView, StaticRouteView
from lab.tests.network.article import GATEWAY, GATEWAY_VIEW, ONE, ROUTER_VIEW, TWO, Net

# The article's policy, and PFS with it, which its router has not.
PFS = IpsecPolicyView(
    sa_lifetime_s=27000,
    sa_data_size_kb=102400000,
    ipsec_encryption="AES256",
    ipsec_integrity="SHA1",
    ike_encryption="AES256",
    ike_integrity="SHA1",
    dh_group="DHGroup2",
    pfs_group="PFS2",
)
T = TypeVar("T")


def _changed(thing: T, changes: dict[str, object]) -> T:
    result: T = replace(cast("Any", thing), **changes)
    return result


def item(kind: str, name: str, view: RouterView = ROUTER_VIEW, **changes: object) -> RouterView:
    """Return the view with fields of one named item changed."""
    items = getattr(view, kind)
    return _changed(view, {kind: {**items, name: _changed(items[name], changes)}})


def without(kind: str, name: str, view: RouterView = ROUTER_VIEW) -> RouterView:
    """Return the view without one named item."""
    items = getattr(view, kind)
    return _changed(view, {kind: {key: items[key] for key in items if key != name}})


def tunnel(name: str, view: RouterView = ROUTER_VIEW, **changes: object) -> RouterView:
    """Return the view with tunnel lines of an interface changed."""
    lines = view.interfaces[name].tunnel
    assert lines is not None
    return item("interfaces", name, view, tunnel=_changed(lines, changes))


def family(vrf: str, view: RouterView = ROUTER_VIEW, **changes: object) -> RouterView:
    """Return the view with lines of an address family changed."""
    assert view.bgp is not None
    families = view.bgp.families
    changed = {**families, vrf: _changed(families[vrf], changes)}
    return replace(view, bgp=replace(view.bgp, families=changed))


def without_family(vrf: str, view: RouterView = ROUTER_VIEW) -> RouterView:
    """Return the view without an address family."""
    assert view.bgp is not None
    rest = {key: value for key, value in view.bgp.families.items() if key != vrf}
    return replace(view, bgp=replace(view.bgp, families=rest))


def neighbor(vrf: str, view: RouterView = ROUTER_VIEW, **changes: object) -> RouterView:
    """Return the view with lines of a VRF's only neighbour changed."""
    assert view.bgp is not None
    (only,) = view.bgp.families[vrf].neighbors
    return family(vrf, view, neighbors=(_changed(only, changes),))


def without_route(vrf: str, prefix: str, view: RouterView = ROUTER_VIEW) -> RouterView:
    """Return the view without a static route."""
    kept = (each for each in view.static_routes if (each.vrf, str(each.prefix)) != (vrf, prefix))
    return replace(view, static_routes=tuple(kept))


def keyring_peer(view: RouterView = ROUTER_VIEW, **changes: object) -> RouterView:
    """Return the view with the keyring's only peer changed."""
    (only,) = view.keyrings["AZURE_KEYRING"]
    return replace(view, keyrings={"AZURE_KEYRING": (_changed(only, changes),)})


def connection(name: str, view: GatewayView = GATEWAY_VIEW, **changes: object) -> GatewayView:
    """Return the gateway with one connection changed."""
    changed = tuple(
        _changed(each, changes) if each.id == name else each for each in view.connections
    )
    return replace(view, connections=changed)


def without_connection(name: str, view: GatewayView = GATEWAY_VIEW) -> GatewayView:
    """Return the gateway without one connection."""
    return replace(view, connections=tuple(each for each in view.connections if each.id != name))


def rerouted(prefix: str, next_hop: str) -> RouterView:
    """Return the view with another next hop for a static route of OUTSIDE_TWO."""
    route = StaticRouteView(
        vrf="OUTSIDE_TWO", prefix=IPv4Network(prefix), next_hop=IPv4Address(next_hop)
    )
    kept = without_route("OUTSIDE_TWO", prefix)
    return replace(kept, static_routes=(*kept.static_routes, route))


def statuses(net: Net) -> list[str]:
    """Return the status of both connections."""
    return [net.model.connection_status(GATEWAY, name).status for name in (ONE, TWO)]


def peer_states(net: Net) -> list[str]:
    """Return the state of every peer of the gateway."""
    return [row.state for row in net.model.peer_status(GATEWAY)]
