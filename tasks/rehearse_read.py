"""Read the real ends for a rehearsal: what they are like, and what would refuse a change there.

Nothing is written to them, and nothing of their secrets leaves this process.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from nornir.core.task import Result, Task

from fvrf.azure.resources import Json
from fvrf.azure.state import far_end, public_address
from fvrf.checks.finding import Finding
from fvrf.errors import CannotLook, FvrfError
from fvrf.iosxe.text import check_whole
from fvrf.secrets import Secret
from tasks import rollout as stages
from tasks.azure.patience import Patience
from tasks.azure.rest import Ref
from tasks.azure.trouble import Trouble
from tasks.engine import sessions_closed
from tasks.many import run_on
from tasks.prepare import PrepareOptions
from tasks.project import Project
from tasks.reconcile import PreparedGateway, prepare_gateway
from tasks.run import Run
from tasks.stop import Stopped
from tasks.waves import progress, working

_KEY_DEADLINE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read: configurations by router, gateways, the keys by connection's id.

    `errors` has what could not be read, `refusals` the routers that would not be changed as they
    are, which no copy can know: a pending timer, say, or a flash that is full. `findings` are those
    of the routers' own ends before the change, `backups` the files read in place of routers.
    """

    texts: Mapping[str, Secret]
    gateways: Mapping[str, PreparedGateway]
    keys: Mapping[str, Secret | None] = field(repr=False)
    errors: Mapping[str, FvrfError]
    refusals: Mapping[str, FvrfError]
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    backups: Mapping[str, str] = field(default_factory=dict)


def read_live(project: Project, options: PrepareOptions) -> Reading:
    """Read the routers themselves; raises Stopped."""
    run = Run(project, progress(project))
    with working(run), sessions_closed(project):
        prepared = stages.prepare(run, options)
    if run.stopped:
        raise Stopped("stopped before everything was read")
    with_archive = stages.without_archive(prepared, options) if options.enable_archive else ()
    return Reading(
        texts={host: router.whole for host, router in prepared.routers.items()},
        gateways=prepared.gateways,
        keys=_keys(project, prepared.gateways),
        errors=prepared.errors,
        refusals={
            host: router.refusal
            for host, router in prepared.routers.items()
            if router.refusal is not None and host not in with_archive
        },
        findings={host: router.findings for host, router in prepared.routers.items()},
    )


def read_backups(project: Project, options: PrepareOptions) -> Reading:
    """Read the newest backup of each router, and the gateways as they are; raises Stopped."""
    run = Run(project, progress(project))

    def read(task: Task) -> Result:
        found = prepare_gateway(task, run, adopt=options.adopt)
        run.progress.waits(task.host.name)
        return Result(host=task.host, result=found)

    texts: dict[str, Secret] = {}
    names: dict[str, str] = {}
    unread: dict[str, FvrfError] = {}
    for host in project.routers:
        try:
            file = _newest(project, host)
            texts[host], names[host] = _read(file), file.name
        except CannotLook as error:
            unread[host] = error
    with working(run):
        done, errors = run_on(project, project.gateways, read, CannotLook)
    if run.stopped:
        raise Stopped("stopped before everything was read")
    return Reading(
        texts=texts,
        gateways=done,
        keys=_keys(project, done),
        errors={**unread, **errors},
        refusals={},
        backups=names,
    )


def _newest(project: Project, host: str) -> Path:
    """Return the newest backup of a router."""
    folder = project.settings.backups / host
    files = sorted(folder.glob("*.cfg"))
    if not files:
        raise CannotLook(
            f"{host} has no backup in {folder}",
            remedy="leave out --backups: the router itself is read then",
            code="F226",
        )
    return files[-1]


def _read(file: Path) -> Secret:
    try:
        return Secret(check_whole(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise CannotLook(f"{file} cannot be read: {type(error).__name__}", code="F226") from error


def _keys(project: Project, gateways: Mapping[str, PreparedGateway]) -> dict[str, Secret | None]:
    """Read the keys of the connections that lead to the selected routers; None is unreadable."""
    found: dict[str, Secret | None] = {}
    waiting = Patience(clock=project.clock, operation_deadline_s=_KEY_DEADLINE_S, poll_s=1)
    for gateway in gateways.values():
        for connection in _of_selection(project, gateway):
            ref, until = Ref.of(str(connection["id"])), project.clock.now() + _KEY_DEADLINE_S
            try:
                key = waiting.retried(partial(gateway.client.key, ref), until)
                found[str(connection["id"])] = key
            except Trouble:
                found[str(connection["id"])] = None
    return found


def _of_selection(project: Project, gateway: PreparedGateway) -> Iterator[Json]:
    uplinks = (u for host in project.routers for u in project.intent.routers[host].uplinks.values())
    ours = {str(uplink.public_address) for uplink in uplinks}
    for connection in gateway.state.connections:
        if public_address(gateway.state.local_gateway(far_end(connection))) in ours:
            yield connection
