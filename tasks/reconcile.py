"""Reconcile the gateways: read and diff beside the routers' preparation, then the additions.

A gateway has one writer at a time. Steps that break nothing run here, each to Succeeded, before
any router's window; the others are left to the window of their router.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

from nornir.core.task import Task

from fvrf.azure.diff import reconcile
from fvrf.azure.removal import removals
from fvrf.azure.resources import Desired, Json, connection_id, desired, writable
from fvrf.azure.restore import restored
from fvrf.azure.speakers import located
from fvrf.azure.state import AzureState
from fvrf.azure.steps import DELETIONS, AzureDiff, Step, StepKind
from fvrf.checks.observation import GatewayObservation
from fvrf.errors import FvrfError
from fvrf.intent.model import GatewayPlace, HubGateway, HubPlace
from fvrf.journal import Step as Stage
from fvrf.plan.model import ConnectionPlan
from fvrf.report.model import AzureStep, StepResult
from fvrf.trace import AzureWrite
from tasks.azure.access import AzureAccess
from tasks.azure.apply import Applied, GatewayWriter, writer_lock
from tasks.azure.client import connect, patience
from tasks.azure.in_flight import wait_for_operations
from tasks.azure.observe import observe
from tasks.azure.read import read_state
from tasks.azure.rest import GatewayEnd
from tasks.azure.undo import undo
from tasks.project import Project, cloud_of
from tasks.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedGateway:
    """A gateway before the change: what is wanted, what is there, and the steps between."""

    host: str
    client: GatewayEnd = field(repr=False)
    desired: Desired
    state: AzureState = field(repr=False)
    diff: AzureDiff
    seen: GatewayObservation = field(repr=False)


def access(project: Project, gateway: str) -> AzureAccess:
    """Return the way to a gateway, from intent and settings; of one without intent, its place."""
    place: GatewayPlace | None = project.places.get(gateway)
    intent, timing = place or project.intent.gateways[gateway], project.settings.timing
    return AzureAccess(
        subscription=intent.subscription,
        resource_group=intent.resource_group,
        gateway=intent.name or gateway,
        is_hub=isinstance(intent, HubGateway | HubPlace),
        cloud=cloud_of(project.settings, intent.cloud),
        identity=intent.identity,
        connect_timeout_s=timing.azure_connect_timeout_s,
        read_timeout_s=timing.azure_read_timeout_s,
        operation_deadline_s=timing.azure_operation_deadline_s,
        poll_s=timing.azure_poll_s,
    )


def gateway_client(project: Project, gateway: str) -> GatewayEnd:
    """Return the SDK's client of a gateway; nothing is sent yet."""
    return connect(access(project, gateway), project.secrets.resolve, project.clock)


def look_at(project: Project, gateway: str, client: GatewayEnd) -> GatewayObservation:
    """Observe a gateway: all its connections of the selection at once."""
    plan = project.plan.gateways[gateway]
    return observe(
        gateway,
        client,
        patience(access(project, gateway), project.clock),
        connections={one.name: connection_id(plan, one) for one in _looked_at(project, gateway)},
        nics=plan.nics,
        deadline_s=project.settings.timing.azure_observe_deadline_s,
    )


def _looked_at(project: Project, gateway: str) -> tuple[ConnectionPlan, ...]:
    """Return the selection's connections; at a hub, which tells no peers, those of its sites."""
    chosen = project.gateway(gateway).connections
    if project.plan.gateways[gateway].hub is None:
        return chosen
    sites = {connection.site for connection in chosen}
    return tuple(c for c in project.plan.gateways[gateway].connections if c.site in sites)


