"""Checks of the router's interfaces and tunnels: IKEv2 session, VRFs, child SA, PFS."""

from ipaddress import IPv4Address

from fvrf.checks.finding import Finding
from fvrf.checks.look import Subject
from fvrf.checks.observation import RouterObservation, Unreadable
from fvrf.expected import ExpectedInterface, ExpectedTunnel
from fvrf.iosxe.parse.crypto_sessions import CryptoSession
from fvrf.iosxe.parse.ikev2_sessions import Ikev2Sa

UP = "UP-ACTIVE"
LEASED = "an address by DHCP"
# Where the column of both VRFs ends, in characters; a shorter text is a whole one.
_CUT_AT = 18


def check_interface(
    host: str, interface: ExpectedInterface | ExpectedTunnel, seen: RouterObservation
) -> Finding:
    """Judge whether an interface is there, not shut down, and speaks with its address."""
    subject = Subject(
        end=host,
        check="interface",
        name=f"{interface.name} interface",
        expected=f"up, {interface.address or LEASED}",
        connection=interface.connection,
    )
    if isinstance(seen.interfaces, Unreadable):
        return subject.unseen(seen.interfaces)
    found = next((i for i in seen.interfaces if i.name == interface.name), None)
    if found is None:
        return subject.judge("no such interface", passed=False)
    actual = f"{found.status}, {found.address or 'no address'}"
    has_lease = interface.address is None and found.address is not None
    return subject.judge(
        actual, passed=actual == subject.expected or (has_lease and found.status == "up")
    )


def check_pfs(host: str, tunnel: ExpectedTunnel, seen: RouterObservation) -> Finding:
    """Judge the PFS group in the configuration: a wrong one shows only at the first rekey."""
    subject = Subject(
        end=host,
        check="pfs",
        name=f"{tunnel.name} PFS",
        expected=tunnel.pfs or "none",
        connection=tunnel.connection,
    )
    if isinstance(seen.pfs_groups, Unreadable):
        return subject.unseen(seen.pfs_groups)
    if tunnel.ipsec_profile not in seen.pfs_groups:
        return subject.judge(f"no IPsec profile {tunnel.ipsec_profile}", passed=False)
    actual = seen.pfs_groups[tunnel.ipsec_profile]
    return subject.judge(actual or "none", passed=actual == tunnel.pfs)


def check_line_protocol(host: str, tunnel: ExpectedTunnel, seen: RouterObservation) -> Finding:
    """Judge the tunnel's line protocol; IPsec brings it up with the child SA."""
    subject = Subject(
        end=host,
        check="line_protocol",
        name=f"{tunnel.name} line protocol",
        expected="up",
        connection=tunnel.connection,
    )
    if isinstance(seen.interfaces, Unreadable):
        return subject.unseen(seen.interfaces)
    protocol = next((i.protocol for i in seen.interfaces if i.name == tunnel.name), None)
    return subject.judge(protocol or "no such interface", passed=protocol == "up")


def check_ikev2(host: str, tunnel: ExpectedTunnel, seen: RouterObservation) -> Finding:
    """Judge the IKEv2 session between the tunnel's ends in its VRFs."""
    subject = Subject(
        end=host,
        check="ikev2",
        name=f"{tunnel.name} IKEv2 session {_ends(tunnel)}",
        expected=f"{UP}, READY in {_vrfs(tunnel)}",
        connection=tunnel.connection,
    )
    if isinstance(seen.ikev2_sessions, Unreadable):
        return subject.unseen(seen.ikev2_sessions)
    if tunnel.local is None and isinstance(seen.interfaces, Unreadable):
        return subject.unseen(seen.interfaces)
    between = [
        (session, sa)
        for session in seen.ikev2_sessions
        for sa in session.sas
        if (sa.local, sa.remote) == (_local(tunnel, seen), tunnel.remote)
    ]
    own = [(session, sa) for session, sa in between if _in_vrfs(sa, tunnel)]
    if any(session.status == UP and sa.state == "READY" for session, sa in own):
        return subject.judge(f"{UP}, READY in {_vrfs(tunnel)}", passed=True)
    shown = [f"{session.status}, {sa.state} in {sa.vrfs}" for session, sa in own or between]
    return subject.judge("; ".join(shown) or f"no session{_reason(tunnel, seen)}", passed=False)


