"""Options that runbooks share, and the boundary where errors become exit codes.

Only typer is imported here: `--help` must answer before netmiko or the Azure SDK could load.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fvrf.errors import FvrfError, InputError, Problem, Refused

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
STOPPED = 3


def run(runbook: Callable[..., None]) -> None:
    """Run one runbook as a program of its own."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(runbook)
    app()


class errors:  # noqa: N801 - reads as a statement: with errors(as_json=True)
    """Say what went wrong and leave with its exit code; also for a mistake of ours, without values.

    Once something was written, the engine sees to it that every error is a ChangeFailed.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def __enter__(self) -> None:
        return

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, KeyboardInterrupt | typer.Abort):
            typer.echo("Stopped.", err=True)
            raise typer.Exit(STOPPED) from error
        if isinstance(error, FvrfError):
            self._tell(error)
            raise typer.Exit(error.exit_code) from error
        if isinstance(error, Exception) and not isinstance(error, typer.Exit):
            from tasks.many import unexpected  # noqa: PLC0415 - --help must be quick

            typer.echo("".join(traceback.format_tb(trace)), err=True)
            self._tell(unexpected(error, FvrfError))
            raise typer.Exit(FvrfError.exit_code) from error

    def _tell(self, error: FvrfError) -> None:
        if self._as_json:
            problems = [p.line for p in error.problems] if isinstance(error, InputError) else []
            emit({"error": error.code, "message": str(error), "problems": problems})
        typer.echo(str(error), err=True)


def ask(text: str) -> None:
    """Show what will be written and ask; raises Refused for a no or where nobody could answer."""
    from tasks.stop import Stopped  # noqa: PLC0415 - --help must be quick

    typer.echo(text, err=True)
    if not sys.stdin.isatty():
        raise Refused("nobody was there to agree", remedy="give --yes", code="F331")
    try:
        agreed = typer.confirm("Write this?", err=True)
    except typer.Abort as error:
        raise Stopped("stopped at the question") from error
    if not agreed:
        raise Refused("nothing was written: it was not agreed to", code="F330")


def answer(*, yes: bool) -> Callable[[str], None]:
    """Return who agrees to what will be written: `--yes`, or whoever sits at the terminal."""
    return (lambda _text: None) if yes else ask


def alone(
    option: str, others: Iterable[object], *, why: str = "the change goes on as it was begun"
) -> None:
    """Refuse the options that one says already; raises InputError."""
    if not any(others):
        return
    problem = Problem(
        file="command line",
        host="",
        path=option,
        message=why,
        remedy="leave out the other options that choose or allow something",
    )
    raise InputError([problem])


def chosen(selection: object, options: str) -> None:
    """Refuse to do something to everything because nothing was chosen; raises InputError."""
    if not selection:
        problem = Problem(
            file="command line", host="", path=options, message="is required: nothing was chosen"
        )
        raise InputError([problem])


def emit(document: Any, *, mask: Callable[[str], str] = str) -> None:  # noqa: ANN401 - any JSON
    """Write a JSON document to stdout, masked where it may hold what a router printed."""
    typer.echo(mask(json.dumps(document, indent=2, default=str)))


def show(report: "ChangeReport", page: Path, *, as_json: bool) -> None:
    """Write the outcome of a change to stdout: for an NOE, or for a machine."""
    from fvrf.report.model import to_json  # noqa: PLC0415 - --help must be quick
    from tasks.processors.progress import SteadyConsole, print_outcomes  # noqa: PLC0415

    if as_json:
        typer.echo(to_json(report))
    else:
        print_outcomes(report, SteadyConsole(), page)
