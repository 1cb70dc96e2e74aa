"""How outcomes, times and verdicts are worded, the same in console, text and page."""

from collections.abc import Mapping

from fvrf.journal import Outcome

# Worst first: the order in which an NOE wants to see them.
ORDER = (
    Outcome.UNKNOWN,
    Outcome.FAILED,
    Outcome.CONFIRMED_UNSAVED,
    Outcome.ROLLED_BACK,
    Outcome.UNREACHABLE,
    Outcome.SKIPPED,
    Outcome.CONFIRMED,
    Outcome.UNCHANGED,
)
GOOD = frozenset({Outcome.CONFIRMED, Outcome.UNCHANGED})
QUIET = GOOD | {Outcome.SKIPPED}
SIGNS: Mapping[Outcome, str] = {
    Outcome.UNKNOWN: "?",
    Outcome.FAILED: "✗",
    Outcome.CONFIRMED_UNSAVED: "!",
    Outcome.ROLLED_BACK: "↩",
    Outcome.UNREACHABLE: "✗",
    Outcome.SKIPPED: "-",
    Outcome.CONFIRMED: "✓",
    Outcome.UNCHANGED: "=",
}
_MINUTE_S = 60
_HOUR_S = 3600


def duration(seconds: float) -> str:
    """Word a duration: `0.4 s`, `42 s`, `1 min 42 s`, `2 h 05 min`."""
    whole = round(seconds)
    if seconds < 9.95:  # noqa: PLR2004 -- below ten seconds the tenth still says something
        return f"{seconds:.1f} s"
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S:02} s"
    return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S:02} min"


def counted(counts: Mapping[Outcome, int]) -> str:
    """Word outcome counts, worst first: `1 rolled back, 3 confirmed`."""
    return ", ".join(f"{counts[o]} {o.words}" for o in ORDER if counts.get(o))
