"""Experience: the journals of earlier changes, and what they say of the next one."""

from collections.abc import Iterator
from contextlib import suppress

from fvrf.errors import InputError
from fvrf.estimate import estimate, experience
from fvrf.journal import JournalView
from tasks.history import JOURNAL, list_changes
from tasks.journal import load
from tasks.project import Project
from tasks.rollout import Prepared

# The newest ones: older ones tell of another network.
_MOST_CHANGES = 20


def how_long(project: Project, prepared: Prepared) -> str:
    """Say in a line how long it takes to write what was prepared; nothing where nothing is."""
    routers = sum(not router.diff.in_sync for router in prepared.routers.values())
    workers = getattr(project.nornir.runner, "num_workers", 1)
    said = estimate(experience(_journals(project)), routers=routers, workers=workers)
    return f"{said}\n" if said else ""


def _journals(project: Project) -> Iterator[JournalView]:
    """Yield the newest journals; one that cannot be read tells nothing."""
    folder = project.settings.changes
    for change in list_changes(folder)[-_MOST_CHANGES:]:
        with suppress(InputError, OSError):
            yield load(folder / change / JOURNAL)
