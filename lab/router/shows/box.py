"""Show commands about the box: version, configuration, archive, clock, log, files."""

from collections.abc import Mapping

from lab.router import differences, times
from lab.router.archive import NOTHING_PENDING
from lab.router.device import Router
from lab.router.render import render_block
from lab.router.replies import hostname
from lab.router.shows.types import Args, Show

FLASH_BYTES = 6286540800
FIRST_INODE = 12

VERSION = """\
Cisco IOS XE Software, Version {long}
Cisco IOS Software [{train}], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), \
Version {version}, RELEASE SOFTWARE (fc5)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2020 by Cisco Systems, Inc.
Compiled Mon 09-Mar-20 21:50 by mcpre

ROM: IOS-XE ROMMON

{hostname} uptime is {uptime}
Uptime for this control processor is {uptime}
System returned to ROM by reload
System image file is "bootflash:packages.conf"
Last reload reason: Reload Command

License Level: ax
License Type: Default. No valid license found.
Next reload license Level: ax

The current throughput level is 1000 kbps

Smart Licensing Status: UNREGISTERED/No Licenses in Use

cisco {chassis} (VXE) processor (revision VXE) with 2070854K/3075K bytes of memory.
Processor board ID {serial}
{ports} Gigabit Ethernet interfaces
32768K bytes of non-volatile configuration memory.
3978420K bytes of physical memory.
6188032K bytes of virtual hard disk at bootflash:.

Configuration register is 0x2102

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


def _running_interface(router: Router, args: Args) -> str:
    line = router.config.root.lines.get(f"interface {args['interface']}")
    if line is None:
        return "% Invalid interface\n"
    text = render_block(line)
    return (
        f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n!\n{text}end\n\n"
    )


def _archive(router: Router, _: Args) -> str:
    archive = router.archive
    if archive.path is None:
        return " Archive feature not enabled\n"
    rows = [
        f"{number:<9}{archive.saved[number - 1] if number <= len(archive.saved) else ''}"
        for number in range(1, archive.maximum + 1)
    ]
    if archive.saved:
        rows[len(archive.saved) - 1] += " <- Most Recent"
    return "\n".join(
        [
            f"The maximum archive configurations allowed is {archive.maximum}.",
            f"There are currently {len(archive.saved)} archive configurations saved.",
            f"The next archive file will be named {archive.next_name}",
            "Archive #  Name",
            *rows,
            "",
        ]
    )


def _timer(router: Router, _: Args) -> str:
    pending = router.archive.pending
    if pending is None:
        return NOTHING_PENDING + "\n"
    kind = "idle timer" if pending.idle else "absolute timer"
    return (
        f"Time configured(or reconfigured): {times.long_time(pending.since)}\n"
        f"Timer type: {kind}\nTimer value: {pending.minutes} min\nUser: {pending.user}\n"
    )


def _differences(router: Router, args: Args) -> str:
    first = _file(router, args.get("first", "system:running-config"))
    default = "system:running-config" if "first" in args else "nvram:startup-config"
    second = _file(router, args.get("second", default))
    if first is None or second is None:
        return "%Error opening file (No such file or directory)\n"
    return "\n".join(differences.context_diff(first, second)) + "\n\n"


def _file(router: Router, url: str) -> str | None:
    if url in ("system:running-config", "running-config"):
        return router.running_text()
    if url in ("nvram:startup-config", "startup-config"):
        return router.startup_text()
    name = url.replace("flash:/", "flash:")
    return router.flash.get(name if name.startswith("bootflash:") else f"boot{name}")


def _directory(router: Router, _: Args) -> str:
    when = times.directory_time(router.booted_at)
    rows = [
        f"{number:>5}  -rw-  {len(text):>15}  {when}  {name.removeprefix('bootflash:').lstrip('/')}"
        for number, (name, text) in enumerate(router.flash.items(), start=FIRST_INODE)
    ]
    used = sum(len(text) for text in router.flash.values())
    total = f"{FLASH_BYTES} bytes total ({FLASH_BYTES // 8 * 7 - used} bytes free)"
    return "\n".join(
        [
            "Directory of bootflash:/",
            "",
            f"   11  drwx  {4096:>15}  {when}  .rollback_timer",
            *rows,
            "",
            total,
            "",
        ]
    )


def _file_systems(_router: Router, _: Args) -> str:
    return (
        "File Systems:\n\n"
        "       Size(b)       Free(b)      Type  Flags  Prefixes\n"
        f"*   {FLASH_BYTES}    {FLASH_BYTES // 8 * 7}      disk     rw   bootflash: flash:\n"
        "      33554432      33505478     nvram     rw   nvram:\n"
    )


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
    "show_archive": _archive,
    "show_timer": _timer,
    "show_differences": _differences,
    "directory": _directory,
    "show_file_systems": _file_systems,
    "show_clock": _clock,
    "show_logging": _logging,
}
