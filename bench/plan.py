"""Time planning and rendering: from the files of N routers to the texts of both ends.

    python bench/plan.py [--routers 1000 10000 20000] [--out FILE]

Each size is a process of its own. It reads the inventory through Nornir, checks it, plans,
renders every router, makes every gateway's desired resources and both ends' expected state;
nothing is opened. Writing the generated files is not timed.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from dataclasses import asdict, dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
# What must hold on two cores, for the first of these; the second may take so many times as long.
ROUTERS, SECONDS, MEGABYTES = 10_000, 60, 1500
TWICE = 2.2
# A VpnGw5 takes 100 connections, a router has two.
PER_GATEWAY = 50
GROUPS: dict[str, Any] = {
    "csr": {"platform": "cisco_xe", "username": "netops", "password": "env:ROUTER_PASSWORD"},
    "gateway": {"platform": "azure_vpn_gateway"},
}
CONFIG: dict[str, Any] = {
    "inventory": {
        "plugin": "FvrfInventory",
        "options": {
            "host_file": "hosts.yaml",
            "group_file": "groups.yaml",
            "defaults_file": "defaults.yaml",
        },
    },
    "runner": {"plugin": "paced", "options": {"num_workers": 20}},
    "logging": {"enabled": False},
    "user_defined": {"secrets": "secrets", "backups": "backups", "changes": "changes"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one size cost: seconds of the clock, and of the processor in `cpu_s`.

    `others` is the load of the machine before it began.
    """

    routers: int
    lines: int
    read_s: float
    render_s: float
    azure_s: float
    expected_s: float
    seconds: float
    cpu_s: float
    peak_mb: float
    others: float


