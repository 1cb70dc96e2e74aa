"""A fleet for the benchmarks: a lab of many blank routers, and an inventory that fits it.

Every site is the article's: its two outside VRFs, its crypto, with addresses of its own.
"""

import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
SPEED = 20.0
# Many routers slow the lab itself down: its clock must not outrun its processor.
MANY, SPEED_OF_MANY = 50, 2.0
# A VpnGw5 takes 100 connections, a router has two.
PER_GATEWAY = 50


def octets(number: int) -> tuple[str, str]:
    """Return the first two octets of a site's networks and its public ones."""
    return f"172.{16 + number // 250}.{number % 250}", f"198.18.{number // 120}"


def world(count: int, per_gateway: int = PER_GATEWAY) -> dict[str, Any]:
    """Return the facts of a lab of `count` routers behind as few gateways as take them."""
    facts: dict[str, Any] = yaml.safe_load((ROOT / "lab/world/world.yaml").read_text())
    shared = {k: v for k, v in facts["routers"]["scus-onprem-csr"].items() if k != "day0"}
    shipped = facts["gateways"]["azure-vng"]
    facts["gateways"] = {gateway(n): _gateway(shipped, n) for n in gateways(count, per_gateway)}
    facts["routers"] = {}
    for number in range(count):
        inside, public = octets(number)
        pair = number % 120 * 2
        facts["routers"][f"bench-{number:03}"] = {
            **shared,
            "day0": str(ROOT / "lab/world/csr.cfg"),
            "uplinks": {
                "GigabitEthernet1": _segment(f"{inside}.5", f"{inside}.1", f"{public}.{pair}"),
                "GigabitEthernet2": _segment(
                    f"10.{100 + number // 250}.{number % 250}.4",
                    f"10.{100 + number // 250}.{number % 250}.1",
                    f"{public}.{pair + 1}",
                ),
            },
            "lan": {"GigabitEthernet3": f"10.{110 + number // 250}.{number % 250}.1"},
        }
    return facts


