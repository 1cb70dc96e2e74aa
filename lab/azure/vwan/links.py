"""Link connections: reads, their keys, reset, and the list of their IKE SAs."""

import json
from dataclasses import replace

from lab.azure import checks, keys
from lab.azure.calls import Call, Reply
from lab.azure.errors import FORBIDDEN, ArmError, Json, not_found
from lab.azure.operations import Work
from lab.azure.paging import page
from lab.azure.service import Azure
from lab.azure.store import FAILED, SUCCEEDED, UPDATING, same
from lab.azure.vwan import shapes
from lab.azure.vwan.connections import find, gateway, holds, status_of, write_key
from lab.azure.vwan.gateway import Link, links

OWNER = "ConnectionSharedKeyResult"


def get(azure: Azure, call: Call) -> Reply:
    """Answer GET of one, with its state."""
    link = _find(azure, call)
    body = shapes.link_connection(link, status_of(azure, gateway(azure, call)))
    return Reply(body=body, headers={"ETag": link.connection.etag})


def listing(azure: Azure, call: Call) -> Reply:
    """Answer GET of all of a connection: without states."""
    return page(call, [shapes.link_connection(one) for one in links(find(azure, call))])


def get_key(azure: Azure, call: Call) -> Reply:
    """Answer GET of the key, which tells its length alone."""
    return Reply(body=_key_body(azure, _find(azure, call)))


def all_keys(azure: Azure, call: Call) -> Reply:
    """Answer GET of all keys: there is the one named default."""
    return page(call, [_key_body(azure, _find(azure, call))])


def list_key(azure: Azure, call: Call) -> Reply:
    """Answer POST listSharedKey, the only read of a key.

    Who may not read it lacks the right to this action, which Azure Resource Manager refuses.
    """
    link = _find(azure, call)
    if any(azure.faults.key_unreadable(name) for name in (link.label, link.connection.name)):
        raise ArmError(
            FORBIDDEN,
            "AuthorizationFailed",
            "The client does not have authorization to perform action "
            f"'{shapes.KEY_TYPE}/listSharedKey/action' over scope '{link.id}'.",
        )
    return Reply(body=_key_body(azure, link, is_shown=True))


def put_key(azure: Azure, call: Call) -> Reply:
    """Answer PUT of the key: it is set, or made up where only its length is given.

    As with a virtual network gateway's connection, the operation reports success a while before
    the connection leaves Updating [unconfirmed here].
    """
    link = _find(azure, call)
    key = _written_key(call.document)
    azure.operations.check_free(call, holds(azure, link.connection))
    link.connection.touch(UPDATING)

    def done() -> None:
        write_key(azure, link, key)
        azure.changed()
        azure.operations.start(_work(azure, link, "settle"))

    work = _work(azure, link, "sharedkey")
    work = replace(work, path=f"{link.id}/sharedKeys/default", done=done)
    reply = Reply(body=shapes.shared_key(link, key))
    return azure.operations.accepted(call, azure.operations.start(work), reply)


def reset(azure: Azure, call: Call) -> Reply:
    """Answer POST resetconnection: its tunnels go down and are negotiated again at the end."""
    link = _find(azure, call)
    azure.operations.check_free(call, holds(azure, link.connection))
    found, folded = gateway(azure, call), link.id.casefold()
    found.resetting.add(folded)
    azure.changed()

    def back() -> None:
        found.resetting.discard(folded)
        azure.changed()

    work = replace(
        _work(azure, link, "reset"), path=f"{link.id}/resetconnection", done=back, failed=back
    )
    return azure.operations.deferred(call, azure.operations.start(work))


def ike_sas(azure: Azure, call: Call) -> Reply:
    """Answer POST getikesas: a text of JSON inside JSON, as in the published examples.

    The members of an SA are not published, so the lab names the instances of live tunnels.
    """
    link, found = _find(azure, call), gateway(azure, call)

    def done() -> str:
        tunnels = status_of(azure, found)(link).tunnels
        live = [
            {"tunnel": f"{link.name}_{found.instances[one.instance].public_address}"}
            for one in tunnels
            if one.status == "Connected"
        ]
        return json.dumps({"Status": "Successful", "Data": live or None}, separators=(",", ":"))

    work = Work(kind="action", path=f"{link.id}/getikesas", location=found.location, done=done)
    return azure.operations.promised(call, azure.operations.start(work))


def _find(azure: Azure, call: Call) -> Link:
    connection = find(azure, call)
    for link in links(connection):
        if same(link.name, call.names["link"]):
            return link
    raise not_found(f"{connection.id}/vpnLinkConnections/{call.names['link']}")


def _key_body(azure: Azure, link: Link, *, is_shown: bool = False) -> Json:
    return shapes.shared_key(link, azure.store.keys[link.id.casefold()], is_shown=is_shown)


def _written_key(document: Json) -> str:
    """Return the key of a PUT, or one of the length that it asks for."""
    checks.known_members(document, ("id", "name", "type", "properties"), OWNER)
    body = checks.required(document, "properties", dict, {}, OWNER)
    checks.known_members(body, ("sharedKey", "sharedKeyLength"), "SharedKeyProperties")
    key = checks.value(body, "sharedKey", str, "")
    if key:
        return keys.check_key(key)
    checks.required(body, "sharedKeyLength", int, 0, "SharedKeyProperties")
    return keys.new_key(checks.between(body, "sharedKeyLength", 1, keys.LONGEST_KEY, 0))


def _work(azure: Azure, link: Link, kind: str) -> Work:
    """Return an operation that holds the connection and leaves it Succeeded or Failed."""
    connection = link.connection
    return Work(
        kind=kind,
        path=connection.id,
        location=connection.location,
        holds=holds(azure, connection),
        done=lambda: connection.touch(SUCCEEDED),
        failed=lambda: connection.touch(FAILED),
    )
