"""Reconcile: what is wanted against what was read, to steps, conflicts and warnings. Pure."""

from collections.abc import Collection, Iterator

from fvrf.azure.conflict import AzureConflict
from fvrf.azure.fields import HIDDEN, Change, casefolded, declared, differences, same
from fvrf.azure.gateway import gateway_conflicts, public_addresses
from fvrf.azure.network import announced, beyond
from fvrf.azure.preparation import preparation
from fvrf.azure.resources import (
    MANAGED_BY,
    REQUIRED_TAGS,
    ROUTER,
    Desired,
    Json,
    Pair,
    Resource,
)
from fvrf.azure.state import (
    BROKEN,
    AzureState,
    bgp_address,
    far_end,
    owner,
    provisioning,
    public_address,
)
from fvrf.azure.steps import AzureDiff, Step, of_hub
from fvrf.plan.objects import MARK

# Azure refuses to change these; another value needs a new connection.
IMMUTABLE = frozenset(
    {
        "connectionType",
        "connectionProtocol",
        "virtualNetworkGateway1.id",
        "vpnConnectionProtocolType",
        "vpnSiteLink.id",
    }
)
# What reading a key needs, and what it needs at a hub.
_KEY_ACTIONS = (
    "connections/sharedKey/action",
    "vpnGateways/vpnConnections/vpnLinkConnections/sharedKeys/listSharedKey/action",
)


def reconcile(
    desired: Desired, actual: AzureState, *, adopt: bool = False, elsewhere: Collection[str] = ()
) -> AzureDiff:
    """Compare; `adopt` takes over resources of our names that bear no ownership tag.

    `elsewhere` has the names of planned connections that `desired` leaves out: they are not
    foreign, just not looked at.

    The steps of a connection stand in the order they must be done: local network gateway,
    connection, key; the connections in the order of the plan. At a hub all links come first.
    """
    gateway = gateway_conflicts(desired.facts, actual.gateway)
    steps: list[Step] = []
    conflicts = list(gateway)
    for pair in desired.pairs:
        found = tuple(_conflicts(pair, desired, actual, adopt=adopt))
        conflicts += found
        if not found and not gateway:
            steps += _steps(pair, actual)
    if steps and provisioning(actual.gateway) in BROKEN:
        conflicts.append(_broken_gateway(desired, actual))
        steps = []
    return AzureDiff(
        steps=tuple(steps if desired.facts.hub is None else of_hub(steps)),
        conflicts=tuple(conflicts),
        foreign=tuple(_foreign(desired, actual, frozenset(map(str.casefold, elsewhere)))),
        warnings=tuple(_warnings(desired, actual)),
        preparation=preparation(desired.facts, actual.gateway),
    )


def _steps(pair: Pair, actual: AzureState) -> Iterator[Step]:
    local_gateway = actual.local_gateway(pair.local_gateway.id)
    connection = actual.connection(pair.connection.id)
    in_use = connection is not None or actual.uses(pair.local_gateway.id)
    yield from _resource_steps(pair, pair.local_gateway, local_gateway, in_use=in_use)
    yield from _resource_steps(pair, pair.connection, connection, in_use=in_use)
    if connection is not None and actual.key(pair.connection.name) in ("different", "absent"):
        yield Step(
            kind="set_key",
            resource=pair.connection.name,
            connection=pair.connection.name,
            router=pair.plan.router,
            interrupts=True,
            changes=(Change("sharedKey", HIDDEN, str(pair.plan.key)),),
        )


def _resource_steps(
    pair: Pair, resource: Resource, found: Json | None, *, in_use: bool
) -> Iterator[Step]:
    """Yield the step of one resource; a failed one is sent again as it should be."""
    is_connection = resource is pair.connection
    if found is None:
        yield Step(
            kind="create_connection" if is_connection else "create_local_gateway",
            resource=resource.name,
            connection=pair.connection.name,
            router=pair.plan.router,
            interrupts=in_use,
            changes=declared(resource),
        )
        return
    changes = differences(resource, found)
    if provisioning(found) in BROKEN:
        changes += (Change("provisioningState", provisioning(found), "Succeeded"),)
    if changes:
        yield Step(
            kind="update_connection" if is_connection else "update_local_gateway",
            resource=resource.name,
            connection=pair.connection.name,
            router=pair.plan.router,
            interrupts=in_use,
            changes=changes,
        )


def _conflicts(
    pair: Pair, desired: Desired, actual: AzureState, *, adopt: bool
) -> Iterator[AzureConflict]:
    local_gateway = actual.local_gateway(pair.local_gateway.id)
    connection = actual.connection(pair.connection.id)
    for resource, found in ((pair.local_gateway, local_gateway), (pair.connection, connection)):
        if found is not None:
            yield from _ownership(pair, resource, found, adopt=adopt)
    if connection is not None:
        yield from _replacement(pair, connection)
    for other in actual.others(desired):
        yield from _same_addresses(pair, other, actual)


