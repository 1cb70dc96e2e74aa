"""Show commands about IKEv2 and IPsec."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from lab.network.results import ChildSa, IkeSession
from lab.network.views import GLOBAL, InterfaceView
from lab.router import times
from lab.router.device import Router
from lab.router.overhead import PATH_MTU, plaintext_mtu
from lab.router.shows.facts import address_of
from lab.router.shows.policies import transform_name
from lab.router.shows.types import Args, Show
from lab.router.traffic import traffic

# The column fvrf/ivrf is 20 wide and cuts its text at 18 characters, as the published outputs do.
_VRFS = 18
_FIRST_CONNECTION = 2000
_HASH = {"sha1": "SHA96", "md5": "MD596"}
_HEAD = "Tunnel-id Local                 Remote                fvrf/ivrf            Status \n"
_CODE = """\
Crypto session current status

Code: C - IKE Configuration mode, D - Dead Peer Detection\x20\x20\x20\x20
K - Keepalives, N - NAT-traversal, T - cTCP encapsulation\x20\x20\x20\x20
X - IKE Extended Authentication, F - IKE Fragmentation
R - IKE Auto Reconnect, U - IKE Dynamic Route Update
S - SIP VPN

"""


def _sessions(router: Router) -> tuple[IkeSession, ...]:
    return router.network.ike_sessions(router.name)


def _ikev2_session(router: Router, _: Args) -> str:
    """Print the sessions; nothing at all where there are none."""
    sessions = _sessions(router)
    if not sessions:
        return ""
    blocks = [_session_block(router, session) for session in sessions]
    return (
        " IPv4 Crypto IKEv2 Session \n\n" + "\n".join(blocks) + "\n IPv6 Crypto IKEv2 Session \n\n"
    )


def _session_block(router: Router, session: IkeSession) -> str:
    child = session.child
    status = "UP-ACTIVE" if child is not None else "UP-IDLE"
    text = (
        f"Session-id:{session.session_id}, Status:{status}, IKE count:1, "
        f"CHILD count:{1 if child is not None else 0}\n\n" + _HEAD + _sa(router, session)
    )
    if child is None:
        return text
    return text + (
        "Child sa: local selector  0.0.0.0/0 - 255.255.255.255/65535\n"
        "          remote selector 0.0.0.0/0 - 255.255.255.255/65535\n"
        f"          ESP spi in/out: 0x{child.spi_in:X}/0x{child.spi_out:X}  \n"
    )


def _sa(router: Router, session: IkeSession) -> str:
    local = f"{session.local}/{session.port}"
    remote = f"{session.remote}/{session.port}"
    vrfs = f"{session.front_door or 'none'}/{session.inside or 'none'}"[:_VRFS]
    active = int(router.clock.now() - session.established_at)
    hashed = session.integrity
    return (
        f"{session.tunnel_id:<9} {local:<21} {remote:<21} {vrfs:<20} READY  \n"
        f"      Encr: {_cipher(session.encryption)}, PRF: {session.prf.upper()}, "
        f"Hash: {'None' if hashed is None else _HASH.get(hashed, hashed.upper())}, "
        f"DH Grp:{session.group}, Auth sign: PSK, Auth verify: PSK\n"
        f"      Life/Active Time: {session.lifetime_s}/{active} sec\n"
    )


def _cipher(encryption: str) -> str:
    """Return e.g. `AES-CBC, keysize: 256` of `aes-cbc-256`."""
    name, _, size = encryption.upper().rpartition("-")
    return f"{name}, keysize: {size}" if name else encryption.upper()


def _ikev2_sa(router: Router, _: Args) -> str:
    sessions = _sessions(router)
    if not sessions:
        return ""
    blocks = [_HEAD + _sa(router, session) for session in sessions]
    return " IPv4 Crypto IKEv2  SA \n\n" + "\n".join(blocks) + "\n IPv6 Crypto IKEv2  SA \n\n"


def _protected(router: Router) -> Iterator[tuple[InterfaceView, IkeSession | None]]:
    """Yield the tunnels with a protection and a destination, with their sessions."""
    live = {session.interface: session for session in _sessions(router)}
    for name, view in sorted(router.view().interfaces.items()):
        tunnel = view.tunnel
        if tunnel is not None and tunnel.ipsec_profile and tunnel.destination:
            yield view, live.get(name)


def _session(router: Router, _: Args) -> str:
    blocks = [_crypto_session(router, *pair, detail=False) for pair in _protected(router)]
    return "Crypto session current status\n\n" + "\n".join(blocks)


def _session_detail(router: Router, _: Args) -> str:
    blocks = [_crypto_session(router, *pair, detail=True) for pair in _protected(router)]
    return _CODE + "\n".join(blocks)


def _crypto_session(
    router: Router, view: InterfaceView, session: IkeSession | None, *, detail: bool
) -> str:
    lines = [f"Interface: {view.name}"]
    if session is not None:
        lines.append(f"Profile: {session.profile}")
    if session is not None and detail:
        lines.append(f"Uptime: {times.age(router.clock.now() - session.established_at)}")
    if session is None:
        status = "DOWN-NEGOTIATING" if not view.shutdown else "DOWN"
    else:
        status = "UP-ACTIVE" if session.child is not None else "UP-IDLE"
    lines.append(f"Session status: {status}     ")
    lines += _peer(view, session, detail=detail)
    lines += _ike(router, session, detail=detail) if session is not None else []
    lines += _flow(router, session, detail=detail)
    return "\n".join(lines) + "\n"


def _peer(view: InterfaceView, session: IkeSession | None, *, detail: bool) -> list[str]:
    destination = view.tunnel.destination if view.tunnel is not None else None
    front = view.tunnel.front_door if view.tunnel is not None else GLOBAL
    port = session.port if session is not None else 500
    if not detail:
        return [f"Peer: {destination} port {port} "]
    identity = session.remote if session is not None else "(none)"
    return [
        f"Peer: {destination} port {port} fvrf: {front or '(none)'} ivrf: {view.vrf or '(none)'}",
        f"      Phase1_id: {identity}",
        "      Desc: (none)",
    ]


def _ike(router: Router, session: IkeSession, *, detail: bool) -> list[str]:
    left = session.lifetime_s - (router.clock.now() - session.established_at)
    ends = f"local {session.local}/{session.port} remote {session.remote}/{session.port}"
    capabilities = "N" if session.port == 4500 else "(none)"  # noqa: PLR2004
    lines = [f"  Session ID: {session.session_id} ", f"  IKEv2 SA: {ends} Active "]
    if detail:
        lines.append(
            f"          Capabilities:{capabilities} connid:{session.tunnel_id} "
            f"lifetime:{times.age(left)}"
        )
    return lines


def _flow(router: Router, session: IkeSession | None, *, detail: bool) -> list[str]:
    child = session.child if session is not None else None
    lines = [
        "  IPSEC FLOW: permit ip 0.0.0.0/0.0.0.0 0.0.0.0/0.0.0.0 ",
        f"        Active SAs: {2 if child is not None else 0}, origin: crypto map",
    ]
    if not detail:
        return lines
    life, passed = "0/0", traffic(router, session)
    if child is not None:
        age = int(router.clock.now() - child.established_at)
        life = f"{_volume_left(child)}/{max(0, child.lifetime_s - age)}"
    return [
        *lines,
        f"        Inbound:  #pkts dec'ed {passed.decaps} drop {passed.drops} life (KB/Sec) {life}",
        f"        Outbound: #pkts enc'ed {passed.encaps} drop 0 life (KB/Sec) {life}",
    ]


def _volume_left(child: ChildSa) -> str:
    if child.lifetime_kb is None:
        return "KB Vol Rekey Disabled"
    return str(max(0, child.lifetime_kb - int(child.carried_kb)))


def _ipsec_sa(router: Router, args: Args) -> str:
    wanted = args.get("interface")
    return "".join(
        _interface_sa(router, view, session)
        for view, session in _protected(router)
        if wanted in (None, view.name)
    )


def _interface_sa(router: Router, view: InterfaceView, session: IkeSession | None) -> str:
    tunnel = view.tunnel
    source = tunnel.source if tunnel is not None else None
    local = address_of(router, source) if source is not None and source[0].isalpha() else source
    remote = tunnel.destination if tunnel is not None else None
    child = session.child if session is not None else None
    carried = traffic(router, session)
    encaps, decaps = carried.encaps, carried.decaps
    mtu = PATH_MTU if child is None or session is None else plaintext_mtu(child, session.port)
    spi = child.spi_out if child is not None else 0
    pfs = child.pfs if child is not None else None
    return "\n".join(
        [
            "",
            f"interface: {view.name}",
            f"    Crypto map tag: {view.name}-head-0, local addr {local}",
            "",
            f"   protected vrf: {view.vrf or '(none)'}",
            "   local  ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)",
            "   remote ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)",
            f"   current_peer {remote} port {session.port if session is not None else 500}",
            "     PERMIT, flags={origin_is_acl,}",
            f"    #pkts encaps: {encaps}, #pkts encrypt: {encaps}, #pkts digest: {encaps}",
            f"    #pkts decaps: {decaps}, #pkts decrypt: {decaps}, #pkts verify: {decaps}",
            "    #pkts compressed: 0, #pkts decompressed: 0",
            "    #pkts not compressed: 0, #pkts compr. failed: 0",
            "    #pkts not decompressed: 0, #pkts decompress failed: 0",
            f"    #send errors 0, #recv errors {carried.drops}",
            "",
            f"     local crypto endpt.: {local}, remote crypto endpt.: {remote}",
            f"     plaintext mtu {mtu}, path mtu {PATH_MTU}, ip mtu 1500, ip mtu idb {source}",
            f"     current outbound spi: 0x{spi:X}({spi})",
            f"     PFS (Y/N): {'Y' if pfs else 'N'}, DH group: {pfs or 'none'}",
            "",
            *_sas(router, view, session, inbound=True),
            *_sas(router, view, session, inbound=False),
        ]
    )


def _sas(
    router: Router, view: InterfaceView, session: IkeSession | None, *, inbound: bool
) -> list[str]:
    way = "inbound" if inbound else "outbound"
    child = session.child if session is not None else None
    lines = [f"     {way} esp sas:"]
    if child is not None and session is not None:
        spi = child.spi_in if inbound else child.spi_out
        connection = _FIRST_CONNECTION + 2 * session.tunnel_id + (0 if inbound else 1)
        left = max(0, child.lifetime_s - int(router.clock.now() - child.established_at))
        volume = _volume_left(child)
        lines += [
            f"      spi: 0x{spi:X}({spi})",
            f"        transform: {transform_name(child.transform)} ,",
            "        in use settings ={Tunnel, }",
            _connection(view, connection),
            f"        sa timing: remaining key lifetime (k/sec): ({volume}/{left})",
            f"        IV size: {8 if 'gcm' in child.transform else 16} bytes",
            "        replay detection support: Y",
            "        Status: ACTIVE(ACTIVE)",
        ]
    return [*lines, "", f"     {way} ah sas:", "", f"     {way} pcp sas:", ""]


def _connection(view: InterfaceView, number: int) -> str:
    return (
        f"        conn id: {number}, flow_id: CSR:{number - _FIRST_CONNECTION}, "
        f"sibling_flags FFFFFFFF80000048, crypto map: {view.name}-head-0"
    )


def _ikev2_sa_detail(router: Router, _: Args) -> str:
    sessions = _sessions(router)
    if not sessions:
        return ""
    blocks = [_HEAD + _sa(router, one) + "\n".join(_sa_rest(router, one)) for one in sessions]
    return " IPv4 Crypto IKEv2  SA \n\n" + "\n\n".join(blocks) + "\n\n IPv6 Crypto IKEv2  SA \n\n"


def _sa_rest(router: Router, session: IkeSession) -> Iterator[str]:
    """Yield what the detailed command adds to an SA; its message ids grow with time."""
    block = router.config.find("crypto ikev2 profile", session.profile)
    dpd = block.lines.get("dpd") if block is not None else None
    ids = int(router.clock.now() - session.established_at) // 60
    spis = sha256(
        f"{router.name}/{session.tunnel_id}/{session.established_at}".encode()
    ).hexdigest()
    nat = "detected inside" if session.port == 4500 else "not detected"  # noqa: PLR2004
    pair = f"{ids:<18} Remote {{}} msg id: {ids:<9}"
    yield f"      CE id: {1000 + session.tunnel_id}, Session-id: {session.session_id}"
    yield f"      Local spi: {spis[:16].upper()}       Remote spi: {spis[16:32].upper()}"
    yield "      Status Description: Negotiation done"
    yield f"      Local id: {session.local}"
    yield f"      Remote id: {session.remote}"
    yield f"      Local req msg id:  {pair.format('req')}"
    yield f"      Local next msg id: {pair.format('next')}"
    yield f"      Local req queued:  {ids:<18} Remote req queued:  {ids:<9}"
    yield "      Local window:      5                  Remote window:      1        "
    if dpd is None:
        yield "      DPD configured for 0 seconds, retry 0"
    else:
        yield f"      DPD configured for {dpd.args['interval']} seconds, retry {dpd.args['retry']}"
    yield "      Fragmentation not  configured."
    yield "      Dynamic Route Update: enabled"
    yield "      Extended Authentication not configured."
    yield f"      NAT-T is {nat}"
    yield "      Cisco Trust Security SGT is disabled"
    yield "      Initiator of SA : Yes"


SHOWS: Mapping[str, Show] = {
    "show_ikev2_session": _ikev2_session,
    "show_ikev2_sa": _ikev2_sa,
    "show_ikev2_sa_detail": _ikev2_sa_detail,
    "show_crypto_session": _session,
    "show_crypto_session_detail": _session_detail,
    "show_ipsec_sa": _ipsec_sa,
}
