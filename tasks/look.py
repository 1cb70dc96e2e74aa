"""Look at a router: its show commands in few writes, made an observation."""

from collections.abc import Sequence

from fvrf.checks.finding import Finding
from fvrf.checks.observation import RouterObservation
from fvrf.checks.probe import check_probe
from fvrf.checks.router import check_router
from fvrf.checks.spread import check_spread
from fvrf.checks.traffic import began_anew, check_traffic
from fvrf.expected import expected_router
from fvrf.iosxe.parse.commands import PINGS, ping, router_commands
from fvrf.iosxe.parse.observe import observe_probes, observe_router
from fvrf.plan.model import RouterPlan
from tasks.console import Console


def look(console: Console, plan: RouterPlan, *, timeout_s: float) -> RouterObservation:
    """Run every show command that the plan's checks read."""
    return observed(plan, console.read(router_commands(plan), timeout_s=timeout_s))


def observed(plan: RouterPlan, printed: Sequence[str]) -> RouterObservation:
    """Make an observation of what the plan's show commands printed, in their order."""
    return observe_router(plan, dict(zip(router_commands(plan), printed, strict=True)))


def judge(plan: RouterPlan, seen: RouterObservation) -> tuple[Finding, ...]:
    """Hold what was seen of a router against its plan."""
    return check_router(expected_router(plan), seen)


def probe(console: Console, plan: RouterPlan, *, timeout_s: float) -> tuple[Finding, ...]:
    """Ping the hosts that the plan names; a lost packet takes two seconds."""
    commands = [ping(each) for each in plan.probes]
    if not commands:
        return ()
    lost_s = 2 * PINGS * len(commands)
    printed = console.read(commands, timeout_s=timeout_s + lost_s)
    seen = observe_probes(plan, dict(zip(commands, printed, strict=True)))
    return tuple(check_probe(plan.host, each, answer) for each, answer in seen.items())


def rekeyed(plan: RouterPlan, seen: RouterObservation, before: RouterObservation) -> bool:
    """Tell whether a tunnel was rekeyed since an earlier look, and has carried nothing yet."""
    return began_anew(expected_router(plan), seen, before)


def judge_traffic(
    plan: RouterPlan, seen: RouterObservation, before: RouterObservation
) -> tuple[Finding, ...]:
    """Hold the counts of a router's tunnels against those of an earlier look."""
    expected = expected_router(plan)
    return (*check_traffic(expected, seen, before), *check_spread(expected, seen, before))
