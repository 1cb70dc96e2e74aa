"""The control interface."""

from typing import Any

import pytest

from lab.client import LabClient, LabClientError

ROUTER = "scus-onprem-csr"


def test_the_status_of_a_fresh_lab(shared: LabClient) -> None:
    status = shared.status()

    assert status["clock"]["speed"] == 0
    assert status["routers"][ROUTER] == {
        "powered": True,
        "timer": None,
        "saved": True,
        "logins": 0,
    }
    assert status["gateways"] == {"azure-vng": {"busy": False, "connections": {}}}
    assert status["faults"] == {}


def test_the_clock_moves_as_told(client: LabClient) -> None:
    before = client.status()["clock"]["now"]

    client.advance(3600)

    assert client.status()["clock"]["now"] == pytest.approx(before + 3600)
    client.post("/clock", speed=2)
    assert client.status()["clock"]["speed"] == 2


def test_a_colleague_types_and_saves(client: LabClient) -> None:
    first = client.type(ROUTER, "ip vrf BLUE", " rd 64900:9")
    unsaved = client.status()["routers"][ROUTER]["saved"]
    client.type(ROUTER, "ip vrf GREEN", save=True)

    assert first == ["", ""]
    assert not unsaved
    assert client.status()["routers"][ROUTER]["saved"]
    assert " rd 64900:9\n" in client.config(ROUTER, "startup")


def test_a_refused_line_is_answered_as_ios_does(shared: LabClient) -> None:
    (reply,) = shared.type(ROUTER, "ip vfr BLUE")

    assert "% Invalid input detected at '^' marker." in reply


def test_power_brings_back_the_startup_configuration(client: LabClient) -> None:
    client.type(ROUTER, "ip vrf UNSAVED")

    client.post(f"/routers/{ROUTER}/power", on=False)
    powered = client.status()["routers"][ROUTER]["powered"]
    client.post(f"/routers/{ROUTER}/power", on=True)

    assert not powered
    assert "UNSAVED" not in client.config(ROUTER)


def test_a_blank_box_of_the_other_platform_takes_a_routers_place(client: LabClient) -> None:
    client.type(ROUTER, "ip vrf OLD", save=True)
    before = client.config(ROUTER)

    client.post(f"/routers/{ROUTER}/rack", platform="c8000v-17.12")

    after = client.config(ROUTER)
    assert "ip vrf OLD" not in after
    assert ("license udi pid CSR1000V sn" in before, "license udi pid C8000V sn" in after) == (
        True,
        True,
    )
    assert client.status()["routers"][ROUTER] == {
        "powered": True,
        "timer": None,
        "saved": True,
        "logins": 0,
    }
    with pytest.raises(LabClientError, match="platform"):
        client.post(f"/routers/{ROUTER}/rack", platform="a-toaster")


def test_events_are_numbered_from_the_first(client: LabClient) -> None:
    client.type(ROUTER, "ip vrf BLUE")
    fault_id = client.fault("ssh-refused", router=ROUTER)

    events = client.events()

    assert [(one["end"], one["kind"]) for one in events] == [(ROUTER, "line"), ("lab", "fault-set")]
    assert client.events(1) == events[1:]
    assert events[1]["id"] == fault_id


FAULTS: list[dict[str, Any]] = [
    {"kind": "ssh-refused", "router": ROUTER},
    {"kind": "ssh-lost", "router": ROUTER, "after_lines": 3},
    {"kind": "hang", "router": ROUTER, "on": "^router bgp"},
    {"kind": "route-dropped", "router": ROUTER, "vrf": "", "prefix": "10.0.255.254/32"},
    {"kind": "key-unreadable", "connection": "CSR_OUTSIDE_1"},
    {"kind": "azure-error", "method": "PUT", "path": "x", "status": 429, "code": "RetryableError"},
    {"kind": "operation-fails", "path": "x", "code": "Failed", "times": 2},
    {"kind": "operation-stuck", "path": "x"},
    {"kind": "operation-lost", "path": "x", "times": 2},
    {"kind": "operation-fails", "path": "x", "code": "X", "state": "Canceled"},
    {"kind": "lock-as-429"},
    {"kind": "throttled", "writes": 10, "told": False},
    {"kind": "announce-next-hop", "gateway": "azure-vng", "next_hop": "10.0.255.5"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault["kind"]))
