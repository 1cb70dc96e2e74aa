"""Rollback Confirmed Change: the router goes back by itself unless its own user says otherwise."""

import pytest

from lab.router.archive import NOT_YOURS, WARNING
from lab.router.device import Router
from lab.tests.router.rack import Console, Events

ARCHIVE_OFF = "%Turn config archive on before using Rollback Confirmed Change"
NOTHING = "%No Rollback Confirmed Change pending"
MINUTE = 60


def change(console: Console, start: str = "configure terminal revert timer 10") -> str:
    """Begin a guarded change and make one; return what the start printed."""
    printed = console.type(start)
    console.type("ip vrf GUARDED", "rd 1:1")
    return printed


def test_the_start_says_where_the_backup_is(console: Console, router: Router) -> None:
    backed_up, blank, entered = change(console).split("\n")
    (file,) = router.archive.saved
    assert file.startswith("bootflash:backup--")
    assert file.endswith("-0")
    assert backed_up == (f"Rollback Confirmed Change: Backing up current running config to {file}")
    assert (blank, entered) == (
        "",
        "Enter configuration commands, one per line.  End with CNTL/Z.",
    )


def test_it_expires_and_the_old_configuration_stands_byte_for_byte(
    console: Console, router: Router, events: Events
) -> None:
    before = router.running_text()
    change(console)
    router.clock.advance(10 * MINUTE + 1)
    assert router.running_text() == before
    assert router.archive.pending is None
    assert events.kinds()[-2:] == ["timer-warning", "timer-expired"]


def test_it_expires_without_a_session(console: Console, router: Router) -> None:
    before = router.running_text()
    change(console)
    console.session.end()
    router.clock.advance(10 * MINUTE + 1)
    assert router.running_text() == before


def test_open_sessions_are_warned_a_minute_before(console: Console, router: Router) -> None:
    change(console)
    router.clock.advance(9 * MINUTE - 1)
    assert console.read() == ""
    router.clock.advance(1)
    assert console.read() == WARNING + "\n"
    router.clock.advance(MINUTE)
    told = console.read()
    assert told.startswith("Rollback Confirmed Change: rolling to:bootflash:backup--")
    assert told.partition("Rollback:Acquired Configuration lock.\n")[2] == (
        "!Pass 1\n!List of Rollback Commands:\nno ip vrf GUARDED\nend\n"
        "% IPv4 addresses from all interfaces in VRF GUARDED have been removed\n\n"
        "Total number of passes: 1\nRollback Done\n\n"
    )


def test_a_session_in_a_block_that_went_is_in_global_mode(console: Console, router: Router) -> None:
    change(console)
    router.clock.advance(11 * MINUTE)
    assert console.prompt == "bench-csr(config)#"
    assert console.type("hostname other") == ""


def test_confirmed_it_stays(console: Console, router: Router, events: Events) -> None:
    change(console)
    console.type("end")
    assert console.type("configure confirm") == ""
    router.clock.advance(60 * MINUTE)
    assert "ip vrf GUARDED" in router.running_text()
    assert events.kinds()[-1] == "confirmed"


def test_another_session_of_the_same_user_confirms(console: Console, router: Router) -> None:
    change(console)
    assert Console(router).type("configure confirm") == ""
    assert router.archive.pending is None


@pytest.mark.parametrize("command", ["configure confirm", "configure revert now"])
def test_another_user_can_do_nothing(console: Console, router: Router, command: str) -> None:
    change(console)
    assert Console(router, "colleague").type(command) == NOT_YOURS
    assert router.archive.pending is not None


def test_there_is_one_timer_in_a_box(console: Console, router: Router) -> None:
    change(console)
    second = Console(router)
    assert second.type("configure terminal revert timer 5").startswith("%")
    assert second.prompt == "bench-csr#"


def test_reverted_at_once(console: Console, router: Router, events: Events) -> None:
    before = router.running_text()
    change(console)
    console.type("end")
    told = console.type("configure revert now")
    assert told.startswith("Rollback Confirmed Change: rolling to:")
    assert "Rollback Done" in told
    assert router.running_text() == before
    assert events.kinds()[-1] == "reverted"


