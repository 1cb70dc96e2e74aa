"""Take a site, an outside VRF or a connection out of the project, before the ordinary change."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from fvrf.decommission import First, Gone, gone, without
from fvrf.errors import Refused
from fvrf.plan.build import build
from tasks.project import Project

# Of each connection, itself and its local network gateway.
_RESOURCES = 2


def decommissioned(
    project: Project,
    *,
    vrfs: Collection[str] = (),
    connections: Collection[str] = (),
    prune: int = 0,
    first: First = "router",
) -> Project:
    """Return the project whose intent and plan are without what goes from its selected routers.

    Raises InputError for a name that none of them has, Refused where `prune` allows deletions in
    Azure, but not as many as there are.
    """
    going = gone(project.plan, project.routers, vrfs=vrfs, connections=connections)
    most = _RESOURCES * len(going)
    if prune and prune < most:
        raise Refused(
            f"up to {most} resources would be deleted in Azure, and --prune allows {prune}",
            remedy=f"--prune {most}, or fewer connections at once",
            code="F333",
        )
    intent, left = without(project.intent, going)
    named = Gone(vrfs=left, connections=going, prune=prune, first=first)
    return replace(project, intent=intent, plan=build(intent), gone=named).narrowed(named.routers)


def begun_again(project: Project, facts: Mapping[str, Any]) -> Project:
    """Return the project as an earlier run took it apart, by what its journal says."""
    return decommissioned(
        project,
        connections=tuple(facts["connections"]),
        prune=facts["prune"],
        first=facts["first"],
    )
