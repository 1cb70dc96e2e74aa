"""Look at both ends and hold what is seen against the intent. Writes nothing."""

from typing import Annotated

import typer

from runbooks.options import DEFAULT_CONFIG, Config, Gateways, Hosts, Json, Sites, emit, errors, run

Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for the expected state.")]


def verify(
    config: Config = DEFAULT_CONFIG,
    host: Hosts = [],  # noqa: B006 - typer copies it
    site: Sites = [],  # noqa: B006
    gateway: Gateways = [],  # noqa: B006
    *,
    wait: Wait = 0,
    as_json: Json = False,
) -> None:
    """Check tunnels, BGP sessions, paths and routes at both ends: exit 1 if one is wrong."""
    with errors(as_json=as_json):
        from fvrf.serial import plain  # noqa: PLC0415 - --help must be quick
        from tasks import engine  # noqa: PLC0415
        from tasks.project import Selection, open_project  # noqa: PLC0415
        from tasks.record import findings_exit_code, findings_text  # noqa: PLC0415

        project = open_project(config, Selection(hosts=host, sites=site, gateways=gateway))
        findings = engine.verify(project, wait_s=wait)
    if as_json:
        emit(plain(findings), mask=project.secrets.mask)
    else:
        print(project.secrets.mask(findings_text(findings)), end="")
    raise typer.Exit(findings_exit_code(findings))


if __name__ == "__main__":
    run(verify)
