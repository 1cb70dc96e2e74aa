"""Resources that stand already when a lab begins, as Azure's own GETs showed them."""

from collections.abc import Iterable, Mapping
from typing import Any

from lab.azure import connection_rules, keys, local_rules
from lab.azure.checks import SHOWN
from lab.azure.errors import ArmError, Json
from lab.azure.service import Azure
from lab.azure.store import Body
from lab.azure.vwan import loading as vwan
from lab.world import ResourceFact, filled


def load_resources(azure: Azure, secrets: Mapping[str, str]) -> list[str]:
    """Put the world's resources in the store; return what of them the lab does not model.

    `secrets` are the values of the placeholders. A key that is not given is made up.
    """
    facts = [one for fact in azure.world.gateways.values() for one in fact.resources]
    left = [problem for fact in facts for problem in _load(azure, fact, secrets)]
    for hub in azure.world.hubs.values():
        left += [one for fact in hub.resources for one in vwan.load(azure, fact, secrets)]
    azure.changed()
    return left


def _load(azure: Azure, fact: ResourceFact, secrets: Mapping[str, str]) -> Iterable[str]:
    is_connection = "/connections/" in fact.id.casefold()
    known = connection_rules.MEMBERS if is_connection else frozenset(local_rules.MEMBERS)
    document = {"properties": {n: v for n, v in fact.properties.items() if n in known}}
    for name in sorted(fact.properties.keys() - known - SHOWN):
        yield f"{fact.id}: {name}"
    try:
        properties = _properties(document, fact.id, is_connection=is_connection)
        if is_connection:
            _check_ends(azure, properties)
    except ArmError as refused:
        yield f"{fact.id}: not loaded: {refused.message}"
        return
    body = Body(
        id=fact.id,
        type=connection_rules.TYPE if is_connection else local_rules.TYPE,
        location=fact.location.replace(" ", "").casefold(),
        tags=fact.tags,
        properties=properties,
    )
    azure.store.stand(body, str(fact.properties.get("provisioningState")))
    if is_connection:
        given = keys.new_key() if fact.key is None else filled(fact.key, secrets)
        azure.store.keys[fact.id.casefold()] = given


def _properties(document: Json, own_id: str, *, is_connection: bool) -> dict[str, Any]:
    if is_connection:
        return connection_rules.connection_properties(document)
    return local_rules.local_properties(document, own_id)


def _check_ends(azure: Azure, properties: Json) -> None:
    """Refuse a connection that ends at no gateway of the lab."""
    wanted = properties["virtualNetworkGateway1"]["id"]
    if azure.gateway(wanted) is None:
        raise ArmError(400, "InvalidResourceReference", f"{wanted} is no gateway of this lab")
