"""EXEC commands that do something, by the names that exec.yaml gives them."""

from collections.abc import Mapping
from ipaddress import IPv4Address

from lab.router.clear_bgp import clear_bgp
from lab.router.files import FILE_COMMANDS
from lab.router.ping import ping
from lab.router.seat import Args, Command, Seat
from lab.router.terminal import Ask, Dialogue

ENTERED = "Enter configuration commands, one per line.  End with CNTL/Z.\n"
LOCKED = (
    "Configuration mode is locked by process '1' user '{}' from terminal '1'. Please try later.\n"
)
FULL_PRIVILEGE = 15
ATTEMPTS = 3


def _enable(seat: Seat, args: Args) -> Dialogue:
    wanted = int(args.get("level", FULL_PRIVILEGE))
    if seat.privilege >= wanted:
        seat.privilege = wanted
        return ""
    for _ in range(ATTEMPTS):
        if seat.router.enables((yield Ask(text="Password: ", hidden=True))):
            seat.privilege = wanted
            return ""
    return "% Bad secrets\n"


def _disable(seat: Seat, _: Args) -> str:
    seat.privilege = 1
    return ""


def _leave(seat: Seat, _: Args) -> str:
    seat.leave()
    return ""


def _length(seat: Seat, args: Args) -> str:
    seat.lines = int(args["lines"])
    return ""


def _width(seat: Seat, args: Args) -> str:
    seat.columns = int(args["columns"])
    return ""


def _monitor(seat: Seat, _: Args) -> str:
    seat.monitor = True
    return ""


def _no_monitor(seat: Seat, _: Args) -> str:
    seat.monitor = False
    return ""


def _configure(seat: Seat, args: Args) -> str:
    """Enter configuration mode, unless a timer was asked for and is refused."""
    holder = seat.router.faults.locked_by()
    if holder is not None:
        return LOCKED.format(holder)
    started = ""
    if "minutes" in args or "idle" in args:
        minutes = int(args.get("minutes") or args["idle"])
        started = seat.router.archive.start(seat.user, minutes, idle="idle" in args)
        if started.startswith("%"):
            return started + "\n"
        started += "\n"
    seat.enter_config()
    return started + ENTERED


def _confirm(seat: Seat, _: Args) -> str:
    return seat.router.archive.confirm(seat.user)


def _revert(seat: Seat, _: Args) -> str:
    return seat.router.archive.revert(seat.user)


def _revert_timer(seat: Seat, args: Args) -> str:
    minutes = int(args.get("minutes") or args["idle"])
    return seat.router.archive.reset(seat.user, minutes, idle="idle" in args)


def _write(seat: Seat, _: Args) -> str:
    seat.router.save(seat.user)
    return "Building configuration...\n[OK]\n"


def _archive_config(seat: Seat, _: Args) -> str:
    return seat.router.archive.keep()


def _clear_crypto(seat: Seat, args: Args) -> str:
    remote, local = (IPv4Address(args[n]) if n in args else None for n in ("remote", "local"))
    seat.router.network.clear_ike(seat.router.name, remote, local, args.get("vrf"))
    return ""


def _clear_sas(seat: Seat, args: Args) -> str:
    """Drop the IPsec SAs, or with `session` whole sessions, of a peer or of VRFs.

    That `clear crypto sa` leaves the IKE SA, which makes a new child with a key exchange of its own
    (so that a PFS that differs shows), is the safe reading of its documentation.
    """
    remote = IPv4Address(args["remote"]) if "remote" in args else None
    interfaces = frozenset(
        one.interface
        for one in seat.router.network.ike_sessions(seat.router.name)
        if remote in (None, one.remote)
        and args.get("front") in (None, one.front_door)
        and args.get("inside") in (None, one.inside)
    )
    children = "session" not in args
    seat.router.network.clear_tunnels(seat.router.name, interfaces, children=children)
    return ""


def _show_privilege(seat: Seat, _: Args) -> str:
    return f"Current privilege level is {seat.privilege}\n"


def _show_view(_seat: Seat, _: Args) -> str:
    """Say that no view is active: none can be configured here."""
    return "No view is active ! Currently in Privilege Level Context\n"


def _ping(seat: Seat, args: Args) -> str:
    return ping(seat.router, args)


def _nothing(_seat: Seat, _: Args) -> str:
    """Take a setting of the terminal that has no effect here."""
    return ""


def _show_terminal(seat: Seat, _: Args) -> str:
    return (
        'Line 2, Location: "", Type: ""\n'
        f"Length: {seat.lines} lines, Width: {seat.columns} columns\n"
        "Baud rate (TX/RX) is 9600/9600\n"
        "Status: PSI Enabled, Ready, Active, Automore On\n"
        "Allowed input transports are ssh.\n"
        "Allowed output transports are lat pad telnet rlogin mop ssh nasi.\n"
        f"Monitoring is {'on' if seat.monitor else 'off'}\n"
    )


def _show_users(seat: Seat, _: Args) -> str:
    head = "    Line       User       Host(s)              Idle       Location\n"
    rows = [
        f"{'*' if session.user == seat.user else ' '}{number + 1:>3} vty {number:<5} "
        f"{session.user:<10} idle                 00:00:00 127.0.0.1\n"
        for number, session in enumerate(seat.router.sessions)
    ]
    return head + "".join(rows)


def _clear_logging(seat: Seat, _: Args) -> Dialogue:
    if (yield Ask(text="Clear logging buffer [confirm]", key=True)) in "\r\ny":
        seat.router.logged.clear()
    return ""


COMMANDS: Mapping[str, Command] = {
    **FILE_COMMANDS,
    "enable": _enable,
    "disable": _disable,
    "leave": _leave,
    "terminal_length": _length,
    "terminal_width": _width,
    "monitor": _monitor,
    "no_monitor": _no_monitor,
    "configure": _configure,
    "confirm": _confirm,
    "revert": _revert,
    "revert_timer": _revert_timer,
    "write": _write,
    "archive_config": _archive_config,
    "clear_crypto": _clear_crypto,
    "clear_sas": _clear_sas,
    "clear_bgp": clear_bgp,
    "clear_logging": _clear_logging,
    "ping": _ping,
    "nothing": _nothing,
    "show_terminal": _show_terminal,
    "show_privilege": _show_privilege,
    "show_view": _show_view,
    "show_users": _show_users,
}
