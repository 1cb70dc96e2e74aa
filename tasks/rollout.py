"""A change of many routers and their gateways: prepare, change, finish.

Three Nornir runs: everything is read and compared at both ends; then the gateways are given
what breaks nothing; then every router goes through its own chain, at its own pace.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Self

from nornir.core.task import Result, Task

from fvrf.checks.finding import Finding
from fvrf.checks.observation import GatewayObservation
from fvrf.checks.verdict import verdict
from fvrf.errors import CannotLook, ChangeFailed, FvrfError, Refused, Unknown
from fvrf.guard import Loss
from fvrf.journal import Outcome
from tasks.additions import write_additions
from tasks.approval import drift
from tasks.archive import enable_archive
from tasks.change import change_router, check_window, timer_minutes
from tasks.guard import lost, refusal
from tasks.many import run_all, run_on
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
from tasks.router_change import Ended, RouterChange, in_one_line, not_begun, unseen
from tasks.run import Run
from tasks.session import end_sessions
from tasks.stop import Stopped
from tasks.verify import judge_gateways
from tasks.verify import verify as verify_router


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was read of the selection; `errors` has the hosts that could not be read.

    `losses` has what changing a router would take from its site: working paths that are its last.
    """

    routers: Mapping[str, PreparedRouter]
    gateways: Mapping[str, PreparedGateway]
    errors: Mapping[str, FvrfError]
    losses: Mapping[str, tuple[Loss, ...]] = field(default_factory=dict)

    def with_(self, other: Self) -> Self:
        """Return this and what was read of another wave, where that is newer."""
        return replace(
            self,
            routers={**self.routers, **other.routers},
            gateways={**self.gateways, **other.gateways},
            errors={**self.errors, **other.errors},
            losses={**self.losses, **other.losses},
        )

    @property
    def in_sync(self) -> bool:
        """Whether everything was read and there is nothing to write at either end."""
        routers = all(router.diff.in_sync for router in self.routers.values())
        return not self.errors and routers and all(g.diff.in_sync for g in self.gateways.values())


@dataclass(slots=True, kw_only=True)
class RouterRecord:
    """All that is known of a router in this run; what the report is made from.

    `change` is None where nothing is to be changed, `ended` until that is over, `wave` where there
    is but one.
    """

    host: str
    pre: tuple[Finding, ...] = ()
    prepared: PreparedRouter | None = None
    change: RouterChange | None = None
    ended: Ended | None = None
    wave: int | None = None

    @property
    def post(self) -> tuple[Finding, ...]:
        """The findings of the last look after something was written."""
        return self.change.findings if self.change else ()


def prepare(run: Run, options: PrepareOptions) -> Prepared:
    """Read both ends of the whole selection; writes nothing but backups."""
    routers, gateways = run.project.routers, run.project.gateways

    def read(task: Task) -> Result:
        if run.stopped:
            raise Stopped(f"{run.stop.reason} before it was read")
        if task.host.name in gateways:
            made: object = prepare_gateway(task, run, adopt=options.adopt)
        else:
            made = prepare_router(task, run, options)
        run.progress.waits(task.host.name)
        return Result(host=task.host, result=made)

    done, errors = run_on(run.project, (*gateways, *routers), read, CannotLook)
    found = Prepared(
        routers={host: done[host] for host in routers if host in done},
        gateways={host: done[host] for host in gateways if host in done},
        errors=errors,
    )
    return replace(found, losses=_losses(run.project, found))


def _losses(project: Project, found: Prepared) -> dict[str, tuple[Loss, ...]]:
    """Return what would be the last path of a site, by router, as both ends were just seen."""
    gateways = found.gateways

    def see(name: str) -> GatewayObservation | None:
        return gateways[name].seen if name in gateways else None

    measured = {
        host: lost(
            project,
            router,
            [step for gateway in gateways.values() for step in gateway.diff.window(host)],
            router.seen,
            see,
        )
        for host, router in found.routers.items()
    }
    return {host: losses for host, losses in measured.items() if losses}


def without_archive(prepared: Prepared, options: PrepareOptions) -> tuple[str, ...]:
    """Return the routers on which nothing but the missing archive is in the way of a change."""
    return tuple(
        host
        for host, router in prepared.routers.items()
        if router.blocks
        and not router.preflight.archive.enabled
        and router.refusal_with_archive(save_foreign=options.save_foreign) is None
    )


def enable_archives(
    run: Run, prepared: Prepared, options: PrepareOptions, hosts: Sequence[str]
) -> Prepared:
    """Enable the archive of routers, save, and read those routers anew."""

    def enable(task: Task) -> Result:
        enable_archive(task, run)
        return Result(host=task.host, result=prepare_router(task, run, options))

    done, errors = run_on(run.project, hosts, enable, ChangeFailed)
    kept = {host: router for host, router in prepared.routers.items() if host not in errors}
    return replace(prepared, routers=kept | done, errors={**prepared.errors, **errors})


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
        end_sessions(project.nornir.inventory.hosts[host])


def change(run: Run, prepared: Prepared, records: Mapping[str, RouterRecord]) -> None:
    """Change every router that is ready; its record gets the outcome."""
    ready = [record.change for record in records.values() if record.change is not None]
    for host, ended in write_additions(run, prepared.gateways, ready).items():
        _end(run, records[host], ended)
    chains = {change.host: change for change in ready if records[change.host].ended is None}

    def chain(task: Task) -> Result:
        change = chains[task.host.name]
        ended = change_router(task, change)
        if not run.is_given_up(change.host):
            _end(run, records[change.host], ended)
        return Result(host=task.host)

    _, errors = run_on(run.project, tuple(chains), chain, ChangeFailed)
    for host, error in errors.items():
        _end(run, records[host], _crashed(chains[host], error))


