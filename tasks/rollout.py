"""A change of many routers and their gateways: prepare, change, finish.

Three Nornir runs: everything is read and compared at both ends; then the gateways are given
what breaks nothing; then every router goes through its own chain, at its own pace.
"""

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from nornir.core.task import Result, Task

from fvrf.checks.finding import Finding
from fvrf.checks.observation import GatewayObservation
from fvrf.checks.verdict import verdict
from fvrf.errors import CannotLook, ChangeFailed, FvrfError, Unknown
from fvrf.journal import Outcome
from tasks.azure.apply import writer_lock
from tasks.change import Ended, RouterChange, change_router
from tasks.observe import Observatory
from tasks.prepare import PreparedRouter, PrepareOptions, prepare_router
from tasks.project import Project
from tasks.reconcile import (
    PreparedGateway,
    SiteWriter,
    gateway_client,
    look_at,
    prepare_gateway,
)
from tasks.run import Run
from tasks.session import close_session
from tasks.verify import judge_gateways
from tasks.verify import verify as verify_router

_HOME = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was read of the selection; `errors` has the hosts that could not be read."""

    routers: Mapping[str, PreparedRouter]
    gateways: Mapping[str, PreparedGateway]
    errors: Mapping[str, FvrfError]

    @property
    def in_sync(self) -> bool:
        """Whether everything was read and there is nothing to write at either end."""
        routers = all(router.diff.in_sync for router in self.routers.values())
        return not self.errors and routers and all(g.diff.in_sync for g in self.gateways.values())


@dataclass(slots=True, kw_only=True)
class RouterRecord:
    """All that is known of a router in this run; what the report is made from.

    `change` is None where nothing is to be changed, `ended` until that is over.
    """

    host: str
    pre: tuple[Finding, ...] = ()
    prepared: PreparedRouter | None = None
    change: RouterChange | None = None
    ended: Ended | None = None

    @property
    def post(self) -> tuple[Finding, ...]:
        """The findings of the last look after something was written."""
        return self.change.findings if self.change else ()


def prepare(run: Run, options: PrepareOptions) -> Prepared:
    """Read both ends of the whole selection; writes nothing but backups."""
    routers, gateways = run.project.routers, run.project.gateways

    def read(task: Task) -> Result:
        if task.host.name in gateways:
            made: object = prepare_gateway(task, run, adopt=options.adopt)
        else:
            made = prepare_router(task, run, options)
        return Result(host=task.host, result=made)

    done, errors = _run(run.project, (*gateways, *routers), read, CannotLook)
    return Prepared(
        routers={host: done[host] for host in routers if host in done},
        gateways={host: done[host] for host in gateways if host in done},
        errors=errors,
    )


def records(run: Run, prepared: Prepared) -> dict[str, RouterRecord]:
    """Return a record of each selected router, with its outcome where none is to be changed."""
    looks = {
        name: partial(look_at, run.project, name, gateway.client)
        for name, gateway in prepared.gateways.items()
    }
    observatory = Observatory(looks, run.project.clock)
    found = {host: _record(run, prepared, observatory, host) for host in run.project.routers}
    close_sessions(run.project, [host for host, record in found.items() if not record.change])
    return found


def close_sessions(project: Project, hosts: Iterable[str]) -> None:
    """Close the sessions that preparing left open, where nothing is pushed in them."""
    for host in hosts:
        close_session(project.nornir.inventory.hosts[host])


def change(run: Run, prepared: Prepared, records: Mapping[str, RouterRecord]) -> None:
    """Change every router that is ready; its record gets the outcome."""
    ready = [record for record in records.values() if record.change is not None]
    reconcile_additions(run, prepared, ready)
    chains = {record.host: record.change for record in ready if record.change and not record.ended}

    def chain(task: Task) -> Result:
        ended = change_router(task, chains[task.host.name])
        run.outcome(task.host.name, ended.outcome, ended.reason)
        return Result(host=task.host, result=ended)

    done, errors = _run(run.project, tuple(chains), chain, ChangeFailed)
    for host, ended in done.items():
        records[host].ended = ended
    for host, error in errors.items():
        records[host].ended = _crashed(run, chains[host], error)


def verify(run: Run, *, wait_s: float) -> dict[str, tuple[Finding, ...]]:
    """Look at both ends of the selection and return the findings of each router."""
    project = run.project
    looks = {
        gateway: partial(look_at, project, gateway, gateway_client(project, gateway))
        for gateway in project.gateways
    }
    observatory = Observatory(looks, project.clock)

    def look(task: Task) -> Result:
        plan = project.plan.routers[task.host.name]
        run.progress.update(plan.host, "verify")
        try:
            seen = verify_router(task, run, plan, observatory, deadline_s=wait_s)
        finally:
            close_session(task.host)
        run.progress.update(plan.host, "verified", seen.reason)
        return Result(host=task.host, result=seen.findings)

    return run_all(project, project.routers, look)


def run_all(
    project: Project, hosts: Sequence[str], task: Callable[[Task], Result]
) -> dict[str, Any]:
    """Run a task on hosts and return the results; raises the first error."""
    done, errors = _run(project, hosts, task, CannotLook)
    for error in errors.values():
        raise error
    return done


def reconcile_additions(run: Run, prepared: Prepared, ready: Sequence[RouterRecord]) -> None:
    """Give each gateway what breaks nothing; a router whose additions fail is done here."""

    def add(task: Task) -> Result:
        gateway = prepared.gateways[task.host.name]
        with writer_lock(gateway.desired.gateway_id):
            for record in ready:
                _add(record, gateway.host)
        return Result(host=task.host)

    wanted = [
        host
        for host in prepared.gateways
        if any(record.change and record.change.azure.additions(host) for record in ready)
    ]
    _run(run.project, wanted, add, ChangeFailed)
    for record in ready:
        if record.change and record.ended:
            left = record.change.azure.undo()
            keeps = f"; Azure keeps: {'; '.join(left)}" if left else "; taken back"
            _end(run, record, Outcome.FAILED, record.ended.reason + keeps)


def _add(record: RouterRecord, gateway: str) -> None:
    if record.change is None or record.ended is not None:
        return
    try:
        record.change.azure.apply(gateway, record.change.azure.additions(gateway))
    except FvrfError as error:
        record.ended = Ended(outcome=Outcome.FAILED, reason=error.message)


def _record(run: Run, prepared: Prepared, observatory: Observatory, host: str) -> RouterRecord:
    plan = run.project.plan.routers[host]
    router = prepared.routers.get(host)
    if router is None:
        error = prepared.errors[host]
        return _end(run, RouterRecord(host=host), Outcome.UNREACHABLE, error.message)
    reachable = {name: g for name, g in prepared.gateways.items() if name in plan.gateways}
    seen = judge_gateways(run.project, plan, lambda name: _seen(prepared, name))
    record = RouterRecord(host=host, pre=(*router.findings, *seen), prepared=router)
    blocked = _blocked(prepared, host)
    if blocked:
        return _end(run, record, Outcome.SKIPPED, blocked)
    writer = SiteWriter(run, host, tuple(reachable.values()))
    additions = any(writer.additions(name) for name in reachable)
    if not router.blocks and not writer.window and not additions:
        reason = "" if verdict(record.pre) == "passed" else "in sync, but not every check passes"
        return _end(run, record, Outcome.UNCHANGED, reason)
    record.change = RouterChange(
        run=run,
        prepared=router,
        azure=writer,
        observatory=observatory,
    )
    return record


def _seen(prepared: Prepared, gateway: str) -> GatewayObservation:
    if gateway not in prepared.gateways:
        raise prepared.errors[gateway]
    return prepared.gateways[gateway].seen


def _blocked(prepared: Prepared, host: str) -> str:
    """Say why a router that was read is not changed, or nothing."""
    router = prepared.routers[host]
    if router.refusal is not None:
        return str(router.refusal)
    for name in router.plan.gateways:
        if name in prepared.errors:
            return f"its gateway cannot be read: {prepared.errors[name].message}"
        conflicts = prepared.gateways[name].diff.conflicts
        own = [str(conflict) for conflict in conflicts if conflict.router in {host, None}]
        if own:
            return "conflict: " + "; ".join(own)
    return ""


def _end(run: Run, record: RouterRecord, outcome: Outcome, reason: str) -> RouterRecord:
    record.ended = Ended(outcome=outcome, reason=reason)
    run.outcome(record.host, outcome, reason)
    return record


def _run(
    project: Project,
    hosts: Sequence[str],
    task: Callable[[Task], Result],
    wrap: type[FvrfError],
) -> tuple[dict[str, Any], dict[str, FvrfError]]:
    """Run a task on hosts: the results, and of those that raised the errors."""
    done: dict[str, Any] = {}
    errors: dict[str, FvrfError] = {}
    for host, results in project.only(hosts).run(task=task).items():
        error = results[0].exception
        if error is None:
            done[host] = results[0].result
        else:
            errors[host] = error if isinstance(error, FvrfError) else _unexpected(error, wrap)
    return done, errors


def _unexpected(error: BaseException, wrap: type[FvrfError]) -> FvrfError:
    """Word a mistake of ours by its type and place, not by its text: that may hold anything."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).parent.parent == _HOME]
    frame = (ours or frames)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    return wrap(f"unexpected {type(error).__name__} in {where}", code="F002")


def _crashed(run: Run, change: RouterChange, error: FvrfError) -> Ended:
    """End a chain that a mistake of ours broke off: its timer takes it back."""
    written = change.timer_started or change.azure.wrote
    outcome = Outcome.UNKNOWN if written and not isinstance(error, Unknown) else Outcome.FAILED
    run.outcome(change.host, outcome, error.message)
    return Ended(outcome=outcome, reason=error.message)
