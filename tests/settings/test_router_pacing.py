"""A router's own pacing goes before its group's, and that before the configuration file's."""

from pathlib import Path

from inventories import CONFIG, GROUPS, changed, hosts, write

from fvrf.intent.pacing import Pacing
from tasks.project import Selection, open_project


def test_pacing_may_be_set_for_a_host_or_a_group(tmp_path: Path) -> None:
    files = {
        "config.yaml": changed(CONFIG, ("user_defined pacing", {"lines": 10})),
        "inventory/groups.yaml": changed(GROUPS, ("csr data", {"pacing": {"lines": 5}})),
        "inventory/hosts.yaml": changed(hosts(), ("r1 data pacing", {"kind": "line"})),
    }
    project = open_project(write(tmp_path, files), Selection(), offline=True)

    assert {host: project.pacing(host) for host in project.routers} == {
        "r1": Pacing(kind="line"),
        "r2": Pacing(lines=5),
    }


def test_without_it_the_configuration_files_holds(tmp_path: Path) -> None:
    files = {"config.yaml": changed(CONFIG, ("user_defined pacing", {"lines": 10}))}
    project = open_project(write(tmp_path, files), Selection(), offline=True)

    assert project.pacing("r1") == Pacing(lines=10)
