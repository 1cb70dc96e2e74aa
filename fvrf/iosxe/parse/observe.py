"""From the outputs of the show commands to one observation of a router."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from fvrf.checks.observation import Advertised, Entry, RouterObservation, Unreadable
from fvrf.iosxe.parse import commands
from fvrf.iosxe.parse.advertised_routes import AdvertisedRoutes, parse_advertised_routes
from fvrf.iosxe.parse.bgp_summary import parse_bgp_summary
from fvrf.iosxe.parse.capture import UnlikeOutput
from fvrf.iosxe.parse.counters import parse_counters
from fvrf.iosxe.parse.crypto_sessions import parse_crypto_sessions
from fvrf.iosxe.parse.ikev2_sessions import parse_ikev2_sessions
from fvrf.iosxe.parse.interfaces import parse_interfaces
from fvrf.iosxe.parse.ipsec_profiles import parse_ipsec_profiles
from fvrf.iosxe.parse.ping import Ping, parse_ping
from fvrf.iosxe.parse.route_entry import parse_route_entry
from fvrf.iosxe.parse.route_table import RouteTable, parse_route_table
from fvrf.plan.model import RouterPlan
from fvrf.plan.objects import ProbePlan

T = TypeVar("T")
V = TypeVar("V", AdvertisedRoutes, RouteTable)


@dataclass(frozen=True, slots=True)
class _Outputs:
    """The outputs by command; what is not there or not readable comes back as `Unreadable`."""

    by_command: Mapping[str, str]

    def read(self, command: str, parse: Callable[[str], T]) -> T | Unreadable:
        text = self.by_command.get(command)
        if text is None:
            return Unreadable(what=command, reason="the command was not run")
        try:
            return parse(text)
        except UnlikeOutput as error:
            return Unreadable(what=command, reason=error.reason)

    def read_of(self, vrf: str, command: str, parse: Callable[[str], V]) -> V | Unreadable:
        """Read an output that names its VRF: that of another command is not taken for it."""
        seen = self.read(command, parse)
        if isinstance(seen, Unreadable) or seen.vrf in (None, vrf):
            return seen
        return Unreadable(what=command, reason=f"the output is of VRF {seen.vrf}")


def observe_router(plan: RouterPlan, outputs: Mapping[str, str]) -> RouterObservation:
    """Parse the outputs of `router_commands(plan)`, by command; never raises for their content."""
    seen = _Outputs(outputs)
    vrfs = commands.outside_vrfs(plan)
    return RouterObservation(
        host=plan.host,
        interfaces=seen.read(commands.INTERFACES, parse_interfaces),
        pfs_groups=seen.read(commands.IPSEC_PROFILES, parse_ipsec_profiles),
        ikev2_sessions=seen.read(commands.IKEV2_SESSIONS, parse_ikev2_sessions),
        crypto_sessions=seen.read(commands.CRYPTO_SESSIONS, parse_crypto_sessions),
        summaries={vrf: seen.read(commands.bgp_summary(vrf), parse_bgp_summary) for vrf in vrfs},
        tables={
            vrf: seen.read_of(vrf, commands.route_table(vrf), parse_route_table)
            for vrf in (*vrfs, *commands.inside_vrfs(plan))
        },
        entries=tuple(
            Entry(
                vrf=vrf,
                prefix=prefix,
                route=seen.read(commands.route_entry(vrf, prefix), parse_route_entry),
            )
            for vrf, prefix in commands.balanced_prefixes(plan)
        ),
        advertised=tuple(
            Advertised(
                vrf=vrf,
                neighbor=neighbor,
                routes=seen.read_of(
                    vrf, commands.advertised_routes(vrf, neighbor), parse_advertised_routes
                ),
            )
            for vrf, neighbor in commands.sessions(plan)
        ),
        sent=seen.read(commands.COUNTERS, parse_counters),
    )


def observe_probes(
    plan: RouterPlan, outputs: Mapping[str, str]
) -> Mapping[ProbePlan, Ping | Unreadable]:
    """Parse the outputs of the plan's pings, by command."""
    seen = _Outputs(outputs)
    return {probe: seen.read(commands.ping(probe), parse_ping) for probe in plan.probes}
