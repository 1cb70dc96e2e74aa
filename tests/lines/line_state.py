"""What a site's network does, as the lab itself shows it: the measure of "hurt".

Read from the routers' show commands and Azure's answers, never from a configuration and never
through the product. Ages, counters and what belongs to other sites of the gateway are left out.
"""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from line_clones import Clone
from line_lab import Field

OUTSIDE = ("OUTSIDE_ONE", "OUTSIDE_TWO")
INSIDE = "INSIDE_VRF"
SPEAKER = "10.0.255.254"
AZURE = IPv4Network("10.0.0.0/16")
_RG = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/vpn-testing"
NETWORK = f"{_RG}/providers/Microsoft.Network"

State = frozenset[str]

_BRIEF = "show ip interface brief"
_SESSIONS = "show crypto session detail"
_COMMANDS = (
    _BRIEF,
    _SESSIONS,
    *(f"show ip bgp vpnv4 vrf {vrf} summary" for vrf in OUTSIDE),
    *(f"show ip route vrf {vrf}" for vrf in (*OUTSIDE, INSIDE)),
    *(f"show ip bgp vpnv4 vrf {v} neighbors {SPEAKER} advertised-routes" for v in OUTSIDE),
)
_IP = r"\d+(?:\.\d+){3}"
_INTERFACE = re.compile(rf"^(\S+) +({_IP}|unassigned) +YES +\S+ +(\S.*?) +(\S+) *$", re.MULTILINE)
_SESSION = re.compile(
    r"^Interface: (\S+).*?^Session status: (\S+).*?^Peer: (\S+) .*?fvrf: (\S+) ivrf: (\S+)",
    re.MULTILINE | re.DOTALL,
)
_NEIGHBOR = re.compile(rf"^({_IP}) +4 +(\d+) .* (\S+|Idle \(Admin\))$", re.MULTILINE)
_SUBNETTED = re.compile(rf"^ +{_IP}/(\d+) is subnetted")
_ROUTE = re.compile(rf"^(?:([A-Z])\*? +({_IP}(?:/\d+)?))? +(\[.*|is directly.*)$")
_AGE = re.compile(r", (?:\d\d:\d\d:\d\d|\d+[dwy]\d+[hdw])")
_ADVERTISED = re.compile(rf"^ \S+ +({_IP}(?:/\d+)?) ", re.MULTILINE)


def states(field: Field, clones: tuple[Clone, ...]) -> dict[Clone, State]:
    """Return what each site's network does at this moment, as facts in words."""
    shown = field.shown({clone.host: _COMMANDS for clone in clones})
    gateways = {clone.gateway: _gateway(field, clone.gateway) for clone in clones}
    status = field.control("GET", "/status")["gateways"]
    return {
        clone: frozenset(
            (
                *_router(clone, shown[clone.host]),
                *_azure(clone, gateways[clone.gateway]),
                *_connections(clone, status[clone.gateway]["connections"]),
            )
        )
        for clone in clones
    }


def _router(clone: Clone, shown: Mapping[str, str]) -> Iterator[str]:
    for name, address, status, protocol in _INTERFACE.findall(shown[_BRIEF]):
        yield f"{name} {address} {status}/{protocol}"
    for found in _SESSION.findall(shown[_SESSIONS]):
        yield f"crypto session {' '.join(found)}"
    for vrf in OUTSIDE:
        for neighbor, asn, state in _NEIGHBOR.findall(shown[_COMMANDS[2 + OUTSIDE.index(vrf)]]):
            up = "established" if state.isdecimal() else state
            yield f"{vrf} neighbor {neighbor} AS {asn} {up}"
        told = shown[_COMMANDS[7 + OUTSIDE.index(vrf)]]
        yield from (f"{vrf} advertises {prefix}" for prefix in _ADVERTISED.findall(told))
    for vrf in (*OUTSIDE, INSIDE):
        for route in _routes(clone, shown[f"show ip route vrf {vrf}"]):
            yield f"{vrf} route {route}"


def _routes(clone: Clone, text: str) -> Iterator[str]:
    """Yield the routes to what is the site's own or its gateway's, a line for each path."""
    length, where = "", ""
    for line in text.splitlines():
        if match := _SUBNETTED.match(line):
            length = f"/{match[1]}"
        elif match := _ROUTE.match(line):
            if match[1]:
                prefix = match[2] if "/" in match[2] else match[2] + length
                where = f"{match[1]} {prefix}"
            if _concerns(clone, where.split()[1]):
                yield f"{where} {_AGE.sub('', match[3])}"


def _concerns(clone: Clone, prefix: str) -> bool:
    """Whether a prefix is the site's own, its gateway's, or none of anybody's."""
    network = IPv4Network(prefix)
    own = (IPv4Network(f"{clone.prefix}.0.0/16"), IPv4Network(bgp_address(clone)), AZURE)
    others = (IPv4Network("172.16.0.0/13"), IPv4Network("192.168.255.240/28"))
    return any(map(network.subnet_of, own)) or not any(map(network.subnet_of, others))


def bgp_address(clone: Clone) -> IPv4Address:
    """Return the BGP address of the clone's first tunnel."""
    return IPv4Address("192.168.255.254") - clone.seat


def _gateway(field: Field, gateway: str) -> Mapping[str, Any]:
    path = f"{NETWORK}/virtualNetworkGateways/{gateway}"
    nic = f"{NETWORK}/networkInterfaces/{gateway}-nic"
    return {
        "peers": field.action(f"{path}/getBgpPeerStatus")["value"],
        "learned": field.action(f"{path}/getLearnedRoutes")["value"],
        "effective": field.action(f"{nic}/effectiveRouteTable")["value"],
    }


def _azure(clone: Clone, seen: Mapping[str, Any]) -> Iterator[str]:
    for row in seen["peers"]:
        if _concerns(clone, row["neighbor"]):
            yield f"Azure peer {row['neighbor']} AS {row['asn']} {row['state']}"
    for row in seen["learned"]:
        if _concerns(clone, row["network"]):
            yield f"Azure learned {row['network']} from {row['sourcePeer']} {row['asPath']}"
    rows: dict[str, int] = {}
    for row in seen["effective"]:
        for prefix in row["addressPrefix"]:
            if _concerns(clone, prefix):
                text = f"{row['state']} {prefix} by {row['nextHopType']}"
                rows[text] = rows.get(text, 0) + 1
    yield from (f"NIC {text}, {count} x" for text, count in rows.items())


def _connections(clone: Clone, status: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for name, state in status.items():
        if clone.host in name:
            yield f"connection {name} {state['status']}"
