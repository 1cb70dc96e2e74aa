"""Rehearse a change: the rollout itself, on a lab that is a copy of both ends.

The real ends are read; all that is written is written to the copy.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fvrf.errors import CannotLook
from fvrf.journal import timestamp
from fvrf.rehearsed import (
    HostRehearsal,
    Rehearsal,
    Source,
    by_host,
    document,
    host_rehearsal,
    text,
    unlike,
    unread,
)
from fvrf.report.model import ChangeReport
from tasks import engine
from tasks.changes import write_atomically
from tasks.experience import pace_of
from tasks.files import writable
from tasks.hubs import refuse_hubs
from tasks.opening import ChangeOptions
from tasks.prepare import PrepareOptions
from tasks.project import Project
from tasks.rehearse_copy import FOLDER, running_copy
from tasks.rehearse_read import Reading, read_backups, read_live
from tasks.rollout import Prepared
from tasks.router_change import in_its_line

# What Azure takes for a write where no earlier change tells.
OPERATION_S = 10.0
# The exit code of a change that was stopped.
STOPPED = 3


def rehearse(
    config: Path,
    project: Project,
    options: PrepareOptions,
    *,
    command: str,
    source: Source,
    speed: float,
    change_id: str | None = None,
) -> tuple[Rehearsal, Path]:
    """Rehearse a rollout of the selection; return what it showed and the folder it is kept in.

    Raises CannotLook where nothing can be read or no lab starts, Refused for what no lab can be.
    """
    refuse_hubs(project, project.gateways, "rehearse")
    read_options = replace(options, store=False)
    read = read_live if source == "live" else read_backups
    reading = _usable(project, read(project, read_options))
    pace = pace_of(project)
    operation_s = OPERATION_S if pace.azure_step_s is None else pace.azure_step_s
    rehearsals = project.settings.changes.with_name(FOLDER)
    with running_copy(
        config,
        project.narrowed(tuple(reading.texts)),
        reading,
        speed=speed,
        operation_s=operation_s,
        rehearsals=rehearsals,
    ) as (copy, scratch):
        prepared = engine.compare(copy, adopt=options.adopt)
        report, page = engine.rollout(
            copy,
            options,
            command=command,
            agree=lambda _text: None,
            change=ChangeOptions(change_id=change_id),
        )
        loaded = json.loads((scratch / "lab" / "loaded.json").read_text(encoding="utf-8"))
        with writable("the copy"):
            shutil.copytree(scratch / "world", page.parent / "world")
    hosts = _hosts(project, reading, prepared, report, loaded)
    notes = [*_notes(project, reading), *(f"Azure: not modelled: {one}" for one in loaded["azure"])]
    notes += _unlike(project, reading, prepared, loaded)
    if pace.azure_step_s is None:
        notes.append(f"each operation of Azure took {operation_s:g} s: the lab's setting")
    made = Rehearsal(
        source=source,
        hosts=hosts,
        notes=tuple(notes),
        change=str(page),
        is_stopped=report.exit_code == STOPPED,
    )
    return made, _kept(copy, made, page.parent)


def _usable(project: Project, reading: Reading) -> Reading:
    """Leave out routers of which a gateway could not be read; raises CannotLook if none is left."""
    texts = {
        host: found
        for host, found in reading.texts.items()
        if all(gateway in reading.gateways for gateway in project.plan.routers[host].gateways)
    }
    if not texts:
        reasons = "; ".join(error.message for error in reading.errors.values())
        raise CannotLook(
            f"there is nothing to rehearse on: {reasons}",
            remedy="a copy takes a router and its gateways that can be read",
            code="F227",
        )
    return replace(reading, texts=texts)


def _hosts(
    project: Project,
    reading: Reading,
    prepared: Prepared,
    report: ChangeReport,
    loaded: Mapping[str, Any],
) -> tuple[HostRehearsal, ...]:
    pace, rehearsed = pace_of(project), by_host(report)
    found = []
    for host in project.routers:
        if host not in rehearsed:
            found.append(unread(host, _unread(project, reading, host)))
            continue
        refusal = reading.refusals.get(host)
        found.append(
            host_rehearsal(
                rehearsed[host],
                interrupts=_interrupts(prepared, host),
                loaded=loaded["routers"].get(host, {}),
                pace=pace,
                refusal="" if refusal is None else in_its_line(host, refusal),
            )
        )
    return tuple(found)


def _unread(project: Project, reading: Reading, host: str) -> str:
    """Say why there is no copy of a router: it, or a gateway of it, could not be read."""
    ends = (host, *project.plan.routers[host].gateways)
    return "; ".join(in_its_line(end, reading.errors[end]) for end in ends if end in reading.errors)


def _interrupts(prepared: Prepared, host: str) -> list[str]:
    """Return what the change of a router interrupts, at both ends."""
    router = prepared.routers.get(host)
    found = [one.interrupts for one in router.blocks if one.interrupts] if router else []
    for name, gateway in prepared.gateways.items():
        found += [f"{name}: {step}" for step in gateway.diff.window(host)]
    return found


def _unlike(
    project: Project, reading: Reading, prepared: Prepared, loaded: Mapping[str, Any]
) -> Iterator[str]:
    """Yield in what the copies are not like the routers."""
    for host, router in prepared.routers.items():
        intent = project.intent.routers[host]
        names = {*intent.uplinks, *(inside.interface for inside in intent.inside.values())}
        real, found = reading.findings.get(host, ()), loaded["routers"].get(host, {})
        yield from unlike(host, real, router.findings, names, found)


def _notes(project: Project, reading: Reading) -> Iterator[str]:
    yield from (f"{host}: copied from {file}" for host, file in reading.backups.items())
    for own_id, key in reading.keys.items():
        if key is None:
            name = own_id.rpartition("/")[2]
            yield f"the key of {name} cannot be read in Azure: taken to be as intended"
    yield f"read at {timestamp(project.clock.utc())}"


def _kept(copy: Project, made: Rehearsal, folder: Path) -> Path:
    with writable("the rehearsal"):
        write_atomically(folder / "rehearsal.json", copy.secrets.mask(document(made)))
        write_atomically(folder / "rehearsal.txt", copy.secrets.mask(text(made)))
    return folder
