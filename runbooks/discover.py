"""Write the intent that routers built by hand already follow."""

from pathlib import Path
from typing import Annotated

import typer

from runbooks.options import (
    DEFAULT_CONFIG,
    Config,
    Hosts,
    Json,
    chosen,
    emit,
    errors,
    run,
)

Out = Annotated[Path | None, typer.Option(help="A new file for the entries; else stdout.")]


def discover(
    config: Config = DEFAULT_CONFIG,
    host: Hosts = [],  # noqa: B006 - typer copies it
    *,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Read routers and their far ends in Azure, and write their intent: exit 1 if it has gaps.

    The inventory needs to know no more of a router than how to reach it. Nothing is written to
    either end.
    """
    with errors(as_json=as_json):
        from tasks.discover import take_over  # noqa: PLC0415 - --help must be quick
        from tasks.discovery_text import document, inventory_text, verdicts  # noqa: PLC0415
        from tasks.files import check_new, write_new  # noqa: PLC0415
        from tasks.project import Selection, open_project  # noqa: PLC0415

        chosen(host, "--host")
        if out is not None:
            check_new(out)
        project = open_project(config, Selection(hosts=host), without_intent=True)
        taken, unread = take_over(project)
        text = inventory_text(taken, project.clock.utc())
        if out is not None:
            write_new(out, text)
    for error in unread.values():
        typer.echo(str(error), err=True)
    for line in verdicts(taken):
        typer.echo(line, err=True)
    if as_json:
        emit(document(taken, unread))
    elif out is None:
        print(text, end="")
    raise typer.Exit(2 if unread else 0 if all(one.is_whole for one in taken) else 1)


if __name__ == "__main__":
    run(discover)
