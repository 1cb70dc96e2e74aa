"""An operator at a lab: a configuration of their own, runbooks as typed, the lab's control.

Everything goes through the command line and the wire, as an NOE's work does; the lab is a process.
"""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from colleague import GATEWAY, Portal
from runbook_runs import ran

from tasks import lab

ROOT = Path(__file__).resolve().parents[2]
ARTICLE, STRONG = "scus-onprem-csr", "neu-branch-csr"
EUS, WEU, SEA = "eus-onprem-csr", "weu-onprem-csr", "sea-branch-csr"
ROUTERS = (ARTICLE, EUS, WEU, STRONG, SEA)
# Some changes renegotiate every tunnel of a site, which the guard lets pass by name only.
SITES = ("scus", "eus", "weu", "neu", "sea")
OUTAGE = [word for site in SITES for word in ("--allow-outage", site)]
WRITES = frozenset({"line", "saved", "timer-started", "confirmed", "reverted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a runbook left: exit code and output; `report` is that of its change."""

    code: int
    out: str
    err: str
    report: dict[str, Any]

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """Return stdout, which must be one JSON document."""
        return json.loads(self.out)

    def outcome(self, host: str) -> str:
        """Return a router's outcome."""
        return str(self.router(host)["outcome"])

    def reason(self, host: str) -> str:
        """Return the reason of a router's outcome."""
        return str(self.router(host)["reason"])

    def router(self, host: str) -> dict[str, Any]:
        """Return a router's part of the report."""
        return next(router for router in self.report["routers"] if router["host"] == host)

    def ends(self, expected: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
        """Return each router's outcome with the expected reason, or else with the whole one."""
        return {
            host: (self.outcome(host), part if part in self.reason(host) else self.reason(host))
            for host, (_, part) in expected.items()
        }

    def connections(self, host: str) -> set[str]:
        """Return the names of a router's connections."""
        return {connection["name"] for connection in self.router(host)["connections"]}


class Operator:
    """One lab with its configuration file, backups and changes, all under `folder`."""

    def __init__(
        self,
        folder: Path,
        *,
        like: Path = ROOT / "config.yaml",
        workers: int = 20,
        **timing: float,
    ) -> None:
        self.folder = folder
        self.run = folder / "lab"
        text = re.sub(r"(\.\./)*\.lab", str(self.run), like.read_text())
        config = yaml.safe_load(text)
        options = config["inventory"]["options"]
        config["inventory"]["options"] = {k: str(like.parent / v) for k, v in options.items()}
        config["runner"]["options"]["num_workers"] = workers
        quick = {"verify_deadline_s": 600, "verify_poll_s": 3, "azure_poll_s": 1}
        config["user_defined"] |= {"backups": "backups", "changes": "changes"}
        config["user_defined"]["timing"] = quick | timing
        self.config = folder / "config.yaml"
        self.config.write_text(yaml.safe_dump(config))
        self.azure = Portal(self.config)

    # --- the runbooks ---------------------------------------------------------------------------

    def command(self, runbook: str, *arguments: str) -> list[str]:
        """Return a runbook's command line."""
        script = str(ROOT / "runbooks" / f"{runbook}.py")
        return [sys.executable, script, "--config", str(self.config), *arguments]

    def do(self, runbook: str, *arguments: str, **environment: str) -> Done:
        """Run a runbook to its end, with no terminal."""
        known = set(self.changes())
        done = ran(self.command(runbook, *arguments), environment=environment)
        new = [path for path in self.changes() if path not in known]
        reports = [path / "report.json" for path in new if (path / "report.json").exists()]
        report = json.loads(reports[-1].read_text()) if reports else {}
        return Done(code=done.returncode, out=done.stdout, err=done.stderr, report=report)

    def rollout(self, *arguments: str) -> Done:
        """Run a rollout that does not ask."""
        return self.do("rollout", "--yes", *arguments)

    def changes(self) -> list[Path]:
        """Return the folders of all changes, the one written to last behind the others."""
        found = (self.folder / "changes").glob("[!.]*") if self.folder.exists() else ()
        return sorted(found, key=lambda path: path.stat().st_mtime_ns)

    def files(self) -> set[Path]:
        """Return all files of backups and changes."""
        return {path for top in ("backups", "changes") for path in (self.folder / top).rglob("*")}

    def report(self) -> dict[str, Any]:
        """Return the report of the last change."""
        found: dict[str, Any] = json.loads((self.changes()[-1] / "report.json").read_text())
        return found

    def journal(self) -> dict[str, list[str]]:
        """Return the outcomes of each router in the last change's journal, connections aside."""
        found: dict[str, list[str]] = {}
        for line in (self.changes()[-1] / "journal.jsonl").read_text().splitlines():
            event = json.loads(line)
            if "outcome" in event and "connection" not in event:
                found.setdefault(event["host"], []).append(event["outcome"])
        return found

    @contextmanager
    def secret(self, name: str, value: str) -> Iterator[None]:
        """Let a secret's file hold another value for a while."""
        path = self.run / "secrets" / name
        right = path.read_text()
        path.write_text(value)
        try:
            yield
        finally:
            path.write_text(right)

    # --- the lab --------------------------------------------------------------------------------

    def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Make one call of the lab's control interface."""
        return lab.call(self.run, method, path, body)

    def type(self, router: str, *lines: str, save: bool = True) -> list[str]:
        """Type lines on a router's console behind the product's back."""
        body = {"lines": list(lines), "save": save}
        replies: list[str] = self.call("POST", f"/routers/{router}/type", body)
        return replies

    def fault(self, kind: str, **details: object) -> str:
        """Set a fault and return its id."""
        return str(self.call("POST", "/faults", {"kind": kind, **details})["id"])

    def heal(self, fault: str) -> None:
        """Remove a fault."""
        self.call("DELETE", f"/faults/{fault}")

    def advance(self, seconds: float) -> None:
        """Move the lab's clock."""
        self.call("POST", "/clock", {"advance": seconds})

    def now(self) -> datetime:
        """Return the lab's time, UTC."""
        return datetime.fromtimestamp(self.call("POST", "/clock", {})["now"], UTC)

    def running(self, router: str) -> str:
        """Return the running configuration, its comments aside."""
        return self._configuration(router, "running")

    def startup(self, router: str) -> str:
        """Return the startup configuration, its comments aside."""
        return self._configuration(router, "startup")

    def _configuration(self, router: str, which: str) -> str:
        text: str = self.call("GET", f"/routers/{router}/config?which={which}")
        whole = re.sub(r"\A.*?^(?=version )", "", text, flags=re.DOTALL | re.MULTILINE)
        return "\n".join(line for line in whole.splitlines() if not line.startswith("!"))

    def status(self, router: str) -> dict[str, Any]:
        """Return what the lab says of a router."""
        found: dict[str, Any] = self.call("GET", "/status")["routers"][router]
        return found

    def logins(self) -> int:
        """Return how many sessions are open on all routers."""
        return sum(router["logins"] for router in self.call("GET", "/status")["routers"].values())

    def connections(self) -> dict[str, Any]:
        """Return the connections of the gateway, by name."""
        found: dict[str, Any] = self.call("GET", "/status")["gateways"][GATEWAY]["connections"]
        return found

    def events(self, since: int = 0) -> list[dict[str, Any]]:
        """Return what the ends saw, from event number `since` on."""
        found: list[dict[str, Any]] = self.call("GET", f"/events?since={since}")
        return found

    def writes(self, since: int) -> list[dict[str, Any]]:
        """Return the writes that either end saw since event number `since`."""
        return [event for event in self.events(since) if _is_write(event)]

    def wait(self, condition: Callable[[], bool], timeout_s: float = 20) -> None:
        """Wait until the lab shows something; fails after real seconds."""
        until = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < until, "what was waited for did not come"
            time.sleep(0.02)


def _is_write(event: dict[str, Any]) -> bool:
    return event["kind"] in WRITES or event.get("method") in {"PUT", "DELETE", "PATCH"}


@contextmanager
def operating(
    folder: Path,
    *,
    speed: float = 20,
    operation_s: float = 1,
    world: Path | None = None,
    **options: Any,  # noqa: ANN401
) -> Iterator[Operator]:
    """Start a lab for an operator, the shipped one unless `world` is given, and end it."""
    operator = Operator(folder, **options)
    command = [sys.executable, "-m", "lab", "up", "--run", str(operator.run)]
    command += ["--speed", str(speed), "--operation-seconds", str(operation_s)]
    command += ["--world", str(world)] if world else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield operator
        finally:
            process.send_signal(signal.SIGTERM)
