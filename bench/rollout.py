"""Time a whole rollout of blank routers beside the same work in stock nornir-netmiko tasks.

    python bench/rollout.py [--routers 1 20 200] [--round-trip-ms 0 50] [--out FILE]

Azure's end is in sync beforehand, so that the routers' way is what is timed. Both clients go
through the same proxies, one after the other, each on routers at day 0. A turn costs a client
one round trip; the negotiation's time is the lab's setting and in both products' figures.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fleet import ROOT, Lab, start

from fvrf.iosxe.parse.commands import router_commands
from tasks.prepare import PREFLIGHT
from tasks.project import Selection, open_project
from tasks.push import goes_alone

# What the shipped configuration has, and beyond what two cores gain anything.
FEWEST_WORKERS, MOST_WORKERS = 20, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one run cost; CPU is the client's, user and system.

    `router_s` is the median of a router's own steps, from the first login to the last look; the
    stock chain does not say.
    """

    client: str
    routers: int
    round_trip_ms: float
    seconds: float
    router_s: float | None
    routers_a_minute: float
    cpu_ms_a_router: float
    turns_a_router: float
    peak_mb: float
    lab_cpu_s: float


def measure(client: str, lab: Lab, command: Sequence[str], routers: int, rtt: float) -> Figures:
    """Run a client as a process on blank routers and account for it."""
    lab.blank()
    turns, lab_cpu, begun = lab.turns(), lab.cpu_s(), time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT
    )
    errors = process.stderr.read().decode() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begun
    if status:
        raise SystemExit(f"{client} failed:\n{errors[-2000:]}")
    return Figures(
        client=client,
        routers=routers,
        round_trip_ms=rtt,
        seconds=round(seconds, 2),
        router_s=steps_s(lab) if client == "fvrf" else None,
        routers_a_minute=round(routers * 60 / seconds, 1),
        cpu_ms_a_router=round((usage.ru_utime + usage.ru_stime) * 1000 / routers, 1),
        turns_a_router=round((lab.turns() - turns) / routers, 1),
        peak_mb=round(usage.ru_maxrss / 1024, 1),
        lab_cpu_s=round(lab.cpu_s() - lab_cpu, 2),
    )


def steps_s(lab: Lab) -> float:
    """Return the median of what the routers' steps of the last change took, in real seconds."""
    report = json.loads(max(lab.config.parent.glob("changes/*/report.json")).read_text())
    spans = [
        sum(
            (datetime.fromisoformat(step["finished"]) - datetime.fromisoformat(step["started"]))
            / timedelta(seconds=lab.speed)
            for step in router["timings"]
        )
        for router in report["routers"]
    ]
    return round(statistics.median(spans), 2)


def rollout(lab: Lab) -> list[str]:
    """Return the command of our rollout."""
    return [sys.executable, "runbooks/rollout.py", "--config", str(lab.config), "--yes"]


def stock(lab: Lab, folder: Path, workers: int) -> list[str]:
    """Return the command of the stock chain; its job is the lines that our push typed."""
    secrets = lab.folder / "secrets"
    facts = json.loads((lab.folder / "lab.json").read_text())
    project = open_project(lab.config, Selection())
    report = json.loads(max((folder / "changes").glob("*/report.json")).read_text())
    key = (secrets / "psk-article").read_text()
    job: dict[str, Any] = {
        "username": "netops",
        "password": (secrets / "router-password").read_text(),
        "enable": (secrets / "router-enable").read_text(),
        "workers": workers,
        "preflight": list(PREFLIGHT),
        "routers": facts["routers"],
        "looks": {name: router_commands(plan) for name, plan in project.plan.routers.items()},
        "lines": {r["host"]: _typed(r["commands"], key) for r in report["routers"]},
    }
    path = folder / "stock.json"
    path.write_text(json.dumps(job))
    path.chmod(0o600)
    return [sys.executable, "bench/stock.py", str(path)]


def _typed(commands: list[str], key: str) -> list[str]:
    """Return the configuration lines of a push, its headers once only, the key filled in."""
    lines = [line for line in commands if not line.startswith(("configure ", "clear "))]
    last = len(lines) - 1 - lines[::-1].index("end")
    return [line.replace("<<file:psk-article>>", key) for line in lines[:last]]


def alone(lab: Lab) -> int:
    """Return how many lines of one router's change must go alone.

    `configure terminal revert timer`, `end` and `configure confirm` are among them.
    """
    from tasks.engine import compare  # noqa: PLC0415 - needs the lab

    lab.blank()
    project = open_project(lab.config, Selection(hosts=["bench-000"]))
    (router,) = compare(project, adopt=False).routers.values()
    return 3 + sum(goes_alone(line) for block in router.blocks for line in block.lines)


def table(rows: list[Figures]) -> str:
    """Return the figures as a table."""
    names = list(asdict(rows[0]))
    cells = [names, *([_cell(value) for value in asdict(row).values()] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(names))]
    return "\n".join(
        "  ".join(v.rjust(w) for v, w in zip(row, widths, strict=True)) for row in cells
    )


def _cell(value: object) -> str:
    return "-" if value is None else str(value)


def main() -> None:
    """Run every combination that was asked for and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--routers", type=int, nargs="+", default=[1, 20, 200])
    parser.add_argument("--round-trip-ms", type=float, nargs="+", default=[0, 50])
    parser.add_argument("--out", type=Path, default=ROOT / "bench/out/rollout.json")
    given = parser.parse_args()
    rows: list[Figures] = []
    for count in given.routers:
        for rtt in given.round_trip_ms:
            rows += _pair(count, rtt)
            print(table(rows[-2:]), flush=True)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    print("\n" + table(rows))


def _bring_about(lab: Lab) -> None:
    """Roll out once, so that Azure's end is in sync."""
    done = subprocess.run(  # noqa: S603 - our own command
        rollout(lab), capture_output=True, text=True, cwd=ROOT, check=False
    )
    if done.returncode:
        raise SystemExit(f"the first rollout failed:\n{(done.stdout + done.stderr)[-3000:]}")


def _pair(count: int, rtt: float) -> list[Figures]:
    """Measure both clients on one lab."""
    workers = min(max(count, FEWEST_WORKERS), MOST_WORKERS)
    with tempfile.TemporaryDirectory() as name:
        lab = start(Path(name), count, rtt, workers)
        try:
            _bring_about(lab)
            ours = measure("fvrf", lab, rollout(lab), count, rtt)
            rival = measure("stock", lab, stock(lab, Path(name), workers), count, rtt)
            print(f"lines that went alone: {alone(lab)} a router")
        finally:
            lab.stop()
    return [ours, rival]


if __name__ == "__main__":
    main()
