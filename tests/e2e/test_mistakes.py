"""A mistake of ours: worded without values, with the exit code of what was written by then."""

from typing import NoReturn

import pytest
import typer
from noe import ARTICLE, Operator

from fvrf.errors import ChangeFailed
from fvrf.journal import Outcome
from runbooks.options import errors
from tasks import change, engine, prepare
from tasks.opening import ChangeOptions
from tasks.prepare import PrepareOptions
from tasks.project import Selection, open_project


def mistake(*_arguments: object, **_options: object) -> NoReturn:
    """Fail as no code of ours should."""
    raise KeyError("value-of-a-secret")


def changed(noe: Operator) -> tuple[Outcome, str, int]:
    """Roll the article's site out in this process; return its outcome, reason and exit code."""
    project = open_project(noe.config, Selection(sites=("scus",)))
    report, _ = engine.rollout(
        project, PrepareOptions(), command="", agree=lambda _text: None, change=ChangeOptions()
    )
    router = report.routers[0]
    return router.outcome, router.reason, report.exit_code


def test_mistake_before_the_first_write_is_exit_2(
    settled: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "render", mistake)

    outcome, reason, code = changed(settled)

    assert (outcome, code) == (Outcome.UNREACHABLE, 2)
    assert reason.startswith("F002 unexpected KeyError in test_mistakes.py:")
    assert "value-of-a-secret" not in reason


def test_mistake_after_the_first_write_is_left_to_the_timer(
    settled: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled.type(ARTICLE, "interface Tunnel1", "ip tcp adjust-mss 1300")
    before = settled.running(ARTICLE)
    with monkeypatch.context() as patch:
        patch.setattr(change, "verify", mistake)

        outcome, reason, code = changed(settled)

    assert (outcome, code) == (Outcome.UNKNOWN, 1)
    assert "its timer runs until" in reason
    assert settled.journal() == {ARTICLE: ["unknown"]}
    settled.advance(3600)
    assert settled.running(ARTICLE) == settled.startup(ARTICLE) == before
    assert settled.logins() == 0
    assert settled.rollout("--site", "scus").code == 0


@pytest.mark.parametrize("error", [OSError("disk full"), KeyError("value-of-a-secret")])
def test_report_that_cannot_be_written_after_a_change_is_exit_1(
    settled: Operator, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    settled.type(ARTICLE, "interface Tunnel1", "ip tcp adjust-mss 1300")

    def fail(*_arguments: object) -> NoReturn:
        raise error

    monkeypatch.setattr(engine, "write_report", fail)

    with pytest.raises(ChangeFailed, match=f"unexpected {type(error).__name__}") as failed:
        changed(settled)

    assert "journal.jsonl" in str(failed.value.remedy)
    assert settled.journal() == {ARTICLE: ["confirmed"]}


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyError("value-of-a-secret"), 2, "F002 unexpected KeyError"),
        (KeyboardInterrupt(), 3, "Stopped."),
    ],
)
def test_runbook_ends_with_a_sentence_and_its_exit_code(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, words: str
) -> None:
    with pytest.raises(typer.Exit) as ended, errors(as_json=False):
        raise error

    captured = capsys.readouterr()
    assert ended.value.exit_code == code
    assert words in captured.err
    assert "value-of-a-secret" not in captured.err + captured.out
