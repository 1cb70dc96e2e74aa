"""Files of ours that the disk refuses are named with the reason, and nothing is changed."""

from pathlib import Path

from noe import ARTICLE, Operator, operating


def test_change_that_could_not_be_recorded_is_not_begun(tmp_path: Path) -> None:
    with operating(tmp_path) as noe:
        (tmp_path / "changes").write_text("in the way")

        folder = noe.do("rollout", "--yes", "--json", "--site", "scus")

        assert (folder.code, folder.json["error"]) == (2, "F302")
        assert f"{tmp_path / 'changes'}: File exists" in folder.err
        assert "Traceback" not in folder.err
        (tmp_path / "changes").unlink()
        (tmp_path / "backups").write_text("in the way")

        backup = noe.rollout("--site", "scus")

        assert (backup.code, backup.outcome(ARTICLE)) == (2, "skipped")
        assert backup.reason(ARTICLE).startswith("F302 the backup cannot be written: ")
        assert noe.writes(0) == []
        assert noe.logins() == 0


def test_texts_that_cannot_be_written_are_no_plan(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")

    done = Operator(tmp_path).do("plan", "--offline", "--out", str(tmp_path / "out"))

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("F302 the folder of the texts cannot be written: ")