def prepare_gateway(task: Task, run: Run, *, adopt: bool) -> PreparedGateway:
    """Read a gateway and compare it with the plan; raises CannotLook, writes nothing."""
    project, host = run.project, task.host.name
    wanted = desired(project.gateway(host))
    way = access(project, host)
    with run.step(host, Stage.AZURE_READ):
        client, waiting = gateway_client(project, host), patience(way, project.clock)
        if run.traces:
            wait_for_operations(client, wanted, waiting)
        state = read_state(client, wanted, project.secrets.resolve, waiting)
        wanted = located(wanted, state.gateway)
    with run.step(host, Stage.DIFF):
        planned = {connection.name for connection in project.plan.gateways[host].connections}
        diff = reconcile(wanted, state, adopt=adopt, elsewhere=planned)
        if project.gone is not None and project.gone.prune:
            diff = _with_removals(project, host, state, diff)
        if project.back:
            writes = [w for back in project.back.values() for w in back.writes if w.gateway == host]
            wanted, diff = restored(wanted, state, writes)
    with run.step(host, Stage.SNAPSHOT):
        seen = look_at(project, host, client)
    return PreparedGateway(
        host=host, client=client, desired=wanted, state=state, diff=diff, seen=seen
    )


def _with_removals(project: Project, host: str, state: AzureState, diff: AzureDiff) -> AzureDiff:
    gone = project.gone.connections if project.gone else ()
    own = [connection for connection in gone if connection.gateway == host]
    steps, conflicts = removals(project.plan.gateways[host], own, state)
    return replace(diff, removals=steps, conflicts=(*diff.conflicts, *conflicts))


