"""Options that runbooks share, and the boundary where errors become exit codes.

Only typer is imported here: `--help` must answer before netmiko or the Azure SDK could load.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fvrf.errors import FvrfError, InputError, Refused

if TYPE_CHECKING:
    from fvrf.report.model import ChangeReport

if os.name == "nt":
    sys.exit("Native Windows is not supported: run this inside WSL2.")

HOME = Path(__file__).resolve().parent.parent

Config = Annotated[
    Path, typer.Option("--config", help="The configuration file.", show_default="config.yaml")
]
Hosts = Annotated[list[str], typer.Option("--host", help="Only this host (repeatable).")]
Sites = Annotated[list[str], typer.Option("--site", help="Only this site (repeatable).")]
Gateways = Annotated[list[str], typer.Option("--gateway", help="Only this gateway (repeatable).")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable on stdout.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before writing.")]

DEFAULT_CONFIG = HOME / "config.yaml"


def run(runbook: Callable[..., None]) -> None:
    """Run one runbook as a program of its own."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(runbook)
    app()


@contextmanager
def errors(*, as_json: bool) -> Iterator[None]:
    """Say what went wrong and leave with its exit code."""
    try:
        yield
    except FvrfError as error:
        if as_json:
            problems = [str(p) for p in error.problems] if isinstance(error, InputError) else []
            emit({"error": error.code, "message": str(error), "problems": problems})
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from error


def ask(text: str) -> bool:
    """Show what will be written and ask; raises Refused where nobody could answer."""
    typer.echo(text, err=True)
    if not sys.stdin.isatty():
        raise Refused("nobody was there to agree", remedy="give --yes", code="F331")
    return typer.confirm("Write this?", err=True)


def emit(document: Any) -> None:  # noqa: ANN401 - any JSON
    """Write a JSON document to stdout."""
    typer.echo(json.dumps(document, indent=2, default=str))


def show(report: "ChangeReport", page: Path, *, as_json: bool) -> None:
    """Write the outcome of a change to stdout: for an NOE, or for a machine."""
    from fvrf.report.model import to_json  # noqa: PLC0415 - --help must be quick
    from tasks.processors.progress import SteadyConsole, print_outcomes  # noqa: PLC0415

    if as_json:
        typer.echo(to_json(report))
    else:
        print_outcomes(report, SteadyConsole(), page)
