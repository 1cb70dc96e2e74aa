"""VPN sites and connections that stand already when a lab begins, as Azure's GETs showed them."""

from collections.abc import Collection, Iterator, Mapping

from lab.azure import checks, keys
from lab.azure.errors import ArmError, Json
from lab.azure.service import Azure
from lab.azure.store import Body
from lab.azure.vwan import connection_rules, link_rules, site_rules
from lab.azure.vwan.gateway import CONNECTION_TYPE, links
from lab.world import ResourceFact, filled


def load(azure: Azure, fact: ResourceFact, secrets: Mapping[str, str]) -> Iterator[str]:
    """Put a site or a connection in the store; yield what of it the lab does not model.

    `secrets` are the values of the placeholders. A key that is not given is made up.
    """
    is_site = "/vpnsites/" in fact.id.casefold()
    known = site_rules.MEMBERS if is_site else connection_rules.MEMBERS
    document, unknown = _known(dict(fact.properties), known)
    document, more = _links(document)
    yield from (f"{fact.id}: {name}" for name in (*unknown, *more))
    body = {"properties": document}
    try:
        properties = (
            site_rules.site_properties(body) if is_site else _connection(azure, fact.id, body)
        )
    except ArmError as refused:
        yield f"{fact.id}: not loaded: {refused.message}"
        return
    _stand(azure, fact, site_rules.TYPE if is_site else CONNECTION_TYPE, properties)
    if not is_site:
        _take_keys(azure, fact, secrets)


def _known(found: Json, known: Collection[str]) -> tuple[Json, list[str]]:
    """Return the members that can be written, and the names of those that mean nothing here."""
    unknown = sorted(found.keys() - {*known} - checks.SHOWN)
    return {name: one for name, one in found.items() if name in known}, unknown


def _links(document: Json) -> tuple[Json, list[str]]:
    """Return a connection's document without what its link connections only show."""
    unknown: list[str] = []
    entries = []
    for one in document.get("vpnLinkConnections", ()):
        properties, more = _known(one.get("properties", {}), connection_rules.LINK_MEMBERS)
        entries.append({"name": one["name"], "properties": properties})
        unknown += [f"{one['name']}: {name}" for name in more]
    return (document | {"vpnLinkConnections": entries} if entries else document), unknown


def _connection(azure: Azure, own_id: str, body: Json) -> Json:
    """Return a connection's properties, if it ends here and leads to a site that stands."""
    found = azure.hub(own_id.rsplit("/", 2)[0])
    if found is None:
        raise checks.malformed(f"{own_id} is of no gateway of this lab.")
    properties = connection_rules.connection_properties(body, found.hub_id)
    site_id = properties["remoteVpnSite"]["id"]
    site = azure.referenced(azure.store.find(site_id), site_id, own_id)
    joined = link_rules.Joined(
        connection_id=own_id, connection=properties, site_id=site.id, site=site.properties
    )
    link_rules.check(found, joined)
    return properties


def _stand(azure: Azure, fact: ResourceFact, kind: str, properties: Json) -> None:
    body = Body(
        id=fact.id,
        type=kind,
        location=fact.location.replace(" ", "").casefold(),
        tags=fact.tags,
        properties=properties,
    )
    azure.store.stand(body, str(fact.properties.get("provisioningState")))


def _take_keys(azure: Azure, fact: ResourceFact, secrets: Mapping[str, str]) -> None:
    """Take the keys by the link connections' names: their ids are spelled in more than one way."""
    known = {own_id.rsplit("/", 1)[-1]: key for own_id, key in fact.link_keys.items()}
    for link in links(azure.store.get(fact.id)):
        given = known.get(link.name.casefold())
        key = keys.new_key() if given is None else filled(given, secrets)
        azure.store.keys[link.id.casefold()] = key
