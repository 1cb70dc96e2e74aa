"""Bring both ends to the intent: prepare, ask, change, prove, report."""

import sys
from dataclasses import replace
from functools import partial

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
    emit,
    errors,
    run,
    show,
)


def rollout(  # noqa: PLR0913 - one for each option
    config: Config = DEFAULT_CONFIG,
    host: Hosts = [],  # noqa: B006 - typer copies it
    site: Sites = [],  # noqa: B006
    gateway: Gateways = [],  # noqa: B006
    *,
    adopt: of.Adopt = False,
    from_asn: of.FromAsn = None,
    save_foreign: of.SaveForeign = False,
    enable_archive: of.EnableArchive = False,
    allow_outage: of.AllowOutage = [],  # noqa: B006 - typer copies it
    change: of.Change = None,
    resume: of.Resume = None,
    plan: of.PlanFile = None,
    gateway_change: of.GatewayChange = False,
    break_lock: of.BreakLock = False,
    canary: of.Canary = [],  # noqa: B006
    waves: of.Waves = "",
    budget: of.Budget = None,
    budget_wave: of.BudgetWave = None,
    pause: of.Pause = None,
    window: of.WindowText = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Roll the intent out to the routers and their gateways, proven or taken back."""
    with errors(as_json=as_json):
        from fvrf.serial import plain  # noqa: PLC0415 - --help must be quick
        from tasks import approval, engine, resuming  # noqa: PLC0415
        from tasks import gateway_change as gateways  # noqa: PLC0415
        from tasks.opening import ChangeOptions  # noqa: PLC0415
        from tasks.prepare import PrepareOptions  # noqa: PLC0415
        from tasks.project import Selection, open_project  # noqa: PLC0415
        from tasks.wave_rules import wave_rules, window_of  # noqa: PLC0415

        command, agree = " ".join(["rollout", *sys.argv[1:]]), answer(yes=yes)
        rules = partial(
            wave_rules,
            canary=canary,
            sizes=waves,
            budget=budget,
            budget_wave=budget_wave,
            pause_s=pause,
        )
        named = ChangeOptions(
            change_id=resume or change, break_lock=break_lock, window=window_of(window)
        )
        if gateway_change:
            others = (host, site, resume, plan, adopt, from_asn, save_foreign, enable_archive)
            alone("--gateway-change", others, why="changes gateways alone: choose by --gateway")
            project = open_project(config, Selection(gateways=gateway))
            changed = gateways.change_gateways(project, named, agree=agree)
            emit(plain(changed)) if as_json else print("\n".join(map(str, changed)))
            raise typer.Exit(gateways.exit_code(changed))
        if resume is not None:
            begun = (adopt, from_asn, save_foreign, enable_archive, allow_outage, plan)
            alone("--resume", (host, site, gateway, change, *begun))
            project = resuming.open_earlier(config, resume, runbook="rollout")
            named = replace(named, waves=rules(project))
            report, page = resuming.resume(project, command=command, agree=agree, change=named)
        else:
            approved = approval.read_approval(plan) if plan is not None else None
            if approved is not None:
                alone("--plan", (host, site, gateway, adopt, from_asn))
                project = approval.open_approved(config, approved)
            else:
                project = open_project(config, Selection(hosts=host, sites=site, gateways=gateway))
            options = PrepareOptions(
                adopt=approved.adopt if approved else adopt,
                from_asn=approved.from_asn if approved else from_asn,
                save_foreign=save_foreign,
                enable_archive=enable_archive,
                allow_outage=tuple(allow_outage),
            )
            named = replace(named, waves=rules(project), approved=approved)
            report, page = engine.rollout(
                project, options, command=command, agree=agree, change=named
            )
    show(report, page, as_json=as_json)
    raise typer.Exit(report.exit_code)


if __name__ == "__main__":
    run(rollout)
