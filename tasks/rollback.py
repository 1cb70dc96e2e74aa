"""Read what a finished change found before it: what its routers are taken back to."""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from fvrf.errors import InputError, Problem, Refused
from fvrf.journal import Outcome
from fvrf.rollback import Back, before
from fvrf.secrets import Secret
from fvrf.trace import Trace, traces
from tasks.changes import JOURNAL
from tasks.fingerprint import fingerprint
from tasks.journal import events
from tasks.opening import how_begun
from tasks.project import Project

_STANDS = frozenset({Outcome.CONFIRMED, Outcome.CONFIRMED_UNSAVED})


def rolled_back(
    project: Project,
    change: str,
    hosts: tuple[str, ...],
    *,
    whole: bool = False,
    overwrite: tuple[str, ...] = (),
) -> Project:
    """Return the project that takes a change back on `hosts`, or on all routers that it changed.

    With `whole` the whole backup is put back, and the sections in `overwrite` may be lost.
    `project` has the routers that the change was begun with. Raises InputError for a router that
    it did not change, Refused where the intent is another by now or a backup is lost.
    """
    folder = project.settings.changes / change
    if fingerprint(project) != how_begun(project.settings.changes, change).intent:
        raise Refused(
            f"change {change} was made with another intent, or other templates",
            remedy="put the inventory back as it was for that change, roll it back, then change it",
            code="F351",
        )
    found = traces(events(folder / JOURNAL))
    changed = {host: found[host] for host in project.routers if _changed(found.get(host))}
    problems = [_not_changed(change, host, changed) for host in hosts if host not in changed]
    if problems or not changed:
        raise InputError(problems or [_not_changed(change, "", changed)])
    chosen = tuple(host for host in changed if not hosts or host in hosts)
    back = {
        host: replace(_back(project, folder, host, changed[host]), whole=whole, overwrite=overwrite)
        for host in chosen
    }
    return replace(project, back=back).narrowed(chosen)


def _changed(trace: Trace | None) -> bool:
    return trace is not None and trace.outcome in _STANDS and bool(trace.push or trace.azure)


def _not_changed(change: str, host: str, changed: Mapping[str, Trace]) -> Problem:
    return Problem(
        file="command line",
        host=host,
        path="--host" if host else "change",
        message=f"change {change} left nothing on it to take back",
        remedy=f"it changed {', '.join(changed)}" if changed else "it changed no router",
    )


def _back(project: Project, folder: Path, host: str, trace: Trace) -> Back:
    gateways = project.plan.routers[host].gateways
    return Back(
        change=folder.name,
        backup=_backup(folder, host, trace),
        file=trace.push.backup if trace.push else None,
        left=_left(folder, host) if trace.push else None,
        writes=trace.azure,
        before=before(
            _json(folder / host / "pre.json"),
            {name: _json(folder / name / "pre.json") for name in gateways},
        ),
    )


def _left(folder: Path, host: str) -> str:
    """Return what the change left on a router; without it nobody can tell what came since."""
    path = folder / host / "running-post.cfg"
    if not path.exists():
        raise Refused(
            f"{host}: what change {folder.name} left was not read then: there is no {path}",
            remedy="change the intent, and roll out",
            code="F334",
        )
    return path.read_text(encoding="utf-8")


def _backup(folder: Path, host: str, trace: Trace) -> Secret | None:
    """Return the configuration from before the push; None where nothing was typed."""
    if trace.push is None:
        return None
    path = Path(trace.push.backup)
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    if sha256(content).hexdigest() != trace.push.sha256:
        raise Refused(
            f"{host}: the backup of change {folder.name} is gone, or is not what it was: {path}",
            remedy="without it there is nothing to go back to; change the intent, and roll out",
            code="F334",
        )
    return Secret(content.decode())


def _json(path: Path) -> Any:  # noqa: ANN401 - JSON
    return json.loads(path.read_text(encoding="utf-8"))
