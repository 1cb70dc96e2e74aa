"""Local network gateways: what a far end looks like from Azure."""

from dataclasses import replace

from lab.azure import checks, gateway, link_rules, local_rules
from lab.azure.calls import Call, Reply
from lab.azure.errors import Json, bad_request
from lab.azure.operations import Work
from lab.azure.paging import page
from lab.azure.service import Azure
from lab.azure.store import DELETING, FAILED, Body, Resource

KIND = "localNetworkGateways"


def get(azure: Azure, call: Call) -> Reply:
    """Answer GET of one."""
    resource = azure.store.get(azure.target(call, KIND))
    return Reply(body=resource.as_json(), headers={"ETag": resource.etag})


def listing(azure: Azure, call: Call) -> Reply:
    """Answer GET of all in a resource group."""
    prefix = azure.resource_id(azure.group(call), f"{KIND}/").casefold()
    found = azure.store.of_type(local_rules.TYPE, lambda one: one.id.casefold().startswith(prefix))
    return page(call, [one.as_json() for one in found])


def put(azure: Azure, call: Call) -> Reply:
    """Answer PUT: a full replace, a long-running operation."""
    resource_id = azure.new_target(call, KIND)
    existing = azure.store.find(resource_id)
    _check_write(azure, call, resource_id)
    body = Body(
        id=resource_id,
        type=local_rules.TYPE,
        location=checks.location(call.document, existing.location if existing else None),
        tags=checks.tags(call.document),
        properties=local_rules.local_properties(call.document, resource_id),
    )
    _check_links(azure, resource_id, body.properties)
    resource, new = azure.store.write(body)
    work = _work(azure, resource)
    work = replace(work, done=azure.ended(resource), failed=lambda: resource.touch(FAILED))
    operation = azure.operations.start(work)
    reply = Reply(status=201 if new else 200, body=resource.as_json())
    return azure.operations.accepted(call, operation, reply)


def patch(azure: Azure, call: Call) -> Reply:
    """Answer PATCH: tags alone, at once."""
    resource = azure.store.get(azure.target(call, KIND))
    _check_write(azure, call, resource.id)
    resource.tags = checks.tags(call.document)
    resource.touch(resource.state)
    return Reply(body=resource.as_json())


def delete(azure: Azure, call: Call) -> Reply:
    """Answer DELETE; refused while a connection leads to it. 204 where there is none."""
    resource = azure.store.find(azure.target(call, KIND))
    if resource is None:
        return Reply(status=204)
    _check_write(azure, call, resource.id)
    _check_unused(azure, resource)
    resource.touch(DELETING)
    work = replace(
        _work(azure, resource),
        done=lambda: azure.store.remove(resource),
        failed=lambda: resource.touch(FAILED),
    )
    operation = azure.operations.start(work)
    return azure.operations.deferred(call, operation)


def _check_write(azure: Azure, call: Call, resource_id: str) -> None:
    """Refuse a write for another version, or beside one on this or on a connection to it."""
    existing = azure.store.find(resource_id)
    if existing is not None:
        existing.check_etag(call.if_match)
    azure.operations.check_free(call, _holds(azure, resource_id))


def _holds(azure: Azure, resource_id: str) -> frozenset[str]:
    """Return what a write holds: itself and the gateways of the connections that use it."""
    users = gateway.users_of(azure.store, resource_id)
    ids = {resource_id, *(azure.gateway_of(one).id for one in users)}
    return frozenset(one.casefold() for one in ids)


def _work(azure: Azure, resource: Resource) -> Work:
    return Work(
        kind="local",
        path=resource.id,
        location=resource.location,
        holds=_holds(azure, resource.id),
        done=lambda: None,
    )


def _check_links(azure: Azure, resource_id: str, properties: Json) -> None:
    """Refuse what the connections that use it could not stand."""
    for connection in gateway.users_of(azure.store, resource_id):
        link = link_rules.Link(
            connection_id=connection.id,
            local_id=resource_id,
            connection=connection.properties,
            local=properties,
        )
        link_rules.check_link(azure.gateway_of(connection), link)


def _check_unused(azure: Azure, resource: Resource) -> None:
    users = gateway.users_of(azure.store, resource.id)
    if users:
        # The network provider names such refusals InUse<Type>CannotBeDeleted; unconfirmed here.
        names = ", ".join(one.id for one in users)
        raise bad_request(
            "InUseLocalNetworkGatewayCannotBeDeleted",
            f"Local network gateway {resource.id} is in use by {names} and cannot be deleted.",
        )
