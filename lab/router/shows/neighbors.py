"""`show ip bgp vpnv4 … neighbors`: a neighbour in full, and the routes of one.

The layout is that of published outputs of IOS-XE; what the lab does not model (queues, sockets,
refreshes) has the figures of a quiet session.
"""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Address

from lab.network.results import BgpPrefix, BgpSession
from lab.network.views import NeighborView
from lab.router import times
from lab.router.device import Router
from lab.router.shows.bgp import listing, refusal
from lab.router.shows.facts import router_id
from lab.router.shows.types import Args, Show

NO_NEIGHBOR = "% No such neighbor or address family\n"
NO_INBOUND = "% Inbound soft reconfiguration not enabled on {}\n"
_PATH_BYTES = 136
_Chosen = Callable[[BgpSession], tuple[BgpPrefix, ...]]
_AZURE_HOLD_S = 180


def _sessions(router: Router, args: Args) -> list[BgpSession]:
    """Return the neighbours of a VRF, or of all of them, that have the address asked for."""
    bgp = router.view().bgp
    vrfs = [args["vrf"]] if "vrf" in args else sorted(vrf for vrf in (bgp.families if bgp else ()))
    return [
        session
        for vrf in vrfs
        if vrf
        for session in router.network.bgp_sessions(router.name, vrf)
        if args.get("peer") in (None, str(session.neighbor))
    ]


def _neighbors(router: Router, args: Args) -> str:
    if refused := refusal(router, args.get("vrf")):
        return refused
    found = _sessions(router, args)
    if not found and "peer" in args:
        return NO_NEIGHBOR
    return "\n".join("\n".join(_neighbor(router, one)) + "\n" for one in found)


def _neighbor(router: Router, session: BgpSession) -> Iterator[str]:
    own = router.view().bgp
    families = own.families if own is not None else {}
    neighbors = families[session.vrf].neighbors if session.vrf in families else ()
    view = next(one for one in neighbors if one.address == session.neighbor)
    link = "internal" if own is not None and own.asn == session.asn else "external"
    is_up = session.state == "Established"
    yield (
        f"BGP neighbor is {session.neighbor},  vrf {session.vrf},  remote AS {session.asn}, "
        f"{link} link"
    )
    remote = session.neighbor if is_up else IPv4Address(0)
    yield f"  BGP version 4, remote router ID {remote}"
    yield from _state(router, session, view)
    yield from _messages(session)
    yield "  Do log neighbor state changes (via global configuration)"
    yield "  Default minimum time between advertisement runs is 0 seconds"
    yield ""
    yield " For address family: VPNv4 Unicast"
    yield f"  Translates address family IPv4 Unicast for VRF {session.vrf}"
    yield from _policy(view)
    yield from _prefixes(session)
    yield f"  External BGP neighbor may be up to {view.multihop} hops away."


def _state(router: Router, session: BgpSession, view: NeighborView) -> Iterator[str]:
    now = router.clock.now()
    if session.state != "Established":
        since = "never" if session.since is None else f"for {times.age(now - session.since)}"
        yield f"  BGP state = {session.state}, down {since}"
        yield "  Neighbor sessions:"
        yield "    0 active, is not multisession capable (disabled)"
        return
    up = times.age(now - (session.since or now))
    hold_s = min(view.hold_s, _AZURE_HOLD_S)
    yield f"  BGP state = Established, up for {up}"
    yield (
        f"  Last read 00:00:15, last write 00:00:15, hold time is {hold_s}, "
        f"keepalive interval is {min(view.keepalive_s, hold_s // 3)} seconds"
    )
    yield "  Neighbor sessions:"
    yield "    1 active, is not multisession capable (disabled)"
    yield "  Neighbor capabilities:"
    yield "    Route refresh: advertised and received(new)"
    yield "    Four-octets ASN Capability: advertised and received"
    yield "    Address family IPv4 Unicast: advertised and received"


def _messages(session: BgpSession) -> Iterator[str]:
    """Yield the counts of messages: one OPEN, an update a prefix, the rest keepalives."""
    sent, came = session.messages_sent, session.messages_received
    updates = (len(session.advertised), len(session.heard)) if sent else (0, 0)
    opens = 1 if sent else 0
    yield "  Message statistics:"
    yield "    InQ depth is 0"
    yield "    OutQ depth is 0"
    yield ""
    yield "                         Sent       Rcvd"
    yield from _counts("Opens", opens, opens)
    yield from _counts("Notifications", 0, 0)
    yield from _counts("Updates", *updates)
    yield from _counts("Keepalives", sent - opens - updates[0], came - opens - updates[1])
    yield from _counts("Route Refresh", 0, 0)
    yield from _counts("Total", sent, came)


def _counts(name: str, sent: int, came: int) -> Iterator[str]:
    yield f"    {name + ':':<15}{max(0, sent):>10}{max(0, came):>11}"


def _policy(view: NeighborView) -> Iterator[str]:
    """Yield the lists and maps that are configured."""
    for way, prefixes, route_map in (
        ("Incoming", view.prefix_list_in, view.route_map_in),
        ("Outgoing", view.prefix_list_out, view.route_map_out),
    ):
        if prefixes is not None:
            yield f"  {way} update prefix filter list is {prefixes}"
        if route_map is not None:
            direction = "incoming" if way == "Incoming" else "outgoing"
            yield f"  Route map for {direction} advertisements is {route_map}"


def _prefixes(session: BgpSession) -> Iterator[str]:
    sent, taken = len(session.advertised), len(session.received)
    denied = len(session.heard) - taken
    yield "                                 Sent       Rcvd"
    yield "  Prefix activity:               ----       ----"
    consumed = f" (Consumes {taken * _PATH_BYTES} bytes)"
    yield f"    Prefixes Current:      {sent:>10}{taken:>11}{consumed if taken else ''}"
    yield f"    Prefixes Total:        {sent:>10}{taken:>11}"
    yield ""
    yield "                                   Outbound    Inbound"
    yield "  Local Policy Denied Prefixes:    --------    -------"
    yield f"    Total:                        {0:>9}{denied:>11}"


def _advertised(router: Router, args: Args) -> str:
    return _routes(router, args, lambda session: session.advertised)


def _accepted(router: Router, args: Args) -> str:
    return _routes(router, args, lambda session: session.received)


def _received(router: Router, args: Args) -> str:
    """Print what came before any filter, which is kept with `soft-reconfiguration inbound` only."""
    bgp = router.config.bgp()
    family = bgp.lines.get(f"address-family ipv4 vrf {args['vrf']}") if bgp is not None else None
    line = f"neighbor {args['peer']} soft-reconfiguration inbound"
    kept = family is not None and family.block is not None and line in family.block.lines
    if not kept and not refusal(router, args["vrf"]) and _sessions(router, args):
        return NO_INBOUND.format(args["peer"])
    return _routes(router, args, lambda session: session.heard)


def _routes(router: Router, args: Args, of: _Chosen) -> str:
    if refused := refusal(router, args["vrf"]):
        return refused
    found = _sessions(router, args)
    if not found:
        return NO_NEIGHBOR
    paths = of(found[0])
    total = f"\nTotal number of prefixes {len(paths)} \n"
    identity = router_id(router, args["vrf"])
    return (listing(router, {args["vrf"]: paths}, identity) if paths else "") + total


SHOWS: Mapping[str, Show] = {
    "show_advertised": _advertised,
    "show_bgp_neighbors": _neighbors,
    "show_bgp_neighbor_routes": _accepted,
    "show_received": _received,
}
