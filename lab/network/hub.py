"""What a virtual hub has by its VPN gateway. Pure functions."""

from ipaddress import IPv4Network

from lab.network.gateway import GatewayState
from lab.network.results import HubRoute


def hub_routes(state: GatewayState) -> tuple[HubRoute, ...]:
    """Return what a hub has by its VPN gateway: prefixes of live connections, and what it learned.

    The published outputs of hubs show no host routes of BGP peers, so there are none here.
    """
    found: dict[IPv4Network, tuple[int, ...]] = {
        prefix: best[0].path.as_path for prefix, best in state.best.items()
    }
    for connection in state.live:
        found |= dict.fromkeys(connection.address_prefixes, ())
    return tuple(HubRoute(prefix=prefix, as_path=path) for prefix, path in sorted(found.items()))
