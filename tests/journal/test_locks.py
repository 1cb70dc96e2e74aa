"""Locks: one owner at a time, recognisably dead when its process is, named when it is not."""

import json
import os
import resource
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fvrf.errors import Refused
from tasks.locks import FOLDER, Owner, hold

OWNER = Owner(
    user="jane",
    host="noc1",
    pid=4711,
    change="CHG0012345",
    since=datetime(2026, 11, 25, 1, 49, 3, tzinfo=UTC),
)
HOLDER = """
import sys, time
from pathlib import Path
from tasks.locks import Owner, hold
with hold(Path(sys.argv[1]), ["router r1"], Owner.current("CHG1")):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_held_lock_is_refused_with_who_holds_it_and_since_when(tmp_path: Path) -> None:
    with (
        hold(tmp_path, ["router r1", "gateway g1"], OWNER),
        pytest.raises(Refused) as caught,
        hold(tmp_path, ["router r0", "router r1"], OWNER),
    ):
        pass
    assert caught.value.code == "F350"
    assert caught.value.message.startswith(
        "router r1 is locked by change CHG0012345 of jane on noc1, process 4711,"
        " since 2026-11-25T01:49:03.000Z ("
    )


def test_a_lock_that_was_let_go_or_never_overlaps_is_taken(tmp_path: Path) -> None:
    with hold(tmp_path, ["router r1"], OWNER), hold(tmp_path, ["router r2"], OWNER):
        pass
    with hold(tmp_path, ["router r1", "router r2", "router r1"], OWNER):
        pass
    assert {path.name: path.read_text() for path in (tmp_path / FOLDER).iterdir()} == {
        "router r1": "",
        "router r2": "",
    }


def test_a_refusal_lets_go_of_what_was_taken_before_it(tmp_path: Path) -> None:
    with hold(tmp_path, ["router r2"], OWNER):
        with pytest.raises(Refused), hold(tmp_path, ["router r1", "router r2"], OWNER):
            pass
        with hold(tmp_path, ["router r1"], OWNER):
            pass


def test_a_killed_owner_holds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own code
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with (
            pytest.raises(Refused, match=f"change CHG1 .* process {process.pid}"),
            ExitStack() as s,
        ):
            s.enter_context(hold(tmp_path, ["router r1"], OWNER))
        process.kill()
    assert json.loads((tmp_path / FOLDER / "router r1").read_text())["pid"] == process.pid
    with hold(tmp_path, ["router r1"], Owner.current("CHG2")):
        found = json.loads((tmp_path / FOLDER / "router r1").read_text())
    assert (found["pid"], found["change"]) == (os.getpid(), "CHG2")


def test_a_broken_lock_has_one_new_owner(tmp_path: Path) -> None:
    with hold(tmp_path, ["router r1"], OWNER):
        with (
            hold(tmp_path, ["router r1"], OWNER, broken=True),
            pytest.raises(Refused),
            hold(tmp_path, ["router r1"], OWNER),
        ):
            pass
        with hold(tmp_path, ["router r1"], OWNER):
            pass


def test_a_lock_whose_owner_has_not_signed_yet_is_held_all_the_same(tmp_path: Path) -> None:
    with hold(tmp_path, ["router r1"], OWNER):
        (tmp_path / FOLDER / "router r1").write_text("")
        with pytest.raises(Refused, match="not written a name yet"), ExitStack() as stack:
            stack.enter_context(hold(tmp_path, ["router r1"], OWNER))


def test_a_name_that_is_no_file_name_is_locked_too(tmp_path: Path) -> None:
    with hold(tmp_path, ["router a/../b"], OWNER):
        assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["router a%2F..%2Fb"]


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("in the way")
    with pytest.raises(Refused, match="the lock cannot be written"), ExitStack() as stack:
        stack.enter_context(hold(tmp_path, ["router r1"], OWNER))


def test_a_thousand_routers_are_locked_at_once(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, limits[1]))
    try:
        with hold(tmp_path, [f"router r{number}" for number in range(1000)], OWNER):
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
