"""Show commands about interfaces and VRFs."""

from collections.abc import Iterator, Mapping

from lab.network.views import GLOBAL, InterfaceView, TunnelView
from lab.router.arguments import interface_parts
from lab.router.device import Router
from lab.router.shows.facts import address_of, is_up, short_name
from lab.router.shows.types import Args, Show
from lab.router.traffic import carried

_ORDER = ("GigabitEthernet", "Loopback", "Tunnel")
_VRF_COLUMNS = 57
_RATES = """\
  Last input never, output never, output hang never
  Last clearing of "show interface" counters never
  Input queue: 0/375/0/0 (size/max/drops/flushes); Total output drops: 0
  Queueing strategy: fifo
  Output queue: 0/40 (size/max)
  5 minute input rate 0 bits/sec, 0 packets/sec
  5 minute output rate 0 bits/sec, 0 packets/sec
     {0.decaps} packets input, {1} bytes, 0 no buffer
     {0.encaps} packets output, {2} bytes, 0 underruns
"""


def _sorted(router: Router) -> list[InterfaceView]:
    def order(view: InterfaceView) -> tuple[int, int, int]:
        kind, number, part = interface_parts(view.name)
        return _ORDER.index(kind), number, part

    return sorted(router.view().interfaces.values(), key=order)


def _state(router: Router, view: InterfaceView) -> tuple[str, str]:
    """Return the states of the interface and of its line protocol."""
    if view.shutdown:
        return "administratively down", "down"
    up = is_up(router, view.name)
    physical = "up" if up or not view.name.startswith("Gigabit") else "down"
    return physical, "up" if up else "down"


def _method(router: Router, view: InterfaceView) -> str:
    if view.unnumbered is not None:
        return "unset"
    block = router.config.find("interface", view.name)
    line = block.lines.get("ip address") if block is not None else None
    if line is None:
        return "unset"
    return "DHCP" if line.words[-1] == "dhcp" else "manual"


def _brief(router: Router, _: Args) -> str:
    rows = ["Interface              IP-Address      OK? Method Status                Protocol"]
    for view in _sorted(router):
        address = address_of(router, view.name)
        status, protocol = _state(router, view)
        rows.append(
            f"{view.name:<22} {address or 'unassigned'!s:<15} YES "
            f"{_method(router, view):<6} {status:<21} {protocol:<8}"
        )
    return "\n".join(rows) + "\n"


def _interfaces(router: Router, args: Args) -> str:
    wanted = args.get("interface")
    views = [view for view in _sorted(router) if wanted in (None, view.name)]
    return "".join(_interface(router, view) for view in views) or "% Invalid interface\n"


def _interface(router: Router, view: InterfaceView) -> str:
    status, protocol = _state(router, view)
    block = router.config.find("interface", view.name)
    description = block.arg("description", "text") if block is not None else None
    kind = interface_parts(view.name)[0]
    hardware = {"GigabitEthernet": "CSR vNIC, address is 000d.3a00.0001 (bia 000d.3a00.0001)"}
    lines = [
        f"{view.name} is {status}, line protocol is {protocol} ",
        f"  Hardware is {hardware.get(kind, kind)}",
    ]
    if description:
        lines.append(f"  Description: {description}")
    lines += _addressing(router, view)
    lines += [
        "  MTU 9938 bytes, BW 100 Kbit/sec, DLY 50000 usec, "
        if view.tunnel
        else "  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec, ",
        "     reliability 255/255, txload 1/255, rxload 1/255",
        f"  Encapsulation {'TUNNEL' if view.tunnel else 'ARPA'}, loopback not set",
    ]
    if view.tunnel is not None:
        lines += _tunnel(router, view.tunnel)
    return "\n".join(lines) + "\n" + _RATES.format(*carried(router, view.name))


def _addressing(router: Router, view: InterfaceView) -> list[str]:
    if view.unnumbered is not None:
        lent = address_of(router, view.unnumbered)
        return [f"  Interface is unnumbered. Using address of {view.unnumbered} ({lent})"]
    return [f"  Internet address is {view.address}"] if view.address is not None else []


def _tunnel(router: Router, tunnel: TunnelView) -> list[str]:
    source = tunnel.source or "0.0.0.0"  # noqa: S104
    shown = f"{address_of(router, source)} ({source})" if source[0].isalpha() else source
    transport = {"ipsec ipv4": "IPSEC/IP", "gre ip": "GRE/IP", "ipip": "IP/IP"}
    lines = [
        "  Keepalive not set",
        f"  Tunnel source {shown}, destination {tunnel.destination or 'UNKNOWN'}",
        f"  Tunnel protocol/transport {transport.get(tunnel.mode, tunnel.mode)}",
        "  Tunnel TTL 255",
        "  Tunnel transport MTU 1438 bytes",
    ]
    if tunnel.front_door != GLOBAL:
        lines.append(f'  Tunnel VRF "{tunnel.front_door}"')
    if tunnel.ipsec_profile is not None:
        lines.append(f'  Tunnel protection via IPSec (profile "{tunnel.ipsec_profile}")')
    return lines


