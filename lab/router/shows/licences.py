"""Licence and throughput, as `show version` and the commands about them tell.

A boot level that is configured is in force after the next boot; a throughput level at once. What a
missing licence keeps away (commands of IPsec, for one) is not modelled.
"""

import re
from collections.abc import Iterator, Mapping

from lab.router.device import Router
from lab.router.shows.types import Args, Show
from lab.router.software import boot_level

_UNREGISTERED = """\
Smart Licensing is ENABLED

Registration:
  Status: UNREGISTERED
  Export-Controlled Functionality: NOT ALLOWED

License Authorization:\x20
  Status: No Licenses in Use

License Usage:
  No licenses in use

"""


def licence_lines(router: Router) -> str:
    """Return what `show version` says of licences and throughput."""
    lines = [_filled(line, router) for line in router.software.licence.splitlines()]
    level = f"The current throughput level is {throughput_kbps(router)} kbps"
    text = "\n".join(level if "throughput level" in line else line for line in lines)
    return f"{text}\n"


def _filled(line: str, router: Router) -> str:
    level, addon = router.booted_level
    wanted, wanted_addon = boot_level(router.running_text())
    values = {
        "License Level:": level,
        "Next reload license Level:": wanted,
        "Addon License Level:": addon,
        "Next reload addon license Level:": wanted_addon,
    }
    label = line.partition(":")[0] + ":"
    return f"{label} {values[label]}" if values.get(label) else line


def throughput_kbps(router: Router) -> int:
    """Return the throughput in kilobits a second: as configured, else what the box came with."""
    found = re.search(
        r"^platform hardware throughput level (MB )?(\d+)\b", router.running_text(), re.MULTILINE
    )
    if found is None:
        own = re.search(r"throughput level is (\d+)", router.software.licence)
        return int(own[1]) if own else 0
    return int(found[2]) * (1000 if found[1] else 1)


def _throughput(router: Router, _: Args) -> str:
    return f"The current throughput level is {throughput_kbps(router)} kb/s\n"


def _license(router: Router, _: Args) -> str:
    """Print the licences in use; the layout is that of Smart Licensing."""
    if not router.software.shields:
        return _UNREGISTERED
    return (
        "Account Information:\n  Smart Account: <none>\n  Virtual Account: <none>\n\n"
        "License Usage:\n"
        "  License                 Entitlement Tag               Count Status\n"
        "  -----------------------------------------------------------------------------\n"
        + "".join(_usage(router))
        + "\n"
    )


def _usage(router: Router) -> Iterator[str]:
    """Yield the licences with their bandwidth; what a box without a boot level uses is a guess."""
    level, addon = router.booted_level
    size = f"{throughput_kbps(router) // 1000}M"
    own = f"{level or 'network-advantage'}_{size}"
    more = f"{addon or 'dna-advantage'}_{size}"
    yield f"  {own:<23} {f'(ESR_P_{size}_A)':<29} {1:>5} IN USE\n"
    yield f"  {more:<23} {f'(DNA_P_{size}_A)':<29} {1:>5} IN USE\n"


SHOWS: Mapping[str, Show] = {
    "show_license": _license,
    "show_throughput": _throughput,
}