class Watch:
    """A stopwatch that tells the seconds since it was last asked."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def lap(self) -> float:
        """Return the seconds of this lap and begin the next."""
        before, self._last = self._last, time.monotonic()
        return round(self._last - before, 2)


def _at(base: str, number: int) -> str:
    return str(IPv4Address(base) + number)


def _router(number: int) -> dict[str, Any]:
    """Return a site of two outside VRFs with a connection each."""
    gateway, place = f"gateway-{number // PER_GATEWAY:04}", number % PER_GATEWAY
    uplink = IPv4Interface((IPv4Address("100.80.0.0") + 4 * number + 1, 30))
    inside = IPv4Network((IPv4Address("10.0.0.0") + 256 * number, 24))
    common = {"gateway": gateway, "key": f"env:PSK_{number}"}
    return {
        "site": f"site-{number}",
        "asn": 4_200_000_000 + number,
        "uplinks": {
            "GigabitEthernet1": {
                "managed": False,
                "address": "192.168.1.4/24",
                "public_address": _at("198.18.0.0", 2 * place),
            },
            "GigabitEthernet2": {
                "address": str(uplink),
                "front_door": "OUT2",
                "next_hop": str(uplink.ip + 1),
                "public_address": _at("198.18.0.0", 2 * place + 1),
            },
        },
        "inside": {
            "IN": {
                "id": 3,
                "interface": "GigabitEthernet3",
                "address": f"{inside.network_address + 4}/24",
                "prefixes": {str(inside): str(inside.network_address + 1)},
            }
        },
        "outside": {
            "OUT1": {
                "id": 1,
                "inside": "IN",
                "connections": [
                    common
                    | {
                        "uplink": "GigabitEthernet1",
                        "tunnel": 0,
                        "bgp_address": _at("100.64.0.0", number),
                    }
                ],
            },
            "OUT2": {
                "id": 2,
                "inside": "IN",
                "connections": [common | {"uplink": "GigabitEthernet2", "tunnel": 1}],
            },
        },
    }


def _gateway(number: int) -> dict[str, Any]:
    network = IPv4Network((IPv4Address("172.16.0.0") + 256 * number, 24))
    return {
        "subscription": "11111111-2222-3333-4444-555555555555",
        "resource_group": f"vpn-{number}",
        "asn": 65515,
        "prefixes": [str(network)],
        "instances": [
            {
                "public_address": _at("198.19.0.0", number),
                "speakers": [str(network.broadcast_address - 1)],
            }
        ],
    }


def write(folder: Path, count: int) -> Path:
    """Write the project of `count` routers; returns its configuration file."""
    hosts = {
        f"router-{n:05}": {"groups": ["csr"], "hostname": "127.0.0.1", "data": _router(n)}
        for n in range(count)
    }
    hosts |= {
        f"gateway-{n:04}": {"groups": ["gateway"], "data": _gateway(n)}
        for n in range(-(-count // PER_GATEWAY))
    }
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    for name, content in {"config": CONFIG, "hosts": hosts, "groups": GROUPS}.items():
        with (folder / f"{name}.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(content, file, Dumper=dumper, sort_keys=False)
    return folder / "config.yaml"


def measure(config: Path, count: int) -> Figures:
    """Take one project from its files to the texts of both ends, in this process."""
    others, watch = os.getloadavg()[0], Watch()
    from fvrf.azure.resources import desired  # noqa: PLC0415 - the imports are timed too
    from fvrf.expected import expected_gateway, expected_router  # noqa: PLC0415
    from tasks.project import Selection, open_project  # noqa: PLC0415
    from tasks.render import environment  # noqa: PLC0415

    project = open_project(config, Selection(), offline=True)
    read_s = watch.lap()
    template = environment().get_template("router.j2")
    routers = project.plan.routers.values()
    lines = sum(template.render(plan=plan).count("\n") for plan in routers)
    render_s = watch.lap()
    gateways = project.plan.gateways.values()
    deque(map(desired, gateways), maxlen=0)
    azure_s = watch.lap()
    deque(map(expected_router, routers), maxlen=0)
    deque(map(expected_gateway, gateways), maxlen=0)
    expected_s = watch.lap()
    return Figures(
        routers=count,
        lines=lines,
        read_s=read_s,
        render_s=render_s,
        azure_s=azure_s,
        expected_s=expected_s,
        seconds=round(read_s + render_s + azure_s + expected_s, 2),
        cpu_s=round(time.process_time(), 2),
        peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        others=round(others, 2),
    )


def fresh(count: int) -> Figures:
    """Measure one size in a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory() as name:
        config = write(Path(name), count)
        command = [sys.executable, __file__, "--measure", str(config), "--routers", str(count)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)  # noqa: S603 - ourselves
    if done.returncode:
        raise SystemExit(f"{count} routers failed:\n{done.stderr[-3000:]}")
    return Figures(**json.loads(done.stdout))


def shortfalls(rows: dict[int, Figures]) -> list[str]:
    """Say which bound does not hold, among those whose sizes were measured."""
    found = []
    first, second = rows.get(ROUTERS), rows.get(2 * ROUTERS)
    if first and (first.seconds > SECONDS or first.peak_mb > MEGABYTES):
        found.append(f"{ROUTERS} routers must take under {SECONDS} s and {MEGABYTES} MB")
    if first and second and second.seconds > TWICE * first.seconds:
        found.append(f"twice the routers must take at most {TWICE} times as long")
    return found


def table(rows: list[Figures]) -> str:
    """Return the figures as a table."""
    cells = [list(asdict(rows[0])), *([str(v) for v in asdict(row).values()] for row in rows)]
    return "\n".join("".join(value.rjust(12) for value in row) for row in cells)


def main() -> None:
    """Measure each size; exit 1 where a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--routers", type=int, nargs="+", default=[1000, ROUTERS, 2 * ROUTERS])
    parser.add_argument("--out", type=Path, default=ROOT / "bench/out/plan.json")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(asdict(measure(given.measure, given.routers[0]))))
        return
    rows = {count: fresh(count) for count in given.routers}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps([asdict(row) for row in rows.values()], indent=2) + "\n")
    print(table(list(rows.values())))
    if found := shortfalls(rows):
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
