"""Labs as processes, and how tests reach them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from azure.identity import ClientSecretCredential
from azure.mgmt.network import NetworkManagementClient

from lab.client import LabClient
from lab.world import load_world


def start(run: Path, *options: str) -> subprocess.Popen[str]:
    """Start a lab; its output is piped."""
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "lab", "up", "--run", str(run), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_ready(process: subprocess.Popen[str]) -> None:
    """Wait until the lab says that it stands."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if line != "ready\n":
        _, complaint = process.communicate(timeout=10)
        raise AssertionError(f"no lab: {complaint}")


@contextmanager
def lab(run: Path, *options: str) -> Iterator[LabClient]:
    """Run a lab for the time of a test."""
    process = start(run, *options)
    try:
        wait_ready(process)
        yield LabClient(run)
    finally:
        process.terminate()
        process.communicate(timeout=10)


def azure_of(run: Path) -> NetworkManagementClient:
    """Return the real client of a lab's Azure, as its run folder describes it."""
    client = LabClient(run)
    world = load_world()
    base = client.description["azure"]
    ca = str(run / "ca.pem")
    credential = ClientSecretCredential(
        world.tenant,
        world.client,
        (run / "secrets" / "azure-client-secret").read_text(),
        authority=base,
        disable_instance_discovery=True,
        connection_verify=ca,
    )
    return NetworkManagementClient(
        credential,
        world.subscription,
        base_url=base,
        credential_scopes=[f"{base}/.default"],
        connection_verify=ca,
    )
