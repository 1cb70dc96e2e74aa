"""Say what a throughput takes, or what the inventory can carry, and which limit binds."""

from typing import Annotated, Literal

import typer

from runbooks.options import DEFAULT_CONFIG, Config, Json, emit, errors, run

Gbps = Annotated[float | None, typer.Option(min=0.001, help="Size for this; else the inventory.")]
ProfileName = Annotated[
    Literal["azure", "article"], typer.Option(help="Whose figures for a tunnel.")
]
CipherName = Annotated[Literal["gcm", "cbc"] | None, typer.Option(help="Only this cipher.")]
Speakers = Annotated[int | None, typer.Option(min=1, max=64, help="Only a gateway of so many.")]
Licensed = Annotated[float | None, typer.Option("--licensed-gbps", help="The router's licence.")]
Rows = Annotated[int, typer.Option(min=1, help="How many options are shown.")]


def capacity(  # noqa: PLR0913 - one for each option
    config: Config = DEFAULT_CONFIG,
    *,
    gbps: Gbps = None,
    profile: ProfileName = "azure",
    cipher: CipherName = None,
    speakers: Speakers = None,
    licensed: Licensed = None,
    rows: Rows = 8,
    as_json: Json = False,
) -> None:
    """Size a site for a throughput, or say what each router of the inventory can carry."""
    with errors(as_json=as_json):
        from fvrf.capacity.reach import overloads, reaches  # noqa: PLC0415 - --help must be quick
        from fvrf.capacity.sizing import options  # noqa: PLC0415
        from fvrf.serial import plain  # noqa: PLC0415
        from tasks.capacity_text import options_text, reaches_text  # noqa: PLC0415
        from tasks.project import Selection, open_project  # noqa: PLC0415

        if gbps is not None:
            found = options(
                round(gbps * 1000),
                profile=profile,
                licensed_mbps=None if licensed is None else round(licensed * 1000),
                cipher=cipher,
                speakers=speakers,
            )[:rows]
            emit({"options": plain(found)}) if as_json else print(options_text(found), end="")
            raise typer.Exit(0 if found[0].is_enough else 1)
        intent = open_project(config, Selection(), offline=True).intent
        every, loads = list(reaches(intent)), list(overloads(intent))
    if as_json:
        emit({"routers": plain(every), "overloaded": plain(loads)})
    else:
        print(reaches_text(every, loads), end="")
    raise typer.Exit(0 if all(one.is_enough for one in every) and not loads else 1)


if __name__ == "__main__":
    run(capacity)
