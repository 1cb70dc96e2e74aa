"""What the product's parsers and Genie's both extract of an output, as facts by name.

A fact that Genie has not got is missing in its facts. What is Genie's own mistake stands in
`DEFECTS`; the lab's or the product's never does.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fvrf.iosxe.parse.advertised_routes import parse_advertised_routes
from fvrf.iosxe.parse.bgp_summary import parse_bgp_summary
from fvrf.iosxe.parse.crypto_sessions import parse_crypto_sessions
from fvrf.iosxe.parse.ikev2_sessions import parse_ikev2_sessions
from fvrf.iosxe.parse.interfaces import parse_interfaces
from fvrf.iosxe.parse.route_entry import parse_route_entry
from fvrf.iosxe.parse.route_table import parse_route_table
from fvrf.iosxe.preflight import archive, privilege

Fact = tuple[str, object]
Facts = Iterator[Fact]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Defect:
    """A fact that Genie reads wrong; patterns of command, fact and Genie's value.

    The value `missing` is that of a fact it has not got.
    """

    command: str
    fact: str
    value: str
    why: str


DEFECTS = (
    Defect(
        "show crypto session detail",
        r"Tunnel0 (fvrf|ivrf) of 23\.98\.148\.37",
        "OUTSIDE_TWO",
        "it gathers the peers of all interfaces below the first one, the last one's values last",
    ),
    Defect(
        "show crypto session detail",
        r"Tunnel1 (23\.98\.148\.37 port|(fvrf|ivrf) of 23\.98\.148\.37)",
        "missing",
        "likewise",
    ),
    Defect(
        r"show ip route vrf \S+( bgp)?",
        r"\S+ paths",
        r"\[\('10\.0\.255\.254', '\S+', None\)\]",
        "it numbers a further path to the same next hop in another VRF like the one before it",
    ),
)
# Commands that Genie has a parser for that cannot read them, and why.
UNREADABLE = {
    "show crypto ikev2 proposal": "it takes one encryption algorithm only",
    "show crypto ikev2 policy": "it takes no address in `Match address local`",
    "show license": "it knows the list of traditional licences only",
    "show license summary": "without a licence in use there is nothing that it reads",
}


def _ours_interfaces(text: str) -> Facts:
    for row in parse_interfaces(text):
        yield f"{row.name} address", str(row.address or "unassigned")
        yield f"{row.name} status", row.status
        yield f"{row.name} protocol", row.protocol


def _genie_interfaces(read: Json) -> Facts:
    for name, row in read["interface"].items():
        yield f"{name} address", row["ip_address"]
        yield f"{name} status", row["status"]
        yield f"{name} protocol", row["protocol"]


def _ours_ikev2(text: str) -> Facts:
    for session in parse_ikev2_sessions(text):
        name = f"session {session.session_id}"
        (sa,) = session.sas
        yield f"{name} status", session.status
        yield f"{name} ends", (str(sa.local), sa.local_port, str(sa.remote), sa.remote_port)
        yield f"{name} vrfs", sa.vrfs
        yield f"{name} state", sa.state
        yield f"{name} tunnel id", sa.tunnel_id
        yield f"{name} spis", [(child.spi_in, child.spi_out) for child in session.children]


def _genie_ikev2(read: Json) -> Facts:
    for number, row in read["ikev2_session"]["IPv4"].items():
        name = f"session {number}"
        ends = row["local_ip"], row["local_port"], row["remote_ip"], row["remote_port"]
        yield f"{name} status", row["status"]
        yield f"{name} ends", ends
        yield f"{name} vrfs", f"{row['fvrf']}/{row['ivrf']}"
        yield f"{name} state", row["session_status"]
        yield f"{name} tunnel id", row["tunnel_id"]
        children = row["child_sa"].values()
        spis = [(int(c["esp_spi_in"], 16), int(c["esp_spi_out"], 16)) for c in children]
        yield f"{name} spis", spis


def _ours_crypto(text: str) -> Facts:
    for session in parse_crypto_sessions(text):
        yield f"{session.interface} status", session.status
        yield f"{session.interface} profile", session.profile
        yield f"{session.interface} {session.peer} port", session.port
        yield f"{session.interface} fvrf of {session.peer}", session.fvrf or "(none)"
        yield f"{session.interface} ivrf of {session.peer}", session.ivrf


def _genie_crypto(read: Json) -> Facts:
    for name, row in read["interface"].items():
        yield f"{name} status", row["session_status"]
        yield f"{name} profile", row["profile"]
        for peer, ports in row.get("peer", {}).items():
            for port, details in ports["port"].items():
                yield f"{name} {peer} port", int(port)
                yield f"{name} fvrf of {peer}", details["fvrf"]
                yield f"{name} ivrf of {peer}", details["ivrf"]


def _ours_summary(text: str) -> Facts:
    summary = parse_bgp_summary(text)
    for row in summary.neighbors:
        yield f"{row.address} ends", (str(summary.router_id), summary.asn, row.asn)
        yield f"{row.address} since", row.since
        yield f"{row.address} state", str(row.state if row.received is None else row.received)


def _genie_summary(read: Json) -> Facts:
    for vrf in read["vrf"].values():
        for address, families in vrf["neighbor"].items():
            for row in families["address_family"].values():
                yield f"{address} ends", (row["route_identifier"], row["local_as"], row["as"])
                yield f"{address} since", row["up_down"]
                yield f"{address} state", row["state_pfxrcd"]


def _ours_routes(text: str) -> Facts:
    for route in parse_route_table(text).routes:
        yield f"{route.prefix} code", route.code
        paths = [
            (path.next_hop and str(path.next_hop), path.vrf, path.interface) for path in route.paths
        ]
        yield f"{route.prefix} paths", sorted(paths, key=str)


def _genie_routes(read: Json) -> Facts:
    for vrf in read["vrf"].values():
        for prefix, row in vrf["address_family"]["ipv4"]["routes"].items():
            yield f"{prefix} code", row["source_protocol_codes"]
            hops = row["next_hop"].get("next_hop_list", {}).values()
            paths = [(h["next_hop"], h.get("vrf"), h.get("outgoing_interface")) for h in hops]
            paths += [(None, None, name) for name in row["next_hop"].get("outgoing_interface", ())]
            yield f"{prefix} paths", sorted(paths, key=str)


def _ours_entry(text: str) -> Facts:
    entry = parse_route_entry(text)
    if entry is not None:
        yield f"{entry.prefix} source", entry.source
        yield f"{entry.prefix} paths", [(str(path.next_hop), path.share) for path in entry.paths]


def _genie_entry(read: Json) -> Facts:
    for prefix, row in read["entry"].items():
        yield f"{prefix} source", row["known_via"]
        paths = [(path["nexthop"], int(path["share_count"])) for path in row["paths"].values()]
        yield f"{prefix} paths", paths


def _ours_advertised(text: str) -> Facts:
    routes = parse_advertised_routes(text)
    yield "vrf", routes.vrf
    yield "prefixes", sorted(str(prefix) for prefix in routes.prefixes)


def _genie_advertised(read: Json) -> Facts:
    """Read the prefixes; one without a length has that of its class, which Genie leaves out."""
    for vrf in read["vrf"].values():
        for neighbor in vrf["neighbor"].values():
            for family in neighbor["address_family"].values():
                if "default_vrf" in family:
                    yield "vrf", family["default_vrf"]
                    prefixes = (p if "/" in p else f"{p}/16" for p in family["advertised"])
                    yield "prefixes", sorted(prefixes)


def _ours_archive(text: str) -> Facts:
    found = archive(text)
    yield "saved", found.saved
    yield "maximum", found.maximum


def _genie_archive(read: Json) -> Facts:
    yield "saved", read["archive"]["total"]
    yield "maximum", read["archive"]["max_archive_configurations"]


# What commands, what the product's parser says, what Genie's.
READERS: tuple[tuple[str, Callable[[str], Facts], Callable[[Json], Facts]], ...] = (
    (r"show ip interface brief", _ours_interfaces, _genie_interfaces),
    (r"show crypto ikev2 session", _ours_ikev2, _genie_ikev2),
    (r"show crypto session detail", _ours_crypto, _genie_crypto),
    (r"show ip bgp vpnv4 vrf \S+ summary", _ours_summary, _genie_summary),
    (r"show ip route vrf \S+( bgp| static| connected)?", _ours_routes, _genie_routes),
    (r"show ip route vrf \S+ \S+ \S+", _ours_entry, _genie_entry),
    (
        r"show ip bgp vpnv4 vrf \S+ neighbors \S+ advertised-routes",
        _ours_advertised,
        _genie_advertised,
    ),
    (r"show archive", _ours_archive, _genie_archive),
    (
        r"show privilege",
        lambda text: iter([("level", privilege(text))]),
        lambda read: iter([("level", read["current_privilege_level"])]),
    ),
)


def differences(command: str, text: str, read: Json) -> Iterator[tuple[str, str, str]]:
    """Yield (fact, our value, Genie's) where they differ; nothing for a command of one only."""
    for pattern, ours, genies in READERS:
        if re.fullmatch(pattern, command):
            mine, other = dict(ours(text)), dict(genies(read))
            for fact in sorted(mine.keys() | other.keys()):
                pair = mine.get(fact, "missing"), other.get(fact, "missing")
                if pair[0] != pair[1]:
                    yield fact, str(pair[0]), str(pair[1])


def compared(command: str) -> bool:
    """Tell whether the product reads a command too."""
    return any(re.fullmatch(pattern, command) for pattern, _, _ in READERS)


def defect(command: str, fact: str, value: str) -> Defect | None:
    """Return the known defect that a difference is."""
    return next(
        (
            row
            for row in DEFECTS
            if re.fullmatch(row.command, command)
            and re.fullmatch(row.fact, fact)
            and re.fullmatch(row.value, value)
        ),
        None,
    )
