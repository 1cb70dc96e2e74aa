"""A fleet on which many cells are tried in one rollout, each at a router and gateway of its own."""

import json
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet import octets
from kill_fleet import Fleet, fleet
from matrix_table import Cell, Seat

from tasks import lab

CHANGE = "CHG0012345"
HEALTHY = 2  # routers beside the cells that nothing is wrong with
TIMERS_S = 1200  # after this every revert timer has struck, and every router has its power
TIMING = {
    "verify_deadline_s": 240,
    "azure_operation_deadline_s": 240,
    "connect_timeout_s": 5,
    "read_timeout_s": 6,
    "deletion_timeout_s": 12,
}
NEW_KEY = "AnotherKeyForEverySite123"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What became of a router; the configurations are the lab's own, without comments.

    `events` are what its end saw during the rollout, `keys_agree` whether both tunnels stand once
    the fault is gone. `in_sync` is None where the router has its old configuration.
    """

    host: str
    cell: Cell | None
    outcome: str
    reason: str
    journal: tuple[dict[str, Any], ...]
    events: tuple[dict[str, Any], ...]
    old: str
    running: str
    startup: str
    saved: bool
    keys_agree: bool
    in_sync: bool | None
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """A rollout of all cells: its exit code, what it said, and its sites."""

    exit_code: int
    said: str
    sites: tuple[Site, ...]
    sessions_left: bool


class Field:
    """A running fleet with a router for each cell."""

    def __init__(self, noe: Fleet, cells: Sequence[Cell]) -> None:
        self.noe = noe
        self.cells = {host(number): cell for number, cell in enumerate(cells)}
        self.healthy = [host(len(cells) + number) for number in range(HEALTHY)]
        self.hosts = [*self.cells, *self.healthy]

    def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Make a call of the lab's control interface."""
        return lab.call(self.noe.folder / "lab", method, path, body)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a rollout that does not ask."""
        command = self.noe.command(*arguments)
        return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603

    def in_sync(self, hosts: Iterable[str]) -> dict[str, bool]:
        """Return whether the product finds both ends of routers as intended."""
        chosen = [word for name in hosts for word in ("--host", name)]
        if not chosen:
            return {}
        command = self.noe.command("--json", *chosen)
        command = [word.replace("rollout.py", "plan.py") for word in command if word != "--yes"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        told = json.loads(done.stdout)
        return {name: told["routers"].get(name, {}).get("in_sync", False) for name in hosts}

    def config(self, name: str, which: str = "running") -> str:
        """Return a configuration without what is printed of its history."""
        text: str = self.call("GET", f"/routers/{name}/config?which={which}")
        whole = re.sub(r"\A.*?^(?=version )", "", text, flags=re.DOTALL | re.MULTILINE)
        return "\n".join(line for line in whole.splitlines() if not line.startswith("!"))

    def deploy(self) -> None:
        """Let the sites stand whose keys are to change; then change the key of all."""
        chosen = [name for name, cell in self.cells.items() if cell.step.rekeys]
        if not chosen:
            return
        done = self.run("--change", "BEFORE", *(w for name in chosen for w in ("--host", name)))
        assert done.returncode == 0, done.stdout
        key = self.noe.folder / "lab/secrets/psk-article"
        key.write_text(NEW_KEY, encoding="utf-8")

    def set_faults(self) -> dict[str, str]:
        """Set the fault of each cell; return the faults' ids by router."""
        ids = {}
        for number, (name, cell) in enumerate(self.cells.items()):
            first, *_ = [self.call("POST", "/faults", one) for one in seat(number).bodies(cell)]
            ids[name] = str(first["id"])
        return ids

    def heal(self) -> None:
        """Take all faults away."""
        for fault in self.call("GET", "/status")["faults"]:
            self.call("DELETE", f"/faults/{fault}")
        for name, cell in self.cells.items():
            if cell.fault.body["kind"] == "wrong-key":
                number = int(name[-3:])
                body = {"connection": seat(number).names["connection"], "key": None}
                if body["connection"] in self._connections():
                    self.call("POST", "/azure/negotiated-key", body)

    def keys_agree(self, name: str) -> bool:
        """Tell whether the tunnels of a router stand."""
        found = [
            status["status"]
            for connection, status in self._connections().items()
            if connection.startswith(f"BENCH_{name[-3:]}_")
        ]
        return found == ["Connected"] * 2

    def _connections(self) -> dict[str, Any]:
        gateways = self.call("GET", "/status")["gateways"].values()
        return {name: found for one in gateways for name, found in one["connections"].items()}


def host(number: int) -> str:
    """Return the name of a router of the fleet."""
    return f"bench-{number:03}"


def seat(number: int) -> Seat:
    """Return what a fault's body needs to name of a site."""
    inside, _ = octets(number)
    names = {
        "number": f"{number:03}",
        "gateway": f"azure-vng-{number}",
        "nic": f"azure-vm961-{number}",
        "connection": f"BENCH_{number:03}_2",
        "speaker": f"10.{number}.255.254",
        "inside": f"{inside}.5",
    }
    return Seat(host=host(number), names=names)


def tried(folder: Path, cells: Sequence[Cell], *, speed: float) -> Rollout:
    """Try cells in one rollout, let every timer strike, and look at what became of each."""
    folder.mkdir(exist_ok=True)
    count = len(cells) + HEALTHY
    with fleet(folder, count, speed=speed, per_gateway=1, workers=count, **TIMING) as noe:
        field = Field(noe, cells)
        field.deploy()
        return _tried(field)


def _tried(field: Field) -> Rollout:
    old = {name: field.config(name) for name in field.hosts}
    since = len(field.noe.events())
    faults = field.set_faults()
    # New keys renegotiate every tunnel of a site, which the guard lets pass by name only.
    rekeyed = [name for name, cell in field.cells.items() if cell.step.rekeys]
    allowed = [word for name in rekeyed for word in ("--allow-outage", name)]
    done = field.run("--change", CHANGE, *allowed)
    events = field.noe.events()[since:]
    met = field.call("GET", "/faults")["standing"]
    left = not field.noe.left()
    field.call("POST", "/clock", {"advance": TIMERS_S})
    running = {name: field.config(name) for name in field.hosts}
    field.heal()
    field.call("POST", "/clock", {"advance": TIMERS_S})
    in_sync = field.in_sync([name for name in field.hosts if running[name] != old[name]])
    assert (field.noe.change / "report.json").exists(), done.stdout + done.stderr
    ends = {one["host"]: one for one in field.noe.finished()["routers"]}
    journal = field.noe.journal()
    status = field.noe.status()
    sites = tuple(
        Site(
            host=name,
            cell=field.cells.get(name),
            outcome=ends[name]["outcome"],
            reason=ends[name]["reason"],
            journal=tuple(line for line in journal if line["host"] == name),
            events=tuple(event for event in events if event["end"] == name),
            old=old[name],
            running=running[name],
            startup=field.config(name, "startup"),
            saved=status[name]["saved"],
            keys_agree=field.keys_agree(name),
            in_sync=in_sync.get(name),
            met=name not in faults or _acted(met[faults[name]]),
        )
        for name in field.hosts
    )
    return Rollout(exit_code=done.returncode, said=done.stdout, sites=sites, sessions_left=left)


def _acted(fault: Mapping[str, Any]) -> bool:
    """Tell whether a fault has begun; one that counts events must have acted on one."""
    return bool(fault["begun"]) and (fault["acted"] > 0 or not fault["events"])