class SiteWriter:
    """Writes the Azure end of one router, on all its gateways, and can take it back."""

    def __init__(self, run: Run, router: str, gateways: Sequence[PreparedGateway]) -> None:
        self._run = run
        self._router = router
        self._writers = {gateway.host: self._writer(gateway) for gateway in gateways}
        self._gateways = {gateway.host: gateway for gateway in gateways}
        self.record: list[AzureStep] = []
        self._open: set[str] = set()
        self._recall(run.trace(router).azure)

    @property
    def window(self) -> tuple[tuple[str, Step], ...]:
        """The steps that belong in this router's window, with their gateways."""
        return tuple(
            (host, step)
            for host, gateway in self._gateways.items()
            for step in gateway.diff.window(self._router)
        )

    @property
    def planned(self) -> bool:
        """Whether any step is planned for this router."""
        additions = any(self.additions(gateway) for gateway in self._gateways)
        return bool(self.window or self.removals) or additions

    @property
    def removals(self) -> tuple[tuple[str, Step], ...]:
        """The deletions that belong to this router, with their gateways."""
        return tuple(
            (host, step)
            for host, gateway in self._gateways.items()
            for step in gateway.diff.removals
            if step.router == self._router
        )

    def additions(self, gateway: str) -> tuple[Step, ...]:
        """Return the steps of this router that break nothing; none on a gateway not its own."""
        if gateway not in self._gateways:
            return ()
        diff = self._gateways[gateway].diff
        return tuple(step for step in diff.additions if step.router == self._router)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the writer's lock of every gateway that is written to from here, in one order."""
        with ExitStack() as stack:
            for host in sorted({host for host, _ in (*self.window, *self.removals)}):
                stack.enter_context(self._turn(host))
            yield

    @contextmanager
    def _turn(self, gateway: str) -> Iterator[None]:
        """Hold the writer's lock of a gateway, once the others are through."""
        lock = writer_lock(self._gateways[gateway].desired.gateway_id)
        if not lock.acquire(blocking=False):
            with self._run.waiting(self._router, f"for its turn at {gateway}"):
                lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def apply(self, gateway: str, steps: Sequence[Step]) -> None:
        """Do the steps in order; the first that fails raises and ends it."""
        for step in steps:
            begun = self._run.project.clock.now()
            try:
                with self._run.step(self._router, Stage.AZURE_APPLY, str(step)):
                    self._apply(gateway, step)
            except FvrfError as error:
                self._note(step, "failed", error.message, begun)
                raise
            self._note(step, "done", "", begun)

    def _recall(self, writes: Sequence[AzureWrite]) -> None:
        """Take the writes of earlier runs of this change for this one's own."""
        for write in writes:
            # A deletion stays done: its key is in no journal, and the rest follows from a new look.
            if write.gateway not in self._writers or write.kind in DELETIONS:
                continue
            step = Step(
                kind=cast("StepKind", write.kind),
                resource=write.resource,
                connection=write.connection,
                router=self._router,
                interrupts=False,
            )
            self._writers[write.gateway].recall(step, write.prior, write.written)
            self._note(step, "done", "in an earlier run", self._run.project.clock.now())

    def _apply(self, gateway: str, step: Step) -> None:
        """Do a step; however it goes, the journal has what stands since."""
        writer = self._writers[gateway]
        before = len(writer.applied)
        try:
            writer.apply(step)
        finally:
            if gateway in self._open:
                self._open.remove(gateway)
                self._ended(step, writer.applied[before:])

    def _ended(self, step: Step, applied: Sequence[Applied]) -> None:
        """Write down what stands since a step; a request that was refused unsent left nothing."""
        journal, place = self._run.journal, step.connection
        if journal is None:
            return
        if applied:
            facts = {"written": _body(applied[-1].written)}
            journal.finished(self._router, Stage.AZURE_WRITE, connection=place, facts=facts)
        else:
            journal.failed(self._router, Stage.AZURE_WRITE, "not written", connection=place)

    def _begun(self, gateway: str, entry: Applied) -> None:
        """Write down what a step is about to replace, before anything is sent."""
        self._open.add(gateway)
        if self._run.journal is not None:
            step = entry.step
            facts = {"gateway": gateway, "kind": step.kind, "resource": step.resource}
            self._run.journal.started(
                self._router,
                Stage.AZURE_WRITE,
                connection=step.connection,
                facts={**facts, "prior": _body(entry.prior)},
            )

    @property
    def wrote(self) -> bool:
        """Whether anything was written to Azure for this router."""
        return any(writer.applied for writer in self._writers.values())

    @property
    def written(self) -> tuple[str, ...]:
        """The steps that wrote, or may have, in words."""
        writers = self._writers.values()
        return tuple(str(entry.step) for writer in writers for entry in writer.applied)

    def undo(self) -> tuple[str, ...]:
        """Take back what was written, last first; return what could not be, in words."""
        left: list[str] = []
        for host, writer in self._writers.items():
            if not writer.applied:
                continue
            with self._turn(host), self._run.step(self._router, Stage.AZURE_UNDO):
                undone = undo(writer, writer.applied)
            self._mark_undone({entry.step for entry in undone if entry.outcome == "undone"})
            left += [str(entry) for entry in undone if entry.outcome == "kept"]
        return tuple(left)

    def _writer(self, gateway: PreparedGateway) -> GatewayWriter:
        project = self._run.project
        return GatewayWriter(
            client=gateway.client,
            desired=gateway.desired,
            state=gateway.state,
            resolve=project.secrets.resolve,
            patience=patience(access(project, gateway.host), project.clock),
            begun=partial(self._begun, gateway.host),
        )

    def _mark_undone(self, steps: set[Step]) -> None:
        done = {(step.kind.replace("_", " "), step.resource) for step in steps}
        self.record = [
            replace(entry, result="undone") if (entry.action, entry.resource) in done else entry
            for entry in self.record
        ]

    def _note(self, step: Step, result: StepResult, detail: str, begun: float) -> None:
        self.record.append(
            AzureStep(
                action=step.kind.replace("_", " "),
                resource=step.resource,
                result=result,
                detail=detail or "; ".join(map(str, step.changes)),
                connection=step.connection,
                duration_s=self._run.project.clock.now() - begun,
            )
        )


def _body(body: Json | None) -> Json | None:
    """Return what of a resource a PUT could bring back; keys are never in it."""
    return None if body is None else writable(body)
