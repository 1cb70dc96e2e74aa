"""Look at a router: its show commands, run with nornir-netmiko, made an observation."""

from logging import DEBUG

from nornir.core.exceptions import NornirSubTaskError
from nornir.core.task import Task
from nornir_netmiko.tasks import netmiko_send_command

from fvrf.checks.finding import Finding
from fvrf.checks.observation import RouterObservation
from fvrf.checks.router import check_router
from fvrf.expected import expected_router
from fvrf.iosxe.parse.commands import router_commands
from fvrf.iosxe.parse.observe import observe_router
from fvrf.plan.model import RouterPlan


def look(task: Task, plan: RouterPlan) -> RouterObservation:
    """Run every show command that the plan's checks read; the session must be open."""
    outputs = {command: _run(task, command) for command in router_commands(plan)}
    return observe_router(plan, outputs)


def _run(task: Task, command: str) -> str:
    """Run one command; a failure leaves as what it was, not as Nornir's error around it."""
    try:
        run = task.run(
            netmiko_send_command, name=command, command_string=command, severity_level=DEBUG
        )
    except NornirSubTaskError as error:
        raise error.result.exception from error
    return str(run.result)


def judge(plan: RouterPlan, seen: RouterObservation) -> tuple[Finding, ...]:
    """Hold what was seen of a router against its plan."""
    return check_router(expected_router(plan), seen)
