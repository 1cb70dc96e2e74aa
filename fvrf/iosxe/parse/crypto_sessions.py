"""`show crypto session detail`: each crypto session with its VRFs, whose names are not cut here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from fvrf.iosxe.parse.capture import IPV4, blocks, reads

_TITLE = re.compile(r"^\s*Crypto session current status", re.MULTILINE)
_INTERFACE = re.compile(r"^Interface: (?P<name>.+?)\s*$", re.MULTILINE)
_STATUS = re.compile(r"^Session status: (?P<status>\S+)", re.MULTILINE)
_PROFILE = re.compile(r"^Profile: (?P<profile>\S+)", re.MULTILINE)
_PEER = re.compile(
    r"^Peer: (?P<address>\S+) port (?P<port>\d+)\s+fvrf: (?P<fvrf>\S+)\s+ivrf: (?P<ivrf>\S+)",
    re.MULTILINE,
)
_IKE = re.compile(rf"IKEv\d SA: local {IPV4}/\d+ remote {IPV4}/\d+\s+(?P<state>\w+)")
_ACTIVE = re.compile(r"Active SAs: (?P<count>\d+)")
_IN = re.compile(r"Inbound: +#pkts dec'ed (\d+) ")
_OUT = re.compile(r"Outbound: +#pkts enc'ed (\d+) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class CryptoSession:
    """One peer of one interface; a VRF is None where the router prints `(none)`.

    `ike_states` are those of its IKE SAs (`Active`, `Inactive`); `active_sas`, and the packets
    that were decapsulated and encapsulated, are sums over its IPsec flows.
    """

    interface: str
    profile: str | None
    status: str
    peer: IPv4Address
    port: int
    fvrf: str | None
    ivrf: str | None
    ike_states: tuple[str, ...]
    active_sas: int
    decaps: int
    encaps: int


@reads("show crypto session detail", silent=True, heading=_TITLE)
def parse_crypto_sessions(text: str) -> tuple[CryptoSession, ...]:
    """Read the sessions, one for each peer of each interface, in the router's order.

    Raises `CannotLook` where a session is cut: no peer, up without an IPsec flow, or a flow
    without its counts.
    """
    if text.strip() and not _TITLE.search(text):
        raise ValueError("the capture has no `Crypto session current status`")
    return tuple(
        session
        for interface, block in blocks(text, _INTERFACE)
        for session in _sessions(interface["name"], block)
    )


def _sessions(interface: str, block: str) -> Iterator[CryptoSession]:
    """Split an interface's block: several peers may stand under one heading."""
    peers = list(blocks(block, _PEER))
    head = block[: peers[0][0].start()] if peers else ""
    status, profile = _STATUS.search(head), _PROFILE.search(head)
    if status is None or not peers:
        raise ValueError(f"the session of {interface} is cut: no status or no peer")
    for peer, details in peers:
        if ":" in peer["address"]:  # IPv6 is out of scope
            continue
        flows = [int(flow["count"]) for flow in _ACTIVE.finditer(details)]
        if status["status"] == "UP-ACTIVE" and not flows:
            raise ValueError(f"the session of {interface} is cut: up without an IPsec flow")
        came, went = ([int(packets) for packets in way.findall(details)] for way in (_IN, _OUT))
        if not len(came) == len(went) == len(flows):
            raise ValueError(f"the session of {interface} is cut: a flow without its counts")
        yield CryptoSession(
            interface=interface,
            profile=profile["profile"] if profile else None,
            status=status["status"],
            peer=IPv4Address(peer["address"]),
            port=int(peer["port"]),
            fvrf=_name(peer["fvrf"]),
            ivrf=_name(peer["ivrf"]),
            ike_states=tuple(ike["state"] for ike in _IKE.finditer(details)),
            active_sas=sum(flows),
            decaps=sum(came),
            encaps=sum(went),
        )


def _name(printed: str) -> str | None:
    return None if printed == "(none)" else printed
