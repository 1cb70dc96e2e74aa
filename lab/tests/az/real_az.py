"""The real `az` against a lab: how it is pointed there, and what it printed."""

import os
import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.client import LabClient
from lab.world import load_world

LOGIN = "az login --service-principal -u {client} -p SECRET --tenant {tenant} -o none"


@dataclass(frozen=True, kw_only=True)
class Az:
    """Runs `az` as a shell would, each command with the lab's cloud; keeps a transcript.

    `program` is the path of `az`, `home` a folder for its own configuration.
    """

    program: Path
    home: Path
    lab: LabClient
    said: list[tuple[str, str]] = field(default_factory=list)

    def sign_in(self) -> None:
        """Register the lab's cloud and sign in with the lab's application."""
        world, base = load_world(), self.lab.description["azure"]
        self.run("az cloud register -n lab --endpoint-resource-manager " + base)
        self.run("az cloud set -n lab")
        secret = (self.lab.run / "secrets" / "azure-client-secret").read_text()
        self.run(LOGIN.format(client=world.client, tenant=world.tenant), secret)

    def run(self, command: str, secret: str = "") -> str:
        """Return what a command printed; SECRET in it stands for a secret."""
        words = [secret if word == "SECRET" else word for word in shlex.split(command)]
        words[0] = str(self.program)
        done = subprocess.run(  # noqa: S603 - the program of the test
            words, env=self.environment(), capture_output=True, text=True, check=False, timeout=120
        )
        if done.returncode:
            raise AssertionError(f"{command}: {done.stderr}")
        self.said.append((command, done.stdout))
        return done.stdout

    def script(self, path: Path, **variables: str) -> None:
        """Run a script that calls `az`."""
        subprocess.run(  # noqa: S603 - a script of the test
            ["/bin/sh", str(path)],
            env=self.environment() | variables,
            capture_output=True,
            check=True,
            timeout=300,
        )

    def environment(self) -> dict[str, str]:
        """Return the environment in which `az` knows the lab's certificate and no other cloud."""
        return {
            "PATH": f"{self.program.parent}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "AZURE_CONFIG_DIR": str(self.home),
            "REQUESTS_CA_BUNDLE": str(self.lab.run / "ca.pem"),
            "AZURE_CORE_INSTANCE_DISCOVERY": "false",
            "AZURE_CORE_COLLECT_TELEMETRY": "no",
        }


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of a table by its headings; the rule under them says how wide they are."""
    heading, rule, *rows = (line for line in text.splitlines() if line.strip())
    edges = []
    place = 0
    for dashes in rule.split("  "):
        edges.append((place, place + len(dashes)))
        place += len(dashes) + 2
    names = [heading[start:end].strip() for start, end in edges]
    return [
        {name: row[start:end].strip() for name, (start, end) in zip(names, edges, strict=True)}
        for row in rows
    ]


def without(rows: list[dict[str, str]], *columns: str) -> list[dict[str, Any]]:
    """Return rows without the columns that differ from run to run."""
    return [{name: text for name, text in row.items() if name not in columns} for row in rows]
