"""Collect the routers' host keys, show their fingerprints, and add those that are approved."""

import typer

from runbooks.options import (
    DEFAULT_CONFIG,
    Config,
    Gateways,
    Hosts,
    Json,
    Sites,
    Yes,
    ask,
    emit,
    errors,
    run,
)


def host_keys(
    config: Config = DEFAULT_CONFIG,
    host: Hosts = [],  # noqa: B006 - typer copies it
    site: Sites = [],  # noqa: B006
    gateway: Gateways = [],  # noqa: B006
    *,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Compare the routers' host keys with the known ones; a changed one is replaced by --host only.

    A router named by --host needs no intent yet.

    Exit 0 if all are known now, 1 if a changed one is left, 2 if one is not known or not seen.
    """
    with errors(as_json=as_json):
        from fvrf.host_keys import Standing, approvable, document  # noqa: PLC0415 - be quick
        from tasks.host_keys import collect  # noqa: PLC0415
        from tasks.known_hosts import put  # noqa: PLC0415
        from tasks.project import Selection, open_project  # noqa: PLC0415
        from tasks.session import known_hosts  # noqa: PLC0415

        selection = Selection(hosts=host, sites=site, gateways=gateway)
        project = open_project(config, selection, without_intent=bool(host))
        seen, unseen = collect(project)
        lines = [*map(str, seen), *(str(error) for error in unseen.values())]
        wanted = approvable(seen, host)
        if wanted and not yes:
            ask("\n".join([*lines, f"{len(wanted)} keys for {known_hosts(project)}"]))
        if wanted:
            put(known_hosts(project), wanted)
    if as_json:
        emit({"host_keys": document(seen, wanted), "errors": {h: str(unseen[h]) for h in unseen}})
    else:
        print("\n".join([*lines, f"{len(wanted)} keys written to {known_hosts(project)}"]))
    changed = [one for one in seen if one.standing is Standing.CHANGED and one not in wanted]
    for one in changed:
        typer.echo(f"{one.host}: approve its changed key by name: --host {one.host}", err=True)
    raise typer.Exit(1 if changed else 2 if unseen else 0)


if __name__ == "__main__":
    run(host_keys)
