"""Record: the folder of a change and its report, from what is known of each router."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version

from fvrf.checks.finding import Finding
from fvrf.checks.observation import GatewayObservation
from fvrf.checks.verdict import progress, verdict
from fvrf.iosxe.text import redact
from fvrf.journal import Outcome, Timing, fold, read
from fvrf.report.model import (
    Backup,
    ChangeReport,
    ConnectionReport,
    GatewayReport,
    RouterReport,
    StepResult,
)
from fvrf.serial import dump
from tasks.changes import ChangeFolder
from tasks.plan_text import plan_text
from tasks.prepare import PreparedRouter
from tasks.rollout import Prepared, RouterRecord
from tasks.run import Run
from tasks.stop import BY_HAND, Stopped


def write_before(folder: ChangeFolder, run: Run, prepared: Prepared, *, whole: Prepared) -> None:
    """Write the plan and what was found: everything known before the first write of a wave.

    `whole` has the earlier waves too.

    What a router prints may hold a secret where none is to be expected, so it is masked.
    """
    if not (folder.path / "plan.json").exists():  # else a resume, which has but the rest of it
        selected = {host: run.project.plan.routers[host] for host in run.project.routers}
        plan = {"routers": selected, "warnings": run.project.plan.warnings}
        folder.write("plan.txt", folder.mask(plan_text(whole, run.project.warnings)))
        folder.write("plan.json", dump(plan))
    for host, router in prepared.routers.items():
        folder.write_host(host, "intended.cfg", router.intended)
        folder.write_host(host, "running-pre.cfg", folder.mask(redact(router.running)))
        folder.write_host(host, "diff.txt", folder.mask(router.diff.text))
        snapshot = {"seen": router.seen, "findings": router.findings}
        folder.write_host(host, "pre.json", folder.mask(dump(snapshot)))
    for host, gateway in prepared.gateways.items():
        folder.write_host(host, "pre.json", folder.mask(dump({"seen": gateway.seen})))


def write_after(
    folder: ChangeFolder, run: Run, prepared: Prepared, records: Iterable[RouterRecord]
) -> None:
    """Write what was found after the change, and what became of each connection."""
    seen: dict[str, GatewayObservation] = {}
    for record in records:
        if record.change is not None and record.post:
            snapshot = {"seen": record.change.seen, "findings": record.post}
            folder.write_host(record.host, "post.json", folder.mask(dump(snapshot)))
        if record.change is not None and record.change.running_after is not None:
            after = folder.mask(redact(record.change.running_after))
            folder.write_host(record.host, "running-post.cfg", after)
        if record.change is not None:
            latest = ((name, record.change.observatory.last(name)) for name in prepared.gateways)
            seen |= {name: one for name, one in latest if one is not None}
        for end in connection_reports(run, prepared, record):
            run.outcome(record.host, end.outcome, end.reason, connection=end.name)
    for host, gateway in seen.items():
        folder.write_host(host, "post.json", folder.mask(dump({"seen": gateway})))


# Checks that have something to say though they pass.
_ALWAYS_TOLD = frozenset({"spread"})


def findings_text(findings: Mapping[str, tuple[Finding, ...]]) -> str:
    """Say for each router what is not as it should be, and how much was looked at."""
    return "".join(f"{line}\n" for host in findings for line in _host_lines(host, findings[host]))


def _host_lines(host: str, findings: tuple[Finding, ...]) -> Iterable[str]:
    yield f"{host}: {verdict(findings)}: {progress(findings)}"
    for finding in findings:
        if finding.verdict != "passed" or finding.check in _ALWAYS_TOLD:
            word = "warning" if finding.warns else finding.verdict
            yield f"  {word}: {finding.end}: {finding}"


def findings_exit_code(findings: Mapping[str, tuple[Finding, ...]]) -> int:
    """Return 1 where a check failed, 2 where one could not look, else 0."""
    verdicts = {verdict(found) for found in findings.values()}
    return 1 if "failed" in verdicts else 2 if "error" in verdicts else 0


def exit_code(routers: Iterable[RouterReport], *, stopped: bool = False) -> int:
    """Return the exit code of a change: 3 goes before 1, 1 before 2, 2 before 0."""
    codes = {_code(router) for router in routers} | ({3} if stopped else set())
    return next((code for code in (3, 1, 2) if code in codes), 0)


def _code(router: RouterReport) -> int:
    if router.outcome in {Outcome.UNREACHABLE, Outcome.SKIPPED}:
        return 2
    if router.outcome is Outcome.UNCHANGED:
        # A reason stands there only where not every check passes.
        return int(bool(router.reason))
    return int(router.outcome is not Outcome.CONFIRMED)


def make_report(
    run: Run,
    folder: ChangeFolder,
    records: Mapping[str, RouterRecord],
    prepared: Prepared,
    earlier: Sequence[RouterReport] = (),
    *,
    command: str,
    started: datetime,
) -> ChangeReport:
    """Make the report of a change from its records and its journal.

    `earlier` has the routers of a resumed change that are in no record of this run.
    """
    journal = fold(read((folder.path / "journal.jsonl").read_text(encoding="utf-8")))
    timings = {host: state.timings for host, state in journal.hosts.items()}
    made = (
        router_report(run, prepared, record, timings.get(record.host, ()))
        for record in records.values()
    )
    by_host = {router.host: router for router in (*earlier, *made)}
    routers = tuple(by_host[host] for host in run.project.routers)
    return ChangeReport(
        change_id=folder.change_id,
        command=command,
        tool_version=version("fvrf"),
        started=started,
        finished=run.project.clock.utc(),
        exit_code=exit_code(routers, stopped=_is_stopped(run, routers)),
        routers=routers,
        gateways=tuple(_gateway(host, prepared, timings) for host in run.project.gateways),
        warnings=run.project.plan.warnings,
        error=f"{run.stop.reason}: nothing new was begun" if run.stopped else "",
    )


def _is_stopped(run: Run, routers: Iterable[RouterReport]) -> bool:
    """Tell a run that was stopped, by somebody or before all was begun."""
    by_hand = run.stop.reason.startswith(BY_HAND)
    return by_hand or any(router.reason.startswith(Stopped.code) for router in routers)


def router_report(
    run: Run, prepared: Prepared, record: RouterRecord, timings: tuple[Timing, ...]
) -> RouterReport:
    """Make the report of one router."""
    plan, router, change = run.project.plan.routers[record.host], record.prepared, record.change
    ended = record.ended
    stored = router.backup if router else None
    return RouterReport(
        host=record.host,
        site=plan.site,
        outcome=ended.outcome if ended else Outcome.UNKNOWN,
        reason=ended.reason if ended else "",
        pre=record.pre,
        post=record.post,
        diff=router.diff.text if router else "",
        commands=tuple(change.typed) if change else (),
        azure=tuple(change.azure.record) if change else (),
        connections=tuple(connection_reports(run, prepared, record)),
        timings=timings,
        backup=Backup(path=str(stored.path), sha256=stored.sha256) if stored else None,
        warnings=tuple(_warnings(router)) if router else (),
        wave=record.wave,
    )


def _warnings(router: PreparedRouter) -> Iterable[str]:
    yield from (f"foreign: {line}" for line in router.diff.foreign)
    yield from router.notes


def connection_reports(
    run: Run, prepared: Prepared, record: RouterRecord
) -> Iterable[ConnectionReport]:
    """Yield the outcome of each connection: what became of the steps that concern it."""
    steps = record.change.azure.record if record.change else []
    for connection in run.project.plan.routers[record.host].connections:
        results = {step.result for step in steps if step.connection == connection.name}
        yield ConnectionReport(
            name=connection.name,
            gateway=connection.gateway,
            outcome=_written(results, record)
            if results
            else _unwritten(prepared, connection.gateway, connection.name),
            reason=_first_failure(record.post or record.pre, connection.name),
        )


def _written(results: set[StepResult], record: RouterRecord) -> Outcome:
    if "failed" in results:
        return Outcome.FAILED
    if "undone" in results:
        return Outcome.ROLLED_BACK
    return record.ended.outcome if record.ended else Outcome.UNKNOWN


def _unwritten(prepared: Prepared, gateway: str, connection: str) -> Outcome:
    if gateway not in prepared.gateways:
        return Outcome.UNREACHABLE
    diff = prepared.gateways[gateway].diff
    planned = {step.connection for step in diff.steps} | {c.connection for c in diff.conflicts}
    return Outcome.SKIPPED if connection in planned else Outcome.UNCHANGED


def _first_failure(findings: Iterable[Finding], connection: str) -> str:
    failed = (f for f in findings if f.connection == connection and f.verdict != "passed")
    return next(map(str, failed), "")


def _gateway(
    host: str, prepared: Prepared, timings: Mapping[str, tuple[Timing, ...]]
) -> GatewayReport:
    error, gateway = prepared.errors.get(host), prepared.gateways.get(host)
    return GatewayReport(
        host=host,
        reason=error.message if error else "",
        timings=timings.get(host, ()),
        warnings=gateway.diff.warnings if gateway else (),
    )
