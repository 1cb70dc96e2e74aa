"""Connections: reads, writes, deletes. Their keys and actions stand in `connection_actions`."""

from lab.azure import checks, connection_rules, keys, link_rules
from lab.azure.calls import Call, Reply
from lab.azure.errors import Json, bad_request
from lab.azure.gateway import Gateway
from lab.azure.operations import Work
from lab.azure.paging import page
from lab.azure.service import Azure, missing_reference
from lab.azure.shapes import connection_state
from lab.azure.store import DELETING, FAILED, UPDATING, Body, Resource

KIND = "connections"
IMMUTABLE = ("connectionProtocol", "connectionType", "virtualNetworkGateway1")


def get(azure: Azure, call: Call) -> Reply:
    """Answer GET of one: with its state, never with its key."""
    connection = azure.store.get(azure.target(call, KIND))
    body = connection.as_json()
    gateway = azure.gateway_of(connection)
    body["properties"].update(connection_state(azure.network, gateway, connection))
    return Reply(body=body, headers={"ETag": connection.etag})


def listing(azure: Azure, call: Call) -> Reply:
    """Answer GET of all in a resource group: without states."""
    prefix = azure.resource_id(azure.group(call), f"{KIND}/").casefold()
    found = azure.store.of_type(
        connection_rules.TYPE, lambda one: one.id.casefold().startswith(prefix)
    )
    return page(call, [one.as_json() for one in found])


def put(azure: Azure, call: Call) -> Reply:
    """Answer PUT: a full replace. A key in it counts at creation alone, and silently so."""
    connection_id = azure.new_target(call, KIND)
    existing = azure.store.find(connection_id)
    if existing is not None:
        existing.check_etag(call.if_match)
    body = Body(
        id=connection_id,
        type=connection_rules.TYPE,
        location=checks.location(call.document, existing.location if existing else None),
        tags=checks.tags(call.document),
        properties=connection_rules.connection_properties(call.document),
    )
    gateway = _check(azure, connection_id, existing, body.properties)
    key = _key(call.document)
    ids = (connection_id, gateway.id, body.properties["localNetworkGateway2"]["id"])
    azure.operations.check_free(call, ids)
    connection, new = azure.store.write(body)
    if new:
        write_key(azure, connection, key or keys.new_key())
    reply = Reply(status=201 if new else 200, body=connection.as_json())
    return _start(azure, call, connection, reply=reply, kind="connection")


def patch(azure: Azure, call: Call) -> Reply:
    """Answer PATCH: tags alone, a long-running operation."""
    connection = azure.store.get(azure.target(call, KIND))
    connection.check_etag(call.if_match)
    azure.operations.check_free(call, holds(azure, connection))
    connection.tags = checks.tags(call.document)
    connection.touch(UPDATING)
    reply = Reply(body=connection.as_json())
    return _start(azure, call, connection, reply=reply, kind="tags")


def delete(azure: Azure, call: Call) -> Reply:
    """Answer DELETE; 204 where there is none."""
    connection = azure.store.find(azure.target(call, KIND))
    if connection is None:
        return Reply(status=204)
    connection.check_etag(call.if_match)
    azure.operations.check_free(call, holds(azure, connection))
    connection.touch(DELETING)

    def done() -> None:
        azure.store.remove(connection)
        azure.changed()

    work = Work(
        kind="connection",
        path=connection.id,
        location=connection.location,
        holds=holds(azure, connection),
        done=done,
        failed=lambda: connection.touch(FAILED),
    )
    return azure.operations.deferred(call, azure.operations.start(work))


def holds(azure: Azure, connection: Resource) -> frozenset[str]:
    """Return what a write on a connection holds: it, its far end and its whole gateway."""
    local_id = connection.properties["localNetworkGateway2"]["id"]
    ids = (connection.id, azure.gateway_of(connection).id, local_id)
    return frozenset(one.casefold() for one in ids)


def write_key(azure: Azure, connection: Resource, key: str) -> None:
    """Take the key of a connection."""
    keys.take_key(azure, connection.id, key, connection.name)


def _start(azure: Azure, call: Call, connection: Resource, *, reply: Reply, kind: str) -> Reply:
    work = Work(
        kind=kind,
        path=connection.id,
        location=connection.location,
        holds=holds(azure, connection),
        done=azure.ended(connection),
        failed=lambda: connection.touch(FAILED),
    )
    return azure.operations.accepted(call, azure.operations.start(work), reply)


def _key(document: Json) -> str | None:
    """Return the key of a PUT, checked even where it will be ignored."""
    key = checks.value(document["properties"], "sharedKey", str, "")
    return keys.check_key(key) if key else None


def _check(
    azure: Azure, connection_id: str, existing: Resource | None, properties: Json
) -> Gateway:
    """Refuse what refers to nothing, changes what cannot change, or cannot stand; in this order."""
    gateway_id = properties["virtualNetworkGateway1"]["id"]
    gateway = azure.gateway(gateway_id)
    if gateway is None:
        raise missing_reference(gateway_id, connection_id)
    local_id = properties["localNetworkGateway2"]["id"]
    local = azure.referenced(azure.store.find(local_id), local_id, connection_id)
    if existing is not None:
        _check_immutable(existing, properties)
    link = link_rules.Link(
        connection_id=connection_id,
        local_id=local.id,
        connection=properties,
        local=local.properties,
    )
    link_rules.check_link(gateway, link)
    return gateway


def _check_immutable(existing: Resource, properties: Json) -> None:
    for name in IMMUTABLE:
        old, new = str(existing.properties[name]), str(properties[name])
        if old.casefold() != new.casefold():
            # Documented for the protocol; the code is unconfirmed.
            raise bad_request(
                "VirtualNetworkGatewayConnectionPropertyCannotBeChanged",
                f"Property '{name}' of {existing.id} cannot be changed after creation.",
            )
