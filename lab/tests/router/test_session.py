"""A session behaves as a VTY: echo, pager, questions, privileges, filters, faults."""

import re
from ipaddress import IPv4Network

import pytest

from lab.router.device import Router
from lab.router.faults import Hang, RouteDropped, SshLost, SshRefused
from lab.tests.router.rack import ENABLE, PASSWORD, USER, Console, Events

INVALID = "% Invalid input detected at '^' marker.\n"


def test_what_is_typed_is_echoed_and_erased(console: Console) -> None:
    assert console.keys("shpw\b\b") == "shpw\b \b\b \b"
    assert console.keys("ow priv\r") == ("ow priv\nCurrent privilege level is 15\nbench-csr#")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_every_line_end_is_one(console: Console, end: str) -> None:
    console.keys("x\b")
    assert console.keys(end + end) == "\nbench-csr#\nbench-csr#"


def test_several_lines_at_once_are_answered_in_turn(console: Console) -> None:
    assert console.keys("configure terminal\rip vrf A\rrd 1:1\r") == (
        "configure terminal\nEnter configuration commands, one per line.  End with CNTL/Z.\n"
        "bench-csr(config)#ip vrf A\nbench-csr(config-vrf)#rd 1:1\nbench-csr(config-vrf)#"
    )


def test_control_z_leaves_configuration_mode(console: Console) -> None:
    console.type("configure terminal", "ip vrf A")
    assert console.keys("rd 1\x1a") == "rd 1^Z\nbench-csr#"


def test_the_prompt_shows_twenty_characters_of_the_name(console: Console) -> None:
    console.type("configure terminal", "hostname a-name-of-thirty-characters-it")
    assert console.prompt == "a-name-of-thirty-cha(config)#"


def test_long_output_stops_at_more(console: Console) -> None:
    console.type("terminal length 5")
    more = " --More-- "
    wipe = "\b" * 10 + " " * 10 + "\b" * 10
    first = console.keys("show version\r")
    assert first.endswith(more)
    assert len(first.split("\n")) == 6
    assert console.keys("\r").startswith(wipe + "Compiled ")
    assert console.keys(" ").count("\n") == 4
    assert console.keys("q") == wipe + "bench-csr#"


def test_at_privilege_1_the_configuration_does_not_exist(router: Router) -> None:
    console = Console(router, privilege=1)
    assert console.prompt == "bench-csr>"
    for line in ("show running-config", "configure terminal", "write memory"):
        assert console.type(line).endswith("^\n" + INVALID)


def test_enable_asks_for_its_secret(router: Router) -> None:
    console = Console(router, privilege=1)
    assert console.keys("enable\r") == "enable\nPassword: "
    assert console.keys("wrong\r") == "\nPassword: "
    assert console.keys(ENABLE + "\r") == "\nbench-csr#"
    console.type("disable")
    assert console.prompt == "bench-csr>"
    console.keys("enable\r\r\r")
    assert console.keys("\r") == "\n% Bad secrets\nbench-csr>"


@pytest.mark.parametrize(
    ("pipe", "shown"),
    [
        ("include hostname", "hostname bench-csr"),
        ("begin ^line vty 5", "line vty 5 15\n login local\n transport input ssh\n!\nend\n"),
        ("section line con", "line con 0\n stopbits 1"),
        ("sec archive", "archive\n log config\n  logging enable\n path bootflash:backup-"),
        ("exclude .", "\n"),
        ("include nothing-of-the-kind", ""),
    ],
)
def test_output_is_filtered(console: Console, pipe: str, shown: str) -> None:
    assert console.type(f"show running-config | {pipe}") == shown


def test_logs_are_printed_to_who_monitors(console: Console, router: Router) -> None:
    router.log("%LINEPROTO-5-UPDOWN: unseen")
    console.type("terminal monitor")
    router.log("%LINEPROTO-5-UPDOWN: seen")
    assert re.fullmatch(r"\n\*\w+ [ \d]\d [\d:.]+: %LINEPROTO-5-UPDOWN: seen", console.read())
    assert "unseen" in console.type("show logging")


def test_login_goes_by_the_running_configuration(router: Router) -> None:
    assert router.login(USER, PASSWORD) == 1
    assert router.login(USER, ENABLE) is None
    router.type_lines(["username guest privilege 15 secret guest-word"], "console")
    assert router.login("guest", "guest-word") == 15
    assert "guest-word" not in router.running_text()


def test_a_session_hangs_for_good_at_a_matching_line(console: Console, router: Router) -> None:
    router.faults.add(Hang(on=re.compile("rd 1:1")))
    console.type("configure terminal", "ip vrf A")
    assert console.keys("rd 1:1\rend\rshow clock\r") == "rd 1:1\n"
    assert "rd 1:1" not in router.running_text()


def test_a_session_is_lost_after_its_lines(console: Console, router: Router) -> None:
    router.faults.add(SshLost(after_lines=2))
    console.type("configure terminal", "ip vrf A")
    assert not console.closed
    console.keys("rd 1:1\r")
    assert (console.closed, router.sessions) == (True, [])
    assert " rd 1:1\n" in router.running_text()


def test_a_refusing_router_is_not_reachable(router: Router) -> None:
    fault = router.faults.add(SshRefused())
    assert not router.reachable
    router.faults.remove(fault)
    assert router.reachable


def test_a_dropped_route_is_configured_and_not_seen(router: Router) -> None:
    line = "ip route vrf A 10.0.255.4 255.255.255.255 192.0.2.2"
    router.type_lines(["ip vrf A", "rd 1:1", line], "console")
    assert len(router.view().static_routes) == 2
    router.faults.add(RouteDropped(vrf="A", prefix=IPv4Network("10.0.255.4/32")))
    assert [route.vrf for route in router.view().static_routes] == [""]
    assert line in router.running_text()


def test_events_hold_no_secret(router: Router, events: Events) -> None:
    router.type_lines(
        [
            "crypto ikev2 keyring K",
            "peer C",
            "pre-shared-key not-for-eyes",
            "username u secret not-for-eyes",
            "pre-shraed-key not-for-eyes",
            "no username u secret not-for-eyes",
        ],
        "console",
    )
    assert "not-for-eyes" not in str(events.seen)
    assert ("line", {"user": "console", "line": "pre-shared-key *****", "accepted": True}) in (
        events.seen
    )


def test_leaving_prints_all_there_is_and_logs_out(
    console: Console, router: Router, events: Events
) -> None:
    assert console.keys("show privilege\rexit\r").startswith(
        "show privilege\nCurrent privilege level is 15\nbench-csr#exit\n"
    )
    assert (console.closed, router.sessions, events.kinds()[-1]) == (True, [], "logout")
