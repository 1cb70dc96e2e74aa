"""The embedded lab as a process, and the real client of its Azure."""

import json
import os
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from azure_builders import GROUP, SUBSCRIPTION
from azure_fakes import KEYS

from fvrf.azure.diff import reconcile
from fvrf.azure.resources import Desired
from fvrf.azure.state import AzureState
from fvrf.azure.steps import AzureDiff
from fvrf.intent.model import Identity
from fvrf.secrets import Secret, SecretRef
from tasks.azure.access import AzureAccess
from tasks.azure.apply import GatewayWriter
from tasks.azure.client import GatewayClient, connect, patience
from tasks.azure.patience import Patience
from tasks.azure.read import read_state
from tasks.clock import Clock

ROOT = Path(__file__).parents[2]
SPEED = 20
OPERATION_S = 2


@dataclass(frozen=True, kw_only=True)
class Lab:
    """A running lab, seen as the gateway that it holds."""

    run: Path
    control: str
    client: GatewayClient
    patience: Patience
    clock: Clock

    def resolve(self, reference: SecretRef) -> Secret:
        """Return a planned key, or a secret that the lab made."""
        if reference in KEYS:
            return KEYS[reference]
        return Secret((self.run / "secrets" / reference.name).read_text())

    def read(self, wanted: Desired) -> AzureState:
        """Read what the product reads."""
        return read_state(self.client, wanted, self.resolve, self.patience)

    def diff(self, wanted: Desired) -> AzureDiff:
        """Read and compare."""
        return reconcile(wanted, self.read(wanted))

    def writer(self, wanted: Desired) -> GatewayWriter:
        """Read, and be ready to write."""
        return GatewayWriter(self.client, wanted, self.read(wanted), self.resolve, self.patience)

    def apply(self, wanted: Desired) -> GatewayWriter:
        """Read, compare and do all steps."""
        writer = self.writer(wanted)
        for step in reconcile(wanted, self.read(wanted)).steps:
            writer.apply(step)
        return writer

    def with_access(self, **settings: Any) -> GatewayClient:  # noqa: ANN401 # AzureAccess fields
        """Return a client with other settings."""
        return connect(replace(self.client.access, **settings), self.resolve, self.clock)

    def writes(self, since: int) -> list[str]:
        """Return the writes that Azure has seen since an event number."""
        return [
            f"{event['method']} {event['path'].rpartition('/Microsoft.Network/')[2]}"
            for event in self.call("GET", f"/events?since={since}")
            if event["end"] == "azure" and event.get("method") in ("PUT", "DELETE", "PATCH")
        ]

    def events(self) -> int:
        """Return how many events there are."""
        return len(self.call("GET", "/events?since=0"))

    @contextmanager
    def fault(self, kind: str, **details: object) -> Iterator[None]:
        """Let a fault act for a while."""
        fault = self.call("POST", "/faults", {"kind": kind, **details})["id"]
        try:
            yield
        finally:
            self.call("DELETE", f"/faults/{fault}")

    def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 # any JSON
        """Call the control interface."""
        token = (self.run / "secrets" / "control").read_text()
        request = urllib.request.Request(  # noqa: S310 # our own lab's address
            self.control + path,
            method=method,
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        tls = ssl.create_default_context(cafile=self.run / "ca.pem")
        with urllib.request.urlopen(request, context=tls) as answer:  # noqa: S310 # likewise
            return json.loads(answer.read() or b"{}")


@contextmanager
def running_lab(run: Path, world: Path | None = None, **access: Any) -> Iterator[Lab]:  # noqa: ANN401
    """Start a lab, the shipped one unless `world` is given, and end it."""
    command = [sys.executable, "-m", "lab", "up", "--run", str(run)]
    command += ["--speed", str(SPEED), "--operation-seconds", str(OPERATION_S)]
    command += ["--world", str(world)] if world else []
    with subprocess.Popen(  # noqa: S603 # our own lab
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
            yield _lab(run, access)
        finally:
            process.terminate()


def _lab(run: Path, settings: dict[str, Any]) -> Lab:
    access = AzureAccess(
        subscription=SUBSCRIPTION,
        **{"resource_group": GROUP, "gateway": "azure-vng", **settings},
        cloud=run / "cloud.json",
        identity=Identity(
            kind="client_secret",
            tenant="99999999-8888-7777-6666-555555555555",
            client="aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
            secret="file:azure-client-secret",
        ),
        poll_s=1,
        operation_deadline_s=60,
    )
    clock = Clock(speed=SPEED)

    def resolve(reference: SecretRef) -> Secret:
        return Secret((run / "secrets" / reference.name).read_text())

    return Lab(
        run=run,
        control=json.loads((run / "lab.json").read_text())["control"],
        client=connect(access, resolve, clock),
        patience=patience(access, clock),
        clock=clock,
    )
