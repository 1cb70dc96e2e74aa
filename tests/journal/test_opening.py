"""Opening a change: one process at a time, with the intent that it was begun with."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from fvrf.errors import FvrfError, InputError, Refused
from fvrf.journal import Step
from tasks.clock import Clock
from tasks.opening import ChangeOptions, earlier_change, how_begun, how_it_begins, new_change
from tasks.prepare import PrepareOptions
from tasks.project import Project
from tasks.resuming import open_earlier

ROOT = Path(__file__).parents[2]
NAMED = ChangeOptions(change_id="CHG0012345")
OPTIONS = PrepareOptions(adopt=True)


@pytest.fixture
def here(project: Project, tmp_path: Path) -> Project:
    """The shipped inventory's project, with a folder of its own for changes."""
    settings = project.settings.model_copy(update={"changes": tmp_path / "changes"})
    return replace(project, settings=settings, clock=Clock())


def begin(project: Project, options: ChangeOptions = NAMED) -> str:
    """Begin a change and end at once; return its id."""
    first = how_it_begins(project, OPTIONS, command="rollout")
    with new_change(project, first, options, started=project.clock.utc()) as opened:
        return opened.folder.change_id


def refused(how: Any, *arguments: Any, **more: Any) -> FvrfError:  # noqa: ANN401 - whatever opens
    """Return what an opening is refused with."""
    with pytest.raises(FvrfError) as caught, how(*arguments, **more):
        pass
    return caught.value


def test_a_change_is_resumed_as_it_was_begun(here: Project) -> None:
    assert begin(here) == "CHG0012345"
    with earlier_change(here, NAMED) as opened:
        assert opened.begun == how_begun(here.settings.changes, "CHG0012345")
        assert opened.begun.routers == here.routers
        assert opened.begun.options == {
            "adopt": True,
            "from_asn": None,
            "whole": False,
            "overwrite": [],
            "save_foreign": False,
            "enable_archive": False,
            "allow_outage": [],
        }
        assert [event.step for event in opened.events] == [Step.CHANGE, Step.CHANGE]


def test_a_torn_last_line_is_no_obstacle(here: Project) -> None:
    begin(here)
    journal = here.settings.changes / "CHG0012345" / "journal.jsonl"
    with journal.open("a") as file:
        file.write('{"schema": 2, "host": "scus-onprem-csr", "st')
    with earlier_change(here, NAMED) as opened:
        opened.journal.finished("scus-onprem-csr", Step.EXAMINE)
    assert [line.count("{") > 0 for line in journal.read_text().splitlines()] == [True] * 3


def test_another_intent_is_refused(here: Project) -> None:
    begin(here)
    router = here.plan.routers[here.routers[0]]
    moved = {**here.plan.routers, router.host: replace(router, site="elsewhere")}
    other = replace(here, plan=replace(here.plan, routers=moved))
    error = refused(earlier_change, other, NAMED)
    assert (error.code, error.exit_code) == ("F351", 2)


def test_an_id_is_used_once_and_an_unknown_one_is_not_resumed(here: Project) -> None:
    begin(here)
    first = how_it_begins(here, OPTIONS, command="rollout")
    now = here.clock.utc()
    assert "--resume CHG0012345" in str(refused(new_change, here, first, NAMED, started=now))
    with pytest.raises(InputError, match="no such change"):
        how_begun(here.settings.changes, "CHG1")


def test_a_journal_without_a_first_line_is_not_resumed(here: Project) -> None:
    folder = here.settings.changes / "CHG1"
    folder.mkdir(parents=True)
    (folder / "journal.jsonl").touch()
    with pytest.raises(Refused) as caught:
        how_begun(here.settings.changes, "CHG1")
    assert caught.value.code == "F352"


@pytest.mark.parametrize(
    ("hosts", "options", "what"),
    [
        (["eus-onprem-csr"], ChangeOptions(), None),
        (["scus-onprem-csr"], ChangeOptions(), "router scus-onprem-csr"),
        (["scus-onprem-csr"], NAMED, "change CHG0012345"),
    ],
)
def test_a_router_is_in_one_change_at_a_time(
    here: Project, hosts: list[str], options: ChangeOptions, what: str | None
) -> None:
    alone = replace(here, gateways=())
    one, other = replace(alone, routers=("scus-onprem-csr",)), replace(alone, routers=tuple(hosts))
    first = how_it_begins(one, OPTIONS, command="rollout")
    with new_change(one, first, NAMED, started=one.clock.utc()):
        if what is None:
            begin(other, options)
            return
        error = refused(new_change, other, first, options, started=one.clock.utc())
        assert error.message.startswith(f"{what} is locked by change CHG0012345 of ")
        begin(other, ChangeOptions(change_id="CHG2", break_lock=True))


def test_a_gateway_is_in_one_change_at_a_time(here: Project) -> None:
    one, other = here.narrowed(["scus-onprem-csr"]), here.narrowed(["eus-onprem-csr"])
    first = how_it_begins(one, OPTIONS, command="rollout")
    with new_change(one, first, NAMED, started=one.clock.utc()):
        error = refused(new_change, other, first, ChangeOptions(), started=one.clock.utc())
    assert error.message.startswith("gateway azure-vng is locked by change CHG0012345 of ")


def test_a_change_is_resumed_by_the_runbook_that_began_it(here: Project, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    shipped = yaml.safe_load((ROOT / "config.yaml").read_text())
    options = shipped["inventory"]["options"]
    shipped["inventory"]["options"] = {key: str(ROOT / path) for key, path in options.items()}
    config.write_text(yaml.safe_dump(shipped))
    first = how_it_begins(here, OPTIONS, command="rotate_psk --site scus")
    with new_change(here, first, NAMED, started=here.clock.utc()):
        pass
    with pytest.raises(Refused) as caught:
        open_earlier(config, "CHG0012345", runbook="rollout")
    assert caught.value.code == "F353"
