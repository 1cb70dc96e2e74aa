"""Rotate pre-shared keys at both ends, connection by connection, proven or taken back."""

import sys
from typing import Annotated

import typer

from runbooks import change_options as of
from runbooks.options import (
    DEFAULT_CONFIG,
    Config,
    Gateways,
    Hosts,
    Json,
    Sites,
    Yes,
    alone,
    answer,
    errors,
    run,
    show,
)

Generate = Annotated[bool, typer.Option(help="Make new keys and write them to the store.")]
Resume = Annotated[str | None, typer.Option(help="Finish or undo this rotation, and go on.")]


def rotate_psk(  # noqa: PLR0913 - one for each option
    config: Config = DEFAULT_CONFIG,
    host: Hosts = [],  # noqa: B006 - typer copies it
    site: Sites = [],  # noqa: B006
    gateway: Gateways = [],  # noqa: B006
    *,
    generate: Generate = False,
    allow_outage: of.AllowOutage = [],  # noqa: B006 - typer copies it
    change: of.Change = None,
    resume: Resume = None,
    break_lock: of.BreakLock = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Bring both ends from the old keys to new ones, never two connections of a site at once."""
    with errors(as_json=as_json):
        from tasks import resuming, rotate  # noqa: PLC0415 - --help must be quick
        from tasks.opening import ChangeOptions  # noqa: PLC0415
        from tasks.project import Selection, open_project  # noqa: PLC0415

        command, agree = " ".join(["rotate_psk", *sys.argv[1:]]), answer(yes=yes)
        named = ChangeOptions(change_id=resume or change, break_lock=break_lock)
        if resume is not None:
            alone("--resume", (host, site, gateway, change, generate, allow_outage))
            project = resuming.open_earlier(config, resume, runbook="rotate_psk")
            report, page = rotate.resume(project, command=command, agree=agree, change=named)
        else:
            project = open_project(config, Selection(hosts=host, sites=site, gateways=gateway))
            report, page = rotate.rotate(
                project,
                generate=generate,
                command=command,
                agree=agree,
                change=named,
                allow_outage=allow_outage,
            )
    show(report, page, as_json=as_json)
    raise typer.Exit(report.exit_code)


if __name__ == "__main__":
    run(rotate_psk)
