"""Virtual WANs, hubs and their VPN gateways: they stand already; clients read and ask them."""

from collections.abc import Iterable, Iterator

from lab.azure import checks
from lab.azure.calls import Call, Reply
from lab.azure.errors import Json, bad_request, not_found
from lab.azure.operations import Work
from lab.azure.paging import page
from lab.azure.service import Azure
from lab.azure.store import FAILED, SUCCEEDED, UPDATING, same
from lab.azure.vwan import shapes, site_rules
from lab.azure.vwan.gateway import HubGateway

WANS, HUBS, GATEWAYS = "virtualWans", "virtualHubs", "vpnGateways"
# As the documents name them; the last two kinds of connection the lab has none of.
RESOURCE_TYPES = (
    "RouteTable",
    "VpnConnection",
    "HubVirtualNetworkConnection",
    "ExpressRouteConnection",
    "P2SConnection",
)
EXPRESSROUTE_PATH = "12076-12076"


def wan(azure: Azure, call: Call) -> Reply:
    """Answer GET of a virtual WAN."""
    return _one(azure, call, WANS, _wans(azure))


def wans(azure: Azure, call: Call) -> Reply:
    """Answer GET of the virtual WANs of a resource group."""
    return _listing(azure, call, _wans(azure))


def hub(azure: Azure, call: Call) -> Reply:
    """Answer GET of a hub."""
    return _one(azure, call, HUBS, map(shapes.hub, azure.hubs.values()))


def hubs(azure: Azure, call: Call) -> Reply:
    """Answer GET of the hubs of a resource group."""
    return _listing(azure, call, map(shapes.hub, azure.hubs.values()))


def gateway(azure: Azure, call: Call) -> Reply:
    """Answer GET of a hub's VPN gateway."""
    return _one(azure, call, GATEWAYS, map(shapes.gateway, azure.hubs.values()))


def gateways(azure: Azure, call: Call) -> Reply:
    """Answer GET of the hubs' VPN gateways of a resource group."""
    return _listing(azure, call, map(shapes.gateway, azure.hubs.values()))


def reset(azure: Azure, call: Call) -> Reply:
    """Answer POST reset of a VPN gateway: one instance restarts, or both where none is named.

    That it is both is unconfirmed; `ipConfigurationId` came later than the call.
    """
    found = azure.hub(azure.target(call, GATEWAYS))
    if found is None:
        raise not_found(azure.target(call, GATEWAYS))
    azure.operations.check_free(call, [found.id])
    indexes = _reset_instances(found, call.query.get("ipConfigurationId", ""))
    found.restarting.update(indexes)
    found.touch(UPDATING)
    azure.changed()

    def back(state: str) -> None:
        found.restarting.difference_update(indexes)
        found.touch(state)
        azure.changed()

    def done() -> Json:
        back(SUCCEEDED)
        return shapes.gateway(found)

    work = Work(
        kind="gateway-reset",
        path=f"{found.id}/reset",
        location=found.location,
        holds=frozenset({found.id.casefold()}),
        done=done,
        failed=lambda: back(FAILED),
    )
    return azure.operations.deferred(call, azure.operations.start(work))


def _reset_instances(found: HubGateway, configuration: str) -> list[int]:
    if not configuration:
        return list(found.indexes)
    index = found.instance_of(configuration)
    if index is None:
        text = f"{configuration} is no IP configuration of {found.id}."
        raise bad_request("InvalidIpConfigurationId", text)  # code unconfirmed
    return [index]


def effective_routes(azure: Azure, call: Call) -> Reply:
    """Answer POST effectiveRoutes of a hub, for one of its resources or for the hub itself.

    Everything connected to a hub of the lab belongs to its default route table, so that all of
    them have the same routes.
    """
    found = find_hub(azure, call)
    _check_resource(found, {} if call.body is None else call.document)

    def done() -> Json:
        return {"value": [*_network_rows(found), *_gateway_rows(azure, found)]}

    work = Work(kind="action", path=call.path, location=found.location, done=done)
    return azure.operations.promised(call, azure.operations.start(work))


