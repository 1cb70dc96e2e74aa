"""From findings to one word, and to one short line for a live display."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from fvrf.checks.finding import Finding, Verdict

# The check's name -> its label in a progress line; checks without one are not shown there.
PROGRESS: Mapping[str, str] = MappingProxyType(
    {
        "ikev2": "ike",
        "child_sa": "sa",
        "bgp": "bgp",
        "paths": "paths",
        "advertised": "adv",
        "connection": "conn",
        "peer": "peer",
        "learned": "learned",
        "effective": "nic",
    }
)


def verdict(findings: Iterable[Finding]) -> Verdict:
    """Return the worst: a failure is a fact, so it outweighs an error, which is a lack of one.

    No findings at all are an error: nothing was looked at, so nothing is proven.
    """
    verdicts = {finding.verdict for finding in findings}
    if "failed" in verdicts:
        return "failed"
    return "passed" if verdicts == {"passed"} else "error"


def progress(findings: Iterable[Finding]) -> str:
    """Return a line such as `ike 2/2 sa 2/2 bgp 1/2 paths 0/1`."""
    done: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for finding in findings:
        total[finding.check] += 1
        done[finding.check] += finding.verdict == "passed"
    return " ".join(
        f"{label} {done[check]}/{total[check]}" for check, label in PROGRESS.items() if total[check]
    )
