"""`ping`: answered at once, and only where the packet and its answer arrive."""

from collections.abc import Mapping
from ipaddress import IPv4Address

from lab.router.device import Router
from lab.router.reach import Way, way
from lab.router.shows.facts import address_of, has_vrf, is_up

COUNT, SIZE = 5, 100
_ROW = 70
BAD_SOURCE = "% Invalid source address- IP address not on any of our up interfaces\n"
BAD_INTERFACE = "% Invalid source interface - IP not enabled or interface is down\n"
_MILLISECONDS = "30/32/36"


class _SourceError(Exception):
    """The source cannot be used: the text printed."""


def ping(router: Router, args: Mapping[str, str]) -> str:
    """Return what a ping prints."""
    vrf = args.get("vrf", "")
    if not has_vrf(router, vrf):
        return f"% VRF {vrf} does not exist\n"
    try:
        source = _source(router, vrf, args)
    except _SourceError as refused:
        return str(refused)
    address = IPv4Address(args["address"])
    count, size = int(args.get("repeat", COUNT)), int(args.get("size", SIZE))
    found = way(router, vrf, address, source)
    df_bit = "df-bit" in args
    marks = _marks(found, count, too_big=df_bit and found is not None and size > found.mtu)
    if found is not None and "!" in marks:
        router.traffic[found.interface] = router.traffic.get(found.interface, 0) + count
        pinged = router.pinged_bytes
        pinged[found.interface] = pinged.get(found.interface, 0) + count * size
        router.network.carry(router.name, found.interface, count * size / 1024)
    return _head(address, count, size, source, df_bit=df_bit) + _body(marks, count)


def _source(router: Router, vrf: str, args: Mapping[str, str]) -> IPv4Address | None:
    """Return the source asked for; it must be an address of the VRF on an interface that is up."""
    name = args.get("interface")
    views = router.view().interfaces
    if name is not None:
        address = address_of(router, name)
        if address is None or not is_up(router, name) or views[name].vrf != vrf:
            raise _SourceError(BAD_INTERFACE)
        return address
    if "own" not in args:
        return None
    own = IPv4Address(args["own"])
    if not any(
        view.vrf == vrf and is_up(router, view.name) and address_of(router, view.name) == own
        for view in views.values()
    ):
        raise _SourceError(BAD_SOURCE)
    return own


def _marks(found: Way | None, count: int, *, too_big: bool) -> str:
    if too_big:
        return ("M." * count)[:count]
    return ("!" if found is not None and found.arrives else ".") * count


def _head(
    address: IPv4Address, count: int, size: int, source: IPv4Address | None, *, df_bit: bool
) -> str:
    return (
        "Type escape sequence to abort.\n"
        f"Sending {count}, {size}-byte ICMP Echos to {address}, timeout is 2 seconds:\n"
        + (f"Packet sent with a source address of {source} \n" if source is not None else "")
        + ("Packet sent with the DF bit set\n" if df_bit else "")
    )


def _body(marks: str, count: int) -> str:
    rows = "".join(marks[at : at + _ROW] + "\n" for at in range(0, len(marks), _ROW))
    arrived = marks.count("!")
    rate = f"Success rate is {100 * arrived // count} percent ({arrived}/{count})"
    trip = f", round-trip min/avg/max = {_MILLISECONDS} ms" if arrived else ""
    return f"{rows}{rate}{trip}\n"
