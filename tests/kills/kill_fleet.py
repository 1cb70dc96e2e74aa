"""A rollout that is killed: a lab of many routers, and the moment of the kill.

A moment is a count of things done: lines of the journal and events of the lab. So it falls on every
step alike, whatever the machine's speed; the time within it is drawn, too.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from fleet import PER_GATEWAY, hosts, world

from tasks import lab

ROOT = Path(__file__).resolve().parents[2]
CHANGE = "CHG0012345"
POLL_S = 0.005
RUN_S = 240
LEAVE_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """A blank lab of so many routers with a configuration that drives it."""

    folder: Path

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "config.yaml"

    @property
    def change(self) -> Path:
        """The folder of the change."""
        return self.folder / "changes" / CHANGE

    def done(self) -> int:
        """Return how much was done so far, by the journal and by the lab's own log."""
        return sum(map(_lines, (self.change / "journal.jsonl", self.folder / "lab/events.jsonl")))

    def events(self) -> list[dict[str, Any]]:
        """Return what the ends saw."""
        found: list[dict[str, Any]] = lab.call(self.folder / "lab", "GET", "/events?since=0")
        return found

    def left(self) -> bool:
        """Whether every session is over, some real seconds allowed: a busy lab notices late."""
        until = time.monotonic() + LEAVE_S
        while any(router["logins"] for router in self.status().values()):
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        return True

    def status(self) -> dict[str, Any]:
        """Return what the lab says of each router."""
        found: dict[str, Any] = lab.call(self.folder / "lab", "GET", "/status")["routers"]
        return found

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of a rollout that does not ask."""
        script = str(ROOT / "runbooks/rollout.py")
        return [sys.executable, script, "--config", str(self.config), "--yes", *arguments]

    def journal(self) -> list[dict[str, Any]]:
        """Return the lines of the change's journal."""
        text = (self.change / "journal.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def verify(self) -> int:
        """Return the exit code of a look at both ends."""
        script = str(ROOT / "runbooks/verify.py")
        command = [sys.executable, script, "--config", str(self.config), "--wait", "300"]
        return subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603 - ours

    def begin(self) -> list[str]:
        """Return the command that begins the change, or goes on with it once it has begun."""
        begun = _lines(self.change / "journal.jsonl") > 0
        return self.command("--resume" if begun else "--change", CHANGE)

    def killed(self, moment: int, pause_s: float) -> bool:
        """Run the change until so much is done, and kill it; False if it ended before."""
        told = (self.folder / "told.txt").open("w", encoding="utf-8")
        with (
            told,
            subprocess.Popen(self.begin(), stdout=told, stderr=told) as process,  # noqa: S603 - ours
        ):
            until = time.monotonic() + RUN_S
            while process.poll() is None and self.done() < moment:
                assert time.monotonic() < until, "the rollout neither ends nor goes on"
                time.sleep(POLL_S)
            time.sleep(pause_s)
            process.kill()
        killed = process.returncode == -signal.SIGKILL
        assert killed or self.ended(), (self.folder / "told.txt").read_text(encoding="utf-8")
        return killed

    def ended(self) -> bool:
        """Whether a run has come to its end."""
        return (self.change / "report.json").exists()

    def finish(self) -> dict[str, Any]:
        """Run the change to its end and return its report."""
        done = subprocess.run(  # noqa: S603 - our own runbook
            self.begin(), capture_output=True, text=True, timeout=RUN_S, check=False
        )
        assert self.ended(), done.stderr
        report = self.finished()
        assert report["exit_code"] == done.returncode
        return report

    def finished(self) -> dict[str, Any]:
        """Return the report of the change."""
        return self.report(CHANGE)

    def report(self, change: str) -> dict[str, Any]:
        """Return the report of a change."""
        path = self.folder / "changes" / change / "report.json"
        report: dict[str, Any] = json.loads(path.read_text())
        return report


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


@contextmanager
def fleet(
    folder: Path,
    routers: int,
    *,
    speed: float,
    operation_s: float = 1,
    per_gateway: int = PER_GATEWAY,
    workers: int | None = None,
    **timing: float,
) -> Iterator[Fleet]:
    """Start a lab of blank routers, whose operations in Azure take so long, and end it."""
    facts = world(routers, per_gateway)
    (folder / "world.yaml").write_text(yaml.safe_dump(facts))
    (folder / "hosts.yaml").write_text(yaml.safe_dump(hosts(routers, facts, per_gateway)))
    run = folder / "lab"
    config = yaml.safe_load((ROOT / "config.yaml").read_text().replace(".lab", str(run)))
    config["inventory"]["options"] = {
        "host_file": str(folder / "hosts.yaml"),
        "group_file": str(ROOT / "inventory/groups.yaml"),
        "defaults_file": str(ROOT / "inventory/defaults.yaml"),
    }
    config["user_defined"]["timing"] = {"verify_deadline_s": 600, "azure_poll_s": 1} | timing
    if workers is not None:
        config["runner"]["options"]["num_workers"] = workers
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    command = [sys.executable, "-m", "lab", "up", "--run", str(run), "--speed", str(speed)]
    command += ["--world", str(folder / "world.yaml"), "--operation-seconds", str(operation_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield Fleet(folder=folder)
        finally:
            process.send_signal(signal.SIGTERM)
