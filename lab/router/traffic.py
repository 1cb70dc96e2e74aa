"""What a tunnel has carried: the words of its BGP sessions, pings, and what hosts sent."""

from dataclasses import dataclass

from lab.network.results import IkeSession
from lab.router.device import Router
from lab.router.reach import leaves_by

# What a keepalive takes, as any small word of BGP: 19 bytes with the headers of TCP and IP.
_WORD_BYTES = 59
# What a packet of a host takes.
_LOAD_BYTES = 1024
# TCP's handshake, both OPENs, the first keepalives and updates with their acknowledgements.
_OPENING = 8
# A keepalive every minute from either side, and each is acknowledged.
_A_MINUTE, _MINUTE_S = 2, 60
# How often a connection that nobody answers is tried.
_RETRY_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Packets that went into a tunnel, came out of it, and came but could not be decrypted."""

    encaps: int = 0
    decaps: int = 0
    drops: int = 0


def traffic(router: Router, session: IkeSession | None) -> Traffic:
    """Return what passed since the child SA stands."""
    if session is None or session.child is None:
        return Traffic()
    now, came, went = router.clock.now(), 0, 0
    for one in router.network.bgp_sessions(router.name, session.inside):
        if not leaves_by(router, one, session.interface):
            continue
        if one.state == "Established" and one.since is not None:
            words = _OPENING + _A_MINUTE * (int(now - one.since) // _MINUTE_S)
            came, went = came + words, went + words
        elif one.since is not None:
            went += 1 + int(now - one.since) // _RETRY_S
    others = router.traffic.get(session.interface, 0) + _loaded(session)
    came, went = came + others, went + others
    if router.faults.is_deaf(session.interface):
        return Traffic(encaps=went, drops=came)
    return Traffic(encaps=went, decaps=came)


def carried(router: Router, interface: str) -> tuple[Traffic, int, int]:
    """Return the packets that passed an interface, and the bytes that came and went.

    Only tunnels are counted. Their counters begin anew with their SAs, other than a router's.
    """
    sessions = router.network.ike_sessions(router.name)
    own = next((one for one in sessions if one.interface == interface), None)
    passed = traffic(router, own)
    loaded = _loaded(own)
    others = router.traffic.get(interface, 0) + loaded
    other_bytes = router.pinged_bytes.get(interface, 0) + loaded * _LOAD_BYTES
    came, went = (
        max(0, packets - others) * _WORD_BYTES + other_bytes
        for packets in (passed.decaps, passed.encaps)
    )
    return passed, came, went


def _loaded(session: IkeSession | None) -> int:
    """Return the packets that hosts sent through a tunnel since its child SA stands."""
    child = session.child if session is not None else None
    return 0 if child is None else int(child.load_kb)
