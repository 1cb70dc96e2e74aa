"""Which connections others go before, from the route-maps of their BGP neighbours."""

from fvrf.discovery.connections import FoundConnection
from fvrf.intent.model import Gateway
from fvrf.iosxe.items import Item, Items
from fvrf.plan.routing import LOCAL_PREFERENCE


def prepended(items: Items, connection: FoundConnection, gateway: Gateway) -> int:
    """Return how often a connection announces the site's AS beside the first time."""
    path = _route_map(items, connection, gateway, "out").value(r"set as-path prepend (.+)")
    return len(path.split()) if path else 0


def rank(items: Items, connection: FoundConnection, gateway: Gateway) -> int:
    """Return how much of that is the connection's own: what its local preference lacks."""
    found = _route_map(items, connection, gateway, "in").value(r"set local-preference (\d+)")
    lacking = LOCAL_PREFERENCE - int(found) if found else 0
    return lacking if 0 < lacking <= prepended(items, connection, gateway) else 0


def _route_map(items: Items, connection: FoundConnection, gateway: Gateway, way: str) -> Item:
    """Return the route-map of the connection's first neighbour, or an empty one."""
    family = items.get(("family", connection.first.vrf)) or Item(kind="family", name="")
    source = connection.first.lender or connection.first.name
    speakers = {str(speaker) for one in gateway.instances for speaker in one.speakers}
    for neighbor in family.values(rf"neighbor (\S+) update-source {source}"):
        name = family.value(rf"neighbor {neighbor} route-map (\S+) {way}")
        found = items.get(("route_map", f"{name} 10"))
        if neighbor in speakers and found is not None:
            return found
    return Item(kind="route_map", name="")
