"""Experience: the journals of earlier changes, and what they say of the next one."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from fvrf.errors import InputError
from fvrf.estimate import Pace, estimate, pace
from fvrf.journal import Event
from tasks.history import JOURNAL, list_changes
from tasks.journal import events
from tasks.project import Project
from tasks.rollout import Prepared

# The newest ones: older ones tell of another network.
_MOST_CHANGES = 20


def how_long(project: Project, prepared: Prepared) -> str:
    """Say in a line how long it takes to write what was prepared; nothing where nothing is."""
    said = estimate(
        pace_of(project),
        lines=[router.lines for router in prepared.routers.values() if router.lines],
        steps=[len(gateway.diff.steps) for gateway in prepared.gateways.values()],
        workers=getattr(project.nornir.runner, "num_workers", 1),
    )
    return f"{said}\n" if said else ""


def pace_of(project: Project) -> Pace:
    """Return the pace of earlier changes."""
    return pace(_journals(project))


def _journals(project: Project) -> Iterator[Sequence[Event]]:
    """Yield the newest journals; one that cannot be read tells nothing."""
    folder = project.settings.changes
    for change in list_changes(folder)[-_MOST_CHANGES:]:
        with suppress(InputError, OSError):
            yield events(folder / change / JOURNAL)