def check_vrfs(host: str, tunnel: ExpectedTunnel, seen: RouterObservation) -> Finding:
    """Judge front-door and inside VRF where the router prints their names in full."""
    subject = Subject(
        end=host,
        check="vrfs",
        name=f"{tunnel.name} crypto session with {tunnel.remote}",
        expected=f"{UP}, {_full(tunnel.fvrf, tunnel.ivrf)}",
        connection=tunnel.connection,
    )
    if isinstance(seen.crypto_sessions, Unreadable):
        return subject.unseen(seen.crypto_sessions)
    own = crypto_sessions_of(tunnel, seen)
    shown = [f"{session.status}, {_full(session.fvrf, session.ivrf)}" for session in own]
    return subject.judge("; ".join(shown) or "no session", passed=subject.expected in shown)


def check_child_sa(host: str, tunnel: ExpectedTunnel, seen: RouterObservation) -> Finding:
    """Judge the child SA: an SPI each way, and SAs that the IPsec flow counts as active."""
    subject = Subject(
        end=host,
        check="child_sa",
        name=f"{tunnel.name} child SA {_ends(tunnel)}",
        expected="an SPI in and out, active SAs > 0",
        connection=tunnel.connection,
    )
    if isinstance(seen.ikev2_sessions, Unreadable):
        return subject.unseen(seen.ikev2_sessions)
    if isinstance(seen.crypto_sessions, Unreadable):
        return subject.unseen(seen.crypto_sessions)
    if tunnel.local is None and isinstance(seen.interfaces, Unreadable):
        return subject.unseen(seen.interfaces)
    live = [
        child
        for session in seen.ikev2_sessions
        if any(_belongs(sa, tunnel, seen) for sa in session.sas)
        for child in session.children
        if child.is_live
    ]
    active = sum(session.active_sas for session in crypto_sessions_of(tunnel, seen))
    spis = ", ".join(f"SPI {child.spi_in:#x}/{child.spi_out:#x}" for child in live)
    return subject.judge(
        f"{spis or 'no live SPIs'}, active SAs {active}", passed=bool(live and active)
    )


# Bottom up: what stands later depends on what stands before. A PFS group is configured, and a wrong
# one brings the session down.
TUNNEL_CHECKS = (
    check_interface,
    check_pfs,
    check_ikev2,
    check_vrfs,
    check_child_sa,
    check_line_protocol,
)


def _ends(tunnel: ExpectedTunnel) -> str:
    return f"{tunnel.local or tunnel.source} -> {tunnel.remote}"


def _local(tunnel: ExpectedTunnel, seen: RouterObservation) -> IPv4Address | None:
    """Return the address that a tunnel leaves by: where it is leased, the one that is seen."""
    if tunnel.local is not None or isinstance(seen.interfaces, Unreadable):
        return tunnel.local
    return next((i.address for i in seen.interfaces if i.name == tunnel.source), None)


def _belongs(sa: Ikev2Sa, tunnel: ExpectedTunnel, seen: RouterObservation) -> bool:
    ends = (_local(tunnel, seen), tunnel.remote)
    return (sa.local, sa.remote) == ends and _in_vrfs(sa, tunnel)


def _in_vrfs(sa: Ikev2Sa, tunnel: ExpectedTunnel) -> bool:
    """Compare what the column shows: the router cuts it (`OUTSIDE_TWO/OUTSID`)."""
    whole = _vrfs(tunnel)
    return sa.vrfs == whole or (len(sa.vrfs) >= _CUT_AT and whole.startswith(sa.vrfs))


def _vrfs(tunnel: ExpectedTunnel) -> str:
    return f"{tunnel.fvrf or 'none'}/{tunnel.ivrf}"


def _full(fvrf: str | None, ivrf: str | None) -> str:
    return f"fvrf {fvrf or 'none'}, ivrf {ivrf or 'none'}"


def crypto_sessions_of(
    tunnel: ExpectedTunnel, seen: RouterObservation
) -> tuple[CryptoSession, ...]:
    """Return the tunnel's crypto sessions; none where they could not be read."""
    if isinstance(seen.crypto_sessions, Unreadable):
        return ()
    own = (tunnel.name, tunnel.remote)
    return tuple(each for each in seen.crypto_sessions if (each.interface, each.peer) == own)


def _reason(tunnel: ExpectedTunnel, seen: RouterObservation) -> str:
    """Say what the crypto session of the tunnel does instead, where one is seen."""
    states = ", ".join(session.status for session in crypto_sessions_of(tunnel, seen))
    return f" ({states})" if states else ""
