"""What else is done to a connection: its key, reset, and the list of its IKE SAs."""

import json
from dataclasses import replace

from lab.azure import checks, keys
from lab.azure.calls import Call, Reply
from lab.azure.connections import KIND, holds, write_key
from lab.azure.errors import Json
from lab.azure.operations import Operation, Work
from lab.azure.service import Azure
from lab.azure.shapes import connection_state
from lab.azure.store import FAILED, SUCCEEDED, UPDATING, Resource


def get_key(azure: Azure, call: Call) -> Reply:
    """Answer GET sharedkey, the only read of a key.

    Where it cannot be read, Azure has answered 200 with an empty list (rest-api-specs 36537).
    """
    connection = azure.store.get(azure.target(call, KIND))
    if azure.faults.key_unreadable(connection.name):
        return Reply(body={"value": []})
    return Reply(body={"id": "", "value": azure.store.keys[connection.id.casefold()]})


def put_key(azure: Azure, call: Call) -> Reply:
    """Answer PUT sharedkey, the write of a key after creation."""
    connection = azure.store.get(azure.target(call, KIND))
    checks.known_members(call.document, ("id", "value"), "ConnectionSharedKey")
    text = checks.required(call.document, "value", str, "", "ConnectionSharedKey")
    operation = _write_key(azure, call, connection, keys.check_key(text))
    return azure.operations.accepted(call, operation, Reply(body={"id": "", "value": text}))


def reset_key(azure: Azure, call: Call) -> Reply:
    """Answer POST sharedkey/reset: the service makes up a key of the length given."""
    connection = azure.store.get(azure.target(call, KIND))
    length = keys.reset_length(call.document)
    result = {"keyLength": length}
    operation = _write_key(azure, call, connection, keys.new_key(length), result)
    return azure.operations.deferred(call, operation)


def _write_key(
    azure: Azure, call: Call, connection: Resource, key: str, result: Json | None = None
) -> Operation:
    """Begin to write a key.

    The operation reports success a while before the connection leaves Updating; a write in
    between is refused (rest-api-specs 14473 and 26660).
    """
    azure.operations.check_free(call, holds(azure, connection))
    connection.touch(UPDATING)

    def done() -> Json | None:
        write_key(azure, connection, key)
        azure.changed()
        azure.operations.start(_work(azure, connection, "settle"))
        return result

    work = _work(azure, connection, "sharedkey")
    return azure.operations.start(replace(work, path=f"{work.path}/sharedkey", done=done))


def reset(azure: Azure, call: Call) -> Reply:
    """Answer POST resetconnection: its tunnels go down and are negotiated again at the end."""
    connection = azure.store.get(azure.target(call, KIND))
    azure.operations.check_free(call, holds(azure, connection))
    gateway = azure.gateway_of(connection)
    gateway.resetting.add(connection.id.casefold())
    azure.changed()

    def back() -> None:
        gateway.resetting.discard(connection.id.casefold())
        azure.changed()

    work = _work(azure, connection, "reset")
    work = replace(work, path=f"{work.path}/resetconnection", done=back, failed=back)
    return azure.operations.deferred(call, azure.operations.start(work))


def ike_sas(azure: Azure, call: Call) -> Reply:
    """Answer POST getikesas: a text of JSON inside JSON, as in the published examples.

    Only `"Data":null` is published; the members of an SA are not, so the lab names the tunnels.
    """
    connection = azure.store.get(azure.target(call, KIND))

    def done() -> str:
        state = connection_state(azure.network, azure.gateway_of(connection), connection)
        tunnels = state.get("tunnelConnectionStatus", [])
        live = [{"tunnel": t["tunnel"]} for t in tunnels if t["connectionStatus"] == "Connected"]
        return json.dumps({"Status": "Successful", "Data": live or None}, separators=(",", ":"))

    work = Work(
        kind="action",
        path=f"{connection.id}/getikesas",
        location=connection.location,
        done=done,
    )
    return azure.operations.promised(call, azure.operations.start(work))


def _work(azure: Azure, connection: Resource, kind: str) -> Work:
    """Return an operation that holds the connection and leaves it Succeeded or Failed."""
    return Work(
        kind=kind,
        path=connection.id,
        location=connection.location,
        holds=holds(azure, connection),
        done=lambda: connection.touch(SUCCEEDED),
        failed=lambda: connection.touch(FAILED),
    )
