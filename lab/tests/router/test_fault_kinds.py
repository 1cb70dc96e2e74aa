"""The control interface sets every fault of a router, and takes it away again."""

from typing import Any

import pytest

from lab.azure.fault_set import AzureFaultSet
from lab.fault_members import FaultError
from lab.faults import KINDS, FaultBoard
from lab.router.device import Router
from lab.tests.router.rack import NAME

BODIES: list[dict[str, Any]] = [
    {"kind": "ssh-refused"},
    {"kind": "ssh-lost", "after_lines": 3},
    {"kind": "hang", "on": "^router bgp"},
    {"kind": "route-dropped", "vrf": "", "prefix": "0.0.0.0/0"},
    {"kind": "deaf-tunnel", "interface": "Tunnel1"},
    {"kind": "input-buffer", "bytes": 256},
    {"kind": "slow-lines", "on": "rd", "seconds": 1.5},
    {"kind": "question", "on": "rd", "text": "Sure? [confirm]"},
    {"kind": "refuse-line", "on": "rd"},
    {"kind": "log-lines", "every": 2},
    {"kind": "config-locked"},
    {"kind": "flash-full"},
    {"kind": "slow-deletion", "seconds": 60},
    {"kind": "foreign-timer", "minutes": 5},
]
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"kind": "input-buffer", "bytes": 0}, "bytes: expected a number above 0"),
    ({"kind": "slow-lines", "on": "(", "seconds": 1}, "on: no regular expression"),
    ({"kind": "slow-lines", "on": "rd", "seconds": -1}, "seconds: expected seconds"),
    ({"kind": "refuse-line"}, "on: missing"),
    ({"kind": "flash-full", "bytes": 1}, "bytes: this kind has no such member"),
]


@pytest.fixture
def board(router: Router) -> FaultBoard:
    return FaultBoard(azure=AzureFaultSet(), routers={NAME: router.faults})


def test_every_kind_of_a_router_is_tried() -> None:
    assert {body["kind"] for body in BODIES} == {n for n, kind in KINDS.items() if kind.on_router}


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body["kind"])
def test_it_comes_and_goes(board: FaultBoard, body: dict[str, Any]) -> None:
    fault_id = board.add({**body, "router": NAME})
    assert board.standing() == {fault_id: {**body, "router": NAME}}
    board.remove(fault_id)
    assert board.standing() == {}


@pytest.mark.parametrize(("body", "reason"), WRONG, ids=str)
def test_what_is_wrong_with_it_is_said(
    board: FaultBoard, body: dict[str, Any], reason: str
) -> None:
    with pytest.raises(FaultError, match=reason):
        board.add({**body, "router": NAME})
