"""A Catalyst 8000V 17.12 differs where a source says so; deletions and subinterfaces of both."""

import pytest

from lab.clock import Clock
from lab.router.device import Router
from lab.router.fault_set import DELETION_S
from lab.router.faults import FlashFull, SlowDeletion
from lab.router.loading import load
from lab.router.software import SOFTWARE
from lab.tests.router.rack import NAME, Console, day0_text

WEAK = ["crypto ikev2 proposal P", "encryption aes-cbc-256 3des", "integrity sha1", "group 2"]
UNSHIELD = "crypto engine compliance shield disable"
BEING_DELETED = "% VRF RED is being deleted, please try later"


@pytest.fixture
def catalyst() -> Router:
    return Router(NAME, day0_text(), Clock(speed=0), software=SOFTWARE["c8000v-17.12"])


def test_its_day_0_loads_without_a_refusal() -> None:
    text = day0_text(template="c8000v.cfg")
    assert load(text, SOFTWARE["c8000v-17.12"]).refused == ()


def test_a_link_that_changes_is_logged(router: Router) -> None:
    router.type_lines(["interface Gi2", "no shutdown", "shutdown"], "console")
    logged = [line.partition(": ")[2] for line in router.logged if "GigabitEthernet2" in line]
    end = "Interface GigabitEthernet2, changed state to"
    assert logged == [
        f"%LINK-3-UPDOWN: {end} up",
        f"%LINEPROTO-5-UPDOWN: Line protocol on {end} up",
        f"%LINK-5-CHANGED: {end} administratively down",
        f"%LINEPROTO-5-UPDOWN: Line protocol on {end} down",
    ]


def test_it_names_itself(catalyst: Router) -> None:
    console = Console(catalyst)
    version = console.type("show version")
    assert version.startswith("Cisco IOS XE Software, Version 17.12.03\n")
    assert "cisco C8000V (VXE) processor" in version
    assert "Router operating mode: Autonomous" in version
    assert "network-advantage" in console.type("show license summary")
    assert "PID:C8000V" in console.type("show license udi")


def test_weak_algorithms_come_back_after_a_boot_without_the_shield(catalyst: Router) -> None:
    assert "Invalid input" in catalyst.type_lines(WEAK, "console")[1]
    catalyst.type_lines([UNSHIELD], "console")
    assert "Invalid input" in catalyst.type_lines(WEAK, "console")[1]
    catalyst.save("console")
    catalyst.power(on=False)
    catalyst.power(on=True)
    assert catalyst.type_lines(WEAK, "console")[1:] == [
        "%Warning: weaker encryption algorithm is deprecated",
        "",
        "%Warning: weaker dh-group is deprecated",
    ]
    assert " encryption aes-cbc-256 3des\n" in catalyst.running_text()


def test_weak_lines_of_an_older_configuration_are_lost_at_the_boot() -> None:
    old = day0_text().replace("!\nredundancy", "!\n" + "\n ".join(WEAK) + "\n!\nredundancy")
    booted = Router(NAME, old, Clock(speed=0), software=SOFTWARE["c8000v-17.12"])
    assert "crypto ikev2 proposal P" in booted.running_text()
    assert "3des" not in booted.running_text()
    assert "group 2" not in booted.running_text()


def test_a_vrf_goes_away_some_time_after_its_removal(router: Router) -> None:
    router.type_lines(["ip vrf RED", "rd 1:1", "no ip vrf RED"], "console")
    assert router.type_lines(["ip vrf RED"], "console") == [BEING_DELETED]
    assert router.type_lines(["ip vrf BLUE", "rd 1:1"], "console")[-1] == (
        "% RD 1:1 already in use by VRF RED"
    )
    router.clock.advance(DELETION_S)
    assert router.type_lines(["ip vrf RED", "rd 1:1"], "console") == ["", ""]


def test_a_distinguisher_goes_away_some_time_after_its_removal(router: Router) -> None:
    router.faults.add(SlowDeletion(seconds=70))
    router.type_lines(["ip vrf RED", "rd 1:1"], "console")
    assert router.type_lines(["ip vrf RED", "no rd 1:1", "rd 1:2"], "console")[1:] == [
        '% "rd 1:1" for VRF RED scheduled for deletion',
        "% Deletion of RD in progress; wait for it to complete",
    ]
    router.clock.advance(70)
    assert router.type_lines(["ip vrf RED", "rd 1:2"], "console") == ["", ""]


def test_a_bgp_process_goes_away_some_time_after_its_removal(router: Router) -> None:
    typed = ["router bgp 65010", "router bgp 65020", "no router bgp 65010", "router bgp 65020"]
    assert router.type_lines(typed, "console") == [
        "",
        "BGP is already running; AS is 65010",
        "",
        "% Topology global::IPv4 Unicast::base is currently being deconfigured.",
    ]
    router.clock.advance(DELETION_S)
    assert router.type_lines(["router bgp 65020"], "console") == [""]


def test_a_rollback_waits_for_deletions_itself(router: Router) -> None:
    router.type_lines(["ip vrf RED", "rd 1:1"], "console")
    before = router.running_text()
    console = Console(router)
    console.type("configure terminal revert timer 5", "ip vrf RED", "no rd 1:1", "end")
    console.type("configure revert now")
    assert router.running_text() == before


def test_a_subinterface_is_tagged_printed_and_shown(router: Router) -> None:
    lines = ["ip vrf RED", "interface Gi2.100", "encapsulation dot1Q 100", "ip vrf forwarding RED"]
    router.type_lines([*lines, "ip address 192.0.2.1 255.255.255.0"], "console")
    assert (
        "interface GigabitEthernet2.100\n encapsulation dot1Q 100\n ip vrf forwarding RED\n"
        " ip address 192.0.2.1 255.255.255.0\n!\n"
    ) in router.running_text()
    console = Console(router)
    assert "Gi2.100" in console.type("show ip vrf")
    console.type("configure terminal", "interface GigabitEthernet2.100")
    assert console.prompt == "bench-csr(config-subif)#"
    assert router.view().interfaces["GigabitEthernet2.100"].shutdown
    console.type("interface GigabitEthernet2", "no shutdown")
    assert not router.view().interfaces["GigabitEthernet2.100"].shutdown


def test_access_lists_are_kept_as_they_are(router: Router) -> None:
    router.type_lines(
        [
            "ip access-list extended A",
            "10 permit ip any any",
            "interface Gi2",
            "ip access-group A in",
        ],
        "console",
    )
    assert "ip access-list extended A\n 10 permit ip any any\n!\n" in router.running_text()
    assert " ip access-group A in\n" in router.running_text()


def test_a_full_flash_takes_nothing(console: Console, router: Router) -> None:
    router.faults.add(FlashFull())
    full = "(No space left on device)"
    assert full in console.type("configure terminal revert timer 5")
    assert console.prompt == "bench-csr#"
    assert full in console.type("archive config")
    assert "(0 bytes free)" in console.type("dir")


def test_a_timer_whose_file_is_gone_rolls_nothing_back(console: Console, router: Router) -> None:
    console.type("configure terminal revert timer 5", "ip vrf NEW", "end")
    console.type(f"delete /force {router.archive.saved[0]}")
    assert "No such file" in console.type("configure revert now")
    assert "ip vrf NEW" in router.running_text()


def test_without_a_path_nothing_is_archived(console: Console) -> None:
    console.type("configure terminal", "no archive", "end")
    assert console.type("archive config") == " Archive feature not enabled"
