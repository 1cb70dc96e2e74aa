"""Look at a router: its show commands in few writes, made an observation."""

from fvrf.checks.finding import Finding
from fvrf.checks.observation import RouterObservation
from fvrf.checks.router import check_router
from fvrf.checks.traffic import check_traffic
from fvrf.expected import expected_router
from fvrf.iosxe.parse.commands import router_commands
from fvrf.iosxe.parse.observe import observe_router
from fvrf.plan.model import RouterPlan
from tasks.console import Console


def look(console: Console, plan: RouterPlan, *, timeout_s: float) -> RouterObservation:
    """Run every show command that the plan's checks read."""
    commands = router_commands(plan)
    printed = console.read(commands, timeout_s=timeout_s)
    return observe_router(plan, dict(zip(commands, printed, strict=True)))


def judge(plan: RouterPlan, seen: RouterObservation) -> tuple[Finding, ...]:
    """Hold what was seen of a router against its plan."""
    return check_router(expected_router(plan), seen)


def judge_traffic(
    plan: RouterPlan, seen: RouterObservation, before: RouterObservation
) -> tuple[Finding, ...]:
    """Hold the packet counts of a router's tunnels against those of an earlier look."""
    return check_traffic(expected_router(plan), seen, before)
