"""How long a change will take, judged by the journals of earlier ones."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from fvrf.journal import Event, State, Step

_PROOF = (Step.VERIFY, Step.CONFIRM, Step.SAVE, Step.POST_SNAPSHOT)
_MINUTE_S = 60.0
_IN_SECONDS_BELOW_S = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What earlier changes took, on average; None where none of them has shown it.

    `line_s` is for a line pushed, `proof_s` from the first look after it until all is saved,
    `azure_step_s` for a step in Azure: those of one gateway go one after another.
    """

    line_s: float | None
    proof_s: float | None
    azure_step_s: float | None


def pace(journals: Iterable[Sequence[Event]]) -> Pace:
    """Return the pace of earlier changes; a step that failed or was cut off tells nothing."""
    done = [run for journal in journals for run in _runs(journal)]
    pushes = [(seconds, lines) for step, seconds, lines in done if step is Step.PUSH and lines]
    proofs = [_mean(seconds for step, seconds, _ in done if step is part) for part in _PROOF]
    known = [seconds for seconds in proofs if seconds is not None]
    return Pace(
        line_s=_mean(seconds / lines for seconds, lines in pushes),
        proof_s=sum(known) if proofs[0] is not None else None,
        azure_step_s=_mean(seconds for step, seconds, _ in done if step is Step.AZURE_APPLY),
    )


def estimate(pace: Pace, *, lines: Sequence[int], steps: Sequence[int], workers: int) -> str | None:
    """Say how long a change takes; None where there is nothing to write.

    `lines` has those of each router that is written to, `steps` those of each gateway. Waves,
    pauses and questions come on top.
    """
    if not any((*lines, *steps)):
        return None
    each_s = _times(max(lines, default=0), pace.line_s)
    azure_s = _times(max(steps, default=0), pace.azure_step_s)
    if each_s is None or azure_s is None or pace.proof_s is None:
        return "time: no earlier change to judge by"
    router_s = each_s + pace.proof_s
    whole_s = azure_s + router_s * max(1, math.ceil(len(lines) / workers))
    return (
        f"time: about {_words(router_s)} a router, {_words(whole_s)} in all"
        f" with {workers} workers, judged by earlier changes"
    )


def _runs(journal: Sequence[Event]) -> Iterator[tuple[Step, float, int | None]]:
    """Yield each step that was begun and ended well, its seconds, and the lines of a push."""
    begun: dict[tuple[str, Step, str | None], Event] = {}
    for event in journal:
        key = (event.host, event.step, event.connection)
        if event.state is State.STARTED:
            begun[key] = event
            continue
        start = begun.pop(key, None)
        if start is not None and event.state is State.FINISHED:
            yield event.step, (event.time - start.time).total_seconds(), start.lines


def _mean(seconds: Iterable[float]) -> float | None:
    found = list(seconds)
    return fmean(found) if found else None


def _times(number: int, each_s: float | None) -> float | None:
    """Return the time of so many; what there is none of needs no pace."""
    if number == 0:
        return 0.0
    return None if each_s is None else number * each_s


def _words(seconds: float) -> str:
    if seconds < _IN_SECONDS_BELOW_S:
        return f"{max(1, round(seconds))} s"
    return f"{math.ceil(seconds / _MINUTE_S)} min"