def not_reached(run: Run, hosts: Iterable[str]) -> dict[str, RouterRecord]:
    """Return the records of routers whose wave never began."""
    stopped = Stopped(f"{run.stop.reason} before its wave began")
    return {host: _end(run, RouterRecord(host=host), not_begun(stopped)) for host in hosts}


def skip(run: Run, records: Mapping[str, RouterRecord], reason: str) -> None:
    """End all that was not begun yet."""
    for record in records.values():
        if record.ended is None:
            _end(run, record, Ended(outcome=Outcome.SKIPPED, reason=reason))


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
        if run.stopped:
            raise Stopped(f"{run.stop.reason} before everything was looked at")
        run.progress.update(plan.host, "verify")
        try:
            seen = verify_router(task, run, plan, observatory, deadline_s=wait_s)
        finally:
            end_sessions(task.host)
        run.progress.update(plan.host, "verified", seen.reason)
        return Result(host=task.host, result=seen.findings)

    return run_all(project, project.routers, look)


def _record(run: Run, prepared: Prepared, observatory: Observatory, host: str) -> RouterRecord:
    plan = run.project.plan.routers[host]
    router = prepared.routers.get(host)
    if router is None:
        return _end(run, RouterRecord(host=host), not_begun(prepared.errors[host]))
    ends = run.project.gateways_of(host)
    reachable = {name: g for name, g in prepared.gateways.items() if name in ends}
    seen = judge_gateways(run.project, plan, lambda name: _seen(prepared, name))
    record = RouterRecord(host=host, pre=(*router.findings, *seen), prepared=router)
    writer = SiteWriter(run, host, tuple(reachable.values()))
    change = RouterChange(run=run, prepared=router, azure=writer, observatory=observatory)
    ended = (
        _blocked(prepared, host, ends)
        or _drifted(run, prepared, host)
        or beside_keys(run, change)
        or _not_needed(record, change)
        or _not_in_time(change)
        or _last_path(run, prepared, host)
    )
    if ended is not None:
        return _end(run, record, ended)
    record.change = change
    return record


def _seen(prepared: Prepared, gateway: str) -> GatewayObservation:
    if gateway not in prepared.gateways:
        raise prepared.errors[gateway]
    return prepared.gateways[gateway].seen


def _blocked(prepared: Prepared, host: str, gateways: Iterable[str]) -> Ended | None:
    """Say why a router that was read is not changed."""
    router = prepared.routers[host]
    if router.refusal is not None:
        return not_begun(router.refusal)
    for name in gateways:
        if name in prepared.errors:
            reason = f"its gateway cannot be read: {in_one_line(prepared.errors[name])}"
            return Ended(outcome=Outcome.SKIPPED, reason=reason)
        conflicts = prepared.gateways[name].diff.conflicts
        own = [str(conflict) for conflict in conflicts if conflict.router in {host, None}]
        if own:
            return Ended(outcome=Outcome.SKIPPED, reason=f"conflict: {'; '.join(own)}")
    return None


def beside_keys(run: Run, change: RouterChange) -> Ended | None:
    """Say what else than keys is different, where keys alone are to be changed."""
    if not run.project.renew:
        return None
    changes, names = change.prepared.diff.changes, change.prepared.plan.gateways
    others = [f"{c.kind} {c.name}" for c in changes if c.kind != "keyring"]
    others += [str(step) for _, step in change.azure.window if step.kind != "set_key"]
    others += [str(step) for name in names for step in change.azure.additions(name)]
    if not others:
        return None
    reason = f"more than its key differs: {'; '.join(others)} -> rollout first"
    return Ended(outcome=Outcome.SKIPPED, reason=reason)


def _drifted(run: Run, prepared: Prepared, host: str) -> Ended | None:
    """Refuse what is not as it was approved, and say in what."""
    if run.approved is None:
        return None
    lines = drift(run.project, prepared, run.approved, host)
    if not lines:
        return None
    error = Refused(
        f"it is not as it was approved: {'; '.join(lines)}",
        remedy="make the plan anew with `plan --out FILE`, and have that approved",
        code="F372",
    )
    return not_begun(error)


def _not_needed(record: RouterRecord, change: RouterChange) -> Ended | None:
    if change.changes_router or change.azure.planned or change.azure.wrote:
        return None
    reason = "" if verdict(record.pre) == "passed" else "in sync, but not every check passes"
    return Ended(outcome=Outcome.UNCHANGED, reason=reason)


def _not_in_time(change: RouterChange) -> Ended | None:
    """Refuse before anything is written what no revert timer, or no window, would outlast."""
    try:
        if change.changes_router:
            timer_minutes(change)
        check_window(change)
    except Refused as error:
        return not_begun(error)
    return None


def _last_path(run: Run, prepared: Prepared, host: str) -> Ended | None:
    """Refuse before anything is written what would take a site's last path, as it was read."""
    found = prepared.losses.get(host, ())
    if not found or run.project.plan.routers[host].site in run.allow_outage:
        return None
    return not_begun(refusal(host, found))


def _end(run: Run, record: RouterRecord, ended: Ended) -> RouterRecord:
    # An outcome always stands beside its host, which errors name for themselves.
    reason = ended.reason.replace(f"{record.host}: ", "")
    record.ended = replace(ended, reason=reason)
    run.outcome(record.host, ended.outcome, reason)
    return record


def _crashed(change: RouterChange, error: FvrfError) -> Ended:
    """End a chain that a mistake of ours broke off: what was written is left to its timer."""
    if isinstance(error, Unknown):
        return unseen(change, error)
    if not change.wrote:
        return Ended(outcome=Outcome.SKIPPED, reason=in_one_line(error))
    return unseen(change, Unknown(error.message, remedy="nothing was confirmed", code=error.code))
