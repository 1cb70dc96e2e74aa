"""Measure whether a site would be left without a path: when it is read, and before its change."""

from collections.abc import Callable, Iterable

from nornir.core.task import Task

from fvrf.azure.steps import Step
from fvrf.checks.gateway import CONNECTED
from fvrf.checks.observation import (
    ConnectionObservation,
    GatewayObservation,
    RouterObservation,
    Unreadable,
)
from fvrf.errors import CannotLook, Refused
from fvrf.expected import expected_router
from fvrf.guard import Loss, losses
from fvrf.iosxe.interrupted import interrupted
from fvrf.plan.model import ConnectionPlan, RouterPlan
from tasks.look import look
from tasks.prepare import PreparedRouter
from tasks.project import Project
from tasks.router_change import RouterChange
from tasks.session import session
from tasks.wire import looking

See = Callable[[str], GatewayObservation | None]
"""Shows a gateway as it is now; None where it cannot be seen."""


def lost(
    project: Project,
    router: PreparedRouter,
    window: Iterable[Step],
    seen: RouterObservation,
    see: See,
) -> tuple[Loss, ...]:
    """Return which inside VRFs of its site a router's change would leave without a working path.

    `window` are Azure's steps that go with it. Of the site's other routers the gateways tell.
    """
    plan = router.plan
    touched = _touched(router, window)
    if not touched:
        return ()
    others = tuple(_beside(project, plan))
    return losses(
        plan,
        expected_router(plan),
        router.diff,
        seen,
        touched,
        elsewhere=lambda inside: any(
            _works(connection, see(connection.gateway))
            for connection in others
            if connection.inside == inside
        ),
    )


def refusal(host: str, found: Iterable[Loss]) -> Refused:
    """Return the error of a change that would take a site's last path."""
    told = list(found)
    return Refused(
        f"{host}: it would take {'; '.join(map(str, told))}",
        remedy=f"--allow-outage {told[0].site} changes it all the same, with an outage",
        code="F332",
    )


def guard_now(task: Task, change: RouterChange) -> None:
    """Guard by a fresh look at the router, and at the gateways where other routers matter.

    Raises Refused, and CannotLook where the router cannot be seen.
    """
    run, router = change.run, change.prepared
    window = [step for _, step in change.azure.window]
    if router.plan.site in run.allow_outage or not _touched(router, window):
        return
    begun = run.project.clock.now()
    timeout_s = run.project.settings.timing.read_timeout_s
    with looking(change.host):
        seen = look(session(run.project, task.host), router.plan, timeout_s=timeout_s)

    def see(gateway: str) -> GatewayObservation | None:
        try:
            return change.observatory.fresh(gateway, after=begun)
        except CannotLook:
            return None

    if found := lost(run.project, router, window, seen, see):
        raise refusal(change.host, found)


def _touched(router: PreparedRouter, window: Iterable[Step]) -> frozenset[str]:
    """Return the tunnels that a change interrupts, at either end."""
    names = {step.connection for step in window if step.is_felt}
    of_azure = {t for c in router.plan.connections if c.name in names for t in c.tunnels}
    return interrupted(router.diff) | of_azure


def _beside(project: Project, plan: RouterPlan) -> Iterable[ConnectionPlan]:
    """Yield the connections of the site's other routers, to gateways that are looked at anyway."""
    for router in project.plan.routers.values():
        if router.site == plan.site and router.host != plan.host:
            yield from (c for c in router.connections if c.gateway in plan.gateways)


def _works(connection: ConnectionPlan, seen: GatewayObservation | None) -> bool:
    """Tell by its gateway whether another router's connection works: no login is needed.

    A hub tells no peers, so that there a link that is connected has to do.
    """
    if seen is None or isinstance(seen.peers, Unreadable):
        return False
    if seen.hub is not None:
        state = seen.connections.get(connection.name)
        return isinstance(state, ConnectionObservation) and state.status == CONNECTED
    address = str(connection.bgp_address)
    return any(
        peer.neighbor == address and peer.state == CONNECTED and peer.routes_received > 0
        for peer in seen.peers
    )
