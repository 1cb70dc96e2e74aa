"""The columns of the summary: how many tunnels, sessions, paths and connections are as expected.

A column counts things, not findings: a tunnel of which one check fails is not up.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

from fvrf.checks.finding import Finding

COLUMNS = ("Tunnels", "BGP", "Paths", "Azure")
_COLUMN_OF: Mapping[str, str] = {
    "interface": "Tunnels",
    "ikev2": "Tunnels",
    "vrfs": "Tunnels",
    "child_sa": "Tunnels",
    "line_protocol": "Tunnels",
    "pfs": "Tunnels",
    "traffic": "Tunnels",
    "bgp": "BGP",
    "received": "BGP",
    "advertised": "BGP",
    "speaker_route": "Paths",
    "site_route": "Paths",
    "outside_route": "Paths",
    "paths": "Paths",
    "shares": "Paths",
    "egress": "Paths",
}
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many of a column's things are as expected.

    `good` is whether every finding passed: all paths may be there and still leave by one tunnel.
    `seen` is False where no finding could look, so that `?/2` is not read as two that are down.
    """

    passed: int
    total: int
    good: bool
    seen: bool

    def __str__(self) -> str:
        if not self.total:
            return "-"
        return f"{self.passed if self.seen else '?'}/{self.total}"


def tally(findings: Iterable[Finding], column: str, host: str) -> Tally:
    """Count one column of router `host`; what another end found counts as Azure's."""
    own = tuple(finding for finding in findings if _column(finding, host) == column)
    passed, total = _paths(own) if column == "Paths" else _things(own, _THING[column])
    return Tally(
        passed=passed,
        total=total,
        good=all(finding.verdict == "passed" for finding in own),
        seen=any(finding.verdict != "error" for finding in own),
    )


def _things(
    findings: tuple[Finding, ...], thing_of: Callable[[Finding], Hashable]
) -> tuple[int, int]:
    """Count things, good ones and all.

    What belongs to no connection, an uplink say, is no thing of a column: it spoils `good` alone.
    """
    verdicts: dict[Hashable, bool] = {}
    own = [finding for finding in findings if finding.connection is not None]
    for finding in own or findings:
        thing = thing_of(finding)
        verdicts[thing] = verdicts.get(thing, True) and finding.verdict == "passed"
    return sum(verdicts.values()), len(verdicts)


def _column(finding: Finding, host: str) -> str | None:
    return "Azure" if finding.end != host else _COLUMN_OF.get(finding.check)


def _paths(findings: tuple[Finding, ...]) -> tuple[int, int]:
    """Count the paths of the prefix that lacks most; its finding begins with their number."""
    counts = [
        (_number(finding.actual) if finding.verdict != "error" else 0, _number(finding.expected))
        for finding in findings
        if finding.check == "paths"
    ]
    return min(counts, key=lambda count: count[0] - count[1], default=(0, 0))


def _number(text: str) -> int:
    found = _NUMBER.match(text)
    return int(found[0]) if found else 0


def _tunnel(finding: Finding) -> Hashable:
    """Name the tunnel: its checks' subjects begin with it."""
    return finding.subject.split()[0]


def _session(finding: Finding) -> Hashable:
    """Name the session: its checks' subjects begin with the VRF and end with the neighbour."""
    words = finding.subject.split()
    return words[0], words[-1]


def _connection(finding: Finding) -> Hashable:
    return finding.connection or finding.subject


_THING: Mapping[str, Callable[[Finding], Hashable]] = {
    "Tunnels": _tunnel,
    "BGP": _session,
    "Azure": _connection,
}
