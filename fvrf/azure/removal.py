"""Deletions of what was named to go: a connection of ours, then its local network gateway.

Ours is what bears the tags of the router that it was planned for.
"""

from collections.abc import Iterable, Iterator

from fvrf.azure.conflict import AzureConflict
from fvrf.azure.fields import casefolded
from fvrf.azure.resources import MANAGED_BY, ROUTER, Json, connection_id
from fvrf.azure.state import AzureState, far_end
from fvrf.azure.steps import Step, of_hub
from fvrf.plan.model import ConnectionPlan, GatewayPlan
from fvrf.plan.objects import MARK


def removals(
    plan: GatewayPlan, gone: Iterable[ConnectionPlan], actual: AzureState
) -> tuple[tuple[Step, ...], tuple[AzureConflict, ...]]:
    """Return the deletions of the connections in `gone`, and what must not be deleted."""
    steps: list[Step] = []
    conflicts: list[AzureConflict] = []
    for connection in gone:
        found = actual.connection(connection_id(plan, connection))
        if found is None:
            continue
        if _is_ours(found, connection):
            steps += _steps(connection, found, actual)
        else:
            conflicts.append(_conflict(connection, found))
    return tuple(steps if plan.hub is None else of_hub(steps)), tuple(conflicts)


def _steps(connection: ConnectionPlan, found: Json, actual: AzureState) -> Iterator[Step]:
    """Yield both deletions; a local network gateway that others use, or is not ours, stays."""
    yield Step(
        kind="delete_connection",
        resource=connection.name,
        connection=connection.name,
        router=connection.router,
        interrupts=True,
        target=str(found["id"]),
        key=connection.key,
    )
    local_id = far_end(found)
    local = actual.local_gateway(local_id)
    users = [body for body in actual.connections if _same(far_end(body), local_id)]
    if local is not None and _is_ours(local, connection) and len(users) == 1:
        yield Step(
            kind="delete_local_gateway",
            resource=str(local["name"]),
            connection=connection.name,
            router=connection.router,
            interrupts=True,
            target=str(local["id"]),
        )


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _is_ours(body: Json, connection: ConnectionPlan) -> bool:
    tags = casefolded(body.get("tags"))
    return tags.get(MANAGED_BY) == MARK and tags.get(ROUTER) == connection.router


def _conflict(connection: ConnectionPlan, found: Json) -> AzureConflict:
    tags = casefolded(found.get("tags"))
    actual = ", ".join(f"{n}={tags[n]}" for n in (MANAGED_BY, ROUTER) if n in tags) or "neither"
    return AzureConflict(
        resource=connection.name,
        subject="owner",
        expected=f"the tags {MANAGED_BY}={MARK} and {ROUTER}={connection.router}",
        actual=actual,
        remedy="not ours: delete it by hand if it is to go, or run without --prune",
        connection=connection.name,
        router=connection.router,
    )
