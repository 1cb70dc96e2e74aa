"""The faults of a router: what each does to a session, at which event, and when it begins."""

import re
from collections.abc import Callable

import pytest

from lab.azure.fault_set import AzureFaultSet
from lab.faults import FaultBoard
from lab.router.device import Router
from lab.router.faults import (
    ArchiveMissing,
    ConfigLocked,
    ConnectFault,
    Fault,
    FlashFull,
    Hang,
    Motd,
    PowerCycle,
    Question,
    RefusedLine,
    RevertAborts,
    SlowEcho,
    SlowLines,
    SshDropped,
    SshRefused,
    SshSilent,
    WrongBanner,
)
from lab.tests.router.rack import NAME, USER, Console
from lab.trigger import Trigger

WRITE = re.compile("^write")
TIMER = "configure terminal revert timer 10"


@pytest.mark.parametrize("fault", [SshRefused(), SshSilent(), WrongBanner()])
def test_one_connection_meets_a_fault_and_the_next_one_does_not(
    router: Router, fault: ConnectFault
) -> None:
    router.faults.add(fault, Trigger(at=2, times=1))
    assert [router.faults.on_connect() for _ in range(3)] == [None, fault, None]
    assert router.reachable


def test_a_greeting_shows_prompts_that_are_none(router: Router) -> None:
    router.faults.add(Motd(text="hello> of bench-csr#\n"), Trigger(times=1))
    assert Console(router, privilege=1).read().startswith("hello> of bench-csr#\n\n")
    assert "hello" not in Console(router, privilege=1).read()


@pytest.mark.parametrize(("after", "saved"), [(False, False), (True, True)])
@pytest.mark.parametrize("kind", [SshDropped, Hang])
def test_a_line_is_never_answered_though_it_may_be_carried_out(
    router: Router, console: Console, kind: Callable[..., Fault], *, after: bool, saved: bool
) -> None:
    router.faults.add(kind(on=WRITE, after=after))
    router.type_lines(["ip vrf A"], "console")
    assert console.keys("write memory\rshow clock\r") == "write memory\n"
    assert router.saved == saved
    assert console.closed == (kind is SshDropped)


def test_a_fault_without_a_line_ends_all_sessions_at_once(router: Router, console: Console) -> None:
    router.faults.add(SshDropped())
    assert (console.closed, router.sessions) == (True, [])
    assert not Console(router).closed


def test_the_power_goes_at_a_line_and_comes_back(router: Router, console: Console) -> None:
    router.faults.add(PowerCycle(on=re.compile("rd 1:1"), seconds=60), Trigger(times=1))
    console.type("configure terminal", "ip vrf A", "rd 1:1")
    assert (console.closed, router.powered, router.reachable) == (True, False, False)
    router.clock.advance(60)
    assert (router.powered, "ip vrf A" in router.running_text()) == (True, False)


def test_an_echo_comes_late(router: Router, console: Console) -> None:
    router.faults.add(SlowEcho(seconds=2), Trigger(times=1))
    assert console.keys("show privilege\r") == ""
    router.clock.advance(2)
    assert console.read().startswith("show privilege\nCurrent privilege level is 15\n")
    assert console.keys("show privilege\r") != ""


def test_a_command_is_refused_as_a_line_is(router: Router, console: Console) -> None:
    router.faults.add(RefusedLine(on=WRITE, text="% Authorization failed."), Trigger(times=1))
    assert console.type("write memory") == "% Authorization failed."
    assert "[OK]" in console.type("write memory")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (ArchiveMissing(), "%Turn config archive on"),
        (ConfigLocked(), "is locked by process"),
        (FlashFull(), "No space left on device"),
    ],
    ids=str,
)
def test_a_timer_is_refused_the_second_time_only(
    router: Router, console: Console, fault: Fault, words: str
) -> None:
    router.faults.add(fault, Trigger(at=2, times=1))
    for refused in (False, True, False):
        assert (words in console.type(TIMER)) == refused
        console.type("end", "configure revert now")


