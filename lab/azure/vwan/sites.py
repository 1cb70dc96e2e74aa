"""VPN sites: what a far end looks like from a virtual WAN, with up to four links."""

from dataclasses import replace

from lab.azure import checks
from lab.azure.calls import Call, Reply
from lab.azure.errors import Json, bad_request, not_found
from lab.azure.operations import Work
from lab.azure.paging import page
from lab.azure.service import Azure, missing_reference
from lab.azure.store import DELETING, FAILED, Body, Resource, same
from lab.azure.vwan import link_rules, shapes, site_rules
from lab.azure.vwan.gateway import users_of

KIND = "vpnSites"


def get(azure: Azure, call: Call) -> Reply:
    """Answer GET of one."""
    site = azure.store.get(azure.target(call, KIND))
    return Reply(body=shapes.site(site), headers={"ETag": site.etag})


def listing(azure: Azure, call: Call) -> Reply:
    """Answer GET of all in a resource group."""
    prefix = azure.resource_id(azure.group(call), f"{KIND}/").casefold()
    found = azure.store.of_type(site_rules.TYPE, lambda one: one.id.casefold().startswith(prefix))
    return page(call, [shapes.site(one) for one in found])


def links(azure: Azure, call: Call) -> Reply:
    """Answer GET of a site's links."""
    return page(call, shapes.site_links(azure.store.get(azure.target(call, KIND))))


def link(azure: Azure, call: Call) -> Reply:
    """Answer GET of one of a site's links."""
    site = azure.store.get(azure.target(call, KIND))
    for one in shapes.site_links(site):
        if same(one["name"], call.names["link"]):
            return Reply(body=one, headers={"ETag": one["etag"]})
    raise not_found(f"{site.id}/vpnSiteLinks/{call.names['link']}")


def put(azure: Azure, call: Call) -> Reply:
    """Answer PUT: a full replace with all links, a long-running operation."""
    site_id = azure.new_target(call, KIND)
    existing = azure.store.find(site_id)
    _check_write(azure, call, site_id)
    body = Body(
        id=site_id,
        type=site_rules.TYPE,
        location=checks.location(call.document, existing.location if existing else None),
        tags=checks.tags(call.document),
        properties=site_rules.site_properties(call.document),
    )
    _check_references(azure, site_id, existing, body.properties)
    site, new = azure.store.write(body)
    work = replace(_work(azure, site), done=azure.ended(site), failed=lambda: site.touch(FAILED))
    reply = Reply(status=201 if new else 200, body=shapes.site(site))
    return azure.operations.accepted(call, azure.operations.start(work), reply)


def patch(azure: Azure, call: Call) -> Reply:
    """Answer PATCH: tags alone, at once."""
    site = azure.store.get(azure.target(call, KIND))
    _check_write(azure, call, site.id)
    site.tags = checks.tags(call.document)
    site.touch(site.state)
    return Reply(body=shapes.site(site))


def delete(azure: Azure, call: Call) -> Reply:
    """Answer DELETE; refused while a connection leads to it. 204 where there is none."""
    site = azure.store.find(azure.target(call, KIND))
    if site is None:
        return Reply(status=204)
    _check_write(azure, call, site.id)
    _check_unused(azure, site)
    site.touch(DELETING)
    work = replace(
        _work(azure, site),
        done=lambda: azure.store.remove(site),
        failed=lambda: site.touch(FAILED),
    )
    return azure.operations.deferred(call, azure.operations.start(work))


def _check_write(azure: Azure, call: Call, site_id: str) -> None:
    """Refuse a write for another version, or beside one on this or on a connection to it."""
    existing = azure.store.find(site_id)
    if existing is not None:
        existing.check_etag(call.if_match)
    azure.operations.check_free(call, _holds(azure, site_id))


def _holds(azure: Azure, site_id: str) -> frozenset[str]:
    """Return what a write holds: itself and the gateways of the connections that use it."""
    ids = {site_id, *(azure.hub_of(one).id for one in users_of(azure.store, site_id))}
    return frozenset(one.casefold() for one in ids)


def _work(azure: Azure, site: Resource) -> Work:
    return Work(
        kind="local",
        path=site.id,
        location=site.location,
        holds=_holds(azure, site.id),
        done=lambda: None,
    )


def _check_references(
    azure: Azure, site_id: str, existing: Resource | None, properties: Json
) -> None:
    """Refuse another virtual WAN than a site has, and what its connections could not stand."""
    wan_id = properties["virtualWan"]["id"]
    if not any(same(wan_id, one) for one in azure.wan_ids()):
        raise missing_reference(wan_id, site_id)
    if existing is not None and not same(existing.properties["virtualWan"]["id"], wan_id):
        # Code unconfirmed.
        text = f"The virtual WAN of {site_id} cannot be changed."
        raise bad_request("VpnSiteVirtualWanCannotBeChanged", text)
    for connection in users_of(azure.store, site_id):
        joined = link_rules.Joined(
            connection_id=connection.id,
            connection=connection.properties,
            site_id=site_id,
            site=properties,
        )
        link_rules.check(azure.hub_of(connection), joined)


def _check_unused(azure: Azure, site: Resource) -> None:
    users = users_of(azure.store, site.id)
    if users:
        # The network provider names such refusals InUse<Type>CannotBeDeleted; unconfirmed here.
        names = ", ".join(one.id for one in users)
        text = f"VPN site {site.id} is in use by {names} and cannot be deleted."
        raise bad_request("InUseVpnSiteCannotBeDeleted", text)
