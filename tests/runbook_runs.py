"""Runbooks run as scripts, each in a process of its own that was forked with its imports done.

To import what a runbook needs takes longer than most of what it does in a test. A server imports it
once; every run is a fork of that: its own arguments, environment and output, and no terminal.
"""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

PRELOADED = (
    "azure.identity",
    "azure.mgmt.network",
    "hier_config",
    "netmiko",
    "nornir.plugins.runners",
    "nornir_jinja2.plugins.tasks",
    "nornir_utils.plugins.tasks.files",
    "paramiko",
    "rich.live",
    "typer",
    "tasks.decommission",
    "tasks.engine",
    "tasks.plugins.console",
    "tasks.plugins.runner",
    "tasks.rehearse",
    "tasks.rollback",
    "tasks.rotate",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run left."""

    returncode: int
    stdout: str
    stderr: str


def ran(
    command: Sequence[str], *, environment: Mapping[str, str] | None = None, timeout_s: float = 100
) -> Ran:
    """Run a Python script with its arguments to its end; raises TimeoutError."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    with TemporaryDirectory() as name:
        out, err = Path(name, "out"), Path(name, "err")
        whole = {**os.environ, **(environment or {})}
        arguments = ([*command], whole, Path.cwd(), out, err)
        process = context.Process(target=_script, args=arguments)
        process.start()
        process.join(timeout_s)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"{command} took longer than {timeout_s} s\n{err.read_text()}")
        return Ran(returncode=process.exitcode, stdout=out.read_text(), stderr=err.read_text())


def _script(
    command: list[str], environment: dict[str, str], folder: Path, out: Path, err: Path
) -> None:
    """Become the script: its streams, its environment, its folder, its arguments."""
    for number, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT),
        (2, err, os.O_WRONLY | os.O_CREAT),
    ):
        os.dup2(os.open(path, flags, 0o600), number)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = command[1:]
    sys.path[0] = str(Path(command[1]).parent)
    runpy.run_path(command[1], run_name="__main__")