def gateways(count: int, per_gateway: int = PER_GATEWAY) -> range:
    """Return the numbers of the gateways that `count` routers need."""
    return range((count - 1) // per_gateway + 1)


def gateway(number: int) -> str:
    """Return a gateway's name."""
    return f"azure-vng-{number}"


def _gateway(shipped: dict[str, Any], number: int) -> dict[str, Any]:
    network = f"10.{number}"
    return {
        **shipped,
        "sku": "VpnGw5",
        "network": {
            "name": f"azure-vnet-{number}",
            "prefixes": [f"{network}.0.0/16"],
            "gateway_subnet": f"{network}.255.0/24",
        },
        "instances": [
            {"public_address": f"23.98.148.{37 + number}", "speaker": f"{network}.255.254"}
        ],
        "nics": [f"azure-vm961-{number}"],
    }


def _segment(address: str, next_hop: str, public: str) -> dict[str, str]:
    return {"address": address, "next_hop": next_hop, "public": public}


def hosts(count: int, facts: dict[str, Any], per_gateway: int = PER_GATEWAY) -> dict[str, Any]:
    """Return the inventory's hosts, the gateways like the shipped one."""
    shipped: dict[str, Any] = yaml.safe_load((ROOT / "inventory/hosts.yaml").read_text())
    made = {
        gateway(n): _gateway_host(shipped["azure-vng"], n) for n in gateways(count, per_gateway)
    }
    for number in range(count):
        name = f"bench-{number:03}"
        made[name] = _host(number, facts["routers"][name], per_gateway)
    return made


def _gateway_host(shipped: dict[str, Any], number: int) -> dict[str, Any]:
    instance = {
        "public_address": f"23.98.148.{37 + number}",
        "speakers": [f"10.{number}.255.254"],
    }
    own = {
        "prefixes": [f"10.{number}.0.0/16"],
        "instances": [instance],
        "nics": [f"azure-vm961-{number}"],
        "probe": f"10.{number}.0.4",
    }
    return {**shipped, "data": {**shipped["data"], **own}}


def _host(number: int, fact: dict[str, Any], per_gateway: int) -> dict[str, Any]:
    first, second = (fact["uplinks"][name] for name in ("GigabitEthernet1", "GigabitEthernet2"))
    lan = fact["lan"]["GigabitEthernet3"]
    return {
        "groups": ["csr"],
        "data": {
            "site": f"bench-{number:03}",
            "asn": 4200000000 + number,
            "naming": "article",
            "crypto": "article-legacy",
            "uplinks": {
                "GigabitEthernet1": {
                    "managed": False,
                    "address": f"{first['address']}/24",
                    "public_address": first["public"],
                },
                "GigabitEthernet2": {
                    "address": f"{second['address']}/24",
                    "front_door": "OUTSIDE_TWO",
                    "next_hop": second["next_hop"],
                    "public_address": second["public"],
                },
            },
            "inside": {
                "INSIDE_VRF": {
                    "id": 3,
                    "interface": "GigabitEthernet3",
                    "address": f"{lan.rsplit('.', 1)[0]}.4/25",
                    "prefixes": {f"{lan.rsplit('.', 1)[0]}.0/24": lan},
                }
            },
            "outside": {
                "OUTSIDE_ONE": _outside(1, number, "GigabitEthernet1", 0, per_gateway),
                "OUTSIDE_TWO": _outside(2, number, "GigabitEthernet2", 1, per_gateway),
            },
        },
    }


def _outside(vrf: int, number: int, uplink: str, tunnel: int, per_gateway: int) -> dict[str, Any]:
    connection: dict[str, Any] = {
        "uplink": uplink,
        "gateway": gateway(number // per_gateway),
        "tunnel": tunnel,
        "key": "file:psk-article",
        "azure": {
            "connection": f"BENCH_{number:03}_{vrf}",
            "local_network_gateway": f"BENCH_{number:03}_{vrf}_LNG",
        },
    }
    if tunnel == 0:
        connection["bgp_address"] = f"192.168.{number // 250}.{number % 250 + 1}"
    return {"id": vrf, "inside": "INSIDE_VRF", "connections": [connection]}


@dataclass(slots=True, kw_only=True)
class Lab:
    """A running lab with its configuration file."""

    folder: Path
    config: Path
    process: subprocess.Popen[bytes]
    speed: float

    def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Make one call of the control interface."""
        facts = json.loads((self.folder / "lab.json").read_text())
        token = (self.folder / "secrets/control").read_text()
        request = urllib.request.Request(  # noqa: S310 - https on loopback
            facts["control"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}"},
        )
        context = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        with urllib.request.urlopen(request, context=context, timeout=300) as answer:  # noqa: S310
            return json.loads(answer.read() or b"null")

    def blank(self) -> None:
        """Put every router back to its day 0."""
        for name in self.call("GET", "/status")["routers"]:
            self.call("POST", f"/routers/{name}/power", {"on": False, "erase": True})
            self.call("POST", f"/routers/{name}/power", {"on": True})

    def turns(self) -> int:
        """Return the network turns that all routers' proxies counted."""
        routers = self.call("GET", "/status")["routers"].values()
        return sum(int(router["turns"]) for router in routers)

    def cpu_s(self) -> float:
        """Return the CPU seconds that the lab itself used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End the lab."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)


def start(folder: Path, count: int, round_trip_ms: float, workers: int) -> Lab:
    """Start a lab of `count` routers and write the configuration that drives it."""
    run = folder / "lab"
    facts = world(count)
    (folder / "world.yaml").write_text(yaml.safe_dump(facts))
    (folder / "hosts.yaml").write_text(yaml.safe_dump(hosts(count, facts)))
    config = yaml.safe_load((ROOT / "config.yaml").read_text().replace(".lab", str(run)))
    config["inventory"]["options"] = {
        "host_file": str(folder / "hosts.yaml"),
        "group_file": str(ROOT / "inventory/groups.yaml"),
        "defaults_file": str(ROOT / "inventory/defaults.yaml"),
    }
    config["runner"]["options"]["num_workers"] = workers
    config["user_defined"] |= {
        "lab": str(run),
        "backups": str(folder / "backups"),
        "changes": str(folder / "changes"),
        "timing": {"verify_poll_s": 5, "azure_poll_s": 1},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    command = [sys.executable, "-m", "lab", "up", "--run", str(run)]
    speed = SPEED if count < MANY else SPEED_OF_MANY
    command += ["--world", str(folder / "world.yaml"), "--speed", str(speed)]
    command += ["--operation-seconds", "0", "--round-trip-ms", str(round_trip_ms)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)  # noqa: S603
    lab = Lab(folder=run, config=folder / "config.yaml", process=process, speed=speed)
    deadline = time.monotonic() + 120
    while not (run / "lab.json").exists():
        if time.monotonic() > deadline or process.poll() is not None:
            raise SystemExit("the lab did not start")
        time.sleep(0.1)
    return lab
