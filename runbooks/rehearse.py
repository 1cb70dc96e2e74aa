"""Run a change on a copy of both ends first. Writes nothing to the real ones."""

import sys
from typing import Annotated

import typer

from runbooks import change_options as of
from runbooks.options import DEFAULT_CONFIG, Config, Gateways, Hosts, Json, Sites, errors, run

SPEED = 20.0
Backups = Annotated[
    bool, typer.Option("--backups/--live", help="From the newest backups, or the routers (live).")
]
Speed = Annotated[float, typer.Option("--speed", min=0.1, help="Lab seconds in a real second.")]


def rehearse(  # noqa: PLR0913 - one for each option
    config: Config = DEFAULT_CONFIG,
    host: Hosts = [],  # noqa: B006 - typer copies it
    site: Sites = [],  # noqa: B006
    gateway: Gateways = [],  # noqa: B006
    *,
    backups: Backups = False,
    adopt: of.Adopt = False,
    save_foreign: of.SaveForeign = False,
    enable_archive: of.EnableArchive = False,
    change: of.Change = None,
    speed: Speed = SPEED,
    as_json: Json = False,
) -> None:
    """Rehearse a rollout: exit 0 if all would be confirmed, 1 if not, 2 if it would not begin."""
    with errors(as_json=as_json):
        from fvrf.rehearsed import document, text  # noqa: PLC0415 - --help must be quick
        from tasks.prepare import PrepareOptions  # noqa: PLC0415
        from tasks.project import Selection, open_project  # noqa: PLC0415
        from tasks.rehearse import rehearse as carry_out  # noqa: PLC0415

        project = open_project(config, Selection(hosts=host, sites=site, gateways=gateway))
        made, folder = carry_out(
            config,
            project,
            PrepareOptions(adopt=adopt, save_foreign=save_foreign, enable_archive=enable_archive),
            command=" ".join(["rehearse", *sys.argv[1:]]),
            source="backups" if backups else "live",
            speed=speed,
            change_id=change,
        )
    said = document(made) if as_json else f"{text(made)}kept in {folder}\n"
    typer.echo(project.secrets.mask(said), nl=False)
    raise typer.Exit(made.exit_code)


if __name__ == "__main__":
    run(rehearse)
