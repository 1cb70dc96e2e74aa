"""The kinds of a router's faults, as one table; what each does says its class in `faults`."""

from collections.abc import Mapping
from ipaddress import IPv4Network

from lab.fault_members import Kind, count, name, number, pattern, seconds, text
from lab.router import faults

ROUTER_KINDS: Mapping[str, Kind] = {
    "ssh-refused": Kind(make=faults.SshRefused, members={}, on_router=True),
    "ssh-lost": Kind(make=faults.SshLost, members={"after_lines": number}, on_router=True),
    "hang": Kind(make=faults.Hang, members={"on": pattern}, on_router=True),
    "route-dropped": Kind(
        make=faults.RouteDropped,
        members={"vrf": name, "prefix": IPv4Network},
        on_router=True,
    ),
    "deaf-tunnel": Kind(make=faults.Deaf, members={"interface": text}, on_router=True),
    "input-buffer": Kind(make=faults.InputBuffer, members={"bytes": count}, on_router=True),
    "slow-lines": Kind(
        make=faults.SlowLines,
        members={"on": pattern, "seconds": seconds},
        on_router=True,
    ),
    "question": Kind(
        make=faults.Question,
        members={"on": pattern},
        optional={"text": text},
        on_router=True,
    ),
    "refuse-line": Kind(
        make=faults.RefusedLine,
        members={"on": pattern},
        optional={"text": text},
        on_router=True,
    ),
    "log-lines": Kind(
        make=faults.LogLines,
        members={},
        optional={"every": count, "text": text},
        on_router=True,
    ),
    "config-locked": Kind(
        make=faults.ConfigLocked, members={}, optional={"user": text}, on_router=True
    ),
    "flash-full": Kind(make=faults.FlashFull, members={}, on_router=True),
    "slow-deletion": Kind(make=faults.SlowDeletion, members={"seconds": seconds}, on_router=True),
    "foreign-timer": Kind(
        make=faults.ForeignTimer,
        members={},
        optional={"user": text, "minutes": count},
        on_router=True,
    ),
}
