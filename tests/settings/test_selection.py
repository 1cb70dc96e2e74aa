"""What an NOE may choose, and that a choice of nothing is an error."""

from pathlib import Path

import pytest
from inventories import CONFIG, changed, hosts, router, write

from fvrf.errors import CannotLook, InputError
from tasks.project import Project, Selection, open_project

# r1 and r2 go to gw; r3, at the site of r2, to gw2.
TREE = changed(
    hosts() | {"r3": {"groups": ["csr"], "data": router(3, site="site2")}},
    ("r3 data outside OUT1 connections 0 gateway", "gw2"),
    ("r3 data outside OUT2 connections 0 gateway", "gw2"),
)


def opened(folder: Path, selection: Selection) -> Project:
    config = write(folder, {"inventory/hosts.yaml": TREE})
    return open_project(config, selection, offline=True)


@pytest.mark.parametrize(
    ("selection", "routers", "gateways"),
    [
        (Selection(), ("r1", "r2", "r3"), ("gw", "gw2")),
        (Selection(hosts=["r3", "r1"]), ("r1", "r3"), ("gw", "gw2")),
        (Selection(hosts=["r2"]), ("r2",), ("gw",)),
        (Selection(hosts=["gw2"]), ("r3",), ("gw2",)),
        (Selection(sites=["site2"]), ("r2", "r3"), ("gw", "gw2")),
        (Selection(gateways=["gw"]), ("r1", "r2"), ("gw",)),
        (Selection(sites=["site2"], gateways=["gw"]), ("r2",), ("gw",)),
        (Selection(hosts=["r1", "r2"], sites=["site2"]), ("r2",), ("gw",)),
    ],
)
def test_choices_narrow_each_other(
    tmp_path: Path, selection: Selection, routers: tuple[str, ...], gateways: tuple[str, ...]
) -> None:
    project = opened(tmp_path, selection)

    assert (project.routers, project.gateways) == (routers, gateways)


@pytest.mark.parametrize(
    ("selection", "line"),
    [
        (
            Selection(hosts=["r9"]),
            (
                "command line: --host: nothing in the inventory is named 'r9'"
                " -> one of gw, gw2, r1, r2, r3"
            ),
        ),
        (
            Selection(sites=["site9"]),
            (
                "command line: --site: nothing in the inventory is named 'site9'"
                " -> one of site1, site2"
            ),
        ),
        (
            Selection(gateways=["r1"]),
            "command line: --gateway: nothing in the inventory is named 'r1' -> one of gw, gw2",
        ),
        (
            Selection(hosts=["r1"], sites=["site2"]),
            "command line: the selection has no router in common with the inventory",
        ),
    ],
)
def test_a_choice_of_nothing_is_an_error(tmp_path: Path, selection: Selection, line: str) -> None:
    with pytest.raises(InputError) as caught:
        opened(tmp_path, selection)

    assert [str(problem) for problem in caught.value.problems] == [line]


def test_a_gateway_shows_the_connections_of_the_chosen_routers_only(tmp_path: Path) -> None:
    project = opened(tmp_path, Selection(hosts=["r1"]))

    assert [c.name for c in project.gateway("gw").connections] == ["fvrf-r1-0", "fvrf-r1-1"]
    assert len(project.plan.gateways["gw"].connections) == 4


def test_without_its_lab_only_offline_work_is_possible(tmp_path: Path) -> None:
    config = write(tmp_path, {"config.yaml": changed(CONFIG, ("user_defined lab", ".lab"))})

    assert open_project(config, Selection(), offline=True).clock.speed == 1.0
    with pytest.raises(CannotLook, match="no lab is running in"):
        open_project(config, Selection())
