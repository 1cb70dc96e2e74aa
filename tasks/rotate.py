"""Rotate pre-shared keys: connection by connection at both ends, never two of a site at once.

Each round is a change of its own, `<id>.<round>`, by the ordinary chain: the router under its
revert timer, Azure's key within its window, both ends proven, else taken back. The journal of the
rotation itself holds which key is which, by reference; so what was killed between the two ends is
finished, or undone, by a resume.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from fvrf.errors import FvrfError, Refused
from fvrf.journal import Outcome, Step
from fvrf.report.model import ChangeReport, RouterReport
from fvrf.rotation import Rotation, Standing, begun, rotations, rounds
from fvrf.secrets import SecretRef
from tasks import engine, key_store, resuming
from tasks.changes import JOURNAL, new_id
from tasks.journal import events
from tasks.old_keys import Found, find_old, unfit
from tasks.opening import ChangeOptions, how_begun, how_it_begins
from tasks.prepare import PrepareOptions
from tasks.project import Project
from tasks.rotating import Rotating, opened, reported
from tasks.router_change import in_one_line
from tasks.waves import Agree, Writing

GENERATE, ALLOW_OUTAGE = "generate", "allow_outage"
_STOPPED = 3
_DONE = frozenset({Outcome.CONFIRMED, Outcome.CONFIRMED_UNSAVED, Outcome.UNCHANGED})
# Both ends have the old key, or have it again.
_AS_BEFORE = frozenset({Outcome.ROLLED_BACK, Outcome.SKIPPED, Outcome.UNREACHABLE})


def rotate(
    project: Project,
    *,
    generate: bool,
    command: str,
    agree: Agree,
    change: ChangeOptions,
    allow_outage: Sequence[str] = (),
) -> tuple[ChangeReport, Path]:
    """Rotate the keys of the selected routers; returns the report and its page.

    With `generate` new keys are made and written to the store, else what the references hold now
    is the new key. The sites in `allow_outage` may lose their last path meanwhile. Raises Refused
    for a no before anything was written.
    """
    project.check_sites("--allow-outage", allow_outage)
    started = project.clock.utc()
    first = how_it_begins(project, PrepareOptions(), command=command)
    first = replace(first, options={GENERATE: generate, ALLOW_OUTAGE: list(allow_outage)})
    named = change.change_id or new_id(started)
    with (
        opened(project, named, change, started, first) as (folder, journal),
        Writing(journal.path) as writing,
    ):
        rotating = Rotating(
            project=project,
            folder=folder,
            journal=journal,
            writing=writing,
            generate=generate,
            command=command,
            allow_outage=tuple(allow_outage),
        )
        _go_on(rotating, rotations(project.plan, project.routers), agree)
        return reported(rotating, started)


def resume(
    project: Project, *, command: str, agree: Agree, change: ChangeOptions
) -> tuple[ChangeReport, Path]:
    """Finish or undo what an earlier run began, then go on with the rest.

    Raises InputError for an unknown id, Refused where its journal does not tell how it began.
    """
    started, named = project.clock.utc(), change.change_id or ""
    first = how_begun(project.settings.changes, named)
    with (
        opened(project, named, change, started, None) as (folder, journal),
        Writing(journal.path) as writing,
    ):
        rotating = Rotating(
            project=project,
            folder=folder,
            journal=journal,
            writing=writing,
            generate=bool(first.options.get(GENERATE)),
            command=command,
            allow_outage=tuple(first.options.get(ALLOW_OUTAGE, ())),
        )
        stands = begun(events(folder.path / JOURNAL))
        rotating.rounds = len({one.change for one in stands.values()})
        every = rotations(project.plan, first.routers)
        rest = [one for one in every if (one.router, one.connection) not in stands]
        _stage(rotating, rest)
        _finish_begun(rotating, every, stands, agree)
        _go_on(rotating, rest, agree)
        return reported(rotating, started)


def _stage(
    rotating: Rotating, wanted: Iterable[Rotation]
) -> tuple[dict[Rotation, Found], dict[Rotation, str]]:
    """Let every key that is yet to be rotated resolve to the one that both ends have.

    Returns what was found, and why nothing was.
    """
    found: dict[Rotation, Found] = {}
    refused: dict[Rotation, str] = {}
    for one in wanted:
        rotating.project.secrets.stage(one.key, None)
        try:
            found[one] = find_old(rotating.project, one, generate=rotating.generate)
        except FvrfError as error:
            refused[one] = in_one_line(error)
            continue
        rotating.project.secrets.stage(one.key, found[one].old)
    return found, refused


def _go_on(rotating: Rotating, wanted: Sequence[Rotation], agree: Agree) -> None:
    """Look at both ends, ask, and rotate what is fit for it, round by round."""
    found, refused = _stage(rotating, wanted)
    known = {one: one_found.old for one, one_found in found.items() if one_found.differs}
    if known:
        routers = tuple(dict.fromkeys(one.router for one in known))
        project = rotating.project.narrowed(routers)
        refused |= unfit(engine.compare(project, adopt=False), known)
    for one in wanted:
        if one in refused:
            rotating.leave(one, Outcome.SKIPPED, refused[one])
        elif one not in known:
            rotating.leave(one, Outcome.UNCHANGED)
    ready = [one for one in known if one not in refused]
    if ready and _agreed(rotating, ready, known, agree):
        for together in rounds(ready):
            _round(rotating, together, known)


def _agreed(
    rotating: Rotating,
    ready: Sequence[Rotation],
    known: Mapping[Rotation, SecretRef],
    agree: Agree,
) -> bool:
    """Ask; raises Refused for a no, unless an earlier round has written already."""
    try:
        agree(_text(rotating, ready, known))
    except Refused as error:
        if not rotating.writing.begun:
            raise
        for one in ready:
            rotating.leave(one, Outcome.SKIPPED, in_one_line(error))
        return False
    return True


def _text(
    rotating: Rotating, ready: Sequence[Rotation], known: Mapping[Rotation, SecretRef]
) -> str:
    """Say what is rotated, in which order, and what that interrupts."""
    new = "a new key, generated" if rotating.generate else "the key of"
    lines = [
        f"{number}. {one}: {known[one]} -> {new} ({one.key}); its tunnel negotiates anew"
        for number, together in enumerate(rounds(ready), start=1)
        for one in together
    ]
    return "\n".join(["rounds, one connection of a site in each:", *lines])


def _round(
    rotating: Rotating, together: Sequence[Rotation], known: Mapping[Rotation, SecretRef]
) -> None:
    """Rotate one connection each of several sites."""
    members: list[Rotation] = []
    for one in together:
        if rotating.stopped:
            rotating.leave(one, Outcome.SKIPPED, "stopped before its turn came")
        elif one.site in rotating.lost:
            reason = "another connection of the site was not brought through"
            rotating.leave(one, Outcome.SKIPPED, reason)
        else:
            members.append(one)
    if not members:
        return
    rotating.rounds += 1
    rotating.writing.begun = True
    change = f"{rotating.folder.change_id}.{rotating.rounds}"
    old = {one: _begin(rotating, one, known[one], change) for one in members}
    _carry_out(rotating, old, change, lambda project, named: _rolled_out(rotating, project, named))


def _rolled_out(
    rotating: Rotating, project: Project, named: ChangeOptions
) -> tuple[ChangeReport, Path]:
    """Make the change of a round; it was agreed to with the whole."""
    return engine.rollout(
        project,
        PrepareOptions(allow_outage=rotating.allow_outage),
        command=rotating.command,
        agree=lambda _text: None,
        change=named,
    )


def _begin(rotating: Rotating, one: Rotation, old: SecretRef, change: str) -> SecretRef:
    """Write down which key is the old one, then let the new one take its place in the store."""
    secrets = rotating.project.secrets
    secrets.stage(one.key, None)
    kept = key_store.keep(secrets, one.key, change) if rotating.generate else secrets.pinned(old)
    _note(rotating, one, kept, change)
    if rotating.generate:
        key_store.put(secrets, one.key, key_store.generated())
    return kept


def _note(rotating: Rotating, one: Rotation, old: SecretRef, change: str) -> None:
    rotating.journal.started(
        one.router,
        Step.ROTATE,
        connection=one.connection,
        facts={"change": change, "old": str(old), "new": str(one.key)},
    )


Carry = Callable[[Project, ChangeOptions], tuple[ChangeReport, Path]]


def _carry_out(
    rotating: Rotating, old: Mapping[Rotation, SecretRef], change: str, carry: Carry
) -> None:
    """Bring both ends of some connections to the new keys, and end each as that went."""
    routers = tuple(one.router for one in old)
    renew = frozenset(one.key for one in old)
    project = replace(rotating.project.narrowed(routers), renew=renew)
    report, _ = carry(project, ChangeOptions(change_id=change))
    rotating.stopped |= report.exit_code == _STOPPED
    by_host = {router.host: router for router in report.routers}
    for one, kept in old.items():
        router = by_host[one.router]
        rotating.reports.append(replace(router, reason=_reason(one, router)))
        _end(rotating, one, kept, router)


def _reason(one: Rotation, router: RouterReport) -> str:
    """Name the connection; a reason of an unchanged router would mean that not all is well."""
    if router.outcome is Outcome.UNCHANGED and not router.reason:
        return ""
    return f"{one.connection}: {router.reason or 'has its new key'}"


def _end(rotating: Rotating, one: Rotation, kept: SecretRef, router: RouterReport) -> None:
    """Write down how a rotation ended; where both ends have the old key, so has the store."""
    journal = rotating.journal
    if router.outcome in _DONE:
        journal.finished(one.router, Step.ROTATE, connection=one.connection)
        return
    rotating.lost.add(one.site)
    if router.outcome not in _AS_BEFORE:
        return
    secrets = rotating.project.secrets
    if rotating.generate:
        key_store.put(secrets, one.key, secrets.resolve(kept))
    else:
        secrets.stage(one.key, kept)
    journal.failed(one.router, Step.ROTATE, router.reason, connection=one.connection)


def _finish_begun(
    rotating: Rotating,
    every: Sequence[Rotation],
    stands: Mapping[tuple[str, str], Standing],
    agree: Agree,
) -> None:
    """Go on with the change of the round that broke off, to its end or back."""
    left = {
        one: standing
        for one in every
        if (standing := stands.get((one.router, one.connection))) and not standing.ended
    }
    for change in dict.fromkeys(standing.change for standing in left.values()):
        old = {one: standing.old for one, standing in left.items() if standing.change == change}
        agree("".join(f"{one}: finished or taken back\n" for one in old))
        rotating.writing.begun = True
        for one, kept in old.items():
            _renewed(rotating, one, kept)
        _carry_out(rotating, old, change, lambda p, named: _resumed(rotating, p, named))


def _renewed(rotating: Rotating, one: Rotation, kept: SecretRef) -> None:
    """See to it that the store has a new key: the run may have died before it was written."""
    secrets = rotating.project.secrets
    if rotating.generate and secrets.resolve(one.key) == secrets.resolve(kept):
        key_store.put(secrets, one.key, key_store.generated())


def _resumed(
    rotating: Rotating, project: Project, change: ChangeOptions
) -> tuple[ChangeReport, Path]:
    """Resume the change of a round, or begin it where the run died before that."""
    named, changes = change.change_id or "", project.settings.changes
    if not (changes / named / JOURNAL).is_file():
        return _rolled_out(rotating, project, change)
    # With all of its routers: those that are finished are left alone.
    routers = how_begun(changes, named).routers
    whole = replace(rotating.project.narrowed(routers), renew=project.renew)
    return resuming.resume(whole, command=rotating.command, agree=lambda _text: None, change=change)
