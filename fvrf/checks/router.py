"""All checks of a router, bottom up, so that the first failure is the one to look at."""

from collections.abc import Iterator
from dataclasses import replace

from fvrf.checks.finding import Finding
from fvrf.checks.observation import RouterObservation
from fvrf.checks.routes import check_inside, check_outside, check_site, check_speaker
from fvrf.checks.sessions import check_advertised, check_bgp, check_received
from fvrf.checks.tunnels import TUNNEL_CHECKS, check_interface
from fvrf.expected import ExpectedRoute, ExpectedRouter

# A finding with the tunnels that it depends on.
_Dependent = tuple[tuple[str, ...], Finding]


def check_router(expected: ExpectedRouter, seen: RouterObservation) -> tuple[Finding, ...]:
    """Judge an observation made with the same plan: tunnels, then BGP, then routes.

    A failure names the first failed check below it of each tunnel that it depends on.
    """
    causes: dict[str, str] = {}
    findings = []
    for tunnels, finding in _findings(expected, seen):
        below = [causes[tunnel] for tunnel in tunnels if tunnel in causes]
        findings.append(_explained(finding, below))
        if finding.verdict == "failed" and len(tunnels) == 1:
            causes.setdefault(tunnels[0], f"{tunnels[0]} {finding.check}")
    return tuple(findings)


def _findings(expected: ExpectedRouter, seen: RouterObservation) -> Iterator[_Dependent]:
    for interface in expected.interfaces:
        yield (), check_interface(expected.host, interface, seen)
    for check in TUNNEL_CHECKS:
        for tunnel in expected.tunnels:
            yield (tunnel.name,), check(expected.host, tunnel, seen)
    filtered = [session for session in expected.sessions if session.is_filtered]
    for check_session, sessions in (
        (check_speaker, expected.sessions),
        (check_bgp, expected.sessions),
        (check_received, filtered),
    ):
        for session in sessions:
            yield (session.tunnel,), check_session(expected.host, session, seen)
    yield from _routes(expected, seen)
    for session in expected.sessions:
        yield (session.tunnel,), check_advertised(expected.host, session, seen)


def _routes(expected: ExpectedRouter, seen: RouterObservation) -> Iterator[_Dependent]:
    for site_route in expected.site:
        yield (), check_site(expected.host, site_route, seen)
    for route in expected.outside:
        yield _tunnels(route), check_outside(expected.host, route, seen)
    for route in expected.inside:
        for finding in check_inside(expected.host, route, seen):
            yield _tunnels(route), finding


def _tunnels(route: ExpectedRoute) -> tuple[str, ...]:
    return tuple(path.tunnel for path in route.paths)


def _explained(finding: Finding, below: list[str]) -> Finding:
    if finding.verdict != "failed" or not below:
        return finding
    return replace(finding, actual=f"{finding.actual} (failed below: {', '.join(below)})")
