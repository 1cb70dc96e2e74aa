"""Settle the routers of a change that broke off: examine each, then do what `fvrf.resume` decides.

Confirmed, saved, waited for or taken back; what has gone back is begun anew by the ordinary way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from nornir.core.task import Result, Task

from fvrf.errors import CannotLook, ChangeFailed, FvrfError, Unknown
from fvrf.journal import Outcome, Step
from fvrf.resume import Action, decide
from fvrf.trace import Push
from tasks.change import change_router, proof_s, prove, removed, save_proven
from tasks.examine import Examined, examine
from tasks.many import run_on
from tasks.observe import Observatory
from tasks.prepare import PrepareOptions
from tasks.reconcile import PreparedGateway, SiteWriter, look_at, prepare_gateway
from tasks.revert import revert
from tasks.rollout import Prepared, RouterRecord
from tasks.router_change import Ended, RouterChange, in_its_line
from tasks.run import Run
from tasks.session import close_session, session
from tasks.whole import tidy

_SPARE_S = 60.0
_SLICE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """What the routers that are settled share: the gateways as they were read, and who looks."""

    run: Run
    options: PrepareOptions
    gateways: Mapping[str, PreparedGateway]
    errors: Mapping[str, FvrfError]
    observatory: Observatory


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of the routers; one whose record has no end is to be begun anew."""

    records: Mapping[str, RouterRecord]
    prepared: Prepared


def settle(run: Run, options: PrepareOptions, hosts: Sequence[str]) -> Settled:
    """Examine routers and settle each."""
    settling = _settling(run, options, hosts)
    records = {host: RouterRecord(host=host) for host in hosts}

    def chain(task: Task) -> Result:
        record = records[task.host.name]
        try:
            _end(run, record, _settled(task, settling, record))
        except FvrfError as error:
            _end(run, record, _unknown(record.host, error))
        finally:
            if options.whole:
                tidy(task, run)  # the run that broke off may have left its file
            close_session(task.host)
        return Result(host=task.host)

    _, errors = run_on(run.project, tuple(hosts), chain, Unknown)
    for host, error in errors.items():
        _end(run, records[host], _unknown(host, error))
    routers = {host: r.prepared for host, r in records.items() if r.prepared is not None}
    prepared = Prepared(routers=routers, gateways=settling.gateways, errors=settling.errors)
    return Settled(records=records, prepared=prepared)


def _end(run: Run, record: RouterRecord, ended: Ended | None) -> None:
    """Note how a router ended, and write it down at once; None is no end."""
    record.ended = ended
    if ended is not None:
        run.outcome(record.host, ended.outcome, ended.reason)


def _settling(run: Run, options: PrepareOptions, hosts: Sequence[str]) -> Settling:
    """Read the gateways of the routers, once what an earlier run began there has ended."""
    names = {name for host in hosts for name in run.project.gateways_of(host)}

    def read(task: Task) -> Result:
        made = prepare_gateway(task, run, adopt=options.adopt)
        return Result(host=task.host, result=made)

    gateways, errors = run_on(run.project, sorted(names), read, CannotLook)
    looks = {name: partial(look_at, run.project, name, g.client) for name, g in gateways.items()}
    return Settling(
        run=run,
        options=options,
        gateways=gateways,
        errors=errors,
        observatory=Observatory(looks, run.project.clock),
    )


def _settled(task: Task, settling: Settling, record: RouterRecord) -> Ended | None:
    """Look, decide and act, until the router is settled or can be begun anew."""
    push = settling.run.trace(record.host).push
    while push is not None:
        found = _examined(task, settling, push)
        if found is None:
            continue
        action = decide(found.facts)
        _note(settling.run, record.host, found, action)
        if action is Action.WAIT:
            _wait(task, settling.run, found.left_s + _SPARE_S)
            continue
        return _act(task, settling, record, found, action)
    return None


def _act(
    task: Task, settling: Settling, record: RouterRecord, found: Examined, action: Action
) -> Ended | None:
    if action is Action.REDO:
        return None
    if action is Action.LEAVE:
        raise _left(found)
    if action is Action.REVERT:
        return _revert(task, settling.run, found)
    change = _change(settling, found)
    record.prepared, record.pre, record.change = found.prepared, found.prepared.findings, change
    if action is Action.PROVE:
        return change_router(task, change)
    return _save(task, change, saved=found.prepared.preflight.saved)


