"""Take a finished change back, proven as any change."""

import sys
from typing import Annotated

import typer

from runbooks import change_options as of
from runbooks.options import (
    DEFAULT_CONFIG,
    Config,
    Hosts,
    Json,
    Yes,
    alone,
    answer,
    chosen,
    errors,
    run,
    show,
)

Whole = Annotated[
    bool, typer.Option(help="Put the whole backup back, by the router's `configure replace`.")
]
Overwrite = Annotated[
    list[str], typer.Option(help="Sections that came since and may be lost with --whole.")
]
Taken = Annotated[str, typer.Argument(help="The change that is taken back.", metavar="ID")]


def rollback(  # noqa: PLR0913 - one for each option
    taken: Taken = "",
    config: Config = DEFAULT_CONFIG,
    host: Hosts = [],  # noqa: B006 - typer copies it
    *,
    whole: Whole = False,
    overwrite: Overwrite = [],  # noqa: B006 - typer copies it
    save_foreign: of.SaveForeign = False,
    allow_outage: of.AllowOutage = [],  # noqa: B006
    change: of.Change = None,
    resume: of.Resume = None,
    break_lock: of.BreakLock = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Bring both ends back to what they were before a change, within what is ours."""
    with errors(as_json=as_json):
        from tasks import engine, resuming  # noqa: PLC0415 - --help must be quick
        from tasks.opening import ChangeOptions, how_begun  # noqa: PLC0415
        from tasks.prepare import PrepareOptions  # noqa: PLC0415
        from tasks.rollback import rolled_back  # noqa: PLC0415
        from tasks.settings import read_config  # noqa: PLC0415

        command, agree = " ".join(["rollback", *sys.argv[1:]]), answer(yes=yes)
        named = ChangeOptions(change_id=resume or change, break_lock=break_lock)
        changes = read_config(config)[1].changes
        if resume is not None:
            alone("--resume", (taken, host, change, whole, overwrite, save_foreign, allow_outage))
            first = how_begun(changes, resume)
            project = rolled_back(
                resuming.open_whole(config, first.back or ""),
                first.back or "",
                first.routers,
                whole=bool(first.options.get("whole")),
                overwrite=tuple(first.options.get("overwrite", ())),
            )
            report, page = resuming.resume(project, command=command, agree=agree, change=named)
        else:
            chosen(taken, "ID")
            if overwrite and not whole:
                raise typer.BadParameter("--overwrite needs --whole")
            options = PrepareOptions(
                whole=whole,
                overwrite=tuple(overwrite),
                save_foreign=save_foreign,
                allow_outage=tuple(allow_outage),
            )
            project = rolled_back(
                resuming.open_whole(config, taken),
                taken,
                tuple(host),
                whole=whole,
                overwrite=tuple(overwrite),
            )
            report, page = engine.rollout(
                project, options, command=command, agree=agree, change=named
            )
    show(report, page, as_json=as_json)
    raise typer.Exit(report.exit_code)


if __name__ == "__main__":
    run(rollback)