def _ip_interfaces(router: Router, args: Args) -> str:
    wanted = args.get("interface")
    views = [view for view in _sorted(router) if wanted in (None, view.name)]
    return "".join("\n".join(_ip(router, view)) + "\n" for view in views)


def _ip(router: Router, view: InterfaceView) -> Iterator[str]:
    status, protocol = _state(router, view)
    address = address_of(router, view.name)
    yield f"{view.name} is {status}, line protocol is {protocol}"
    if address is None:
        yield "  Internet protocol processing disabled"
        return
    block = router.config.find("interface", view.name)
    mtu = (block.arg("ip mtu", "mtu") if block is not None else None) or "1500"
    mss = block.arg("ip tcp adjust-mss", "mss") if block is not None else None
    yield from _addressing(router, view)
    yield "  Broadcast address is 255.255.255.255"
    yield "  Address determined by setup command"
    yield f"  MTU is {mtu} bytes"
    yield "  Helper address is not set"
    yield "  Directed broadcast forwarding is disabled"
    yield "  Outgoing access list is not set"
    yield "  Inbound  access list is not set"
    yield "  Proxy ARP is enabled"
    yield "  IP CEF switching is enabled"
    if view.vrf != GLOBAL:
        yield f'  VPN Routing/Forwarding "{view.vrf}"'
    yield f"  TCP Adjust-MSS is {'enabled, MSS ' + mss if mss else 'disabled'}"


def _members(router: Router, vrf: str) -> list[str]:
    return [short_name(view.name) for view in _sorted(router) if view.vrf == vrf]


def _ip_vrf(router: Router, args: Args) -> str:
    head = "  Name                             Default RD            Interfaces"
    return "\n".join([head, *_vrf_rows(router, args.get("vrf"), protocols=None), ""])


def _vrf(router: Router, _: Args) -> str:
    head = "  Name                             Default RD            Protocols   Interfaces"
    return "\n".join([head, *_vrf_rows(router, None, protocols="ipv4"), ""])


def _vrf_rows(router: Router, wanted: str | None, *, protocols: str | None) -> Iterator[str]:
    column = f"{protocols:<12}" if protocols is not None else ""
    for name, vrf in sorted(router.view().vrfs.items()):
        if wanted not in (None, name):
            continue
        members = _members(router, name)
        yield f"  {name:<32} {vrf.rd or '<not set>':<21} {column}{members[0] if members else ''}"
        yield from (" " * (_VRF_COLUMNS + len(column)) + member for member in members[1:])


def _vrf_detail(router: Router, args: Args) -> str:
    """Print VRFs in full, numbered as they stand in the configuration."""
    wanted, blocks = args.get("vrf"), []
    for number, name in enumerate(router.view().vrfs, start=1):
        if wanted in (None, name):
            blocks.append("\n".join(_vrf_block(router, number, name)) + "\n")
    return "\n".join(blocks) or (f"% No VRF named {wanted}\n" if wanted else "")


def _vrf_block(router: Router, number: int, name: str) -> Iterator[str]:
    view = router.view().vrfs[name]
    is_old = router.config.find("ip vrf", name) is not None
    rd = view.rd or "<not set>"
    yield f"VRF {name} (VRF Id = {number}); default RD {rd}; default VPNID <not set>"
    kind = (
        "Old CLI format, supports IPv4 only"
        if is_old
        else ("New CLI format, supports multiple address-families")
    )
    yield f"  {kind}"
    yield f"  Flags: {'0xC' if is_old else '0x180C'}"
    members = _members(router, name)
    yield "  Interfaces:" if members else "  No interfaces"
    yield from _columns(members)
    yield f"Address family ipv4 unicast (Table ID = 0x{number:X}):"
    yield "  Flags: 0x0"
    for way, targets in (("Export", view.rt_export), ("Import", view.rt_import)):
        yield f"  {'' if targets else 'No '}{way} VPN route-target communities"
        yield from _columns([f"RT:{target}" for target in sorted(targets)])
    yield "  No import route-map"
    yield "  No global export route-map"
    yield "  No export route-map"
    yield "  VRF label distribution protocol: not configured"
    yield "  VRF label allocation mode: per-prefix"


def _columns(words: list[str]) -> Iterator[str]:
    """Yield rows of three words."""
    for at in range(0, len(words), 3):
        yield "    " + " ".join(f"{word:<24}" for word in words[at : at + 3])


SHOWS: Mapping[str, Show] = {
    "show_interface_brief": _brief,
    "show_interfaces": _interfaces,
    "show_ip_interface": _ip_interfaces,
    "show_ip_vrf": _ip_vrf,
    "show_vrf": _vrf,
    "show_vrf_detail": _vrf_detail,
}
