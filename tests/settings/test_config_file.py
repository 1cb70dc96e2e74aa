"""Every mistake in the configuration file is reported at once, with its path."""

from pathlib import Path
from typing import Any

import pytest
from inventories import CONFIG, GONE, changed, write

from fvrf.errors import InputError
from tasks.project import Selection, open_project
from tasks.settings import Settings, Timing, read_config

UNKNOWN = "unknown key -> remove it or correct its spelling"
OWN = "config.yaml: user_defined"


@pytest.fixture(autouse=True)
def _below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files in messages are relative to where the NOE stands."""
    monkeypatch.chdir(tmp_path)


def problems(folder: Path, content: Any) -> list[str]:  # noqa: ANN401 - whatever a file may hold
    with pytest.raises(InputError) as caught:
        open_project(write(folder, {"config.yaml": content}), Selection(), offline=True)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ([("user_defined secrets", GONE)], [f"{OWN}.secrets: is required"]),
        ([("user_defined backup", "b")], [f"{OWN}.backup: {UNKNOWN}"]),
        ([("user_defined backups_kept", 0)],
         [f"{OWN}.backups_kept: Input should be greater than or equal to 1 (value: 0)"]),
        ([("user_defined timing", {"verify_poll_s": "5"})],
         [f"{OWN}.timing.verify_poll_s: Input should be a valid number (value: 5)"]),
        ([("user_defined timing", {"verify_poll_s": float("inf")})],
         [f"{OWN}.timing.verify_poll_s: Input should be a finite number (value: inf)"]),
        ([("user_defined timing", {"verify_poll_s": 0, "verify_pol_s": 1})],
         [f"{OWN}.timing.verify_poll_s: Input should be greater than 0 (value: 0)",
          f"{OWN}.timing.verify_pol_s: {UNKNOWN}"]),
        ([("user_defined lab", 5)],
         [f"{OWN}.lab: Input is not a valid path for <class 'pathlib.Path'> (value: 5)"]),
        ([("user_defined clouds", ["a"])],
         [f"{OWN}.clouds: Input should be a valid dictionary"]),
        ([("user_defined", ["a"])],
         ["config.yaml: user_defined: must be a mapping",
          f"{OWN}.secrets: is required",
          f"{OWN}.backups: is required",
          f"{OWN}.changes: is required"]),
        ([("inventry", {})],
         [("config.yaml: inventry: unknown key -> one of inventory, runner, logging, ssh, core,"
          " user_defined")]),
        ([("inventory plugin", "SimpleInventory")],
         ["config.yaml: inventory.plugin: must be FvrfInventory"]),
        ([("inventory options host_file", GONE), ("inventory options hosts", "h")],
         ["config.yaml: inventory.options.host_file: must be a path",
          "config.yaml: inventory.options.hosts: unknown key"]),
        ([("ssh", {"config_file": 1})], ["config.yaml: ssh.config_file: must be a path"]),
        ([("runner options num_workers", "20")],
         ["config.yaml: runner.options.num_workers: must be a number from 1 up (value: 20)"]),
        ([("runner options logins_per_s", 0)],
         ["config.yaml: runner.options.logins_per_s: must be a number above 0 (value: 0)"]),
        ([("runner options host_deadline_s", "1h")],
         ["config.yaml: runner.options.host_deadline_s: must be a number above 0 (value: 1h)"]),
        ([("runner plugin", "thread")],
         ["config.yaml: Nornir refuses it: plugin 'thread' is not registered"]),
        ([("runner options workers", 2)],
         ["config.yaml: Nornir refuses it: got an unexpected keyword argument 'workers'"]),
        ([("logging enable", False)],
         [("config.yaml: Nornir refuses it: LoggingConfig.__init__() got an unexpected keyword"
          " argument 'enable'")]),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_with_its_path_and_reason(
    tmp_path: Path, changes: list[tuple[str, Any]], lines: list[str]
) -> None:
    assert problems(tmp_path, changed(CONFIG, *changes)) == lines


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (GONE, "config.yaml: cannot be read: No such file or directory"),
        ("[a]", "config.yaml: is not a mapping of names"),
        (
            "a: b: c",
            "config.yaml: line 1: not YAML: mapping values are not allowed in this context",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: object, line: str) -> None:
    assert problems(tmp_path, content) == [line]


def test_an_empty_file_lacks_everything(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "")) == 7


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = write(
        tmp_path / "project",
        {
            "config.yaml": changed(
                CONFIG,
                ("ssh", {"config_file": "ssh_config"}),
                ("user_defined clouds", {"own": "own.json"}),
                ("user_defined backups", "/var/backups"),
                ("user_defined known_hosts", "~/known"),
            )
        },
    )
    monkeypatch.setenv("HOME", "/home/noe")
    base = tmp_path / "project"

    arguments, settings = read_config(Path("project") / config.name)

    assert arguments == {
        "inventory": {
            "plugin": "FvrfInventory",
            "options": {
                "host_file": f"{base}/inventory/hosts.yaml",
                "group_file": f"{base}/inventory/groups.yaml",
                "defaults_file": f"{base}/inventory/defaults.yaml",
            },
        },
        "runner": {"plugin": "threaded", "options": {"num_workers": 2}},
        "logging": {"enabled": False},
        "ssh": {"config_file": f"{base}/ssh_config"},
    }
    assert settings == Settings(
        lab=None,
        known_hosts=Path("/home/noe/known"),
        secrets=base / "secrets",
        clouds={"own": base / "own.json"},
        backups=Path("/var/backups"),
        changes=base / "changes",
        backups_kept=30,
        timing=Timing(),
    )
