"""Show the report of an earlier change, or list the changes there are."""

from typing import Annotated

import typer

from runbooks.options import DEFAULT_CONFIG, Config, Json, emit, errors, run, show

Change = Annotated[str | None, typer.Argument(help="A change's id; without one, the list.")]


def report(
    change: Change = None,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,  # noqa: FBT002 - an option
) -> None:
    """Show a change's outcome and the path of its report; the exit code is the change's own."""
    with errors(as_json=as_json):
        from tasks.history import list_changes, read_change  # noqa: PLC0415 - --help must be quick
        from tasks.settings import read_config  # noqa: PLC0415

        changes = read_config(config)[1].changes
        if change is None:
            listed = list_changes(changes)
            emit({"changes": listed}) if as_json else print("\n".join(listed))
            return
        found, page = read_change(changes, change)
    show(found, page, as_json=as_json)
    raise typer.Exit(found.exit_code)


if __name__ == "__main__":
    run(report)
