"""The redundancy guard: no change takes the last working path of a site.

What works is measured, not planned: a tunnel whose crypto session is up and whose BGP session
brings routes. A site is guarded for each of its inside VRFs, since tenants do not help one another.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from fvrf.checks.observation import RouterObservation, Unreadable
from fvrf.checks.tunnels import UP
from fvrf.expected import ExpectedRouter
from fvrf.iosxe.diff import RouterDiff
from fvrf.iosxe.interrupted import inside_of
from fvrf.iosxe.scope import vrf_of
from fvrf.plan.model import RouterPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """An inside VRF of a site that would have no working path; `tunnels` are those it has now."""

    site: str
    inside: str
    tunnels: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{', '.join(self.tunnels)}: the last working path of site {self.site} from"
            f" {self.inside}"
        )


def losses(
    plan: RouterPlan,
    expected: ExpectedRouter,
    diff: RouterDiff,
    seen: RouterObservation,
    touched: Collection[str],
    *,
    elsewhere: Callable[[str], bool],
) -> tuple[Loss, ...]:
    """Return what a change that interrupts the tunnels `touched` would take away.

    `elsewhere` tells whether another router of the site carries an inside VRF's traffic; it is
    asked only where this one would not. What cannot be seen is held for working where it could be
    lost, and for not working where it would have to do.
    """
    up = _up(seen, diff)
    lost: dict[str, list[str]] = {}
    for tunnel in sorted(up & set(touched)):
        for inside in inside_of(tunnel, diff):
            lost.setdefault(inside, []).append(tunnel)
    left = {
        inside
        for tunnel in (up & {*_brings_routes(expected, seen)}) - set(touched)
        for inside in inside_of(tunnel, diff)
    }
    return tuple(
        Loss(site=plan.site, inside=inside, tunnels=tuple(tunnels))
        for inside, tunnels in sorted(lost.items())
        if inside not in left and not elsewhere(inside)
    )


def _up(seen: RouterObservation, diff: RouterDiff) -> set[str]:
    """Return the tunnels that may carry traffic: up, in a VRF with a session as far as is known."""
    found = {item.name: item for item in diff.found.values() if item.kind == "tunnel"}
    if isinstance(seen.crypto_sessions, Unreadable):
        return set(found)
    up = {each.interface for each in seen.crypto_sessions if each.status == UP}
    return {name for name, item in found.items() if name in up and _speaks(seen, vrf_of(item))}


def _speaks(seen: RouterObservation, vrf: str | None) -> bool:
    summary = seen.summaries.get(vrf or "")
    if summary is None or isinstance(summary, Unreadable):
        return True
    return any(neighbor.received for neighbor in summary.neighbors)


def _brings_routes(expected: ExpectedRouter, seen: RouterObservation) -> Iterator[str]:
    """Yield the planned tunnels whose own session brings routes now."""
    for session in expected.sessions:
        summary = seen.summaries.get(session.vrf)
        if summary is None or isinstance(summary, Unreadable):
            continue
        if any(n.address == session.neighbor and n.received for n in summary.neighbors):
            yield session.tunnel