def _examined(task: Task, settling: Settling, push: Push) -> Examined | None:
    """Examine a router; None where it cannot be seen and its timer was waited for meanwhile."""
    run, host = settling.run, task.host.name
    site = SiteWriter(run, host, _gateways(settling, host))
    try:
        return examine(task, run, settling.options, push, proof_s=proof_s(run, site))
    except CannotLook:
        left_s = _left_s(run, push)
        if left_s <= 0:
            raise
        # What was pushed may be what keeps us out: then the timer lets us in again.
        _wait(task, run, left_s + _SPARE_S)
        return None


def _left_s(run: Run, push: Push) -> float:
    """Return how long a router's timer runs yet by our clock, where the router cannot be asked."""
    if push.timer is None:
        return 0.0
    left = push.timer.until - run.project.clock.utc()
    return min(left, timedelta(minutes=push.timer.minutes)).total_seconds()


def _wait(task: Task, run: Run, seconds: float) -> None:
    """Let a timer strike; raises Unknown if the operator stops the run meanwhile."""
    close_session(task.host)
    clock, host = run.project.clock, task.host.name
    until = clock.now() + seconds
    run.wait_for(host)
    run.progress.update(host, "waits for its revert timer")
    while (left_s := until - clock.now()) > 0:
        if run.stopped:
            raise Unknown(f"{host}: stopped while its revert timer ran", code="F597")
        clock.sleep(min(left_s, _SLICE_S))


def _revert(task: Task, run: Run, found: Examined) -> Ended | None:
    """Take back what stands, and say so only where that is not proven."""
    host = task.host.name
    try:
        with run.step(host, Step.REVERT, "what an earlier run left"):
            revert(run, found.prepared, session(run.project, task.host))
    except Unknown:
        raise
    except (ChangeFailed, CannotLook) as error:
        reason = f"what an earlier run left is not taken back: {in_its_line(host, error)}"
        return Ended(outcome=Outcome.FAILED, reason=reason)
    return None


def _change(settling: Settling, found: Examined) -> RouterChange:
    """Return the change of a router whose push stands."""
    run, host = settling.run, found.prepared.host
    until = run.project.clock.utc() + timedelta(seconds=found.left_s)
    return RouterChange(
        run=run,
        prepared=found.prepared,
        azure=SiteWriter(run, host, _gateways(settling, host)),
        observatory=settling.observatory,
        timer_until=until if found.left_s else None,
        stands=True,
    )


def _gateways(settling: Settling, host: str) -> tuple[PreparedGateway, ...]:
    """Return the gateways of a router; raises why one could not be read."""
    names = settling.run.project.gateways_of(host)
    for name in names:
        if name in settling.errors:
            raise settling.errors[name]
    return tuple(settling.gateways[name] for name in names)


def _save(task: Task, change: RouterChange, *, saved: bool) -> Ended:
    """Prove and save what was confirmed already; no timer takes it back any more."""
    close_session(task.host)
    try:
        prove(task, change)
    except Unknown:
        raise
    except ChangeFailed as error:
        reason = f"confirmed by an earlier run, and not proven now: {error.message}"
        return Ended(outcome=Outcome.FAILED, reason=reason)
    return removed(change, save_proven(task, change, saved=saved))


def _left(found: Examined) -> Unknown:
    facts, backup = found.facts, found.prepared.backup
    where = f" ({backup.path})" if backup else ""
    return Unknown(
        f"{found.prepared.host}: left alone: the configuration is neither the backup's{where} nor"
        f" the intended one, or a timer that is not ours pends (timer: {facts.timer})",
        remedy="see whose work it is; mend it by hand, or let that timer end, then --resume again",
        code="F598",
    )


def _unknown(host: str, error: FvrfError) -> Ended:
    return Ended(outcome=Outcome.UNKNOWN, reason=in_its_line(host, error))


def _note(run: Run, host: str, found: Examined, action: Action) -> None:
    """Write down what was found and decided."""
    facts = found.facts
    text = f"timer {facts.timer}, running {facts.running}: {action}"
    run.progress.update(host, Step.EXAMINE.words, text)
    if run.journal is not None:
        run.journal.finished(host, Step.EXAMINE, text)
