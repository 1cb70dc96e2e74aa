"""A VTY bites as a real one: lost input, slow lines, questions, log lines, scrolling, help."""

import re

import pytest

from lab.router.device import Router
from lab.router.faults import (
    ConfigLocked,
    ForeignTimer,
    InputBuffer,
    LogLines,
    Question,
    RefusedLine,
    SlowLines,
)
from lab.tests.router.rack import USER, Console

VRFS = [f"ip vrf V{number:02}" for number in range(40)]


def vrfs(router: Router) -> list[str]:
    return [line for line in router.running_text().splitlines() if line.startswith("ip vrf")]


@pytest.mark.parametrize(("size", "kept"), [(90, 8), (4096, 40)])
def test_input_beyond_the_buffer_is_lost_without_a_sign(
    console: Console, router: Router, size: int, kept: int
) -> None:
    router.faults.add(InputBuffer(bytes=size))
    console.type("configure terminal")
    printed = console.keys("".join(f"{line}\r" for line in VRFS))
    assert vrfs(router) == VRFS[:kept]
    assert "%" not in printed


def test_without_a_fault_the_buffer_holds_four_kilobytes(console: Console, router: Router) -> None:
    console.type("configure terminal")
    console.keys("!" * 4095 + "\rip vrf LATE\r")
    assert vrfs(router) == []


def test_a_slow_line_answers_after_its_time_and_holds_what_follows(
    console: Console, router: Router
) -> None:
    router.faults.add(SlowLines(on=re.compile("ip vrf A"), seconds=5))
    console.type("configure terminal")
    assert console.keys("ip vrf A\rrd 1:1\r") == "ip vrf A\n"
    router.clock.advance(4)
    assert console.read() == ""
    router.clock.advance(1)
    assert console.read() == "bench-csr(config-vrf)#rd 1:1\nbench-csr(config-vrf)#"


def test_what_is_typed_behind_a_slow_line_fills_the_buffer(
    console: Console, router: Router
) -> None:
    router.faults.add(SlowLines(on=re.compile("V00"), seconds=1))
    router.faults.add(InputBuffer(bytes=27))
    console.type("configure terminal")
    for line in VRFS[:6]:
        console.keys(line + "\r")
    router.clock.advance(1)
    assert vrfs(router) == VRFS[:3]


@pytest.mark.parametrize(("answer", "kept"), [("y", ["ip vrf A"]), ("\r", ["ip vrf A"]), ("n", [])])
def test_a_line_can_ask_before_it_is_run(
    console: Console, router: Router, answer: str, kept: list[str]
) -> None:
    router.faults.add(Question(on=re.compile("ip vrf"), text="Really? [confirm]"))
    console.type("configure terminal")
    assert console.keys("ip vrf A\r") == "ip vrf A\nReally? [confirm]"
    console.keys(answer)
    assert vrfs(router) == kept


def test_removing_a_user_asks_as_ios_does(console: Console, router: Router) -> None:
    console.type("configure terminal", "username guest privilege 1 secret word")
    asked = console.keys("no username guest\r")
    assert asked.endswith("same name.Do you want to continue? [confirm]")
    console.keys("n")
    assert "username guest" in router.running_text()
    console.keys("no username guest\r")
    console.keys("\r")
    assert "username guest" not in router.running_text()


def test_a_key_asks_for_its_length(console: Console) -> None:
    console.type("configure terminal")
    assert console.keys("crypto key generate rsa\r").endswith(
        "How many bits in the modulus [1024]: "
    )
    assert "[OK]" in console.keys("2048\r")
    assert "[OK]" in console.keys("crypto key generate rsa modulus 2048\r")


def test_a_line_can_be_refused_and_the_next_ones_go_on(console: Console, router: Router) -> None:
    router.faults.add(RefusedLine(on=re.compile("interface Tunnel1"), text="% No."))
    console.type("configure terminal", "interface Loopback7")
    assert console.type("interface Tunnel1") == "% No."
    console.type("description lands elsewhere")
    assert "interface Loopback7\n description lands elsewhere" in router.running_text()


def test_log_lines_stand_behind_prompts_within_echoes_and_outputs(
    console: Console, router: Router
) -> None:
    router.faults.add(LogLines(every=1, text="%SYS-5-NOISE: here"))
    line = r"\*\w{3} [ \d]\d [\d:.]+: %SYS-5-NOISE: here"
    printed = console.keys("show file systems\r")
    assert re.match(rf"show\n{line} file systems\n", printed)
    assert re.search(rf"File Systems:\n\n{line}\n", printed)
    assert re.search(rf"bench-csr#\n{line}$", printed)


def test_what_is_logged_by_a_line_comes_behind_the_prompt(console: Console) -> None:
    console.type("terminal monitor", "configure terminal")
    console.type("crypto ipsec profile P", "interface Tunnel1", "tunnel mode ipsec ipv4")
    printed = console.keys("tunnel protection ipsec profile P\r")
    assert re.search(
        r"\nbench-csr\(config-if\)#\n\*.*: %CRYPTO-6-ISAKMP_ON_OFF: ISAKMP is ON$", printed
    )


def test_another_user_holds_the_lock(console: Console, router: Router) -> None:
    fault = router.faults.add(ConfigLocked(user="colleague"))
    assert "is locked by process '1' user 'colleague'" in console.type("configure terminal")
    assert console.prompt == "bench-csr#"
    router.faults.remove(fault)
    console.type("configure terminal")
    assert console.prompt == "bench-csr(config)#"


def test_another_user_s_timer_is_pending_as_long_as_the_fault(
    console: Console, router: Router
) -> None:
    fault = router.faults.add(ForeignTimer(user="colleague", minutes=7))
    shown = console.type("show archive config rollback timer")
    assert "Timer value: 7 min\nUser: colleague" in shown
    assert console.type("configure terminal revert timer 5").startswith("%")
    router.faults.remove(fault)
    assert console.type("show archive config rollback timer").startswith("%No Rollback")


def test_a_line_longer_than_the_screen_is_scrolled(router: Router) -> None:
    console = Console(router)
    console.type("configure terminal", "interface Loopback1")
    printed = console.keys("description " + "x" * 80)
    assert re.search(r"\rbench-csr\(config-if\)#\$[a-z ]*x+", printed)
    console.keys("\r")
    assert "description " + "x" * 80 in router.running_text()


def test_a_wide_terminal_scrolls_nothing(console: Console) -> None:
    console.type("terminal width 511", "configure terminal")
    assert console.keys("description " + "x" * 200) == "description " + "x" * 200


def test_no_line_is_longer_than_254_characters(console: Console, router: Router) -> None:
    console.type("terminal width 0", "configure terminal", "interface Loopback1")
    assert console.keys("description " + "x" * 250 + "\r").count("\a") == 8
    assert "description " + "x" * 242 + "\n" in router.running_text()


def test_a_question_mark_lists_what_may_follow(console: Console) -> None:
    assert console.keys("show crypto ?") == (
        "show crypto ?\n  ikev2\n  ipsec\n  session\n\nbench-csr#show crypto "
    )
    assert console.keys("\x15configure c?").endswith("?\n  confirm\n\nbench-csr#configure c")


def test_the_session_s_settings_are_shown(console: Console) -> None:
    console.type("terminal width 120", "terminal exec prompt timestamp")
    assert "Length: 0 lines, Width: 120 columns" in console.type("show terminal")
    assert USER in console.type("show users")
