"""Verify: look at both ends over a new session until the expected state stands, or the deadline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from nornir.core.task import Task

from fvrf.checks.finding import Finding
from fvrf.checks.gateway import check_gateway
from fvrf.checks.observation import GatewayObservation, RouterObservation
from fvrf.checks.verdict import progress, verdict
from fvrf.errors import CannotLook
from fvrf.expected import expected_gateway
from fvrf.iosxe.parse.commands import router_commands
from fvrf.iosxe.text import check_whole
from fvrf.journal import Step
from fvrf.plan.model import RouterPlan
from tasks.back import proof
from tasks.look import judge, judge_traffic, look, observed, probe, rekeyed
from tasks.observe import Observatory
from tasks.project import Project
from tasks.run import Run
from tasks.session import close_session, session
from tasks.wire import looking


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The last findings of both ends; `seen` is None where the router could not be looked at."""

    findings: tuple[Finding, ...]
    seen: RouterObservation | None

    @property
    def passed(self) -> bool:
        """Whether every check of both ends passed."""
        return self.seen is not None and verdict(self.findings) == "passed"

    @property
    def reason(self) -> str:
        """The finding that matters: the first failed one, the lowest layer coming first."""
        for wanted in ("failed", "error"):
            for finding in self.findings:
                if finding.verdict == wanted:
                    return str(finding)
        return "every check passed"


def judge_gateways(
    project: Project, router: RouterPlan, see: Callable[[str], GatewayObservation]
) -> tuple[Finding, ...]:
    """Judge a router's connections on every gateway of it, as `see` shows the gateway."""
    findings: list[Finding] = []
    for gateway in router.gateways:
        expected = expected_gateway(project.plan.gateways[gateway], only={router.host})
        try:
            findings += check_gateway(expected, see(gateway))
        except CannotLook as error:
            findings.append(_error(gateway, "gateway", error))
    return tuple(findings)


def verify(
    task: Task,
    run: Run,
    plan: RouterPlan,
    observatory: Observatory,
    *,
    deadline_s: float,
    before: RouterObservation | None = None,
) -> Verification:
    """Poll both ends; the session that the last poll used stays open.

    The caller sees to it that no session is open that wrote: the first poll opens a new one.

    Once all else of the router stands, its packet counts must rise: since `before`, or since
    the first poll, or, once, since SAs that were made meanwhile. The gateways are asked only then,
    and at the deadline.
    """
    timing, clock = run.project.settings.timing, run.project.clock
    started = quiet_from = clock.now()
    has_rekeyed = False
    while True:
        begun = clock.now()
        router, seen = _router_findings(task, run, plan)
        stands = seen is not None and verdict(router) == "passed"
        if seen is not None and stands and before is not None:
            router = (*router, *_data_plane(task, run, plan, judge_traffic(plan, seen, before)))
        proven = stands and before is not None and verdict(router) == "passed"
        is_quiet = stands and not proven
        begins_anew = is_quiet and not has_rekeyed and _rekeyed(plan, seen, before)
        has_rekeyed = has_rekeyed or begins_anew
        if seen is not None and (before is None or begins_anew):
            # From when it was read: to log in may well take longer than a keepalive.
            before, quiet_from = seen, clock.now()
        last = begun - started >= deadline_s
        if is_quiet:
            last = last and begun - quiet_from >= timing.traffic_deadline_s
        gateways: Sequence[Finding] = ()
        if proven or last:
            gateways = judge_gateways(run.project, plan, partial(observatory.fresh, after=begun))
        result = Verification(findings=(*router, *gateways), seen=seen)
        if (proven and result.passed) or last:
            return result
        run.progress.update(task.host.name, Step.VERIFY.words, progress(result.findings))
        clock.sleep(timing.verify_poll_s)


def _rekeyed(
    plan: RouterPlan, seen: RouterObservation | None, before: RouterObservation | None
) -> bool:
    return seen is not None and before is not None and rekeyed(plan, seen, before)


def verify_back(
    task: Task, run: Run, plan: RouterPlan, observatory: Observatory, *, deadline_s: float
) -> Verification:
    """Poll both ends until a router that is taken back is as it was, or the deadline is over."""
    timing, clock = run.project.settings.timing, run.project.clock
    started = clock.now()
    while True:
        begun = clock.now()
        try:
            console = session(run.project, task.host)
            with looking(plan.host):
                whole, *printed = console.read(
                    ("show running-config", *router_commands(plan)),
                    timeout_s=timing.read_timeout_s,
                )
            seen = observed(plan, printed)
            see = partial(observatory.fresh, after=begun)
            findings = proof(run.project, plan, check_whole(whole), seen, see)
            result = Verification(findings=findings, seen=seen)
        except CannotLook as error:
            close_session(task.host)
            result = Verification(findings=(_error(plan.host, "session", error),), seen=None)
        if result.passed or begun - started >= deadline_s:
            return result
        run.progress.update(task.host.name, Step.VERIFY.words, progress(result.findings))
        clock.sleep(timing.verify_poll_s)


def _data_plane(
    task: Task, run: Run, plan: RouterPlan, traffic: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """Send the probes too, once packets are known to pass."""
    if verdict(traffic) != "passed":
        return traffic
    timeout_s = run.project.settings.timing.read_timeout_s
    try:
        with looking(plan.host):
            console = session(run.project, task.host)
            return (*traffic, *probe(console, plan, timeout_s=timeout_s))
    except CannotLook as error:
        close_session(task.host)
        return (*traffic, _error(plan.host, "session", error))


def _router_findings(
    task: Task, run: Run, plan: RouterPlan
) -> tuple[tuple[Finding, ...], RouterObservation | None]:
    timeout_s = run.project.settings.timing.read_timeout_s
    try:
        console = session(run.project, task.host)
        with looking(plan.host):
            seen = look(console, plan, timeout_s=timeout_s)
        return judge(plan, seen), seen
    except CannotLook as error:
        close_session(task.host)
        return (_error(plan.host, "session", error),), None


def _error(end: str, check: str, error: CannotLook) -> Finding:
    return Finding(
        end=end,
        check=check,
        subject=end,
        expected="an answer",
        actual=error.message,
        verdict="error",
    )
