"""Check the whole inventory; opens no connection."""

from runbooks.options import DEFAULT_CONFIG, Config, Gateways, Hosts, Json, Sites, emit, errors, run


def validate(
    config: Config = DEFAULT_CONFIG,
    host: Hosts = [],  # noqa: B006 - typer copies it
    site: Sites = [],  # noqa: B006
    gateway: Gateways = [],  # noqa: B006
    as_json: Json = False,  # noqa: FBT002 - an option
) -> None:
    """Check the inventory and say what it plans; nothing is opened."""
    with errors(as_json=as_json):
        from tasks.project import Selection, open_project  # noqa: PLC0415 - --help must be quick

        selection = Selection(hosts=host, sites=site, gateways=gateway)
        project = open_project(config, selection, offline=True)
        connections = sum(len(project.plan.routers[name].connections) for name in project.routers)
        summary = {
            "routers": len(project.routers),
            "gateways": len(project.gateways),
            "connections": connections,
            "warnings": list(project.plan.warnings),
        }
    if as_json:
        emit(summary)
        return
    for warning in project.plan.warnings:
        print(f"warning: {warning}")
    print(
        f"{len(project.routers)} routers, {len(project.gateways)} gateways,"
        f" {connections} connections: the inventory is sound."
    )


if __name__ == "__main__":
    run(validate)
