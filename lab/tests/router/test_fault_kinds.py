"""The control interface sets every fault of a router, and takes it away again."""

from typing import Any

import pytest

from lab.azure.fault_set import AzureFaultSet
from lab.fault_members import FaultError
from lab.faults import KINDS, FaultBoard
from lab.router.device import Router
from lab.tests.router.rack import NAME

BODIES: list[dict[str, Any]] = [
    {"kind": name, **example}
    for name, kind in KINDS.items()
    if kind.on_router
    for example in kind.examples
]
FUSE = {"end": NAME, "on": "^write"}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"kind": "input-buffer", "bytes": 0}, "bytes: expected a number above 0"),
    ({"kind": "slow-lines", "on": "(", "seconds": 1}, "on: no regular expression"),
    ({"kind": "slow-lines", "on": "rd", "seconds": -1}, "seconds: expected seconds"),
    ({"kind": "refuse-line"}, "on: missing"),
    ({"kind": "flash-full", "bytes": 1}, "bytes: this kind has no such member"),
    ({"kind": "flash-full", "chance": 2}, "chance: expected a probability"),
    ({"kind": "deaf-tunnel", "interface": "Tunnel1", "at": 2}, "at: this kind has no such member"),
    ({"kind": "motd", "armed_by": "write"}, "armed_by: expected an object"),
    ({"kind": "motd", "armed_by": {**FUSE, "times": 1}}, "armed_by: times: no such member"),
    ({"kind": "motd", "armed_by": {"on": "x"}}, "end: missing"),
    ({"kind": "motd", "armed_by": {**FUSE, "end": "other"}}, "armed_by: end: no 'other' here"),
]


@pytest.fixture
def board(router: Router) -> FaultBoard:
    return FaultBoard(azure=AzureFaultSet(), routers={NAME: router.faults})


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
