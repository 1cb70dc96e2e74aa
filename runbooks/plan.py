"""Compare both ends with the intent; the drift check of a scheduler. Writes nothing."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from runbooks import change_options as of
from runbooks.options import DEFAULT_CONFIG, Config, Gateways, Hosts, Json, Sites, emit, errors, run

Offline = Annotated[bool, typer.Option(help="Open no connection; write texts to --out.")]
Out = Annotated[Path | None, typer.Option(help="A file for the plan; a folder with --offline.")]
Adopt = Annotated[bool, typer.Option(help="Plan as if unmarked objects under our names were ours.")]


def plan(  # noqa: PLR0913 - one for each option
    config: Config = DEFAULT_CONFIG,
    host: Hosts = [],  # noqa: B006 - typer copies it
    site: Sites = [],  # noqa: B006
    gateway: Gateways = [],  # noqa: B006
    *,
    offline: Offline = False,
    out: Out = None,
    adopt: Adopt = False,
    from_asn: of.FromAsn = None,
    as_json: Json = False,
) -> None:
    """Show what a rollout would write at both ends: exit 1 if anything, 0 if in sync."""
    if offline and out is None:
        raise typer.BadParameter("--offline needs --out DIR")
    with errors(as_json=as_json):
        from tasks import engine  # noqa: PLC0415 - --help must be quick
        from tasks.approval import approval, write_approval  # noqa: PLC0415
        from tasks.experience import how_long  # noqa: PLC0415
        from tasks.plan_text import plan_document, plan_exit_code, plan_text  # noqa: PLC0415
        from tasks.project import Selection, open_project  # noqa: PLC0415

        selection = Selection(hosts=host, sites=site, gateways=gateway)
        project = open_project(config, selection, offline=offline)
        if offline and out is not None:
            written = [str(path) for path in engine.write_offline(project, out)]
            emit({"written": written}) if as_json else print("\n".join(written))
            return
        prepared = engine.compare(project, adopt=adopt, from_asn=from_asn)
        if out is not None:
            approved = approval(project, prepared, adopt=adopt, from_asn=from_asn)
            write_approval(out, approved)
    if as_json:
        emit(plan_document(prepared, project.warnings), mask=project.secrets.mask)
    else:
        print(project.secrets.mask(plan_text(prepared, project.warnings)), end="")
        print(how_long(project, prepared), end="", file=sys.stderr)
    raise typer.Exit(plan_exit_code(prepared))


if __name__ == "__main__":
    run(plan)
