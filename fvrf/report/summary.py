"""What a report says at a glance: the verdict, and one row a router, failures first."""

from collections.abc import Iterable
from dataclasses import dataclass

from fvrf.checks.finding import Finding
from fvrf.journal import Outcome, Timing
from fvrf.report.columns import COLUMNS, Tally, tally
from fvrf.report.model import ChangeReport, RouterReport
from fvrf.report.words import GOOD, ORDER, counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One check before and after; either is None where it was not made then."""

    pre: Finding | None
    post: Finding | None

    @property
    def finding(self) -> Finding:
        """The later of the two."""
        found = self.post or self.pre
        if found is None:
            raise ValueError("neither before nor after")
        return found

    @property
    def changed(self) -> bool:
        """Whether what was seen after differs from what was seen before."""
        if (
            self.pre is None
            or self.post is None
            or "error" in {self.pre.verdict, self.post.verdict}
        ):
            return False
        return self.pre.verdict != self.post.verdict or self.pre.actual != self.post.actual


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A router in the summary; `key` is the one finding that matters, where there is one."""

    router: RouterReport
    columns: tuple[tuple[str, Tally], ...]
    key: Finding | None
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The run in one word and one sentence; `good` is exit code 0."""

    word: str
    sentence: str
    good: bool


def failures_first(routers: Iterable[RouterReport]) -> tuple[RouterReport, ...]:
    """Order routers from the worst outcome to the best, then by name."""
    return tuple(sorted(routers, key=lambda router: (ORDER.index(router.outcome), router.host)))


def span_s(timings: Iterable[Timing]) -> float:
    """Return the seconds from the first beginning to the last end; 0 without timings."""
    ends = [(timing.started, timing.finished or timing.started) for timing in timings]
    if not ends:
        return 0.0
    return (max(end for _, end in ends) - min(start for start, _ in ends)).total_seconds()


def row(router: RouterReport) -> Row:
    """Sum a router up; an unchanged router that was looked at once is judged by that look."""
    unchanged = router.outcome is Outcome.UNCHANGED
    findings = router.post or (router.pre if unchanged else ())
    return Row(
        router=router,
        columns=tuple((name, tally(findings, name, router.host)) for name in COLUMNS),
        key=_key(findings) if router.outcome not in GOOD else None,
        duration_s=span_s(router.timings),
    )


def compare(pre: Iterable[Finding], post: Iterable[Finding]) -> tuple[Compared, ...]:
    """Pair the findings of both looks, what is not passed first, else in the order of `post`."""
    before, after = _indexed(pre), _indexed(post)
    keys = dict.fromkeys((*after, *before))
    pairs = [Compared(pre=before.get(key), post=after.get(key)) for key in keys]
    return tuple(sorted(pairs, key=lambda pair: _SEVERITY[pair.finding.verdict]))


def verdict(report: ChangeReport) -> Verdict:
    """Judge the run by its exit code, in words."""
    word, sentence = _VERDICTS.get(report.exit_code, _VERDICTS[1])
    counts = report.counts
    if report.exit_code == 0 and counts.keys() <= {Outcome.UNCHANGED}:
        word, sentence = _IN_SYNC
    bad = counted({outcome: n for outcome, n in counts.items() if outcome not in GOOD})
    routers = f"{len(report.routers)} router{'s' if len(report.routers) != 1 else ''}"
    told = sentence.format(bad=bad or "see below", routers=routers)
    return Verdict(word=word, sentence=told, good=report.exit_code == 0)


_SEVERITY = {"failed": 0, "error": 1, "passed": 2}
_IN_SYNC = ("In sync", "Both ends are as intended on {routers}; nothing was written.")
_VERDICTS = {
    0: ("Proven", "Verified on both ends, confirmed and saved on {routers}."),
    1: ("Not as intended", "Of {routers}: {bad}."),
    2: ("Not run", "It could not run or look, and nothing was written. Of {routers}: {bad}."),
    3: ("Stopped", "Stopped before the end. Of {routers}: {bad}."),
}


def _key(findings: Iterable[Finding]) -> Finding | None:
    """Find what matters: the first that failed, else the first that could not be looked at.

    Checks come in the order in which things come up, so the first failure is the cause.
    """
    bad = [finding for finding in findings if finding.verdict != "passed"]
    return min(bad, key=lambda finding: _SEVERITY[finding.verdict], default=None)


def _indexed(findings: Iterable[Finding]) -> dict[tuple[str | int | None, ...], Finding]:
    """Index findings by what they are about, numbering those that are about the same."""
    found: dict[tuple[str | int | None, ...], Finding] = {}
    for finding in findings:
        about = (finding.end, finding.check, finding.subject, finding.connection)
        number = 0
        while (*about, number) in found:
            number += 1
        found[(*about, number)] = finding
    return found
