"""The options of a runbook that changes a network."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Adopt = Annotated[bool, typer.Option(help="Take over unmarked objects under our names.")]
AllowOutage = Annotated[list[str], typer.Option(help="Sites that may lose their last path.")]
BreakLock = Annotated[bool, typer.Option(help="Take locks from a process that is surely dead.")]
Budget = Annotated[int | None, typer.Option(help="How many may fail in all.")]
BudgetWave = Annotated[int | None, typer.Option(help="How many may fail in one wave.")]
Canary = Annotated[list[str], typer.Option(help="Routers that go first, on their own.")]
Change = Annotated[str | None, typer.Option(help="The change's id; else the clock gives one.")]
EnableArchive = Annotated[bool, typer.Option(help="Enable and save a missing archive first.")]
FromAsn = Annotated[int | None, typer.Option(help="Move routers of this AS to that of the intent.")]
GatewayChange = Annotated[
    bool, typer.Option(help="Change the gateways themselves, and nothing else.")
]
Pause = Annotated[float | None, typer.Option(help="Seconds between two waves.")]
PlanFile = Annotated[Path | None, typer.Option(help="Apply exactly what `plan --out` wrote.")]
Resume = Annotated[str | None, typer.Option(help="Go on with this change, as it was begun.")]
SaveForeign = Annotated[bool, typer.Option(help="Save a colleague's unsaved work with ours.")]
WindowText = Annotated[str, typer.Option(help="Only then: [DAYS ]HH:MM-HH:MM@ZONE.")]
Waves = Annotated[str, typer.Option(help="Sizes of the waves, such as 1,5,25%.")]
Vrfs = Annotated[list[str], typer.Option("--vrf", help="Only these outside VRFs of the routers.")]
Connections = Annotated[
    list[str], typer.Option("--connection", help="Only these connections, by Azure's names.")
]
Prune = Annotated[int, typer.Option(min=0, help="Delete so many resources in Azure at most.")]
First = Annotated[
    Literal["router", "azure"], typer.Option(help="The end that is taken down first.")
]
