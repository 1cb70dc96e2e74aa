"""Write the intent that routers and gateways which stand already follow."""

from pathlib import Path
from typing import Annotated

import typer

from runbooks.options import (
    DEFAULT_CONFIG,
    Config,
    Gateways,
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
    gateway: Gateways = [],  # noqa: B006
    *,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Write the intent of routers and gateways that stand; exit 1 if something is left to do.

    The inventory needs to know no more of a router than how to reach it, of a gateway than its
    subscription and resource group. One that is described is compared. Nothing else is written.
    """
    with errors(as_json=as_json):
        from tasks.discover import take_over  # noqa: PLC0415 - --help must be quick
        from tasks.discover_gateways import find_gateways  # noqa: PLC0415
        from tasks.discovery_text import Found, document, inventory_text, verdicts  # noqa: PLC0415
        from tasks.files import check_new, write_new  # noqa: PLC0415
        from tasks.project import Selection, open_project  # noqa: PLC0415

        chosen([*host, *gateway], "--host or --gateway")
        if out is not None:
            check_new(out)
        selection = Selection(hosts=host, gateways=gateway)
        project = open_project(config, selection, without_intent=True)
        gateways = find_gateways(project, [*dict.fromkeys(gateway)])
        routers, unread = take_over(project, [*dict.fromkeys(host)])
        found = Found(routers=routers, gateways=gateways, errors=unread)
        text = inventory_text(found, project.clock.utc())
        if out is not None:
            write_new(out, text)
    for line in (*map(str, unread.values()), *verdicts(found)):
        typer.echo(line, err=True)
    if as_json:
        emit(document(found))
    elif out is None:
        print(text, end="")
    raise typer.Exit(found.exit_code)


if __name__ == "__main__":
    run(discover)
