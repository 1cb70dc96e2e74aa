"""Shows that few ask for: hosts, licences, throughput, VRFs in full, the path of one flow."""

import pytest

from lab.clock import Clock
from lab.router.device import Router
from lab.router.software import SOFTWARE
from lab.tests.router.rack import NAME, Console, day0_text
from lab.tests.router.test_busy_tunnel import up

LEVEL = "license boot level network-advantage addon dna-advantage"


@pytest.fixture
def catalyst() -> Router:
    return Router(NAME, day0_text(), Clock(speed=0), software=SOFTWARE["c8000v-17.12"])


def test_hosts_tell_how_names_are_looked_up(router: Router, console: Console) -> None:
    lines = ["ip domain name example.net", "no ip domain lookup", "ip name-server 192.0.2.53"]
    router.type_lines(lines, "console")
    assert console.type("show hosts").startswith(
        "Name lookup view: Global\nDefault domain is example.net\n"
        "Name/address lookup uses static mappings\n\nCodes: UN - unknown"
    )
    router.type_lines(["ip domain lookup"], "console")
    shown = console.type("show hosts")
    assert "lookup uses domain service\nName servers are 192.0.2.53\n" in shown


def test_throughput_is_the_boxs_or_the_configured_one(console: Console, catalyst: Router) -> None:
    command = "show platform hardware throughput level"
    assert console.type(command) == "The current throughput level is 1000 kb/s"
    catalyst.type_lines(["platform hardware throughput level MB 250"], "console")
    other = Console(catalyst)
    assert other.type(command) == "The current throughput level is 250000 kb/s"
    assert "The current throughput level is 250000 kbps" in other.type("show version")
    assert "network-advantage_250M" in other.type("show license summary")


def test_a_boot_level_is_in_force_after_a_boot(catalyst: Router) -> None:
    catalyst.type_lines([LEVEL], "console")
    shown = Console(catalyst).type("show version")
    assert "License Level: \n" in shown
    assert "Next reload license Level: network-advantage\n" in shown
    catalyst.save("console")
    catalyst.power(on=False)
    catalyst.power(on=True)
    shown = Console(catalyst).type("show version")
    assert "\nLicense Level: network-advantage\n" in shown
    assert "\nAddon License Level: dna-advantage\n" in shown


def test_a_csr_has_the_level_it_came_with_or_the_booted_one(router: Router) -> None:
    router.type_lines(["license boot level security"], "console")
    shown = Console(router).type("show version")
    assert "\nLicense Level: ax\n" in shown
    assert "\nNext reload license Level: security\n" in shown
    assert "No licenses in use" in Console(router).type("show license summary")


def test_a_vrf_is_shown_in_full(router: Router, console: Console) -> None:
    router.type_lines(
        ["ip vrf A", "rd 1:1", "route-target export 1:1", "vrf definition B",
         "interface GigabitEthernet2", "ip vrf forwarding A"],
        "console",
    )  # fmt: skip
    shown = console.type("show ip vrf detail")
    assert shown.startswith(
        "VRF A (VRF Id = 1); default RD 1:1; default VPNID <not set>\n"
        "  Old CLI format, supports IPv4 only\n  Flags: 0xC\n  Interfaces:\n"
        "    Gi2                     \n"
        "Address family ipv4 unicast (Table ID = 0x1):\n  Flags: 0x0\n"
        "  Export VPN route-target communities\n    RT:1:1                  \n"
        "  No Import VPN route-target communities\n"
    )
    assert "\n\nVRF B (VRF Id = 2); default RD <not set>;" in shown
    assert console.type("show vrf detail B").startswith("VRF B (VRF Id = 2);")


@pytest.mark.parametrize(
    ("rest", "way"),
    [
        ("vrf INSIDE_VRF exact-route 172.16.2.9 10.0.0.4", "=> IP midchain out of Tunnel0"),
        ("vrf INSIDE_VRF exact-route 172.16.2.9 10.0.0.5", "=> IP midchain out of Tunnel1"),
        ("exact-route 172.16.0.5 192.0.2.1",
         "=> IP adj out of GigabitEthernet1, addr 172.16.0.1"),
        ("vrf INSIDE_VRF exact-route 172.16.2.9 10.99.0.1", "=> drop"),
    ],
)  # fmt: skip
def test_one_flow_takes_one_path(rest: str, way: str) -> None:
    assert Console(up()).type(f"show ip cef {rest}").endswith(way)


def test_a_file_tells_its_size(router: Router, console: Console) -> None:
    router.flash.write("flash:kept", "one\ntwo\n")
    assert console.type("show file information flash:kept") == (
        "flash:kept:\n  type is ascii text\n  file size is 8 bytes"
    )
    assert console.type("more /ascii flash:kept") == "one\ntwo\n"