def test_nothing_changed_takes_no_passes(console: Console) -> None:
    console.type("configure terminal revert timer 10", "end")
    assert "Total number of passes: 0" in console.type("configure revert now")


def test_the_timer_can_be_set_anew(console: Console, router: Router) -> None:
    change(console)
    console.type("end")
    router.clock.advance(9 * MINUTE)
    assert console.type("configure revert timer 10") == ""
    router.clock.advance(9 * MINUTE)
    assert "ip vrf GUARDED" in router.running_text()
    router.clock.advance(2 * MINUTE)
    assert "ip vrf GUARDED" not in router.running_text()


def test_an_idle_timer_waits_while_its_user_types(console: Console, router: Router) -> None:
    change(console, "configure terminal revert timer idle 5")
    for _ in range(4):
        router.clock.advance(4 * MINUTE)
        console.type("")
    assert "ip vrf GUARDED" in router.running_text()
    router.clock.advance(6 * MINUTE)
    assert "ip vrf GUARDED" not in router.running_text()


def test_without_an_archive_path_there_is_no_timer(console: Console) -> None:
    console.type("configure terminal", "archive", "no path", "end")
    assert console.type("configure terminal revert timer 10") == ARCHIVE_OFF
    assert console.prompt == "bench-csr#"
    assert console.type("show archive") == " Archive feature not enabled"


@pytest.mark.parametrize(
    "command",
    ["configure confirm", "configure revert now", "show archive config rollback timer"],
)
def test_without_a_timer_there_is_nothing_to_say(console: Console, command: str) -> None:
    assert console.type(command) == NOTHING


def test_the_pending_timer_is_shown(console: Console) -> None:
    change(console)
    console.type("end")
    first, *rest = console.type("show archive config rollback timer").split("\n")
    assert first.startswith("Time configured(or reconfigured): ")
    assert rest == ["Timer type: absolute timer", "Timer value: 10 min", "User: netops"]


def test_a_power_cycle_loads_the_startup_configuration_and_forgets_the_timer(
    console: Console, router: Router
) -> None:
    startup = router.startup_text()
    change(console)
    router.power(on=False)
    assert (console.closed, router.view().powered, router.reachable) == (True, False, False)
    router.power(on=True)
    assert (router.running_text(), router.archive.pending) == (startup, None)


@pytest.mark.parametrize("command", ["write memory", "write", "wr"])
def test_saving_makes_startup_and_running_the_same(
    console: Console, router: Router, command: str
) -> None:
    console.type("configure terminal", "ip vrf KEPT", "end")
    assert not router.saved
    assert console.type(command) == "Building configuration...\n[OK]"
    assert router.saved
    router.power(on=False)
    router.power(on=True)
    assert "ip vrf KEPT" in router.running_text()


def test_copying_asks_for_the_name(console: Console, router: Router) -> None:
    console.type("configure terminal", "ip vrf KEPT", "end")
    asked = console.keys("copy running-config startup-config\r")
    assert asked.endswith("Destination filename [startup-config]? ")
    assert console.keys("\r").endswith("Building configuration...\n[OK]\nbench-csr#")
    assert router.saved


def test_the_difference_to_the_startup_configuration_shows_its_context(console: Console) -> None:
    nothing = "!Contextual Config Diffs:\n!No changes were found\n"
    assert console.type("show archive config differences") == nothing
    console.type("configure terminal", "interface GigabitEthernet2", "no shutdown", "end")
    assert console.type("show archive config differences") == (
        "!Contextual Config Diffs:\ninterface GigabitEthernet2\n +shutdown\n"
    )


def test_the_archive_keeps_its_maximum_of_files(console: Console, router: Router) -> None:
    console.type("configure terminal", "archive", "maximum 2", "end")
    for _ in range(3):
        router.clock.advance(1)
        console.type("archive config")
    assert [name[-1] for name in router.archive.saved] == ["1", "2"]
    assert {f"bootflash:{name}" for name, _ in router.flash.files()} == set(router.archive.saved)
    assert console.type("show archive").split("\n")[-1].endswith(" <- Most Recent")
