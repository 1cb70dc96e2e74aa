"""Take a site, an outside VRF or a connection away, at both ends."""

import sys

import typer

from runbooks import change_options as of
from runbooks.options import (
    DEFAULT_CONFIG,
    Config,
    Hosts,
    Json,
    Sites,
    Yes,
    alone,
    answer,
    chosen,
    errors,
    run,
    show,
)


def decommission(  # noqa: PLR0913 - one for each option
    config: Config = DEFAULT_CONFIG,
    host: Hosts = [],  # noqa: B006 - typer copies it
    site: Sites = [],  # noqa: B006
    vrf: of.Vrfs = [],  # noqa: B006
    connection: of.Connections = [],  # noqa: B006
    *,
    prune: of.Prune = 0,
    first: of.First = "router",
    save_foreign: of.SaveForeign = False,
    allow_outage: of.AllowOutage = [],  # noqa: B006
    change: of.Change = None,
    resume: of.Resume = None,
    break_lock: of.BreakLock = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Take what was named away from the routers and, with --prune, from Azure; proven as ever."""
    with errors(as_json=as_json):
        from tasks import decommission as stage  # noqa: PLC0415 - --help must be quick
        from tasks import engine, resuming  # noqa: PLC0415
        from tasks.opening import ChangeOptions, how_begun  # noqa: PLC0415
        from tasks.prepare import PrepareOptions  # noqa: PLC0415
        from tasks.project import Selection, open_project  # noqa: PLC0415

        command, agree = " ".join(["decommission", *sys.argv[1:]]), answer(yes=yes)
        named = ChangeOptions(change_id=resume or change, break_lock=break_lock)
        if resume is not None:
            begun = (prune, save_foreign, allow_outage)
            alone("--resume", (host, site, vrf, connection, change, *begun))
            project = resuming.open_earlier(config, resume, runbook="decommission")
            first_run = how_begun(project.settings.changes, resume)
            project = stage.begun_again(project, first_run.gone or {})
            report, page = resuming.resume(project, command=command, agree=agree, change=named)
        else:
            chosen(host or site or connection, "--host, --site or --connection")
            project = stage.decommissioned(
                open_project(config, Selection(hosts=host, sites=site)),
                vrfs=vrf,
                connections=connection,
                prune=prune,
                first=first,
            )
            options = PrepareOptions(save_foreign=save_foreign, allow_outage=tuple(allow_outage))
            report, page = engine.rollout(
                project, options, command=command, agree=agree, change=named
            )
    show(report, page, as_json=as_json)
    raise typer.Exit(report.exit_code)


if __name__ == "__main__":
    run(decommission)
