"""Prepare a router, reading only: preflight, backup, render, diff and the snapshot before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from nornir.core.task import Task

from fvrf import psk
from fvrf.checks.finding import Finding
from fvrf.checks.observation import RouterObservation
from fvrf.errors import FvrfError, Refused
from fvrf.iosxe.diff import RouterDiff, backwards, compare
from fvrf.iosxe.emit import Block, commands
from fvrf.iosxe.licence import COMMAND as LICENCE
from fvrf.iosxe.parse.commands import router_commands
from fvrf.iosxe.text import check_whole, mask_keys
from fvrf.journal import Step
from fvrf.plan.model import RouterPlan
from fvrf.preflight import Preflight, not_ours, read_preflight, refusal
from fvrf.secrets import Secret, SecretRef
from tasks.back import former, moved_on, whole_change, whole_refusal
from tasks.backup import StoredBackup, store
from tasks.files import writable
from tasks.look import judge, observed
from tasks.render import render
from tasks.session import open_session
from tasks.wire import looking

if TYPE_CHECKING:
    from tasks.run import Run


PREFLIGHT = (
    "show running-config",
    "show archive",
    "show archive config rollback timer",
    "show startup-config",
    "dir bootflash: | include free",
    "show clock",
    "show privilege",
    "show parser view",
    LICENCE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareOptions:
    """What an NOE allowed beforehand; `store` writes the backup (a mere plan does not).

    `allow_outage` names the sites whose last working path may be taken, `from_asn` is the AS whose
    BGP process may go where the intent has another. `whole` and `overwrite` are a rollback's.
    """

    adopt: bool = False
    from_asn: int | None = None
    whole: bool = False
    overwrite: Sequence[str] = ()
    save_foreign: bool = False
    enable_archive: bool = False
    allow_outage: Sequence[str] = ()
    store: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRouter:
    """A router before its change; `running` and `intended` hold placeholders for keys.

    `whole` is the running configuration as it was read.
    `refusal` is why nothing may be changed here, None where all is well; `read_at` a moment of the
    product's clock. `replacement` is the file that is put in place of the whole configuration.
    """

    plan: RouterPlan
    preflight: Preflight
    backup: StoredBackup | None
    whole: Secret
    running: str
    intended: str
    diff: RouterDiff
    blocks: tuple[Block, ...]
    seen: RouterObservation
    findings: tuple[Finding, ...]
    refusal: FvrfError | None
    read_at: float
    replacement: Path | None = None

    @property
    def host(self) -> str:
        """The router's name."""
        return self.plan.host

    @property
    def notes(self) -> tuple[str, ...]:
        """What an NOE should know besides: of the difference, and of the router's licence."""
        return (*self.diff.notes, *self.preflight.licence.notes(self.plan.throughput_gbps))

    @property
    def lines(self) -> int:
        """How many lines a push types."""
        if self.replacement is not None:
            return len(self.diff.text.splitlines())
        return sum(len(block.lines) for block in self.blocks)

    def router_time(self, now: float) -> datetime | None:
        """Return the time of the router's own clock at `now`, a moment of the product's."""
        told = self.preflight.clock
        return None if told is None else told + timedelta(seconds=now - self.read_at)

    def refusal_with_archive(self, *, save_foreign: bool) -> FvrfError | None:
        """Return why nothing could be changed here even if the router had an archive."""
        state = replace(self.preflight, archive=replace(self.preflight.archive, enabled=True))
        return refusal(
            self.host,
            state,
            self.diff.conflicts,
            weak=self.plan.shielded,
            save_foreign=save_foreign,
        )