def _ownership(
    pair: Pair, resource: Resource, found: Json, *, adopt: bool
) -> Iterator[AzureConflict]:
    whose = owner(found, pair)
    tags = casefolded(found.get("tags"))
    if whose == "other_router":
        yield _conflict(
            pair,
            resource,
            "owner",
            f"router {pair.plan.router}",
            f"router {tags[ROUTER]}",
            f"give one of the two another Azure name, or set the tag {ROUTER} by hand",
        )
    elif whose == "foreign" and not adopt:
        names = " and ".join(f"{n}={pair.local_gateway.tags[n]}" for n in REQUIRED_TAGS)
        yield _conflict(
            pair,
            resource,
            "owner",
            f"the tags {names}",
            ", ".join(f"{n}={tags[n]}" for n in REQUIRED_TAGS if n in tags) or "neither",
            "not ours: --adopt takes it over, or choose another name",
        )


def _replacement(pair: Pair, found: Json) -> Iterator[AzureConflict]:
    for change in differences(pair.connection, found):
        if change.field in IMMUTABLE:
            yield _conflict(
                pair,
                pair.connection,
                change.field,
                change.wanted,
                change.found,
                "Azure cannot change this: delete the connection by hand, then run again",
            )


def _same_addresses(pair: Pair, other: Json, actual: AzureState) -> Iterator[AzureConflict]:
    """Yield what another connection took: a gateway takes each address once only."""
    far, ours = actual.local_gateway(far_end(other)), pair.plan
    for subject, wanted, found in (
        ("public address", ours.public_address, public_address(far)),
        ("BGP address", ours.bgp_address, bgp_address(far)),
    ):
        if found is not None and same(subject, found, str(wanted)):
            yield _conflict(
                pair,
                pair.connection,
                subject,
                f"{wanted} used by no other connection of the gateway",
                f"used by connection {other.get('name')}",
                "remove that connection, or use another address",
            )


def _conflict(
    pair: Pair, resource: Resource, subject: str, expected: str, actual: str, remedy: str
) -> AzureConflict:
    return AzureConflict(
        resource=resource.name,
        subject=subject,
        expected=expected,
        actual=actual,
        remedy=remedy,
        connection=pair.connection.name,
        router=pair.plan.router,
    )


def _broken_gateway(desired: Desired, actual: AzureState) -> AzureConflict:
    return AzureConflict(
        resource=desired.facts.name,
        subject="provisioning state",
        expected="Succeeded",
        actual=provisioning(actual.gateway),
        remedy="the gateway takes no writes like this: its owner has to repeat its last change",
    )


def _foreign(desired: Desired, actual: AzureState, elsewhere: Collection[str]) -> Iterator[str]:
    for body in actual.others(desired):
        if str(body.get("name")).casefold() in elsewhere:
            continue
        tags = casefolded(body.get("tags"))
        if tags.get(MANAGED_BY) == MARK and tags.get(ROUTER):
            yield f"{body.get('name')} (of router {tags[ROUTER]})"
        else:
            yield f"{body.get('name')} (not ours)"


def _warnings(desired: Desired, actual: AzureState) -> Iterator[str]:
    for pair in desired.pairs:
        name = pair.connection.name
        found = actual.connection(pair.connection.id)
        if found is None:
            continue
        if actual.key(name) == "unreadable":
            yield (
                f"{name}: the key could not be read, so it was not compared"
                f" (needs Microsoft.Network/{_KEY_ACTIONS[desired.facts.hub is not None]})"
            )
        if provisioning(found) not in {"Succeeded", *BROKEN}:
            yield f"{name}: an operation is under way ({provisioning(found)})"
    yield from _leftovers(desired, actual)
    if not public_addresses(actual.gateway):
        yield f"{desired.facts.name}: the gateway does not tell its public addresses"
    yield from _beyond(desired, actual)


def _beyond(desired: Desired, actual: AzureState) -> Iterator[str]:
    """Yield the prefixes that are not the network's: a route server may announce them."""
    if actual.network is None:
        return
    spaces = ", ".join(map(str, announced(actual.network)))
    for prefix in beyond(desired.facts.prefixes, actual.network):
        yield f"{desired.facts.name}: prefix {prefix} is not in the gateway's network ({spaces})"


def _leftovers(desired: Desired, actual: AzureState) -> Iterator[str]:
    """Yield connections with the tags of a planned router that the plan no longer has."""
    routers = {pair.plan.router for pair in desired.pairs}
    for body in actual.others(desired):
        tags = casefolded(body.get("tags"))
        if tags.get(MANAGED_BY) == MARK and tags.get(ROUTER) in routers:
            yield f"{body.get('name')}: ours by its tags, but not in the intent; left alone"
