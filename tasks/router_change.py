"""One router's change while it runs, and how it ended."""

from dataclasses import dataclass, field
from datetime import datetime

from fvrf.checks.finding import Finding
from fvrf.checks.observation import RouterObservation
from fvrf.decommission import First
from fvrf.errors import CannotLook, ChangeFailed, FvrfError, Unknown
from fvrf.journal import Outcome, timestamp
from tasks.observe import Observatory
from tasks.prepare import PreparedRouter
from tasks.reconcile import SiteWriter
from tasks.run import Run


@dataclass(slots=True, kw_only=True)
class RouterChange:
    """One router's change; `typed`, `findings` and `seen` are what it leaves behind.

    `timer_until` is when the router's own timer takes the change back, None while none runs;
    `stands` says that an earlier run has pushed it, `uploaded` that a file of ours
    may lie on the router's flash.
    """

    run: Run
    prepared: PreparedRouter
    azure: SiteWriter
    observatory: Observatory
    typed: list[str] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()
    seen: RouterObservation | None = None
    running_after: str | None = None
    timer_until: datetime | None = None
    stands: bool = False
    uploaded: bool = False

    @property
    def host(self) -> str:
        """The router's name."""
        return self.prepared.host

    @property
    def changes_router(self) -> bool:
        """Whether anything is typed into the router, or was by an earlier run."""
        return self.stands or bool(self.prepared.blocks)

    @property
    def first(self) -> First:
        """The end that is taken down first where something goes at both."""
        return self.run.project.gone.first if self.run.project.gone else "router"

    @property
    def wrote(self) -> bool:
        """Whether either end was written to, or may have been."""
        return self.timer_until is not None or self.azure.wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a router's change ended."""

    outcome: Outcome
    reason: str


def not_begun(error: FvrfError) -> Ended:
    """Say how a change ended that broke off before it began, by the kind of its error."""
    outcomes = (
        (Unknown, Outcome.UNKNOWN),
        (ChangeFailed, Outcome.FAILED),
        (CannotLook, Outcome.UNREACHABLE),
        (FvrfError, Outcome.SKIPPED),
    )
    found = next(outcome for kind, outcome in outcomes if isinstance(error, kind))
    return Ended(outcome=found, reason=in_one_line(error))


def in_its_line(host: str, error: FvrfError) -> str:
    """Word an error for a line that names its host already."""
    return in_one_line(error).replace(f"{host}: ", "")


def in_one_line(error: FvrfError) -> str:
    """Word an error with its code and remedy for a line of its own."""
    remedy = f" -> {error.remedy}" if error.remedy else ""
    return " ".join(f"{error.code} {error.message}{remedy}".split())


def unseen(change: RouterChange, error: Unknown) -> Ended:
    """Say what is known of a router that was written to and cannot be seen since."""
    parts = [error.message, *([error.remedy] if error.remedy else [])]
    if change.timer_until is not None:
        runs = "runs" if change.timer_until > change.run.project.clock.utc() else "ran"
        parts.append(f"its timer {runs} until {timestamp(change.timer_until)}")
    if change.azure.wrote:
        parts.append(f"Azure keeps what was written: {', '.join(change.azure.written)}")
    return Ended(outcome=Outcome.UNKNOWN, reason="; ".join(parts))