def test_a_missing_archive_shows(router: Router, console: Console) -> None:
    router.faults.add(ArchiveMissing())
    assert console.type("show archive") == " Archive feature not enabled"


def test_a_rollback_ends_half_way(router: Router, console: Console) -> None:
    router.faults.add(RevertAborts(), Trigger(times=1))
    console.type(TIMER, *(f"interface Loopback{n}" for n in range(4)), "end")
    printed = console.type("configure revert now")
    assert "Rollback aborted after" in printed
    assert len(re.findall("^interface Loopback", router.running_text(), re.MULTILINE)) == 2
    assert router.archive.pending is None


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_a_fault_acts_by_chance_and_its_dice_are_the_seed_s(router: Router, chance: float) -> None:
    def acted() -> list[bool]:
        board = FaultBoard(azure=AzureFaultSet(), routers={NAME: router.faults}, seed=7)
        fault_id = board.add({"kind": "config-locked", "router": NAME, "chance": chance})
        found = [router.faults.locked_by() is not None for _ in range(200)]
        board.remove(fault_id)
        return found

    first = acted()
    assert first == acted()
    assert abs(sum(first) - 200 * chance) < 25


@pytest.mark.parametrize(
    ("fault", "key"),
    [(SlowLines(on=WRITE, seconds=9), ""), (Question(on=WRITE, text="Sure? [confirm]"), "y")],
    ids=str,
)
def test_a_line_waits_the_first_time_only(
    router: Router, console: Console, fault: Fault, key: str
) -> None:
    router.faults.add(fault, Trigger(times=1))
    assert "[OK]" not in console.keys("write memory\r")
    router.clock.advance(9)
    console.keys(key)
    assert "[OK]" in console.type("write memory")


def test_a_fault_begins_at_a_line_and_acts_on_it(router: Router, console: Console) -> None:
    board = FaultBoard(azure=AzureFaultSet(), routers={NAME: router.faults})
    fuse = {"end": NAME, "on": "revert timer", "at": 2}
    body = {"kind": "foreign-timer", "router": NAME, "user": "colleague", "armed_by": fuse}
    fault_id = board.add(body)
    assert "Backing up" in console.type(TIMER)
    console.type("end", "configure revert now")
    assert board.as_json()["standing"][fault_id]["begun"] is False

    assert "already pending" in console.type(TIMER)
    assert (router.archive.pending and router.archive.pending.user) != USER
    assert board.as_json()["standing"][fault_id]["begun"] is True
    board.remove(fault_id)
    assert router.archive.pending is None


def test_a_fault_of_one_end_begins_at_an_event_of_the_other(router: Router) -> None:
    azure = AzureFaultSet()
    board = FaultBoard(azure=azure, routers={NAME: router.faults})
    fuse = {"end": "azure", "on": "^PUT .*/connections/c1$"}
    board.add({"kind": "power-cycle", "router": NAME, "armed_by": fuse})
    azure.on_request("GET", "/x/connections/c1")
    assert router.powered
    azure.on_request("PUT", "/x/connections/c1")
    assert not router.powered


def test_a_fault_may_wait_for_one_thing_after_the_other(router: Router, console: Console) -> None:
    board = FaultBoard(azure=AzureFaultSet(), routers={NAME: router.faults})
    fuse = [{"end": NAME, "on": "^end$"}, {"end": NAME, "on": "connect"}]
    board.add({"kind": "ssh-silent", "router": NAME, "armed_by": fuse})
    assert router.faults.on_connect() is None
    console.type("configure terminal", "end")
    assert router.faults.on_connect() == SshSilent()


def test_a_fault_that_has_not_begun_can_be_taken_away(router: Router) -> None:
    board = FaultBoard(azure=AzureFaultSet(), routers={NAME: router.faults})
    fuse = {"end": NAME, "on": "connect"}
    board.remove(board.add({"kind": "ssh-silent", "router": NAME, "armed_by": fuse}))
    assert router.faults.on_connect() is None
