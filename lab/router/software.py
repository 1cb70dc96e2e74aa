"""What a platform and its release are called, and what the release changed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# VMware ESXi gives a virtual machine ten interfaces at most.
PORTS = tuple(f"GigabitEthernet{number}" for number in range(1, 11))


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """A platform with its release; `ports` are its physical interfaces.

    `warns` of weak algorithms: 17.6.1 and later. `shields`: refuses them from 17.11.1a on, unless
    the box booted with `crypto engine compliance shield disable` (field notice FN72510).
    """

    platform: str
    chassis: str
    train: str
    version: str
    release: tuple[int, int]
    year: int
    compiled: str
    ports: tuple[str, ...] = PORTS
    licence: str
    memory: str
    warns: bool = False
    shields: bool = False


_OLD_LICENCE = """\
License Level: ax
License Type: Default. No valid license found.
Next reload license Level: ax

The current throughput level is 1000 kbps

Smart Licensing Status: UNREGISTERED/No Licenses in Use
"""
_NEW_LICENCE = """\
License Level:\x20
License Type: Perpetual
Next reload license Level:\x20

Addon License Level:\x20
Addon License Type: Subscription
Next reload addon license Level:\x20

The current throughput level is 10000 kbps


Smart Licensing Status: Smart Licensing Using Policy
"""

SOFTWARE: Mapping[str, Software] = {
    "csr1000v-16.12": Software(
        platform="csr1000v-16.12",
        chassis="CSR1000V",
        train="Gibraltar",
        version="16.12.3",
        release=(16, 12),
        year=2020,
        compiled="Mon 09-Mar-20 21:50",
        licence=_OLD_LICENCE,
        memory="2070854K/3075K",
    ),
    "c8000v-17.12": Software(
        platform="c8000v-17.12",
        chassis="C8000V",
        train="Dublin",
        version="17.12.3",
        release=(17, 12),
        year=2024,
        compiled="Tue 19-Mar-24 21:50",
        licence=_NEW_LICENCE,
        memory="1978229K/3075K",
        warns=True,
        shields=True,
    ),
}


def boot_level(text: str) -> tuple[str, str]:
    """Return the licence level of a configuration and its addon; both empty where none is set."""
    found = re.search(r"^license boot level (\S+)(?: addon (\S+))?$", text, re.MULTILINE)
    return (found[1], found[2] or "") if found else ("", "")
