"""A rotation that was killed goes on where its journal says it stood."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fvrf.errors import Refused
from fvrf.journal import Outcome, Step
from fvrf.report.model import ChangeReport, RouterReport
from fvrf.rotation import Rotation, begun
from tasks import resuming, rotate
from tasks.changes import ChangeFolder
from tasks.journal import events
from tasks.old_keys import Found
from tasks.opening import ChangeOptions, how_it_begins
from tasks.prepare import PrepareOptions
from tasks.project import Project
from tasks.secrets import SecretStore

NEU, SEA = "neu-branch-csr", "sea-branch-csr"
BEGAN = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def here(project: Project, tmp_path: Path) -> Project:
    """The shipped sites of the scheme fvrf, with stores of their own."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in ("psk-sea-one", "psk-sea-one.ROT.1"):
        (secrets / name).write_text(f"KeyOf{name.replace('-', '').replace('.', '')}")
        (secrets / name).chmod(0o600)
    settings = project.settings.model_copy(update={"changes": tmp_path / "changes"})
    return replace(project.narrowed([NEU, SEA]), settings=settings, secrets=SecretStore(secrets))


def killed(here: Project) -> None:
    """Leave what a run leaves that died in its first round, after one of two routers."""
    for name, options in (("ROT", {rotate.GENERATE: True}), ("ROT.1", {"adopt": False})):
        first = how_it_begins(here, PrepareOptions(), command="rotate_psk --generate")
        folder = ChangeFolder.create(here.settings.changes, frozenset, now=BEGAN, change_id=name)
        with folder.journal(lambda: BEGAN) as journal:
            journal.started("", Step.CHANGE, facts=replace(first, options=options).facts())
            for host in (NEU, SEA) if name == "ROT" else ():
                old = f"file:psk-{host[:3]}-one.ROT.1"
                facts = {"change": "ROT.1", "old": old, "new": f"file:psk-{host[:3]}-one"}
                connection = f"fvrf-{host}-0"
                journal.started(host, Step.ROTATE, connection=connection, facts=facts)
                if host == NEU:
                    journal.finished(host, Step.ROTATE, connection=connection)


def refuse(_project: Project, _one: Rotation, *, generate: bool) -> Found:
    raise Refused(f"not in this test: {generate}")


@pytest.mark.parametrize(
    ("outcome", "kept", "code", "stands"),
    [
        (Outcome.CONFIRMED, "KeyOfpskseaone", 2, True),
        (Outcome.ROLLED_BACK, "KeyOfpskseaoneROT1", 1, True),
        (Outcome.UNKNOWN, "KeyOfpskseaone", 1, False),
    ],
)
def test_round_goes_on_with_the_routers_it_was_begun_with(
    here: Project,
    monkeypatch: pytest.MonkeyPatch,
    outcome: Outcome,
    kept: str,
    code: int,
    *,
    stands: bool,
) -> None:
    """Both ends have the old key again, or the new one, and so has the store."""
    killed(here)
    resumed: list[tuple[tuple[str, ...], list[str], str | None]] = []

    def resume(
        project: Project, *, command: str, agree: object, change: ChangeOptions
    ) -> tuple[ChangeReport, Path]:
        assert agree
        resumed.append((project.routers, sorted(map(str, project.renew)), change.change_id))
        routers = [RouterReport(host=h, site=h[:3], outcome=outcome) for h in project.routers]
        report = ChangeReport(
            change_id="ROT.1",
            command=command,
            tool_version="1",
            started=BEGAN,
            finished=BEGAN,
            exit_code=0,
            routers=tuple(routers),
        )
        return report, Path("page")

    monkeypatch.setattr(resuming, "resume", resume)
    monkeypatch.setattr(rotate, "find_old", refuse)

    report, _ = rotate.resume(
        here, command="rotate_psk", agree=lambda _: None, change=ChangeOptions(change_id="ROT")
    )

    assert resumed == [((NEU, SEA), ["file:psk-sea-one"], "ROT.1")]
    assert {(r.host, r.outcome) for r in report.routers} == {
        (SEA, outcome),
        (NEU, Outcome.SKIPPED),
        (SEA, Outcome.SKIPPED),
    }
    assert report.exit_code == code
    assert (here.secrets.folder / "psk-sea-one").read_text() == kept
    found = begun(events(here.settings.changes / "ROT" / "journal.jsonl"))
    assert found[SEA, f"fvrf-{SEA}-0"].ended is stands


def test_what_ended_is_not_touched_and_nothing_is_asked_of_it(
    here: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(here)
    monkeypatch.setattr(rotate, "find_old", refuse)

    def disagree(text: str) -> None:
        assert text == f"{SEA}: fvrf-{SEA}-0 (Tunnel0): finished or taken back\n"
        raise Refused("no", code="F330")

    with pytest.raises(Refused, match="F330 no"):
        rotate.resume(
            here, command="rotate_psk", agree=disagree, change=ChangeOptions(change_id="ROT")
        )