def _check_resource(found: HubGateway, document: Json) -> None:
    """Refuse a resource that the hub does not have; both members are given, or neither."""
    checks.known_members(document, ("resourceId", "virtualWanResourceType"), "parameters")
    wanted = checks.value(document, "resourceId", str, "")
    kind = checks.choice(document, "virtualWanResourceType", ("", *RESOURCE_TYPES), "")
    if bool(wanted) != bool(kind):
        raise checks.malformed("Give 'resourceId' with 'virtualWanResourceType'.")
    if wanted and wanted.casefold() not in (one.casefold() for one in _resources(found, kind)):
        text = f"Resource {wanted} was not found on {found.hub_id}."
        raise bad_request("InvalidResourceReference", text)


def _resources(found: HubGateway, kind: str) -> list[str]:
    """Return the ids of a hub's resources of a kind."""
    tables = [f"{found.hub_id}/hubRouteTables/{n}RouteTable" for n in ("default", "none")]
    networks = [found.network_connection_id(name) for name in found.fact.networks]
    connections = [one.id for one in found.connections()]
    of_kind = {
        "RouteTable": tables,
        "HubVirtualNetworkConnection": networks,
        "VpnConnection": connections,
    }
    return of_kind.get(kind, [])


def _network_rows(found: HubGateway) -> Iterator[Json]:
    for name, prefixes in found.fact.networks.items():
        for prefix in prefixes:
            yield _row(prefix, found.network_connection_id(name), "Virtual Network Connection", "")


def _gateway_rows(azure: Azure, found: HubGateway) -> Iterator[Json]:
    """Yield what comes by gateways; a hub prefers ExpressRoute for equal prefixes by default.

    "If you advertise the same prefixes over both ExpressRoute and VPN connections, Azure will use
    the ExpressRoute path" (the article on IPsec over ExpressRoute for Virtual WAN).
    """
    express = found.fact.expressroute.prefixes
    for prefix in express:
        origin = shapes.expressroute_id(found)
        yield _row(prefix, origin, "ExpressRouteGateway", EXPRESSROUTE_PATH)
    for route in azure.network.hub_routes(found.id):
        if route.prefix not in express:
            path = "-".join(str(one) for one in route.as_path)
            yield _row(route.prefix, found.id, "VPN_S2S_Gateway", path)


def _row(prefix: object, origin: str, kind: str, as_path: str) -> Json:
    return {
        "addressPrefixes": [str(prefix)],
        "nextHops": [origin],
        "nextHopType": kind,
        "routeOrigin": origin,
        "asPath": as_path,
    }


def _wans(azure: Azure) -> Iterator[Json]:
    for own_id in azure.wan_ids():
        name = own_id.rsplit("/", 1)[-1]
        ids = [one.hub_id for one in azure.hubs.values() if same(one.wan_id, own_id)]
        sites = [
            one.id
            for one in azure.store.of_type(site_rules.TYPE)
            if same(one.properties["virtualWan"]["id"], own_id)
        ]
        location = azure.world.resource_groups[azure.world.virtual_wans[name]]
        yield shapes.wan(own_id, location, ids, sites)


def find_hub(azure: Azure, call: Call) -> HubGateway:
    """Return the hub that a call's path names, as its VPN gateway; ArmError 404 where none is."""
    wanted = azure.target(call, HUBS)
    for one in azure.hubs.values():
        if same(one.hub_id, wanted):
            return one
    raise not_found(wanted)


def _one(azure: Azure, call: Call, kind: str, bodies: Iterable[Json]) -> Reply:
    wanted = azure.target(call, kind)
    for body in bodies:
        if same(body["id"], wanted):
            return Reply(body=body, headers={"ETag": body["etag"]})
    raise not_found(wanted)


def _listing(azure: Azure, call: Call, bodies: Iterable[Json]) -> Reply:
    prefix = azure.resource_id(azure.group(call), "").casefold()
    return page(call, [one for one in bodies if one["id"].casefold().startswith(prefix)])
