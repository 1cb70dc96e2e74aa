"""The running configuration is a fixed point: typed back, it prints the same."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from lab.router.device import Router
from lab.router.loading import load
from lab.router.render import render
from lab.tests.router.rack import Console, day0_text, rack

SITE = Path(__file__).with_name("site.cfg").read_text()


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() not in ("!", "")]


def test_day_0_prints_as_it_was_written(router: Router) -> None:
    text = day0_text()
    loaded = load(text, router.software)
    assert loaded.refused == ()
    assert lines_of(render(loaded.config)) == lines_of(text)
    assert router.running_text() == router.startup_text()


def test_a_site_prints_as_it_was_written(router: Router) -> None:
    loaded = load(SITE, router.software)
    assert loaded.refused == ()
    assert lines_of(render(loaded.config)) == [*lines_of(SITE), "end"]


def test_typed_back_onto_a_blank_router_it_prints_the_same(router: Router) -> None:
    router.type_lines(SITE.splitlines(), "console")
    printed = router.running_text()
    again = load(printed, router.software)
    assert (again.refused, render(again.config)) == ((), printed)


def test_the_order_of_typing_does_not_show(router: Router) -> None:
    router.type_lines(["ip vrf B", "rd 1:2", "ip vrf A", "rd 1:1", "interface Tunnel12"], "console")
    router.type_lines(["interface Tunnel2", "interface Loopback3"], "console")
    blocks = [
        line
        for line in router.running_text().splitlines()
        if line.startswith(("ip vrf", "interface"))
    ]
    assert blocks == [
        "ip vrf A",
        "ip vrf B",
        "interface Loopback3",
        "interface Tunnel2",
        "interface Tunnel12",
        *(f"interface GigabitEthernet{number}" for number in range(1, 5)),
    ]


def test_show_running_config_has_its_header_and_its_end(console: Console) -> None:
    console.type("configure terminal", "ip vrf A", "end")
    shown = console.type("show running-config").splitlines()
    text = console.session.router.running_text()
    assert shown[:4] == [
        "Building configuration...",
        "",
        f"Current configuration : {len(text)} bytes",
        "!",
    ]
    assert shown[4].startswith("! Last configuration change at ")
    assert shown[4].endswith(" by netops")
    assert shown[5:7] == ["!", "version 16.12"]
    assert shown[-1] == "end"


POOL = sorted(
    {line.strip() for line in SITE.splitlines() if line.strip() != "!"}
    | {
        "no ip vrf RED",
        "no ip vrf BLUE",
        "no interface Loopback10",
        "no interface Tunnel10",
        "no crypto ikev2 policy RED-LOCAL",
        "no crypto ipsec profile CLOUD",
        "no rd 64900:1",
        "no neighbor 10.0.255.4",
        "no tunnel protection",
        "no router bgp 64900",
        "no shutdown",
        "shutdown",
        "no ip prefix-list IN",
        "ip unnumbered Loopback10",
        "address-family ipv4",
        "exit",
    }
)


@given(st.lists(st.sampled_from(POOL), max_size=60))
@settings(deadline=None, max_examples=40)
def test_whatever_was_typed_what_is_printed_loads_to_the_same(lines: list[str]) -> None:
    router = rack()
    router.type_lines([*SITE.splitlines(), *lines], "console")
    printed = router.running_text()
    again = load(printed, router.software)
    assert (again.refused, render(again.config)) == ((), printed)
