"""What is left of an inventory once a site, an outside VRF or a connection is taken out of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fvrf.errors import InputError, Problem
from fvrf.intent.fields import GLOBAL
from fvrf.intent.model import Intent, OutsideVrf, Router
from fvrf.plan.model import ConnectionPlan, Plan

First = Literal["router", "azure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What goes: VRFs by router, with all in them, and connections as they were planned.

    `prune` is how many resources may be deleted in Azure, 0 for none; `first` the end that is
    taken down before the other.
    """

    vrfs: Mapping[str, frozenset[str]]
    connections: tuple[ConnectionPlan, ...]
    prune: int = 0
    first: First = "router"

    @property
    def routers(self) -> tuple[str, ...]:
        """The routers that lose something, each once."""
        return tuple(dict.fromkeys(connection.router for connection in self.connections))

    def facts(self) -> dict[str, Any]:
        """Return what a resume needs to take the same away."""
        names = [connection.name for connection in self.connections]
        return {"connections": names, "prune": self.prune, "first": self.first}


def gone(
    plan: Plan,
    routers: Collection[str],
    *,
    vrfs: Collection[str] = (),
    connections: Collection[str] = (),
) -> tuple[ConnectionPlan, ...]:
    """Return the connections of the routers that go: the named ones, those of VRFs, or all.

    Raises InputError for a name that none of the routers has.
    """
    own = [c for host in routers for c in plan.routers[host].connections]
    known = {"--vrf": {c.outside for c in own}, "--connection": {c.name for c in own}}
    given = {"--vrf": vrfs, "--connection": connections}
    problems = [
        _unknown(option, name, known[option])
        for option, names in given.items()
        for name in names
        if name not in known[option]
    ]
    if problems:
        raise InputError(problems)
    if not vrfs and not connections:
        return tuple(own)
    return tuple(c for c in own if c.outside in vrfs or c.name in connections)


def without(
    intent: Intent, going: Collection[ConnectionPlan]
) -> tuple[Intent, dict[str, frozenset[str]]]:
    """Return the intent without some connections, and the VRFs of each router that go with them.

    An outside VRF goes with its last connection, a front door with the last that leaves by it, and
    an uplink with its front door. Inside VRFs stay: they are the site's own.
    """
    names = {(connection.router, connection.name) for connection in going}
    routers, vrfs = dict(intent.routers), {}
    for host in {connection.router for connection in going}:
        left = _left(host, intent.routers[host], names)
        routers[host] = left
        before = {*intent.routers[host].outside, *intent.routers[host].front_doors}
        vrfs[host] = frozenset(before - {*left.outside, *left.front_doors})
    return intent.model_copy(update={"routers": routers}), vrfs


def _left(host: str, router: Router, names: Collection[tuple[str, str]]) -> Router:
    outside = dict(_outside_left(host, router, names))
    used = {c.uplink for vrf in outside.values() for c in vrf.connections}
    doors = {
        name: door
        for name, door in router.front_doors.items()
        if any(router.uplinks[uplink].front_door == name for uplink in used)
    }
    kept = {GLOBAL, *outside, *doors}
    uplinks = {name: one for name, one in router.uplinks.items() if one.front_door in kept}
    return router.model_copy(update={"outside": outside, "front_doors": doors, "uplinks": uplinks})


def _outside_left(
    host: str, router: Router, names: Collection[tuple[str, str]]
) -> Iterator[tuple[str, OutsideVrf]]:
    for name, vrf in router.outside.items():
        left = tuple(
            connection
            for connection in vrf.connections
            if (host, connection.azure_names(host).connection) not in names
        )
        if left:
            yield name, vrf.model_copy(update={"connections": left})


def _unknown(option: str, name: str, known: Collection[str]) -> Problem:
    return Problem(
        file="command line",
        host="",
        path=option,
        message=f"the chosen routers have no {name!r}",
        remedy=f"one of {', '.join(sorted(known))}",
    )
