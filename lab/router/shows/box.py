"""Show commands about the box: version, configuration, archive, clock, log, files."""

from collections.abc import Mapping

from lab.router import times
from lab.router.device import Router
from lab.router.render import render_block
from lab.router.replies import hostname
from lab.router.shows.licences import licence_lines
from lab.router.shows.types import Args, Show

VERSION = """\
Cisco IOS XE Software, Version {long}
Cisco IOS Software [{train}], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), \
Version {version}, RELEASE SOFTWARE (fc5)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-{year} by Cisco Systems, Inc.
Compiled {compiled} by mcpre

ROM: IOS-XE ROMMON

{hostname} uptime is {uptime}
Uptime for this control processor is {uptime}
System returned to ROM by reload
System image file is "bootflash:packages.conf"
Last reload reason: Reload Command

{licence}
cisco {chassis} (VXE) processor (revision VXE) with {memory} bytes of memory.
Processor board ID {serial}
{mode}{ports} Gigabit Ethernet interfaces
32768K bytes of non-volatile configuration memory.
3978420K bytes of physical memory.
6188032K bytes of virtual hard disk at bootflash:.

Configuration register is 0x2102

"""


_HOST_CODES = """

Codes: UN - unknown, EX - expired, OK - OK, ?? - revalidate
       temp - temporary, perm - permanent
       NA - Not Applicable None - Not defined

Host                      Port  Flags      Age Type   Address(es)
"""


def _serial(router: Router) -> str:
    line = next(router.config.root.of("license udi pid sn"), None)
    return line.args["serial"] if line is not None else "9LAB0000000"


def _version(router: Router, _: Args) -> str:
    major, minor, build = router.software.version.split(".")
    return VERSION.format(
        long=f"{major}.{minor}.{int(build):02}",
        train=router.software.train,
        version=router.software.version,
        hostname=hostname(router.config),
        uptime=times.uptime(router.clock.now() - router.booted_at),
        chassis=router.software.chassis,
        year=router.software.year,
        compiled=router.software.compiled,
        licence=licence_lines(router),
        memory=router.software.memory,
        mode="Router operating mode: Autonomous\n" if router.software.shields else "",
        serial=_serial(router),
        ports=sum(name in router.software.ports for name, _ in router.config.interfaces()),
    )


def _inventory(router: Router, _: Args) -> str:
    chassis = router.software.chassis
    return (
        f'NAME: "Chassis", DESCR: "Cisco {chassis} Chassis"\n'
        f"PID: {chassis:<18}, VID: V00  , SN: {_serial(router)}\n\n"
    )


def _running(router: Router, _: Args) -> str:
    text = router.running_text()
    return "Building configuration...\n\n" + _headed(
        router, f"Current configuration : {len(text)} bytes", text
    )


def _startup(router: Router, _: Args) -> str:
    text = router.startup_text()
    return _headed(router, f"Using {len(text)} out of 33554432 bytes", text)


def _headed(router: Router, first: str, text: str) -> str:
    lines = [first, "!"]
    if router.changed_at is not None:
        by = f" by {router.changed_by}" if router.changed_by else ""
        lines.append(f"! Last configuration change at {times.long_time(router.changed_at)}{by}")
    if router.saved_at is not None:
        at = times.long_time(router.saved_at)
        lines.append(f"! NVRAM config last updated at {at} by {router.saved_by}")
    return "\n".join([*lines, "!", text, ""])


def _running_vrf(router: Router, args: Args) -> str:
    """Print a VRF with its interfaces, its routes and its address family of BGP."""
    wanted = args.get("vrf")
    parts = []
    for line in router.config.root.lines.values():
        text = render_block(line)
        names = {line.args.get("vrf")} if line.rule.title in ("ip vrf", "vrf definition") else set()
        if line.block is not None:
            names |= {line.block.arg("forwarding", "vrf")}
        if line.rule.title == "ip route":
            names |= {line.args.get("vrf")}
        if names - {None} and (wanted is None or wanted in names):
            parts.append(text)
    text = "!\n".join(parts)
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n{text}end\n\n"


def _platform(router: Router, _: Args) -> str:
    chassis = router.software.chassis
    age = times.age(router.clock.now() - router.booted_at)
    return (
        f"Chassis type: {chassis:<20}\n\n"
        "Slot      Type                State                 Insert time (ago) \n"
        "--------- ------------------- --------------------- ----------------- \n"
        f"R0        {chassis:<19} ok, active            {age:<13} \n"
        f"F0        {chassis:<19} ok, active            {age:<13} \n"
    )


def _license_udi(router: Router, _: Args) -> str:
    return f"UDI: PID:{router.software.chassis},SN:{_serial(router)}\n\n"


def _running_interface(router: Router, args: Args) -> str:
    line = router.config.root.lines.get(f"interface {args['interface']}")
    if line is None:
        return "% Invalid interface\n"
    text = render_block(line)
    return (
        f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n!\n{text}end\n\n"
    )


def _hosts(router: Router, _: Args) -> str:
    """Print how names are looked up; the lab's routers know no hosts."""
    root = router.config.root
    name = root.arg("ip domain name", "name")
    looked_up = "ip domain lookup" not in root.lines
    servers = [line.args["servers"] for line in root.of("ip name-server")]
    lines = [
        "Name lookup view: Global",
        f"Default domain is {name}" if name else "Default domain is not set",
        f"Name/address lookup uses {'domain service' if looked_up else 'static mappings'}",
    ]
    if looked_up:
        lines.append(f"Name servers are {', '.join(servers) or '255.255.255.255'}")
    return "\n".join(lines) + _HOST_CODES


def _clock(router: Router, _: Args) -> str:
    return times.clock_time(router.clock.now()) + "\n"


def _logging(router: Router, _: Args) -> str:
    return "\n".join(
        [
            "Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes)",
            "",
            "Log Buffer (4096 bytes):",
            "",
            *router.logged,
            "",
        ]
    )


SHOWS: Mapping[str, Show] = {
    "show_version": _version,
    "show_inventory": _inventory,
    "show_running": _running,
    "show_running_interface": _running_interface,
    "show_startup": _startup,
    "show_running_vrf": _running_vrf,
    "show_platform": _platform,
    "show_license_udi": _license_udi,
    "show_clock": _clock,
    "show_hosts": _hosts,
    "show_logging": _logging,
}
