"""What a rehearsal showed: per router what the change would come to, and what the copy lacks."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fvrf.checks.finding import Finding
from fvrf.estimate import Pace
from fvrf.iosxe.text import redact_line
from fvrf.journal import Outcome, Step, Timing
from fvrf.report.model import ChangeReport, RouterReport
from fvrf.report.words import duration
from fvrf.serial import plain

SCHEMA = 1
Source = Literal["live", "backups"]
# From the first line typed to the proof that all is as intended.
_INTERRUPTED = frozenset({Step.PUSH, Step.VERIFY})
_GOOD = frozenset({Outcome.UNCHANGED, Outcome.CONFIRMED})
_NOT_BEGUN = frozenset({Outcome.SKIPPED, Outcome.UNREACHABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRehearsal:
    """A router: what it would come to, what that interrupts, and what the copy does not model.

    `lasts_s` is how long what is interrupted may be so at most, judged by the journals of earlier
    changes or, where there are none, `in_the_lab`. `opaque` are lines carried without meaning,
    `differs` those that the copy prints otherwise (`-` the router's, `+` the copy's).
    """

    host: str
    outcome: Outcome
    reason: str = ""
    lines: int = 0
    interrupts: tuple[str, ...] = ()
    lasts_s: float = 0.0
    in_the_lab: bool = True
    opaque: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """Return 1 where the change would not be confirmed, 2 where it would not begin."""
        if self.outcome in _NOT_BEGUN:
            return 2
        # An unchanged router has a reason only where not every check passes.
        is_well = self.outcome in _GOOD and not (self.reason and self.outcome is Outcome.UNCHANGED)
        return int(not is_well)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A change rehearsed; `change` is the report of its rollout on the copy, `notes` are doubts.

    One that `is_stopped` tells of the routers it came to, no more.
    """

    source: Source
    hosts: tuple[HostRehearsal, ...]
    notes: tuple[str, ...] = ()
    change: str = ""
    is_stopped: bool = False

    @property
    def exit_code(self) -> int:
        """Return 3 before 1 before 2 before 0."""
        if self.is_stopped:
            return 3
        codes = {host.exit_code for host in self.hosts}
        return next((code for code in (1, 2) if code in codes), 0)


def host_rehearsal(
    router: RouterReport,
    *,
    interrupts: Sequence[str],
    loaded: Mapping[str, Any],
    pace: Pace,
    refusal: str,
) -> HostRehearsal:
    """Judge a router by its part of the copy's report, and by what refuses it on the real one.

    `loaded` is what the lab said of the router's configuration.
    """
    known_s = _known_s(pace, len(router.commands))
    outcome = Outcome.SKIPPED if refusal else router.outcome
    return HostRehearsal(
        host=router.host,
        outcome=outcome,
        reason=refusal or router.reason,
        lines=len(router.commands),
        interrupts=() if outcome in _NOT_BEGUN else tuple(interrupts),
        lasts_s=_lab_s(router.timings) if known_s is None else known_s,
        in_the_lab=known_s is None,
        opaque=tuple(_carried(loaded.get("opaque", ()))),
        differs=tuple(redact_line(str(line)) for line in loaded.get("differences", ())),
    )


def unlike(
    host: str,
    real: Sequence[Finding],
    copied: Sequence[Finding],
    names: Collection[str],
    loaded: Mapping[str, Any],
) -> Iterator[str]:
    """Yield in what a copy is not like the router, as far as that can be seen before the change.

    `names` are the interfaces of the plan: one that the lab does not have is carried as it stands.
    """
    found = {(one.check, one.subject): one for one in copied}
    for one in real:
        other = found.get((one.check, one.subject), one)
        if other.verdict != one.verdict:
            yield f"{host}: before the change {one}; on the copy {other.actual}"
    for entry in loaded.get("opaque", ()):
        name = str(entry["lines"][0]).removeprefix("interface ")
        if name in names:
            yield f"{host}: the lab has no {name}: what it refuses there the router may take"


def _known_s(pace: Pace, lines: int) -> float | None:
    if pace.line_s is None or pace.proof_s is None:
        return None
    return pace.line_s * lines + pace.proof_s


def _lab_s(timings: Sequence[Timing]) -> float:
    return sum(timing.duration_s for timing in timings if timing.step in _INTERRUPTED)


def _carried(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what a line of the configuration is, where it stands, and how many stand below it."""
    for entry in entries:
        lines, where = entry["lines"], [*entry["within"], str(entry["lines"][0]).strip()]
        more = f" (and {len(lines) - 1} lines below)" if len(lines) > 1 else ""
        refused = f": the copy said {entry['refused']}" if entry["refused"] else ""
        yield redact_line(" / ".join(where)) + more + refused


def text(rehearsal: Rehearsal) -> str:
    """Say for each router what the change would come to."""
    return "".join(f"{line}\n" for line in _lines(rehearsal))


def _lines(rehearsal: Rehearsal) -> Iterator[str]:
    origin = "the routers" if rehearsal.source == "live" else "backups"
    yield f"rehearsed on a copy made from {origin}; nothing was written to the real ends"
    for host in rehearsal.hosts:
        reason = f": {' '.join(host.reason.split())}" if host.reason else ""
        yield f"{host.host}: would be {host.outcome.words}{reason}"
        if host.lines:
            yield f"  {host.lines} lines typed"
        yield from (f"  interrupts: {one}" for one in host.interrupts)
        if host.interrupts:
            by = "in the lab, at its setting" if host.in_the_lab else "judged by earlier changes"
            yield f"  for at most {duration(host.lasts_s)} ({by})"
        yield from (f"  not modelled: {line}" for line in host.opaque)
        yield from (f"  printed otherwise: {line}" for line in host.differs)
    yield from (f"note: {note}" for note in rehearsal.notes)
    if rehearsal.change:
        yield f"report: {rehearsal.change}"


def document(rehearsal: Rehearsal) -> str:
    """Return the rehearsal as JSON, with its schema version and exit code."""
    body = {"schema": SCHEMA, "exit_code": rehearsal.exit_code, **plain(rehearsal)}
    return json.dumps(body, indent=2) + "\n"


def unread(host: str, reason: str) -> HostRehearsal:
    """Return a router of which there is no copy."""
    return HostRehearsal(host=host, outcome=Outcome.UNREACHABLE, reason=reason)


def by_host(report: ChangeReport) -> dict[str, RouterReport]:
    """Return the routers of a report by name."""
    return {router.host: router for router in report.routers}
