"""What the grammar does not model is carried on load, and on load alone."""

from pathlib import Path

import pytest

from lab.clock import Clock
from lab.router.device import Credentials, Router
from lab.router.opaque import Opaque, strayed
from lab.tests.router.rack import NAME, Console

REAL = Path(__file__).with_name("real.cfg").read_text()
LOGIN = Credentials(username="netops", privilege=15, password="login-word", enable="enable-word")


@pytest.fixture
def real() -> Router:
    """A router with the configuration of a real one."""
    return Router(NAME, REAL, Clock(0), login=LOGIN)


def significant(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() not in ("!", "")]


def carried(router: Router, first: str) -> Opaque:
    return next(one for one in router.opaque if one.lines[0] == first)


def test_a_real_configuration_is_printed_as_it_was_read(real: Router) -> None:
    assert strayed(REAL, real.config)[1:] == ["!No changes were found"]
    assert sorted(significant(real.running_text())) == sorted(significant(REAL))


def test_most_of_it_stands_in_its_old_place(real: Router) -> None:
    printed = significant(real.running_text())

    for before, after in (
        (" ip nat outside", " ip nbar protocol-discovery"),
        (" ip nbar protocol-discovery", " negotiation auto"),
        ("aaa new-model", "aaa group server tacacs+ TAC"),
        (" 10 permit ip any any", " 20 evaluate X"),
    ):
        assert printed.index(after) == printed.index(before) + 1


def test_what_is_not_modelled_is_listed_with_all_below_it(real: Router) -> None:
    banner = ("banner login ^C", " Hello", "version 9", "end", "^C")
    chain = (
        "crypto pki certificate chain TP",
        " certificate self-signed 01",
        "  30820330 30820218 A0030201 02020101 300D0609",
        "  \tquit",
    )

    assert carried(real, "banner login ^C") == Opaque(within=(), lines=banner)
    assert carried(real, chain[0]) == Opaque(within=(), lines=chain)
    assert carried(real, " ip nbar protocol-discovery").within == ("interface GigabitEthernet1",)
    assert carried(real, " address-family ipv6").lines[1] == " exit-address-family"


def test_a_line_that_a_check_refuses_is_carried_with_the_reply() -> None:
    text = "version 16.12\nip vrf A\n rd 1:1\n!\nip vrf B\n rd 1:1\n!\nend\n"
    router = Router(NAME, text, Clock(0), login=LOGIN)

    (line,) = router.opaque
    assert (line.within, line.lines) == (("ip vrf B",), (" rd 1:1",))
    assert line.refused.startswith("% RD 1:1 already in use")
    assert " rd 1:1" in router.running_text().split("ip vrf B")[1]


def test_nobody_can_type_what_is_carried(real: Router) -> None:
    before = real.running_text()

    replies = real.type_lines(["ip dhcp pool LAN", "no ip dhcp pool LAN", "ip nbar x"], "netops")

    assert all("Invalid input" in reply for reply in replies)
    assert real.running_text() == before


def test_it_survives_a_power_cycle_and_a_rollback(real: Router) -> None:
    before = real.running_text()
    real.type_lines(["ip vrf NEW", "rd 1:9", "interface GigabitEthernet1", "no ip nat outside"], "")
    assert real.running_text() != before

    real.replace(before, "netops")
    assert real.running_text() == before
    real.power(on=False)
    real.power(on=True)
    assert real.running_text() == before


def test_the_lab_knows_its_own_login_alone(real: Router) -> None:
    assert real.login("netops", "login-word") == 15
    assert real.login("netops", "other") is None
    assert real.login("other", "login-word") is None
    assert real.enables("enable-word")
    assert not real.enables("login-word")


def test_a_session_reads_it_whole(real: Router) -> None:
    printed = Console(real).type("show running-config")

    assert "banner login ^C\n Hello\nversion 9\nend\n^C" in printed.replace("\r", "")
