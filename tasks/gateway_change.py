"""Change gateways themselves, and nothing else: what a plan needs of them and they have not yet."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from fvrf.azure.preparation import Preparation, preparation
from fvrf.azure.resources import Json, writable
from fvrf.errors import ChangeFailed, FvrfError, Refused
from fvrf.journal import Outcome, Step
from tasks.azure.client import GatewayClient, patience
from tasks.azure.patience import Patience
from tasks.azure.read import READ_DEADLINE_S
from tasks.azure.trouble import Trouble, cannot_look, change_failed
from tasks.hubs import hub_refused
from tasks.journal import Journal
from tasks.opening import ChangeOptions, how_it_begins, new_change
from tasks.prepare import PrepareOptions
from tasks.project import Project
from tasks.reconcile import access, gateway_client

RUNBOOK = "gateway_change"
_ACTION = "virtualNetworkGateways/write"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedGateway:
    """What became of a gateway, and why."""

    host: str
    outcome: Outcome
    reason: str

    def __str__(self) -> str:
        return f"{self.host}: {self.outcome.words}: {self.reason}"


def change_gateways(
    project: Project, options: ChangeOptions, *, agree: Callable[[str], None]
) -> list[ChangedGateway]:
    """Bring the selected gateways to what the plan needs, one after the other.

    `agree` is shown each change and its outage, and asked; it raises Refused for a no. Raises
    CannotLook where one cannot be read, Refused for one that clients dial into: nothing is written.
    """
    started = project.clock.utc()
    found = {host: _Gateway(project, host) for host in project.gateways}
    wanted = {host: made for host, one in found.items() if (made := one.preparation()) is not None}
    same = [host for host in found if host not in wanted]
    done = [ChangedGateway(host=h, outcome=Outcome.UNCHANGED, reason="as wanted") for h in same]
    if not wanted:
        return done
    agree("\n".join(map(str, wanted.values())))
    first = how_it_begins(project, PrepareOptions(), command=RUNBOOK)
    with new_change(project, first, options, started=started) as opened:
        for host, made in wanted.items():
            done.append(found[host].change(made, opened.journal))
    return done


def exit_code(done: list[ChangedGateway]) -> int:
    """Return 1 if a gateway is not as wanted now, else 0."""
    return int(any(one.outcome is Outcome.FAILED for one in done))


def _client(project: Project, host: str) -> GatewayClient:
    client = gateway_client(project, host)
    if not isinstance(client, GatewayClient):
        raise hub_refused(host, RUNBOOK)
    return client


class _Gateway:
    """One gateway: read, changed, and read again."""

    def __init__(self, project: Project, host: str) -> None:
        self._host = host
        self._plan = project.plan.gateways[host]
        self._clock = project.clock
        self._client = _client(project, host)
        deadline_s = project.settings.timing.azure_gateway_deadline_s
        way = replace(access(project, host), operation_deadline_s=deadline_s)
        self._waiting: Patience = patience(way, project.clock)
        self._before: Json = {}

    def preparation(self) -> Preparation | None:
        """Read the gateway; return what has to change of it."""
        until = self._clock.now() + READ_DEADLINE_S
        try:
            self._before = self._waiting.retried(self._client.gateway, until)
            made = preparation(self._plan, self._before)
            if made and self._waiting.retried(self._client.has_point_to_site, until):
                raise Refused(
                    f"{self._host}: clients dial into this gateway, and their secrets cannot be"
                    " read: a change of it would lose them",
                    remedy=f"change it by hand: {made}",
                    code="F337",
                )
        except Trouble as trouble:
            raise cannot_look(trouble, self._host, "virtualNetworkGateways/read") from trouble
        return made

    def change(self, made: Preparation, journal: Journal) -> ChangedGateway:
        """Write it, wait, and look whether it is so; the journal has what stood before."""
        facts = {"prior": writable(self._before), "written": made.body}
        journal.started(self._host, Step.AZURE_APPLY, str(made), facts=facts)
        try:
            self._write(made)
        except FvrfError as error:
            journal.failed(self._host, Step.AZURE_APPLY, str(error))
            return self._ended(journal, Outcome.FAILED, str(error))
        journal.finished(self._host, Step.AZURE_APPLY)
        return self._ended(journal, Outcome.CONFIRMED, str(made).partition(";")[0])

    def _write(self, made: Preparation) -> None:
        until = self._waiting.until()
        try:
            operation = self._waiting.retried(
                lambda: self._client.put_gateway(made.body, self._before.get("etag")), until
            )
            body = self._waiting.settled(operation, self._client.gateway, until)
        except Trouble as trouble:
            raise change_failed(trouble, self._host, _ACTION) from trouble
        left = preparation(self._plan, body)
        if left is not None:
            raise ChangeFailed(
                f"Azure took the change and shows another gateway: {left}",
                remedy="look at the gateway's activity log; the journal has its former body",
                code="F534",
            )

    def _ended(self, journal: Journal, outcome: Outcome, reason: str) -> ChangedGateway:
        journal.outcome(self._host, outcome, reason)
        return ChangedGateway(host=self._host, outcome=outcome, reason=reason)
