"""Hosts in a folder of files: merged, and every mistake names the file that it is in."""

from pathlib import Path

import pytest
from inventories import CONFIG, GONE, Tree, changed, hosts, write

from fvrf.errors import InputError
from tasks.project import Selection, open_project

HOST_FILE = "inventory options host_file"


def split(folder: Path, first: Tree, second: Tree) -> Path:
    """Write a project whose hosts stand in two files of a folder."""
    return write(
        folder,
        {
            "config.yaml": changed(CONFIG, (HOST_FILE, "inventory/hosts")),
            "inventory/hosts.yaml": GONE,
            "inventory/hosts/gateways.yml": first,
            "inventory/hosts/routers.yaml": second,
            "inventory/hosts/notes.txt": "not: [yaml",
        },
    )


def halves() -> tuple[Tree, Tree]:
    every = hosts()
    gateways = {name: every.pop(name) for name in ("gw", "gw2")}
    return gateways, every


def lines(config: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        open_project(config, Selection(), offline=True)
    return [problem.line for problem in caught.value.problems]


def test_the_files_of_a_folder_are_one_inventory(tmp_path: Path) -> None:
    project = open_project(split(tmp_path, *halves()), Selection(), offline=True)

    assert sorted(project.intent.files) == ["gw", "gw2", "r1", "r2"]
    assert Path(project.intent.files["gw"]).name == "gateways.yml"
    assert Path(project.intent.files["r1"]).name == "routers.yaml"


def test_a_host_in_two_files_is_a_mistake_that_names_both(tmp_path: Path) -> None:
    gateways, routers = halves()
    config = split(tmp_path, gateways | {"r1": routers["r1"]}, routers)

    found = [line for line in lines(config) if "already" in line]

    assert len(found) == 1
    assert "routers.yaml: r1: stands in" in found[0]
    assert "gateways.yml already" in found[0]


@pytest.mark.parametrize(
    ("path", "value", "file"),
    [
        ("r1 data asn", 65515, "routers.yaml: r1: data.asn"),
        ("r1 plattform", "x", "routers.yaml: r1: plattform"),
        ("r1 data uplinks GigabitEthernet2 next_hop", "172.17.9.1", "routers.yaml: r1: data"),
    ],
)
def test_a_mistake_names_the_file_that_it_is_in(
    tmp_path: Path, path: str, value: object, file: str
) -> None:
    gateways, routers = halves()
    config = split(tmp_path, gateways, changed(routers, (path, value)))

    found = lines(config)

    assert any(file in line for line in found), found


def test_a_folder_without_hosts_has_none(tmp_path: Path) -> None:
    config = split(tmp_path, {}, {})

    assert ["has no hosts" in line for line in lines(config)] == [True]
