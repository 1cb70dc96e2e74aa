"""The show commands that verification needs of a router: few, since each costs a network turn."""

from ipaddress import IPv4Address, IPv4Network

from fvrf.plan.model import RouterPlan
from fvrf.plan.objects import ProbePlan

INTERFACES = "show ip interface brief"
IPSEC_PROFILES = "show running-config | section crypto ipsec profile"
IKEV2_SESSIONS = "show crypto ikev2 session"
CRYPTO_SESSIONS = "show crypto session detail"
COUNTERS = "show interfaces | include line protocol|packets output"
# What IOS sends by default; each that is lost takes two seconds.
PINGS = 5


def bgp_summary(vrf: str) -> str:
    """Return the command for the neighbours of a VRF."""
    return f"show ip bgp vpnv4 vrf {vrf} summary"


def route_table(vrf: str) -> str:
    """Return the command for the whole table of a VRF, the static routes to speakers included."""
    return f"show ip route vrf {vrf}"


def route_entry(vrf: str, prefix: IPv4Network) -> str:
    """Return the command for one route of a VRF."""
    return f"show ip route vrf {vrf} {prefix.network_address} {prefix.netmask}"


def advertised_routes(vrf: str, neighbor: IPv4Address) -> str:
    """Return the command for what a neighbour in a VRF is told."""
    return f"show ip bgp vpnv4 vrf {vrf} neighbors {neighbor} advertised-routes"


def ping(probe: ProbePlan) -> str:
    """Return the command that sends full packets which no router on the way may cut."""
    return (
        f"ping vrf {probe.vrf} {probe.host} source {probe.source}"
        f" size {probe.size} df-bit repeat {PINGS}"
    )


def outside_vrfs(plan: RouterPlan) -> tuple[str, ...]:
    """Return the outside VRFs in use, in the order of the connections."""
    return tuple(dict.fromkeys(connection.outside for connection in plan.connections))


def inside_vrfs(plan: RouterPlan) -> tuple[str, ...]:
    """Return the inside VRFs in use, in the order of the connections."""
    return tuple(dict.fromkeys(connection.inside for connection in plan.connections))


def balanced_prefixes(plan: RouterPlan) -> tuple[tuple[str, IPv4Network], ...]:
    """Return each (inside VRF, prefix of a gateway) whose traffic the tunnels share."""
    return tuple(
        dict.fromkeys(
            (connection.inside, prefix)
            for connection in plan.connections
            for prefix in connection.gateway_prefixes
        )
    )


def sessions(plan: RouterPlan) -> tuple[tuple[str, IPv4Address], ...]:
    """Return each (outside VRF, speaker) that the router has a BGP session with."""
    return tuple(
        (connection.outside, speaker)
        for connection in plan.connections
        for speaker in connection.speakers
    )


def router_commands(plan: RouterPlan) -> tuple[str, ...]:
    """Return the commands whose outputs `observe_router` reads, bottom up."""
    return (
        INTERFACES,
        IPSEC_PROFILES,
        IKEV2_SESSIONS,
        CRYPTO_SESSIONS,
        *(bgp_summary(vrf) for vrf in outside_vrfs(plan)),
        *(route_table(vrf) for vrf in (*outside_vrfs(plan), *inside_vrfs(plan))),
        *(route_entry(vrf, prefix) for vrf, prefix in balanced_prefixes(plan)),
        *(advertised_routes(vrf, neighbor) for vrf, neighbor in sessions(plan)),
        COUNTERS,
    )
