"""What else is done to a connection: its key, reset, and the list of its IKE SAs."""

import json
from dataclasses import replace

from lab.azure import checks, connection_rules
from lab.azure.calls import Call, Reply
from lab.azure.connections import KIND, holds, write_key
from lab.azure.operations import Work
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
    """Answer PUT sharedkey, the only write of a key after creation.

    The operation reports success a while before the connection leaves Updating; a write in
    between is refused (rest-api-specs 14473 and 26660).
    """
    connection = azure.store.get(azure.target(call, KIND))
    text = checks.required(call.document, "value", str, "", "ConnectionSharedKey")
    key = connection_rules.check_key(text)
    azure.operations.check_free(call, holds(azure, connection))
    connection.touch(UPDATING)

    def done() -> None:
        write_key(azure, connection, key)
        azure.changed()
        settle = _work(azure, connection, "settle")
        azure.operations.start(settle)

    work = _work(azure, connection, "sharedkey")
    work = replace(work, path=f"{work.path}/sharedkey", done=done)
    operation = azure.operations.start(work)
    return azure.operations.accepted(call, operation, Reply(body={"value": key}))


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
    operation = azure.operations.start(work)
    return azure.operations.promised(call, operation)


def ike_sas(azure: Azure, call: Call) -> Reply:
    """Answer POST getikesas: a text of JSON inside JSON, as in the published examples.

    The members of each SA are not documented; the lab shows the tunnels it knows of.
    """
    connection = azure.store.get(azure.target(call, KIND))

    def done() -> str:
        state = connection_state(azure.network, azure.gateway_of(connection), connection)
        tunnels = state.get("tunnelConnectionStatus", [])
        live = [one for one in tunnels if one["connectionStatus"] == "Connected"]
        return json.dumps({"Status": "Successful", "Data": [{"tunnel": t["tunnel"]} for t in live]})

    operation = azure.operations.start(
        Work(
            kind="action",
            path=f"{connection.id}/getikesas",
            location=connection.location,
            done=done,
        )
    )
    return azure.operations.promised(call, operation)


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
