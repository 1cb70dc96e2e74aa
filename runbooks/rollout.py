"""Bring both ends to the intent: prepare, ask, change, prove, report."""

import sys
from dataclasses import replace
from typing import Annotated

import typer

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

Adopt = Annotated[bool, typer.Option(help="Take over unmarked objects under our names.")]
EnableArchive = Annotated[bool, typer.Option(help="Enable and save a missing archive first.")]
BreakLock = Annotated[bool, typer.Option(help="Take locks from a process that is surely dead.")]
Change = Annotated[str | None, typer.Option(help="The change's id; else the clock gives one.")]
Resume = Annotated[str | None, typer.Option(help="Go on with this change, as it was begun.")]
Canary = Annotated[list[str], typer.Option(help="Routers that go first, on their own.")]
Waves = Annotated[str, typer.Option(help="Sizes of the waves, such as 1,5,25%.")]
Budget = Annotated[int | None, typer.Option(help="How many may fail in all.")]
BudgetWave = Annotated[int | None, typer.Option(help="How many may fail in one wave.")]
Pause = Annotated[float | None, typer.Option(help="Seconds between two waves.")]
SaveForeign = Annotated[bool, typer.Option(help="Save a colleague's unsaved work with ours.")]


def rollout(  # noqa: PLR0913 - one for each option
    config: Config = DEFAULT_CONFIG,
    host: Hosts = [],  # noqa: B006 - typer copies it
    site: Sites = [],  # noqa: B006
    gateway: Gateways = [],  # noqa: B006
    *,
    adopt: Adopt = False,
    save_foreign: SaveForeign = False,
    enable_archive: EnableArchive = False,
    change: Change = None,
    resume: Resume = None,
    break_lock: BreakLock = False,
    canary: Canary = [],  # noqa: B006
    waves: Waves = "",
    budget: Budget = None,
    budget_wave: BudgetWave = None,
    pause: Pause = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Roll the intent out to the routers and their gateways, proven or taken back."""
    with errors(as_json=as_json):
        from tasks import engine, resuming  # noqa: PLC0415 - --help must be quick
        from tasks.opening import ChangeOptions  # noqa: PLC0415
        from tasks.prepare import PrepareOptions  # noqa: PLC0415
        from tasks.project import Selection, open_project  # noqa: PLC0415
        from tasks.wave_rules import wave_rules  # noqa: PLC0415

        command, agree = " ".join(["rollout", *sys.argv[1:]]), answer(yes=yes)
        options = PrepareOptions(
            adopt=adopt, save_foreign=save_foreign, enable_archive=enable_archive
        )
        rules = {
            "canary": canary,
            "sizes": waves,
            "budget": budget,
            "budget_wave": budget_wave,
            "pause_s": pause,
        }
        named = ChangeOptions(change_id=resume or change, break_lock=break_lock)
        if resume is not None:
            alone("--resume", (host, site, gateway, change, adopt, save_foreign, enable_archive))
            project = resuming.open_earlier(config, resume, runbook="rollout")
            named = replace(named, waves=wave_rules(project, rules))
            report, page = resuming.resume(project, command=command, agree=agree, change=named)
        else:
            project = open_project(config, Selection(hosts=host, sites=site, gateways=gateway))
            named = replace(named, waves=wave_rules(project, rules))
            report, page = engine.rollout(
                project, options, command=command, agree=agree, change=named
            )
    show(report, page, as_json=as_json)
    raise typer.Exit(report.exit_code)


if __name__ == "__main__":
    run(rollout)
