"""Connections of a hub's VPN gateway: reads, writes, deletes. Their links stand in `links`."""

from collections.abc import Callable, Iterable, Mapping

from lab.azure import checks, keys
from lab.azure.calls import Call, Reply
from lab.azure.errors import Json, bad_request, not_found
from lab.azure.operations import Work
from lab.azure.paging import page
from lab.azure.service import Azure
from lab.azure.shapes import answering
from lab.azure.store import DELETING, FAILED, Body, Resource, same
from lab.azure.vwan import connection_rules, link_rules, shapes
from lab.azure.vwan.gateway import CONNECTION_TYPE, HubGateway, Link, links
from lab.network.results import ConnectionStatus

KIND = "vpnConnections"


def gateway(azure: Azure, call: Call) -> HubGateway:
    """Return the gateway that a call's path names; ArmError 404 where there is none."""
    wanted = azure.resource_id(azure.group(call), f"vpnGateways/{call.names['gateway']}")
    found = azure.hub(wanted)
    if found is None:
        raise not_found(wanted)
    return found


def find(azure: Azure, call: Call) -> Resource:
    """Return the connection that a call's path names; ArmError 404 where there is none."""
    return azure.store.get(f"{gateway(azure, call).id}/{KIND}/{call.names['name']}")


def status_of(azure: Azure, found: HubGateway) -> Callable[[Link], ConnectionStatus]:
    """Return what tells the state of a link connection of a gateway.

    A status of several tunnels is that of the best one [unconfirmed]: a link connection shows no
    tunnels.
    """

    def status(link: Link) -> ConnectionStatus:
        if link.connection.provisioned is None:
            return ConnectionStatus(status="Unknown", tunnels=())
        known = azure.network.connection_status(found.id, link.id)
        return answering(known, found, found.silent_instances(link))

    return status


def get(azure: Azure, call: Call) -> Reply:
    """Answer GET of one, with the state of each link connection."""
    connection = find(azure, call)
    status = status_of(azure, azure.hub_of(connection))
    return Reply(body=shapes.connection(connection, status), headers={"ETag": connection.etag})


def listing(azure: Azure, call: Call) -> Reply:
    """Answer GET of all of a gateway: without states."""
    return page(call, [shapes.connection(one) for one in gateway(azure, call).connections()])


def put(azure: Azure, call: Call) -> Reply:
    """Answer PUT: a full replace with all link connections.

    A key counts wherever it is written, which was the only way to change one before link
    connections had a resource for it; a link connection without one keeps its key, and a new one
    gets one that the service makes up.
    """
    found = gateway(azure, call)
    connection_id = f"{found.id}/{KIND}/{call.names['name']}"
    checks.resource_name(call.names["name"])
    existing = azure.store.find(connection_id)
    if existing is not None:
        existing.check_etag(call.if_match)
    properties = connection_rules.connection_properties(call.document, found.hub_id)
    written = _keys(call.document)
    _check(azure, found, connection_id, existing, properties)
    site_id = properties["remoteVpnSite"]["id"]
    azure.operations.check_free(call, (connection_id, found.id, site_id))
    body = Body(
        id=connection_id,
        type=CONNECTION_TYPE,
        location=found.location,
        tags={},
        properties=properties,
    )
    connection, new = azure.store.write(body)
    _take_keys(azure, connection, written)

    def done() -> None:
        _forget_keys(azure, connection, kept=links(connection))
        azure.ended(connection)()

    reply = Reply(status=201 if new else 200, body=shapes.connection(connection))
    work = _work(azure, connection, "connection", done)
    return azure.operations.accepted(call, azure.operations.start(work), reply)


def delete(azure: Azure, call: Call) -> Reply:
    """Answer DELETE, with all link connections; 204 where there is none."""
    found = gateway(azure, call)
    connection = azure.store.find(f"{found.id}/{KIND}/{call.names['name']}")
    if connection is None:
        return Reply(status=204)
    connection.check_etag(call.if_match)
    azure.operations.check_free(call, holds(azure, connection))
    connection.touch(DELETING)

    def done() -> None:
        _forget_keys(azure, connection, kept=())
        azure.store.remove(connection)
        azure.changed()

    work = _work(azure, connection, "connection", done)
    return azure.operations.deferred(call, azure.operations.start(work))


def holds(azure: Azure, connection: Resource) -> frozenset[str]:
    """Return what a write on a connection holds: it, its site and its whole gateway."""
    site_id = connection.properties["remoteVpnSite"]["id"]
    ids = (connection.id, azure.hub_of(connection).id, site_id)
    return frozenset(one.casefold() for one in ids)


def write_key(azure: Azure, link: Link, key: str) -> None:
    """Take the key of a link connection; a fault may name the whole connection, too."""
    keys.take_key(azure, link.id, key, link.label, link.connection.name)


def _work(azure: Azure, connection: Resource, kind: str, done: Callable[[], None]) -> Work:
    return Work(
        kind=kind,
        path=connection.id,
        location=connection.location,
        holds=holds(azure, connection),
        done=done,
        failed=lambda: connection.touch(FAILED),
    )


def _keys(document: Json) -> dict[str, str]:
    """Return the keys of a PUT by their link connection's name in lower case, each checked."""
    entries = connection_rules.link_entries(document["properties"])
    given = {one["name"]: checks.value(one["properties"], "sharedKey", str, "") for one in entries}
    return {name.casefold(): keys.check_key(key) for name, key in given.items() if key}


def _take_keys(azure: Azure, connection: Resource, written: Mapping[str, str]) -> None:
    """Take the keys written, and make up those of new link connections."""
    for link in links(connection):
        key = written.get(link.name.casefold())
        if key is None and link.id.casefold() not in azure.store.keys:
            key = keys.new_key()
        if key is not None:
            write_key(azure, link, key)


def _forget_keys(azure: Azure, connection: Resource, *, kept: Iterable[Link]) -> None:
    prefix = f"{connection.id}/vpnLinkConnections/".casefold()
    names = {link.id.casefold() for link in kept}
    for table in (azure.store.keys, azure.store.negotiated):
        for one in [own for own in table if own.startswith(prefix) and own not in names]:
            del table[one]


def _check(
    azure: Azure, found: HubGateway, connection_id: str, existing: Resource | None, properties: Json
) -> None:
    """Refuse what refers to nothing, changes what cannot change, or cannot stand; in this order."""
    site_id = properties["remoteVpnSite"]["id"]
    site = azure.referenced(azure.store.find(site_id), site_id, connection_id)
    if existing is not None:
        _check_immutable(existing, properties)
    joined = link_rules.Joined(
        connection_id=connection_id, connection=properties, site_id=site.id, site=site.properties
    )
    link_rules.check(found, joined)


def _check_immutable(existing: Resource, properties: Json) -> None:
    """Refuse another site, and another protocol of a link connection; the code is unconfirmed."""
    code = "VpnConnectionPropertyCannotBeChanged"
    old, new = (one["remoteVpnSite"]["id"] for one in (existing.properties, properties))
    if not same(old, new):
        raise bad_request(code, f"The VPN site of {existing.id} cannot be changed.")
    name = "vpnConnectionProtocolType"
    before = {link.name.casefold(): link.properties[name] for link in links(existing)}
    for link in links(existing, properties):
        if before.get(link.name.casefold(), link.properties[name]) != link.properties[name]:
            raise bad_request(code, f"Property '{name}' of {link.id} cannot be changed.")
