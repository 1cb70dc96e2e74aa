"""Discover: read routers and gateways as they are, and say which intent would make them so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nornir.core.task import Result, Task

from fvrf.azure.resources import desired
from fvrf.discovery.far_ends import FarEnd, far_ends
from fvrf.discovery.router import Discovered, discovered
from fvrf.errors import CannotLook, FvrfError, Problem
from fvrf.intent.check import problems_across
from fvrf.intent.load import HostSource, examine
from fvrf.intent.model import Intent
from fvrf.iosxe.diff import compare
from fvrf.iosxe.text import check_whole, keys_of, mask_keys
from fvrf.plan.build import build
from fvrf.plan.model import RouterPlan
from tasks.azure.client import connect, patience
from tasks.azure.read import read_state
from tasks.engine import sessions_closed
from tasks.many import run_on
from tasks.plugins.inventory import own_entry
from tasks.project import Project
from tasks.reconcile import access
from tasks.render import render
from tasks.session import open_session
from tasks.wire import looking

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """A router's entry for the inventory, and what a plan of it would still say.

    `problems` are those of validation; `differences` what a plan of the intent would change on the
    router, without secrets. Neither is known while there are gaps.
    """

    found: Discovered
    entry: Mapping[str, Any]
    problems: Sequence[Problem] = ()
    differences: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to do: a plan of the intent is empty."""
        return not (self.found.gaps or self.problems or self.differences)


def take_over(
    project: Project, hosts: Sequence[str]
) -> tuple[list[TakenOver], dict[str, FvrfError]]:
    """Read routers, and their far ends at the gateways; writes nothing.

    Returns the routers, and why there is nothing of the others; raises CannotLook where a gateway
    cannot be read.
    """
    if not hosts:
        return [], {}
    ends = [end for gateway in project.plan.gateways for end in _far_ends(project, gateway)]

    def look(task: Task) -> Result:
        host = task.host.name
        text = _running(project, task)
        found = discovered(host, text, project.intent.gateways, ends)
        entry = _entry(own_entry(project.nornir.inventory, host), found)
        return Result(host=task.host, result=_tried(project, task, text, found, entry))

    with sessions_closed(project):
        done, errors = run_on(project, hosts, look, CannotLook)
    return [done[host] for host in hosts if host in done], errors


def _far_ends(project: Project, gateway: str) -> list[FarEnd]:
    way = access(project, gateway)
    client = connect(way, project.secrets.resolve, project.clock)
    planned = replace(project.plan.gateways[gateway], connections=())
    try:
        state = read_state(
            client, desired(planned), project.secrets.resolve, patience(way, project.clock)
        )
    finally:
        client.close()
    return list(far_ends(gateway, state))


def _running(project: Project, task: Task) -> str:
    timeout_s = project.settings.timing.read_timeout_s
    with looking(task.host.name):
        console = open_session(project, task.host)
        return check_whole(*console.read(("show running-config",), timeout_s=timeout_s))


def _entry(body: Json, found: Discovered) -> Json:
    """Return the inventory's entry with the data that was found; what it says else is kept."""
    own = body.get("data") or {}
    kept = {key: value for key, value in own.items() if key == "site" or key not in found.data}
    return {**body, "data": {**found.data, **kept}}


def _tried(project: Project, task: Task, running: str, found: Discovered, entry: Json) -> TakenOver:
    """Hold the intent against the rules, and its plan against the router that it comes from."""
    taken = TakenOver(found=found, entry=entry)
    if found.gaps:
        return taken
    intent, problems = _intent(project, task, entry)
    if problems:
        return replace(taken, problems=problems)
    plan = build(intent).routers[found.host]
    intended = str(render(task, plan).result)
    diff = compare(plan, intended, _masked(running, plan), adopt=True)
    left = [*diff.text.splitlines(), *(f"conflict: {text}" for text in diff.conflicts)]
    return replace(taken, differences="\n".join(left))


def _intent(project: Project, task: Task, entry: Json) -> tuple[Intent, list[Problem]]:
    """Return the intent with the router in it, and the problems that name it."""
    host, known = task.host.name, project.intent
    source = HostSource(
        name=host, platform=task.host.platform, data=entry["data"], origin={}, file="discovered"
    )
    read, problems = examine([source], broken=known.gateways)
    whole = known.model_copy(
        update={
            "routers": {**known.routers, **read.routers},
            "files": {**known.files, host: "discovered"},
        }
    )
    return whole, problems or [p for p in problems_across(whole) if p.host == host]


def _masked(running: str, plan: RouterPlan) -> str:
    """Put the plan's references in place of the keys: they are named after where these stand."""
    intended = {
        (keyring.name, peer.name): peer.key.placeholder
        for keyring in plan.keyrings
        for peer in keyring.peers
    }
    keys = keys_of(running)
    known = {intended[place]: key for place, key in keys.items() if place in intended}
    return mask_keys(running, known, intended)