def prepare_router(task: Task, run: "Run", options: PrepareOptions) -> PreparedRouter:
    """Read everything about a router; raises CannotLook where it cannot be read.

    The session stays open: the push goes on in it.
    """
    project, host = run.project, task.host.name
    plan = project.plan.routers[host]
    timeout_s = project.settings.timing.read_timeout_s
    with looking(host), run.step(host, Step.PREFLIGHT):
        console = open_session(project, task.host)
        # Together with what the snapshot reads: each further write costs a network turn.
        printed = console.read((*PREFLIGHT, *router_commands(plan)), timeout_s=timeout_s)
        whole, preflight = _preflight(*printed[: len(PREFLIGHT)])
        read_at = project.clock.now()
    backup = None
    if options.store:
        with run.step(host, Step.BACKUP):
            backup = _store(run, host, whole)
    with run.step(host, Step.SNAPSHOT):
        seen = observed(plan, printed[len(PREFLIGHT) :])
    back = project.back.get(host)
    with run.step(host, Step.RENDER):
        rendered = "" if back else str(render(task, plan).result)
    with run.step(host, Step.DIFF):
        intended, running = (
            former(project, back, plan, whole) if back else (rendered, masked(run, plan, whole))
        )
        diff = compared(run, plan, intended, running, options)
        blocks = commands(diff)
        replaces = back is not None and back.whole and bool(blocks)
        if back is not None and replaces:
            diff, blocks = whole_change(back, diff, whole)
    return PreparedRouter(
        plan=plan,
        preflight=preflight,
        backup=backup,
        whole=Secret(whole),
        running=running,
        intended=intended,
        diff=diff,
        blocks=blocks,
        seen=seen,
        findings=judge(plan, seen),
        refusal=_refusal(run, plan, whole, preflight, diff, options),
        read_at=read_at,
        replacement=Path(back.file) if back and back.file and replaces else None,
    )


def _refusal(
    run: "Run",
    plan: RouterPlan,
    whole: str,
    preflight: Preflight,
    diff: RouterDiff,
    options: PrepareOptions,
) -> FvrfError | None:
    if diff.in_sync:
        return None
    back = run.project.back.get(plan.host)
    if back is not None and (moved := moved_on(run.project, back, plan, whole)):
        return moved
    if back is not None and (barred := whole_refusal(run.project, back, plan, whole)):
        return barred
    if diff.strangers:
        return not_ours(plan.host, diff.strangers)
    return refusal(
        plan.host,
        preflight,
        diff.conflicts,
        weak=() if back else plan.shielded,
        save_foreign=options.save_foreign,
    )


def compared(
    run: "Run", plan: RouterPlan, intended: str, running: str, options: PrepareOptions
) -> RouterDiff:
    """Compare a running configuration with the intended one, or with the one to go back to.

    What is decommissioned goes.
    """
    if plan.host in run.project.back:
        return backwards(plan, intended, running)
    gone = run.project.gone
    named = gone.vrfs.get(plan.host, frozenset()) if gone else ()
    return compare(
        plan, intended, running, adopt=options.adopt, named=named, from_asn=options.from_asn
    )


def masked(run: "Run", plan: RouterPlan, text: str) -> str:
    """Return a running configuration with placeholders in place of its keys."""
    known: dict[str, Secret] = {}
    intended: dict[tuple[str, str], str] = {}
    for keyring in plan.keyrings:
        for peer in keyring.peers:
            known[peer.key.placeholder] = _usable(run.project.secrets.resolve(peer.key), peer.key)
            intended[keyring.name, peer.name] = peer.key.placeholder
    renewed = {reference.placeholder for reference in run.project.renew}
    return mask_keys(text, known, intended, renewed=renewed)


def _usable(key: Secret, reference: SecretRef) -> Secret:
    """Return a key that both ends take; raises Refused, without the key, for another."""
    wrong = psk.problem(key)
    if wrong:
        raise Refused(
            f"the key {reference} {wrong}", remedy="make another for both ends", code="F301"
        )
    return key


def _preflight(running: str, *others: str) -> tuple[str, Preflight]:
    """Read the outputs of the preflight commands, the running configuration proven whole."""
    whole = check_whole(running)
    archive, timer, startup, directory, clock, privilege, view, version = others
    return whole, read_preflight(
        show_archive=archive,
        timer=timer,
        startup=startup,
        running=running,
        directory=directory,
        clock=clock,
        show_privilege=privilege,
        parser_view=view,
        version=version,
    )


def _store(run: "Run", host: str, text: str) -> StoredBackup:
    settings, now = run.project.settings, run.project.clock.utc()
    with writable("the backup"):
        return store(settings.backups, host, text, now=now, keep=settings.backups_kept)
