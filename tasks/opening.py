"""Opening a change, a new one or an earlier one: its locks, its folder and its journal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from fvrf.approval import Approved
from fvrf.errors import Refused
from fvrf.journal import Event, Step
from fvrf.trace import Begun, begun
from fvrf.waves import WaveRules
from fvrf.window import Window
from tasks.changes import JOURNAL, ChangeFolder, new_id
from tasks.files import writable
from tasks.fingerprint import fingerprint
from tasks.journal import Journal, events
from tasks.locks import Owner, hold
from tasks.prepare import PrepareOptions
from tasks.project import Project

# What an NOE allowed when the change was begun holds for its resume.
OPTIONS = (
    "adopt",
    "from_asn",
    "whole",
    "overwrite",
    "save_foreign",
    "enable_archive",
    "allow_outage",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOptions:
    """What an NOE chose for the change as such; without an id, the clock gives one.

    Without `waves` those of the configuration file hold. `approved` is a plan to apply as it is,
    `window` goes before those of the routers.
    """

    change_id: str | None = None
    break_lock: bool = False
    waves: WaveRules | None = None
    approved: Approved | None = None
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChange:
    """A change whose locks are held; `events` are those of its earlier runs."""

    folder: ChangeFolder
    journal: Journal
    begun: Begun
    events: tuple[Event, ...] = ()


@contextmanager
def new_change(
    project: Project, first: Begun, options: ChangeOptions, *, started: datetime
) -> Iterator[OpenChange]:
    """Make the folder of a change and write down how it was begun.

    Raises Refused for a lock that is held and where the disk will not, InputError for an id that
    is taken or is no name.
    """
    root, given = project.settings.changes, options.change_id
    owner = Owner.current(given or new_id(started))
    names = [*_ends(project), *([f"change {given}"] if given else [])]
    with hold(root, names, owner, broken=options.break_lock):
        with writable("the change's folder"):
            folder = ChangeFolder.create(
                root, lambda: project.secrets.resolved, now=started, change_id=given
            )
            journal = folder.journal(project.clock.utc)
        with journal, recorded(journal, facts=first.facts()):
            yield OpenChange(folder=folder, journal=journal, begun=first)


@contextmanager
def earlier_change(project: Project, options: ChangeOptions) -> Iterator[OpenChange]:
    """Open a change again, to go on with it once that is agreed to.

    Raises Refused for a lock that is held, and where the intent or the templates are not what the
    change was begun with; InputError for an unknown id or a journal that cannot be read.
    """
    root, change_id = project.settings.changes, options.change_id or ""
    folder = ChangeFolder.reopen(root, lambda: project.secrets.resolved, change_id)
    names = [*_ends(project), f"change {change_id}"]
    with hold(root, names, Owner.current(change_id), broken=options.break_lock):
        with writable("the journal"):
            journal = folder.journal(project.clock.utc)
        with journal:
            earlier = events(journal.path)
            first = how_begun(root, change_id)
            _same_intent(project, change_id, first)
            yield OpenChange(folder=folder, journal=journal, begun=first, events=earlier)


def how_it_begins(project: Project, options: PrepareOptions, *, command: str) -> Begun:
    """Return what the first line of a change's journal says."""
    return Begun(
        command=command,
        routers=project.routers,
        intent=fingerprint(project),
        options={name: getattr(options, name) for name in OPTIONS},
        gone=None if project.gone is None else project.gone.facts(),
        back=next((back.change for back in project.back.values()), None),
    )


def how_begun(changes: Path, change_id: str) -> Begun:
    """Return how an earlier change was begun, without opening it.

    Raises InputError for an unknown id, Refused where its journal does not tell.
    """
    path = ChangeFolder.reopen(changes, frozenset, change_id).path / JOURNAL
    found = begun(events(path))
    if found is None:
        raise Refused(
            f"change {change_id} cannot be resumed: its journal does not say how it was begun",
            remedy="nothing was written, or an older version wrote it: begin a new change",
            code="F352",
        )
    return found


def _same_intent(project: Project, change_id: str, found: Begun) -> None:
    """Refuse to go on with another intent than the one that the change was begun with."""
    if fingerprint(project) == found.intent:
        return
    raise Refused(
        f"change {change_id} was begun with another intent, or other templates",
        remedy="put the inventory back as it was and resume; or let every revert timer of it run"
        f" out (`report {change_id}`) and begin a new change",
        code="F351",
    )


@contextmanager
def recorded(
    journal: Journal, detail: str = "", facts: Mapping[str, Any] | None = None
) -> Iterator[None]:
    """Write down that a run begins, and that it came to its end with its report, or which error."""
    journal.started("", Step.CHANGE, detail, facts=facts)
    try:
        yield
    except BaseException as error:
        journal.failed("", Step.CHANGE, str(error) or type(error).__name__)
        raise
    journal.finished("", Step.CHANGE)


def _ends(project: Project) -> list[str]:
    routers = (f"router {host}" for host in project.routers)
    return [*routers, *(f"gateway {host}" for host in project.gateways)]