def test_a_fault_stands_until_it_is_taken_away(shared: LabClient, fault: dict[str, Any]) -> None:
    fault_id = shared.post("/faults", **fault)["id"]
    standing = shared.status()["faults"]
    shared.delete(f"/faults/{fault_id}")

    assert standing == {fault_id: fault}
    assert shared.status()["faults"] == {}


def test_the_key_of_a_fault_is_never_shown(client: LabClient) -> None:
    fault_id = client.fault("wrong-key", connection="CSR_OUTSIDE_1", key="unseen77")

    assert client.status()["faults"] == {
        fault_id: {"kind": "wrong-key", "connection": "CSR_OUTSIDE_1"}
    }
    assert "unseen77" not in str(client.events())


REFUSALS: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("POST", "/faults", {"kind": "fire"}, 400, "kind: none of ssh-refused"),
    ("POST", "/faults", {"kind": "ssh-refused"}, 400, "router: no router ''"),
    ("POST", "/faults", {"kind": "hang", "router": ROUTER}, 400, "on: missing"),
    ("POST", "/faults", {"kind": "hang", "router": ROUTER, "on": "("}, 400, "on: no regular"),
    ("POST", "/faults", {"kind": "operation-stuck", "path": "x", "for": 1}, 400, "for: this kind"),
    ("POST", "/faults", {"kind": "throttled", "told": 1}, 400, "told: expected true or false"),
    (
        "POST",
        "/faults",
        {"kind": "operation-fails", "path": "x", "code": "y", "state": "Lost"},
        400,
        "state: Failed or Canceled",
    ),
    (
        "POST",
        "/faults",
        {"kind": "azure-error", "method": "GET", "path": "x", "status": 200, "code": "y"},
        400,
        "status: expected the status of an error",
    ),
    (
        "POST",
        "/faults",
        {"kind": "route-dropped", "router": ROUTER, "vrf": "", "prefix": "10.0.0.1/8"},
        400,
        "prefix: 10.0.0.1/8 has host bits set",
    ),
    ("DELETE", "/faults/none", {}, 404, "no fault none"),
    ("POST", "/clock", {"advance": -1}, 400, "advance: expected a number, not negative"),
    ("POST", "/clock", {"forward": 1}, 400, "forward: no such member"),
    ("GET", "/events?since=last", {}, 400, "since: expected a number"),
    ("GET", "/routers/none/config", {}, 404, "no router none"),
    ("GET", f"/routers/{ROUTER}/config?which=old", {}, 400, "which: running or startup"),
    ("POST", f"/routers/{ROUTER}/type", {"lines": "ip vrf A"}, 400, "lines: expected a list"),
    ("POST", f"/routers/{ROUTER}/power", {"on": "yes"}, 400, "on: expected true or false"),
    ("POST", "/azure/negotiated-key", {"connection": "c1", "key": "k"}, 404, "no connection c1"),
    ("GET", "/nothing", {}, 404, "Not Found"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "reason"), REFUSALS)
def test_a_call_that_cannot_be_done_is_refused_with_a_reason(
    shared: LabClient, method: str, path: str, body: dict[str, Any], status: int, reason: str
) -> None:
    with pytest.raises(LabClientError) as refused:
        shared.send(method, path, body if method == "POST" else None)

    assert refused.value.status == status
    assert reason in str(refused.value)


def test_nobody_calls_without_the_token(client: LabClient) -> None:
    client.token = "guessed"

    with pytest.raises(LabClientError, match="wrong token"):
        client.status()
